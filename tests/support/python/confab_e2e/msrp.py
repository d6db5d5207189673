"""An MSRP client (RFC 4975) with the SDP of RFC 6135 and RFC 7701: it says exactly what a test wants, on TCP or TLS, whichever side
connects. Independent of the server's classes; `rawsip.py` is the SIP side.

    ours = msrp.Offer(client.host)                                 # a=path, a=setup:active
    call.invite(msrp.description(ours.lines()))
    with msrp.Session.open(ours, call.answer) as chat:             # connects, and binds with an empty SEND
        chat.say("hello", sender="<sip:alice@h>", to=room_uri)
        message = chat.next_message()                              # answered with 200, and a REPORT if it wants one
"""

import functools
import hashlib
import select
import socket
import ssl
import time

from . import cpim
from .msrp_wire import Assembler, Chunk, Framer, cut, token


def tls_context(server_certificate=None, client_certificate=None):
    """PEM files with their keys; a client checks no names: the fingerprint in the SDP does (`Connection.fingerprint`)."""
    if server_certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(server_certificate)
        return context
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if client_certificate:
        context.load_cert_chain(client_certificate)
    return context


@functools.lru_cache(maxsize=1)
def nameless_client():
    """The context of all who show no certificate: thousands share it."""
    return tls_context()


class Connection:
    """One TCP or TLS connection; what comes in waits in `inbox`, unanswered. Several sessions may share it."""

    def __init__(self, sock):
        self._socket, self._framer = sock, Framer()
        self.inbox, self.closed, self.garbage = [], False, ""
        self._socket.setblocking(False)

    @classmethod
    def connect(cls, host, port, tls=True, certificate=None, seconds=10):
        plain = socket.create_connection((host, port), seconds)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            context = tls_context(client_certificate=certificate) if certificate else nameless_client()
            return cls(context.wrap_socket(plain, server_hostname=host) if tls else plain)
        except BaseException:
            plain.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._socket.close()
        self.closed = True

    def reset(self):
        """Without a farewell of TLS or TCP, as from a phone that loses its network."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.close()

    @property
    def fingerprint(self):
        """The peer's certificate as in `a=fingerprint` (RFC 8122)."""
        digest = hashlib.sha256(self._socket.getpeercert(binary_form=True)).hexdigest().upper()
        return "sha-256 " + ":".join(digest[i:i + 2] for i in range(0, 64, 2))

    def send(self, data, seconds=10):
        """Bytes as they are, garbage too. What comes in meanwhile is taken in, so that two who send do not wait for each other."""
        end, view = time.monotonic() + seconds, memoryview(data)
        while view:
            try:
                view = view[self._socket.send(view):]
            except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
                if time.monotonic() > end:
                    raise TimeoutError(f"the peer took no bytes for {seconds} s; {len(view)} are left") from None
                self._wait(0.1, writing=True)
                self.poll()

    def _wait(self, seconds, writing=False):
        waiting = select.poll()
        waiting.register(self._socket, select.POLLIN | (select.POLLOUT if writing else 0))
        return waiting.poll(max(0.0, seconds) * 1000)

    def poll(self, seconds=0.0):
        """Takes in what arrives within `seconds`; returns at the first arrival."""
        if self.closed:
            return
        pending = getattr(self._socket, "pending", lambda: 0)()
        if not pending and not self._wait(seconds):
            return
        try:
            while data := self._socket.recv(65536):
                self.inbox += self._framer.feed(data)
            self.close()
        except (BlockingIOError, ssl.SSLWantReadError):
            pass
        except ValueError as bad:
            self.garbage = str(bad)
            self.close()
        except (ConnectionError, ssl.SSLError):
            self.close()

    def take(self, wanted, seconds=5.0):
        """Removes and returns the first chunk that `wanted` accepts; None when none comes."""
        end, seen = time.monotonic() + seconds, 0
        while True:
            for i in range(seen, len(self.inbox)):
                if wanted(self.inbox[i]):
                    return self.inbox.pop(i)
            seen = len(self.inbox)
            left = end - time.monotonic()
            if left <= 0 or self.closed:
                return None
            self.poll(left)

    def expect(self, wanted, what, seconds=5.0):
        chunk = self.take(wanted, seconds)
        if chunk is None:
            state = f"closed {self.garbage}" if self.closed else "open"
            raise AssertionError(f"{what} did not come within {seconds} s (connection {state}); in the inbox: {self.inbox[:10]}")
        return chunk

    def is_closed_by_peer(self, seconds=5.0):
        end = time.monotonic() + seconds
        while not self.closed and time.monotonic() < end:
            self.poll(end - time.monotonic())
        return self.closed


class Listener:
    """Where a passive client waits (`a=setup:passive`); TLS with a PEM file of certificate and key."""

    def __init__(self, host="127.0.0.1", certificate=None):
        self._context = tls_context(server_certificate=certificate) if certificate else None
        self._socket = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        self.host, self.port = self._socket.getsockname()[:2]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._socket.close()

    def accept(self, seconds=5.0):
        self._socket.settimeout(seconds)
        sock, _ = self._socket.accept()
        sock.settimeout(max(seconds, 5.0))  # who only looks whether somebody waits still needs time for TLS
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Connection(self._context.wrap_socket(sock, server_side=True) if self._context else sock)


class Session:
    """One session of a connection: `local` and `remote` are paths, lists of URIs (§8.2; more than one where there are relays)."""

    def __init__(self, connection, local, remote):
        self.connection = connection
        self.local, self.remote = [local] if isinstance(local, str) else local, [remote] if isinstance(remote, str) else remote
        self._assembler = Assembler()

    @classmethod
    def open(cls, ours, remote_sdp, listener=None, certificate=None, bind=True):
        """From our `Offer` and the peer's SDP: connects, or accepts where we are the passive one (RFC 6135 §4.2)."""
        theirs = remote_media(remote_sdp)
        if theirs["setup"] == "active":
            connection = listener.accept()
        else:
            uri = theirs["path"][0]
            connection = Connection.connect(uri_host(uri), uri_port(uri), uri.startswith("msrps:"), certificate)
        session = cls(connection, ours.path, theirs["path"])
        if bind and theirs["setup"] != "active":
            session.keep_alive()
        return session

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def chunk(self, method, headers=(), body=None, flag="$", transaction=None, to=None, sender=None):
        """Any request of this session, not sent yet. `to`, `sender`: other paths than ours."""
        paths = [("To-Path", " ".join(to or self.remote)), ("From-Path", " ".join(sender or self.local))]
        return Chunk(transaction or token(), method, headers=[*paths, *headers], body=body, flag=flag)

    def transmit(self, chunk):
        self.connection.send(chunk.write())
        return chunk

    def chunks(self, body, size=None, content_type="message/cpim", message_id=None, success=None, failure=None, headers=(),
               open_range=False, last_flag="$"):
        """The SENDs of one message, for a test to send in its own order. `size` None: one chunk; `open_range`: the end of
        each range is `*` (§7.1.1); `last_flag="#"`: gives up at the end."""
        message_id = message_id or token()
        reports = [(f"{word}-Report", value) for word, value in (("Success", success), ("Failure", failure)) if value]
        for first, piece, last in cut(body, size or max(len(body), 1)):
            end = "*" if open_range else str(first + len(piece) - 1)
            yield self.chunk("SEND", [("Message-ID", message_id), ("Byte-Range", f"{first}-{end}/{len(body)}"), *reports, *headers,
                                      ("Content-Type", content_type)], piece, last_flag if last else "+")

    def send(self, body, seconds=5.0, answered=True, **how):
        """One message (arguments of `chunks`); returns the last response, or the last chunk when not `answered`."""
        result = None
        for chunk in self.chunks(body, **how):
            self.transmit(chunk)
            result = self.response(chunk, seconds) if answered else chunk
            if answered and result.status != 200:
                break
        return result

    def say(self, text, sender, to, content_type='text/plain; charset="utf-8"', headers=(), **how):
        """A text in its CPIM envelope; returns the response."""
        return self.send(cpim.wrap(sender, to, text, content_type, headers=headers), **how)

    def response(self, chunk, seconds=5.0):
        return self.connection.expect(lambda c: c.is_response and c.transaction == chunk.transaction,
                                      f"the response to {chunk.method} {chunk.transaction}", seconds)

    def request(self, method, headers=(), body=None, seconds=5.0, **how):
        return self.response(self.transmit(self.chunk(method, headers, body, **how)), seconds)

    def keep_alive(self, seconds=5.0):
        """An empty SEND (§7.1): also what binds a new connection to its session."""
        return self.request("SEND", [("Message-ID", token())], seconds=seconds)

    def nickname(self, name, seconds=5.0):
        """RFC 7701 §7.1; "" takes it back."""
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return self.request("NICKNAME", [("Use-Nickname", f'"{quoted}"')], seconds=seconds)

    def is_ours(self, chunk):
        return bool(chunk.to_path) and same_session(chunk.to_path[0], self.local[0])

    def respond(self, chunk, status=200, comment="OK"):
        """§7.2: the hop before gets it. Nothing goes out where Failure-Report forbids it."""
        wish = chunk.get("Failure-Report", "yes")
        if wish == "no" or (wish == "partial" and status == 200):
            return
        self.transmit(Chunk(chunk.transaction, status=status, comment=comment,
                            headers=[("To-Path", chunk.from_path[0]), ("From-Path", self.local[0])]))

    def report(self, chunk, length, status="000 200 OK"):
        """§7.1.2, for the bytes 1 to `length` of its message."""
        return self.transmit(self.chunk("REPORT", [("Message-ID", chunk.message_id), ("Byte-Range", f"1-{length}/{length}"),
                                                   ("Status", status)], to=chunk.from_path))

    def next_chunk(self, method="SEND", seconds=5.0, answer=True):
        chunk = self.connection.expect(lambda c: c.method == method and self.is_ours(c), f"a {method} for {self.local[0]}", seconds)
        if answer and method == "SEND":
            self.respond(chunk)
        return chunk

    def next_data(self, seconds=5.0):
        """(last chunk, body) of the next whole message; keep-alives are answered and passed over."""
        end = time.monotonic() + seconds
        while True:
            chunk = self.next_chunk(seconds=end - time.monotonic())
            if chunk.body is None:
                continue
            body = self._assembler.add(chunk)
            if body is None:
                continue
            if chunk.get("Success-Report") == "yes":
                self.report(chunk, len(body))
            return chunk, body

    def next_message(self, seconds=5.0):
        """The next message out of its CPIM envelope."""
        chunk, body = self.next_data(seconds)
        if chunk.get("Content-Type").lower() != "message/cpim":
            raise AssertionError(f"Content-Type: {chunk.get('Content-Type')}, expected message/cpim")
        return cpim.unwrap(body)

    def next_report(self, message_id, seconds=5.0):
        return self.connection.expect(lambda c: c.method == "REPORT" and c.message_id == message_id,
                                      f"a REPORT of {message_id}", seconds)

    def hears_nothing(self, seconds=0.5):
        """No message comes within that time; keep-alives may."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            chunk = self.connection.take(lambda c: c.method == "SEND" and self.is_ours(c), left)
            if chunk is not None:
                self.respond(chunk)
                if chunk.body is not None:
                    return False
        return True


def uri_parts(uri):
    """(scheme, host, port, session) of an MSRP URI (§6)."""
    scheme, _, rest = uri.partition("://")
    authority, _, session = rest.partition(";")[0].partition("/")
    host, _, port = authority.rpartition("@")[2].rpartition(":")
    return scheme, host.strip("[]"), int(port), session


def uri_host(uri):
    return uri_parts(uri)[1]


def uri_port(uri):
    return uri_parts(uri)[2]


def same_session(one, other):
    return uri_parts(one)[3] == uri_parts(other)[3]


class Offer:
    """Our `m=message`. `setup` active: we connect, and port 9 stands in the path; passive and actpass need a `listener`."""

    def __init__(self, host="127.0.0.1", tls=True, setup="active", listener=None, session=None):
        self.host, self.tls, self.setup = host, tls, setup
        self.port = listener.port if listener else 9
        literal = f"[{host}]" if ":" in host else host
        self.path = f"msrp{'s' if tls else ''}://{literal}:{self.port}/{session or token(20)};tcp"

    def lines(self, accept="message/cpim", wrapped="*", chatroom="", direction="", more=()):
        """From `m=` on; "" leaves an attribute out. `chatroom`: `nickname private-messages`."""
        attributes = [f"path:{self.path}", *([f"accept-types:{accept}"] if accept else []),
                      *([f"accept-wrapped-types:{wrapped}"] if wrapped else []), *([f"setup:{self.setup}"] if self.setup else []),
                      *([f"chatroom:{chatroom}"] if chatroom else []), *([direction] if direction else []), *more]
        return [f"m=message {self.port} TCP/{'TLS/' if self.tls else ''}MSRP *", *(f"a={a}" for a in attributes)]


def description(media, host="127.0.0.1", version=1):
    """An SDP of these media lines alone; `sip_message.sdp(more=…)` puts them behind an audio line."""
    kind = "IP6" if ":" in host else "IP4"
    return "\r\n".join(["v=0", f"o=tester 20 {version} IN {kind} {host}", "s=-", f"c=IN {kind} {host}", "t=0 0", *media]) + "\r\n"


def remote_media(sdp, number=0):
    """The n-th `m=message` of a `sip_message.Sdp`, as a dict: port, protocol, path, setup, accept, wrapped, chatroom, fingerprint."""
    media = [m for m in sdp.media if m["kind"] == "message"][number]
    values = {}
    for attribute in media["attributes"]:
        name, _, value = attribute.partition(":")
        values.setdefault(name, value)
    return {"port": media["port"], "protocol": media["protocol"], "host": media["host"], "path": values.get("path", "").split(),
            "setup": values.get("setup", ""), "accept": values.get("accept-types", "").split(),
            "wrapped": values.get("accept-wrapped-types", "").split(), "chatroom": values.get("chatroom", "").split(),
            "fingerprint": values.get("fingerprint", ""), "attributes": media["attributes"]}
