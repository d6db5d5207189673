"""An HTTP client of the tests' own: one request a call, an event stream, and bytes as they are."""

import http.client
import socket
import ssl
import urllib.parse


def _trusting():
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def connect(url, seconds=5.0):
    """A socket to the host of a URL, with TLS where the URL says so, and the target to ask for."""
    parts = urllib.parse.urlsplit(url)
    raw = socket.create_connection((parts.hostname, parts.port), seconds)
    sock = _trusting().wrap_socket(raw, server_hostname=parts.hostname) if parts.scheme == "https" else raw
    return sock, urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))


class Response:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def get(self, name, default=""):
        return self.headers.get(name, default)

    @property
    def text(self):
        return self.body.decode()


def ask(url, method="GET", headers=None, seconds=10.0):
    parts = urllib.parse.urlsplit(url)
    make = (lambda: http.client.HTTPSConnection(parts.hostname, parts.port, timeout=seconds, context=_trusting())) \
        if parts.scheme == "https" else (lambda: http.client.HTTPConnection(parts.hostname, parts.port, timeout=seconds))
    connection = make()
    try:
        connection.request(method, connect_target(parts), headers=headers or {})
        got = connection.getresponse()
        return Response(got.status, got.headers, got.read())
    finally:
        connection.close()


def connect_target(parts):
    return urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))


def raw(url, data, seconds=5.0, then=None):
    """Sends these bytes and returns what comes until the peer closes; `then(sock)` may do more in between."""
    sock, _ = connect(url, seconds)
    with sock:
        try:
            sock.sendall(data)
            if then:
                then(sock)
        except OSError:
            pass  # closed while we wrote: what it said before counts
        return read_all(sock)


def read_all(sock):
    got = b""
    try:
        while piece := sock.recv(65536):
            got += piece
    except OSError:
        pass
    return got


class Events:
    """`with Events(url) as events: name, data = events.next()`."""

    def __init__(self, url, seconds=10.0):
        self.sock, target = connect(url, seconds)
        self.sock.sendall(f"GET {target} HTTP/1.1\r\nHost: test\r\nAccept: text/event-stream\r\n\r\n".encode())
        self.buffer = b""
        self.head = self._until(b"\r\n\r\n").decode()
        self.status = int(self.head.split()[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def _until(self, end):
        while end not in self.buffer:
            piece = self.sock.recv(65536)
            if not piece:
                raise EOFError("the stream ended")
            self.buffer += piece
        part, _, self.buffer = self.buffer.partition(end)
        return part

    def next(self):
        """(name, data) of the next event; comments are passed over."""
        while True:
            lines = self._until(b"\n\n").decode().split("\n")
            name = next((line[7:] for line in lines if line.startswith("event: ")), None)
            if name is not None:
                return name, "\n".join(line[6:] for line in lines if line.startswith("data: "))

    def until(self, name, wanted=lambda data: True):
        while True:
            got, data = self.next()
            if got == name and wanted(data):
                return data


__all__ = ["Events", "Response", "ask", "connect", "raw", "read_all"]
