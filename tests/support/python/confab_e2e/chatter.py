"""A participant of a room's chat: a raw SIP call whose `m=message` the tests' own MSRP client connects.

    alice = Chatter(server, "lunch", "alice", "Alice").join()
    alice.say("hello")
    bob.hears("hello")
"""

import subprocess

from . import cpim, msrp
from .ports import need
from .rawsip import Call, Client
from .server import ServerTest
from .sip_message import Sdp, sdp
from .watcher import Watcher

HOST = "127.0.0.1"
AGP = "urn:ag-projects:xml:ns:cpim"
ROOMS = "nickname private-messages"


def certificate(folder, name="peer"):
    """A PEM file of a new certificate with its key, and its fingerprint as in SDP (RFC 8122)."""
    path, bare = f"{folder}/{name}.pem", f"{folder}/{name}.crt"
    openssl = need("openssl", "openssl")
    subprocess.run([openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
                    "-subj", f"/CN={name}", "-keyout", path, "-out", bare], check=True, stderr=subprocess.DEVNULL)
    with open(path, "ab") as both, open(bare, "rb") as file:
        both.write(file.read())
    digest = subprocess.run([openssl, "x509", "-in", bare, "-noout", "-fingerprint", "-sha256"], check=True, stdout=subprocess.PIPE)
    return path, "sha-256 " + digest.stdout.decode().strip().partition("=")[2]


class Chatter:
    """`tls`, `setup`: of its SDP; `headers`: of its INVITE; `family`: "v4" or "v6"."""

    def __init__(self, server, room="lunch", user="alice", name="", tls=True, setup="active", chatroom=ROOMS, headers=(), listener=None,
                 pem=None, family="v4"):
        self.host = HOST if family == "v4" else "::1"
        domain = HOST if family == "v4" else "[::1]"
        self.server, self.room, self.tls, self.setup, self.chatroom = server, f"<sip:{room}@{domain}>", tls, setup, chatroom
        self.headers, self.listener, self.pem = list(headers), listener, pem
        self.client = Client(server.address("tcp", family), "tcp")
        self.call = Call(self.client, room, user=user)
        self.uri = f"sip:{user}@{domain}"
        self.me = f"{name} <{self.uri}>".strip()
        if name:
            self.call.local = f'"{name}" <{self.uri}>;tag={self.call.local_tag}'
        self.version, self.session, self.welcome = 0, None, None

    def close(self):
        if self.session:
            self.session.connection.close()
        self.client.close()

    def describe(self, audio=False, more=(), chat=True, fresh=True):
        """The next offer or answer of its own."""
        self.version += 1
        if fresh:
            self.ours = msrp.Offer(self.host, self.tls, self.setup, self.listener)
        lines = self.ours.lines(chatroom=self.chatroom, more=more) if chat else ["m=message 0 TCP/TLS/MSRP *"]
        if audio:
            return sdp(40000, self.host, self.version, more=lines)
        return msrp.description(lines, self.host, self.version)

    def invite(self, audio=False, more=(), chat=True):
        """INVITE or re-INVITE with chat; returns the final response."""
        return self.call.invite(self.describe(audio, more, chat), headers=self.headers)

    def connect(self, bind=True):
        self.session = msrp.Session.open(self.ours, self.call.answer, self.listener, self.pem, bind)
        return self.session

    def join(self, audio=False, more=()):
        """In the room, and welcomed."""
        response = self.invite(audio, more)
        if response.status != 200:
            raise AssertionError(f"INVITE: {response.first_line} {response.get('warning')}, expected 200")
        self.connect()
        self.welcome = self.session.next_message()
        return self

    def answer_offer(self, seconds=10.0):
        """Takes a re-INVITE of the server and answers it with a new path of ours; returns what it offered."""
        request = self.call.request_from_server("INVITE", seconds)
        self.call.answer = Sdp(request.body)
        audio = any(m["kind"] == "audio" and m["port"] for m in self.call.answer.media)
        self.client.reply(request, 200, headers=["Content-Type: application/sdp"], body=self.describe(audio))
        self.call.request_from_server("ACK", seconds)
        return self.call.answer

    def say(self, text, to=None, **how):
        """The response."""
        return self.session.say(text, self.me, to or self.room, **how)

    def share(self, picture, **how):
        """A picture of its screen, bytes or base64 text; the response."""
        return self.session.send(cpim.wrap(self.me, self.room, picture, "application/blink-screensharing"), **how)

    def next_said(self, seconds=5.0):
        """The next message that is no status line of the room's."""
        while True:
            message = self.session.next_message(seconds)
            if not is_status(message):
                return message

    def hears(self, text, seconds=5.0):
        """The next message is that one."""
        message = self.next_said(seconds)
        if message.text != text:
            raise AssertionError(f"{message.text!r} came, expected {text!r}")
        return message

    def told(self, beginning, seconds=5.0):
        """The next status line begins so; other messages before it are passed over."""
        while True:
            message = self.session.next_message(seconds)
            if is_status(message) and message.text.startswith(beginning):
                return message

    def hears_nothing(self, seconds=0.4):
        return self.session.hears_nothing(seconds)

    def skip(self, messages):
        for _ in range(messages):
            self.session.next_message()


def is_status(message):
    return message.extension(AGP, "Message-Type") == "status"


class ChattersTest(ServerTest):
    """Tests with participants who chat; each is closed after its test."""

    def chatter(self, *arguments, **how):
        made = Chatter(self.server, *arguments, **how)
        self.addCleanup(made.close)
        return made

    def joined(self, *arguments, **how):
        return self.chatter(*arguments, **how).join()

    def watch(self, room, user):
        client = Client(self.server.address("tcp"), "tcp")
        self.addCleanup(client.close)
        return Watcher(client, room, user).subscribe()


__all__ = ["AGP", "Chatter", "ChattersTest", "certificate", "cpim", "is_status"]
