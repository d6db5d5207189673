"""Many TLS connections on one epoll loop, and the clock of a load. Each connection feeds a machine that has no socket."""

import select
import socket
import ssl
import time

CHUNK = 65536


class Failed(Exception):
    """Why a load cannot be put on."""


class Peer:
    """One connection; `machine.on_bytes(data)` returns what goes back."""

    def __init__(self, loop, host, port, machine):
        self.machine, self._loop, self._out = machine, loop, bytearray()
        plain = socket.create_connection((host, port), 20)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = loop.context.wrap_socket(plain, server_hostname=host) if loop.context else plain
        self.socket.setblocking(False)
        loop.add(self)
        self.send(machine.begin())

    def send(self, data):
        self._out += data
        self._flush()

    def _flush(self):
        waiting = False
        while self._out:
            try:
                del self._out[:self.socket.send(self._out)]
            except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
                waiting = True
                break
        self._loop.watch(self, waiting)

    def on_ready(self, events):
        if events & select.EPOLLOUT:
            self._flush()
        # TLS may hold more than the kernel says.
        while True:
            try:
                data = self.socket.recv(CHUNK)
            except (BlockingIOError, ssl.SSLWantReadError):
                return
            except (ConnectionError, ssl.SSLError) as why:
                raise Failed(f"{self.machine}: {why}") from why
            if not data:
                raise Failed(f"{self.machine}: the server closed the connection")
            answer = self.machine.on_bytes(data)
            if answer:
                self.send(answer)


class Loop:
    """Owns the connections; single thread."""

    def __init__(self, tls=True):
        self.context = None
        if tls:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self.context.check_hostname, self.context.verify_mode = False, ssl.CERT_NONE
        self._epoll, self._peers, self._writing = select.epoll(), {}, set()
        self.also_close = []  # what else a run holds

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for peer in self._peers.values():
            peer.socket.close()
        for other in self.also_close:
            other.close()
        self._epoll.close()

    def add(self, peer):
        self._peers[peer.socket.fileno()] = peer
        self._epoll.register(peer.socket.fileno(), select.EPOLLIN)

    def forget(self, peer):
        """It reads nothing any more; its connection stays."""
        self._epoll.unregister(peer.socket.fileno())

    def watch(self, peer, writing):
        if writing != (peer in self._writing):
            (self._writing.add if writing else self._writing.discard)(peer)
            self._epoll.modify(peer.socket.fileno(), select.EPOLLIN | (select.EPOLLOUT if writing else 0))

    def run(self, until):
        while True:
            for number, events in self._epoll.poll(max(0.0, until - time.monotonic()), 64):
                self._peers[number].on_ready(events)
            if time.monotonic() >= until:
                return

    def run_while(self, busy, seconds, what):
        end = time.monotonic() + seconds
        while busy():
            if time.monotonic() > end:
                raise Failed(f"{what}: not within {seconds} s")
            self.run(time.monotonic() + 0.005)
