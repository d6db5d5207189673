"""Free ports on the loopback, bounded waiting, and the message for a tool that is not installed."""

import shutil
import socket
import time


def free_port(kind=socket.SOCK_DGRAM, host="127.0.0.1"):
    """A port that was free a moment ago for UDP and TCP alike."""
    for _ in range(50):
        with socket.socket(socket.AF_INET, kind) as first:
            first.bind((host, 0))
            port = first.getsockname()[1]
            other = socket.SOCK_STREAM if kind == socket.SOCK_DGRAM else socket.SOCK_DGRAM
            with socket.socket(socket.AF_INET, other) as second:
                try:
                    second.bind((host, port))
                except OSError:
                    continue
                return port
    raise RuntimeError(f"no port on {host} is free for UDP and TCP")


def free_pair(host="127.0.0.1"):
    """An even port whose successor is free too, for RTP and RTCP."""
    for _ in range(200):
        port = free_port(host=host) & ~1
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as first, \
                    socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as second:
                first.bind((host, port))
                second.bind((host, port + 1))
                return port
        except OSError:
            continue
    raise RuntimeError(f"no pair of ports on {host} is free")


def wait_until(condition, seconds, what):
    """What `condition` returns once it is true; fails with `what` when that takes longer than `seconds`."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(0.02)


def need(tool, package):
    """Path of a program; a missing one fails the test, it does not skip it."""
    path = shutil.which(tool)
    if not path:
        raise AssertionError(f"{tool} is not installed, this test needs it: apt-get install {package}")
    return path
