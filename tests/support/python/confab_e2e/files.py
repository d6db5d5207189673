"""Files over MSRP (RFC 5547) as a client of the tests' own: an INVITE of its own for each, or a stream in a participant's call.

    push = Push(server, "lunch", "alice", File("a.txt", b"hello"))
    push.invite().status; push.send().status
    Pull(server, "lunch", "bob", push.file.selector(name=False)).fetch()
"""

import hashlib
import os

from . import msrp, sip_message
from .msrp_wire import cut, token
from .rawsip import Call, Client
from .sip_message import Sdp, sdp

HOST = "127.0.0.1"


def escaped(name):
    """RFC 5547 §6: what may not stand in quotes."""
    return "".join(f"%{ord(c):02X}" if c in '"%\r\n\0' else c for c in name)


def pairs(digest):
    return ":".join(digest[i:i + 2] for i in range(0, len(digest), 2)).upper()


class File:
    def __init__(self, name="file.bin", data=b"", type="application/octet-stream"):
        self.name, self.data, self.type = name, data, type

    @classmethod
    def random(cls, name, size):
        return cls(name, os.urandom(size))

    def sha1(self, word="sha-1"):
        return f"{word}:{pairs(hashlib.sha1(self.data).hexdigest())}"

    def sha256(self):
        return f"sha-256:{pairs(hashlib.sha256(self.data).hexdigest())}"

    def selector(self, name=True, type=True, size=True, hashes=None):
        words = [f'name:"{escaped(self.name)}"'] if name else []
        words += [f"type:{self.type}"] if type else []
        words += [f"size:{len(self.data) if size is True else size}"] if size is not False else []
        words += [f"hash:{h}" for h in ([self.sha1()] if hashes is None else hashes)]
        return " ".join(words)


class Transfer:
    """One file stream; `call`: of a participant, else a call of its own. `more`: attribute lines besides."""

    direction = "sendonly"

    def __init__(self, server, room, user, selector, name="", more=(), tls=True, call=None, transfer_id=None, client=None):
        self.server, self.selector, self.more, self.own = server, selector, list(more), call is None
        self.client = client or (Client(server.address("tcp"), "tcp") if self.own else call.client)
        self.call = call or Call(self.client, room, user=user)
        if self.own and name:
            self.call.local = f'"{name}" <sip:{user}@{HOST}>;tag={self.call.local_tag}'
        self.ours = msrp.Offer(HOST, tls)
        self.transfer_id = transfer_id or token()
        self.session, self.number = None, 0

    def lines(self):
        more = [f"file-selector:{self.selector}", f"file-transfer-id:{self.transfer_id}", *self.more]
        return self.ours.lines(accept="*", direction=self.direction, more=more)

    def with_pin(self, digits):
        self.call.target += f";pin={digits}"
        return self

    def invite(self, headers=(), icon=None):
        """The call of its own; the final response. `icon`: (Content-ID, type, bytes) of a picture beside the SDP, as in RFC 5547 §9."""
        described = msrp.description(self.lines())
        if icon is None:
            return self.call.invite(described, headers=headers)
        name, kind, picture = icon
        body = b"\r\n".join([b"--boundary71", b"Content-Type: application/sdp", b"Content-Length: %d" % len(described), b"", described.encode(),
                             b"--boundary71", b"Content-Type: " + kind.encode(), b"Content-Transfer-Encoding: binary",
                             b"Content-ID: <" + name.encode() + b">", b"Content-Disposition: icon", b"", picture, b"--boundary71--", b""])
        related = 'Content-Type: multipart/related; type="application/sdp"; boundary="boundary71"'
        return self.call.invite(body, headers=[related, *headers])

    def answer_line(self):
        return msrp.remote_media(self.call.answer, self.number)

    def attribute(self, name):
        """Of the answer; None where it is not there."""
        return next((a.partition(":")[2] for a in self.answer_line()["attributes"] if a.partition(":")[0] == name), None)

    def connect(self, bind=True):
        theirs = self.answer_line()
        uri = theirs["path"][0]
        connection = msrp.Connection.connect(msrp.uri_host(uri), msrp.uri_port(uri), uri.startswith("msrps:"))
        self.session = msrp.Session(connection, self.ours.path, theirs["path"])
        if bind:
            self.session.keep_alive()
        return self.session

    def close(self):
        if self.session and not self.session.connection.closed:
            self.session.connection.close()
        if self.own:
            self.client.close()


class Push(Transfer):
    def __init__(self, server, room, user, file, selector=None, **how):
        super().__init__(server, room, user, selector or file.selector(), **how)
        self.file = file

    def chunks(self, data=None, offset=0, size=65536, total=None, message_id=None, base=None, content_type=None):
        """SENDs of the file from `offset` on, as clients in the field write them: both reports, one Message-ID. `base`: what stands before the
        first byte as the message counts, where that is not `offset`."""
        data = self.file.data if data is None else data
        total, message_id = len(data) if total is None else total, message_id or token()
        for start, piece, last in cut(data[offset:], size):
            begin = start + (offset if base is None else base)
            yield self.session.chunk("SEND", [("Message-ID", message_id), ("Byte-Range", f"{begin}-{begin + len(piece) - 1}/{total}"),
                                              ("Success-Report", "yes"), ("Failure-Report", "yes"),
                                              ("Content-Type", content_type or self.file.type)], piece, "$" if last else "+")

    def send(self, seconds=20.0, **how):
        """All of it, chunk after chunk; the last response. Stops at the first refusal."""
        if self.session is None:
            self.connect()
        response = None
        for chunk in self.chunks(**how):
            response = self.session.response(self.session.transmit(chunk), seconds)
            if response.status != 200:
                break
        return response

    def stream(self, seconds=60.0, **how):
        """All of it without waiting for each answer; the response to the last chunk."""
        if self.session is None:
            self.connect()
        for chunk in self.chunks(**how):
            self.session.transmit(chunk)
        return self.session.response(chunk, seconds)

    def offset(self):
        """FILE_OFFSET: (status, Offset)."""
        response = self.session.request("FILE_OFFSET")
        return response.status, int(response.get("Offset") or -1)

    def share(self, **how):
        """INVITE and all of it; itself. Fails where it is refused."""
        response = self.invite()
        if response.status != 200:
            raise AssertionError(f"INVITE: {response.first_line} {response.get('warning')}, expected 200")
        response = self.send(**how)
        if response.status != 200:
            raise AssertionError(f"the last SEND: {response}, expected 200")
        return self


class Pull(Transfer):
    direction = "recvonly"

    def fetch(self, seconds=20.0, have=None):
        """INVITE, connect, and the bytes that come. `have`: how many it says to have (FILE_OFFSET)."""
        response = self.invite()
        if response.status != 200:
            raise AssertionError(f"INVITE: {response.first_line} {response.get('warning')}, expected 200")
        return self.receive(seconds, have)

    def receive(self, seconds=20.0, have=None):
        if self.session is None:
            self.connect()
        if have is not None:
            asked = self.session.next_chunk("FILE_OFFSET", seconds)
            self.session.transmit(msrp.Chunk(asked.transaction, status=200, comment="OK", headers=[
                ("To-Path", asked.from_path[0]), ("From-Path", self.session.local[0]), ("Offset", str(have))]))
        data, self.first = bytearray(), None
        while True:
            chunk = self.session.next_chunk(seconds=seconds)
            if not chunk.get("Content-Type"):
                continue
            if self.first is None:
                self.first = chunk
            data += chunk.body or b""
            if chunk.flag == "#":
                raise AssertionError("the server gave up")
            if chunk.flag == "$":
                break
        start = self.first.byte_range[0]
        self.last = chunk
        self.session.report(chunk, start - 1 + len(data))
        return bytes(data)


class Delivery:
    """The server's call to hand a file over (`files.push`), taken by a client that connects or waits (`listener`)."""

    def __init__(self, client, listener=None, seconds=10.0):
        self.client, self.listener = client, listener
        self.invite = client.expect_request("INVITE", seconds)
        self.parts = sip_message.parts_of(self.invite) if self.invite.get("content-type").startswith("multipart/") else []
        self.offer = Sdp(self.parts[0][1].decode() if self.parts else self.invite.body)
        self.theirs = msrp.remote_media(self.offer)
        self.session = None

    def attribute(self, name):
        return next((a.partition(":")[2] for a in self.theirs["attributes"] if a.partition(":")[0] == name), None)

    def decline(self, status=603, reason="Decline"):
        self.client.reply(self.invite, status, reason)

    def take(self, early=False):
        """200, ACK, connection, and the bytes. `early`: the connection asks for its session before the 200 goes out."""
        to = self.invite.get("to")
        self.invite.headers = [(n, f"{to};tag=here" if n == "to" else v) for n, v in self.invite.headers]
        ours = msrp.Offer(HOST, True, "passive" if self.listener else "active", self.listener)
        lines = ours.lines(accept="*", direction="recvonly", more=[f"file-selector:{self.attribute('file-selector')}",
                                                                   f"file-transfer-id:{self.attribute('file-transfer-id')}"])
        asked = self._connect(ours) if early else None
        self.client.reply(self.invite, 200, headers=["Content-Type: application/sdp"], body=msrp.description(lines))
        self.client.expect_request("ACK")
        if self.listener:
            self.session = msrp.Session(self.listener.accept(), ours.path, self.theirs["path"])
        else:
            asked = asked or self._connect(ours)
            if self.session.response(asked).status != 200:
                raise AssertionError("the server does not know the session that it offered")
        return received(self.session)

    def _connect(self, ours):
        """The empty SEND that asks for the session, not answered yet."""
        uri = self.theirs["path"][0]
        self.session = msrp.Session(msrp.Connection.connect(msrp.uri_host(uri), msrp.uri_port(uri)), ours.path, self.theirs["path"])
        return self.session.transmit(self.session.chunk("SEND", [("Message-ID", msrp.token())]))

    def close(self):
        if self.session:
            self.session.connection.close()
        self.client.close()


def received(session, seconds=20.0):
    """The bytes of the file that comes; each chunk is answered, the last one reported."""
    data = bytearray()
    while True:
        chunk = session.next_chunk(seconds=seconds)
        if not chunk.get("Content-Type"):
            continue
        data += chunk.body or b""
        if chunk.flag == "#":
            raise AssertionError("the server gave up")
        if chunk.flag == "$":
            session.report(chunk, len(data))
            return bytes(data)


def in_call(chatter, *transfers, audio=True):
    """A re-INVITE of a participant that adds these streams behind what its call has; the final response."""
    lines = []
    for transfer in transfers:
        lines += transfer.lines()
    chatter.version += 1
    chat = chatter.ours.lines(chatroom=chatter.chatroom)
    body = sdp(40000, version=chatter.version, more=chat + lines) if audio else msrp.description(chat + lines, version=chatter.version)
    response = chatter.call.invite(body)
    for number, transfer in enumerate(transfers):
        transfer.number = number + 1  # the chat is the first m=message
    return response


