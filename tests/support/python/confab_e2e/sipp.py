"""Runs one sipp scenario against the server; a failure shows what sipp saw."""

import pathlib
import shutil
import subprocess
import tempfile

from .ports import free_pair, free_port, need

SCENARIOS = pathlib.Path(__file__).resolve().parents[3] / "e2e" / "sipp"


def run(scenario, address, room="lunch", transport="u1", seconds=20, keys=None):
    """`scenario` is a name in tests/e2e/sipp without .xml, or a path. Raises AssertionError unless its one call succeeds."""
    program = need("sipp", "sip-tester")
    path = pathlib.Path(scenario) if "/" in str(scenario) else SCENARIOS / f"{scenario}.xml"
    folder = pathlib.Path(tempfile.mkdtemp(prefix="confab-sipp-"))
    host, port = address
    command = [program, f"{host}:{port}", "-sf", str(path), "-s", room, "-m", "1", "-l", "1", "-r", "1", "-i", "127.0.0.1",
               "-p", str(free_port()), "-cp", str(free_port()), "-mi", "127.0.0.1", "-mp", str(free_pair()), "-t", transport,
               "-nostdin", "-timeout", f"{seconds}s", "-timeout_error", "-recv_timeout", str(seconds * 1000),
               "-trace_err", "-error_file", str(folder / "errors"), "-trace_msg", "-message_file", str(folder / "messages"),
               "-trace_logs", "-log_file", str(folder / "logs")]
    for key, value in (keys or {}).items():
        command += ["-key", key, str(value)]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=seconds + 15, cwd=folder)
        status = done.returncode
    except subprocess.TimeoutExpired:
        status = "none: it did not stop"
    try:
        if status != 0:
            raise AssertionError(f"sipp {path.name}: status {status}\n{_tail(folder / 'errors', 3000)}\n"
                                 f"--- messages\n{_tail(folder / 'messages', 9000)}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _tail(path, size):
    return path.read_text(errors="replace")[-size:] if path.exists() else f"(no {path.name})"
