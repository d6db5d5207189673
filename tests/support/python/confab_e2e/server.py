"""Starts confabd on free loopback ports and stops it; every wait is bounded, a failure shows its log."""

import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from .ports import free_port, wait_until

QUIET = {"rooms.announcements": "false", "rooms.music-on-hold": "false"}
LISTEN = "udp://127.0.0.1:0,tcp://127.0.0.1:0,tls://127.0.0.1:0"
MSRP_LISTEN = "msrps://127.0.0.1:0,msrp://127.0.0.1:0"
WEB_LISTEN = "http://127.0.0.1:0,https://127.0.0.1:0"
START_SECONDS = 20  # a sanitizer build that makes its certificate on a busy machine
STOP_SECONDS = 5    # what the server promises


def daemon_path():
    path = os.environ.get("CONFAB_DAEMON", "")
    if not path or not os.access(path, os.X_OK):
        raise AssertionError(f"CONFAB_DAEMON={path!r} is no program: build confabd, then run ctest, or set it to the built confabd")
    return path


def run_to_end(*arguments, seconds=15):
    """confabd with arguments that make it stop by itself: (status, stdout, stderr)."""
    done = subprocess.run([daemon_path(), *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=seconds)
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def _first_media_port():
    """Not the same in each server: several run at once. Below what the system hands out, above what phones of tests take."""
    return 20000 + 2 * random.randrange(5000)


class Server:
    """`with Server({"sip.max-legs": 1}) as server: server.port("udp")`; keys are those of the config file."""

    def __init__(self, options=None, listen=LISTEN, quiet=True, config_text="", before_exec=None):
        self._options = {"sip.listen": listen, "msrp.listen": MSRP_LISTEN, "web.listen": WEB_LISTEN, "media.address": "127.0.0.1", "log.format": "json", "log.level": "debug",
                         "media.threads": 1, "media.first-port": _first_media_port(), "media.last-port": 31999,
                         **(QUIET if quiet else {}), **(options or {})}
        self._config_text = config_text
        self._before_exec = before_exec  # in the child: what the machine is to forbid
        self._process = None
        self._lock = threading.Lock()
        self.stdout_lines, self.log_lines = [], []

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, _value, _trace):
        if kind is None:
            self.stop()
        else:
            self.show_log()
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="confab-e2e-"))
        config = self.folder / "confab.conf"
        config.write_text(self._config_text)
        self._options.setdefault("state.directory", str(self.folder / "state"))
        flags = [f"--{key}={str(value).lower() if isinstance(value, bool) else value}" for key, value in self._options.items()]
        self._process = subprocess.Popen([daemon_path(), f"--config-file={config}", *flags], stdin=subprocess.DEVNULL, preexec_fn=self._before_exec,
                                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.folder)
        self._readers = [threading.Thread(target=self._collect, args=pair, daemon=True) for pair in
                         ((self._process.stdout, self.stdout_lines), (self._process.stderr, self.log_lines))]
        for reader in self._readers:
            reader.start()
        try:
            wait_until(lambda: "ready" in self.stdout_lines or self._process.poll() is not None, START_SECONDS,
                       "confabd's line 'ready'")
            if "ready" not in self.stdout_lines:
                raise AssertionError(f"confabd stopped with status {self._process.returncode} before it was ready")
        except AssertionError:
            self.show_log()
            self.kill()
            raise
        return self

    def _collect(self, stream, lines):
        for line in stream:
            with self._lock:
                lines.append(line.decode(errors="replace").rstrip("\n"))
        stream.close()

    @property
    def pid(self):
        return self._process.pid

    def alive(self):
        return self._process.poll() is None

    def signal(self, number):
        self._process.send_signal(number)

    def wait(self, seconds):
        """Exit status; fails when the server takes longer."""
        try:
            status = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.show_log()
            self.kill()
            raise AssertionError(f"confabd did not stop within {seconds} s") from None
        for reader in self._readers:
            reader.join(2)
        return status

    def stop(self):
        """SIGTERM; status 0 in time is part of every test."""
        if self.alive():
            self.signal(signal.SIGTERM)
        status = self.wait(STOP_SECONDS + 1)
        if status != 0:
            self.show_log()
            raise AssertionError(f"confabd ended with status {status}, expected 0")

    def kill(self):
        if self._process and self.alive():
            self._process.kill()
            self._process.wait()

    def _lines(self):
        with self._lock:
            return list(self.log_lines)

    def records(self, message=None):
        """Log lines as dictionaries, those with this message. What the server has answered it may log a moment later."""
        lines = self._lines()
        for _ in range(20):
            time.sleep(0.02)
            before, lines = len(lines), self._lines()
            if len(lines) == before:
                break
        found = []
        for line in lines:
            try:
                record = json.loads(line)
            except ValueError:
                continue
            if isinstance(record, dict) and (message is None or record.get("message", record.get("msg")) == message):
                found.append(record)
        return found

    def address(self, transport, family="v4"):
        """(host, port) of an open listener, from the log."""
        def listening():
            for record in self.records("listening"):
                host, _, port = str(record.get("address", "")).rpartition(":")
                if record.get("transport") == transport and (("[" in host) == (family == "v6")):
                    return host.strip("[]"), int(port)
            return None
        return wait_until(listening, 5, f"a log line 'listening' for {transport} {family}")

    def port(self, transport):
        return self.address(transport)[1]

    def uri(self, room):
        return f"sip:{room}@127.0.0.1:{self.port('udp')}"

    def show_log(self, lines=80):
        print(f"--- confabd's log, last {lines} of {len(self.log_lines)} lines", *self.log_lines[-lines:],
              sep="\n", file=sys.stderr, flush=True)


class ServerTest(unittest.TestCase):
    """One server for all tests of a class; `options` are its settings. A failed test shows the log."""

    options = {}
    listen = LISTEN
    quiet = True
    config_text = ""

    @classmethod
    def setUpClass(cls):
        cls.server = Server(cls.options, cls.listen, cls.quiet, cls.config_text).start()

    @classmethod
    def tearDownClass(cls):
        try:
            cls.server.stop()
        finally:
            cls.server.kill()
            shutil.rmtree(cls.server.folder, ignore_errors=True)

    def run(self, result=None):
        before = len(result.failures) + len(result.errors) if result else 0
        outcome = super().run(result)
        if result and len(result.failures) + len(result.errors) > before:
            self.server.show_log()
        return outcome


__all__ = ["Server", "ServerTest", "run_to_end", "daemon_path", "free_port"]
