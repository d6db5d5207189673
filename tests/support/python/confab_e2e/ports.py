"""Free ports on the loopback, bounded waiting, and the message for a tool that is not installed."""

import contextlib
import itertools
import random
import shutil
import socket
import time


# Below the ports that the system hands out by itself and below those the tests give to servers: what is free here
# stays free until its owner binds it.
FIRST, LAST = 10_000, 19_000


def is_free(host, *ports):
    """For UDP and TCP alike."""
    with contextlib.ExitStack() as held:
        try:
            for port in ports:
                for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                    held.enter_context(socket.socket(socket.AF_INET, kind)).bind((host, port))
        except OSError:
            return False
    return True


# Each caller gets a block of its own: sipp also binds the two ports above its audio. The start differs from run to run.
_BLOCK = 8
_blocks = itertools.count(random.randrange((LAST - FIRST) // _BLOCK))


def free_pair(host="127.0.0.1"):
    """An even port with three free ones behind it: RTP and RTCP, or SIP and SIP over TLS. Never the same twice in a run."""
    for _ in range(200):
        port = FIRST + next(_blocks) * _BLOCK % (LAST - FIRST)
        if is_free(host, *range(port, port + 4)):
            return port
    raise RuntimeError(f"no pair of ports on {host} is free")


def free_port(host="127.0.0.1"):
    return free_pair(host)


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
