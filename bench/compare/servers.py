"""The servers under load: how each is started, told when it is ready, and ended. Each start is a fresh process."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import asterisk_config

RTP_PORTS = 40000  # servers' RTP; the generator's own start at 20000


class CannotStart(Exception):
    """Why a server cannot be measured here."""


def free_port():
    """One that is free for UDP and TCP alike."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams, socket.socket(socket.AF_INET, socket.SOCK_STREAM) as streams:
            datagrams.bind(("127.0.0.1", 0))
            try:
                streams.bind(datagrams.getsockname())
            except OSError:
                continue
            return datagrams.getsockname()[1]


def cpu_seconds(pid):
    """A process's CPU time by its own clock (clock_getcpuclockid(3)), finer than /proc/PID/stat."""
    return time.clock_gettime((~pid << 3) | 2)


class Server:
    """`with server.start(): …` gives target and pid."""

    name = ""
    sip = True

    def __init__(self, build, pin):
        self.build, self.pin = build, pin
        self.process = self.folder = None
        self.target = ""

    @property
    def pid(self):
        return self.process.pid

    def spawn(self, command, **how):
        pinned = ["taskset", "-c", str(self.pin)] if self.pin is not None else []
        self.process = subprocess.Popen([*pinned, *command], stdin=subprocess.DEVNULL, start_new_session=True, **how)

    def wait_for_line(self, line):
        # One line comes, or the pipe ends because the program did.
        got = self.process.stdout.readline().decode(errors="replace").strip()
        if got != line:
            raise CannotStart(f"{self.name} did not start: {self.log()}")

    def log(self):
        path = os.path.join(self.folder, "log")
        try:
            with open(path, encoding="utf-8", errors="replace") as f:
                return f.read()[-800:].strip() or "no output"
        except OSError:
            return "no log"

    def start(self, legs):
        self.folder = tempfile.mkdtemp(prefix="confab-compare-")
        try:
            self.launch(legs)
        except BaseException:
            self.stop()
            raise
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.process is not None:
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGTERM)
                try:
                    self.process.wait(8)
                except subprocess.TimeoutExpired:
                    self.process.kill()
                    self.process.wait()
            if self.process.stdout:
                self.process.stdout.close()
        self.process = None
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.folder = None


class Echo(Server):
    name = "echo"
    sip = False

    def launch(self, legs):
        self.target = f"127.0.0.1:{RTP_PORTS}"
        self.spawn([self.build / "bench/load/confab_udp_echo", f"--first-port={RTP_PORTS}", f"--ports={legs}"],
                   stdout=subprocess.PIPE)
        self.wait_for_line("ready")

    def version(self):
        return "one socket a leg, epoll, recvfrom and sendto for each packet"


class Confab(Server):
    name = "confab"

    def __init__(self, build, pin, flags=(), transports=("udp",)):
        super().__init__(build, pin)
        self.flags, self.transports = list(flags), transports

    def launch(self, legs):
        port = free_port()
        self.target = f"127.0.0.1:{port}"
        listen = ",".join(f"{t}://127.0.0.1:{port}" for t in self.transports)
        config = os.path.join(self.folder, "confab.conf")
        open(config, "w", encoding="utf-8").close()
        with open(os.path.join(self.folder, "log"), "wb") as log:
            self.spawn([self.build / "confabd", f"--config-file={config}", f"--sip.listen={listen}",
                        f"--state.directory={self.folder}/state", "--rooms.announcements=false", "--rooms.music-on-hold=false", "--web.listen=",
                        f"--media.first-port={RTP_PORTS}", "--log.level=warning", *self.flags],
                       stdout=subprocess.PIPE, stderr=log, cwd=self.folder)
        self.wait_for_line("ready")

    def version(self):
        return "announcements and music off" + (", " + " ".join(self.flags) if self.flags else "")


class Asterisk(Server):
    """ConfBridge in a folder that sid.py made; the process drops to the user `asterisk` of that folder."""

    name = "asterisk"

    def __init__(self, build, pin, root):
        super().__init__(build, pin)
        self.root = root

    def launch(self, legs):
        port = free_port()
        self.target = f"127.0.0.1:{port}"
        asterisk_config.write(self.root, port, RTP_PORTS, RTP_PORTS + max(2 * legs + 200, 1000))
        with open(os.path.join(self.folder, "log"), "wb") as log:
            # exec all the way, so that the process we started is the one that is measured.
            self.spawn(["chroot", str(self.root), "/usr/bin/setpriv", "--reuid=asterisk", "--regid=asterisk", "--clear-groups",
                        "--no-new-privs", "--inh-caps=-all", "/usr/sbin/asterisk", "-f", "-C", asterisk_config.MAIN],
                       stdout=log, stderr=log)
        self.wait_until_it_answers(port)

    def wait_until_it_answers(self, port):
        ping = (f"OPTIONS sip:ping@127.0.0.1:{port} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{{0}};branch=z9hG4bK{{1}}\r\n"
                "Max-Forwards: 70\r\nFrom: <sip:ping@127.0.0.1>;tag=1\r\nTo: <sip:ping@127.0.0.1>\r\n"
                "Call-ID: {1}@127.0.0.1\r\nCSeq: 1 OPTIONS\r\nContact: <sip:ping@127.0.0.1:{0}>\r\nContent-Length: 0\r\n\r\n")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.bind(("127.0.0.1", 0))
            s.settimeout(0.5)
            for attempt in range(60):
                if self.process.poll() is not None:
                    raise CannotStart(f"asterisk ended with status {self.process.returncode}: {self.log()}")
                s.sendto(ping.format(s.getsockname()[1], f"{os.getpid()}x{attempt}").encode(), ("127.0.0.1", port))
                try:
                    if s.recv(4096).startswith(b"SIP/2.0 "):
                        return
                except TimeoutError:
                    continue
                except OSError:  # nobody listens yet
                    time.sleep(0.3)
        raise CannotStart(f"asterisk did not answer within 30 s: {self.log()}")

    def version(self):
        done = subprocess.run(["chroot", str(self.root), "/usr/sbin/asterisk", "-V"], capture_output=True, text=True, check=False)
        return done.stdout.strip() + ", ConfBridge, its default jitter buffer"
