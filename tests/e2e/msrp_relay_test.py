"""A client behind an MSRP relay (RFC 4976): kamailio's, between the tests' client and the built daemon. Paths of two URIs both ways."""

import tempfile
import unittest

from confab_e2e import cpim, msrp
from confab_e2e.chatter import Chatter, certificate
from confab_e2e.msrp_wire import token
from confab_e2e.relay import Relay
from confab_e2e.server import ServerTest


class Relayed(Chatter):
    """Has registered with the relay, whose URI stands before its own in its SDP."""

    def __init__(self, server, relay, *arguments, **how):
        super().__init__(server, *arguments, tls=relay.scheme == "msrps", **how)
        self.relay = relay
        self.connection = msrp.Connection.connect("127.0.0.1", relay.port, self.tls)
        self.own = f"{relay.scheme}://127.0.0.1:9/{token(20)};tcp"
        self.use_path = relay.register(self.connection, self.own)

    def close(self):
        self.connection.close()
        super().close()

    def describe(self, audio=False, more=(), chat=True, fresh=True):
        self.version += 1
        self.ours = msrp.Offer("127.0.0.1", self.tls, self.setup)
        self.ours.path = f"{self.use_path} {self.own}"
        if self.setup == "passive":
            self.ours.port = self.relay.port
        return msrp.description(self.ours.lines(chatroom=self.chatroom, more=more), version=self.version)

    def connect(self, bind=True):
        """Bound by the relay's connection to the server, or the server's to the relay."""
        theirs = msrp.remote_media(self.call.answer)["path"]
        self.session = msrp.Session(self.connection, self.own, [self.use_path, *theirs])
        if self.setup == "active":
            self.session.keep_alive()
        return self.session


class RelayTest(ServerTest):
    tls = False

    def setUp(self):
        pem = None
        if self.tls:
            folder = tempfile.TemporaryDirectory()
            self.addCleanup(folder.cleanup)
            pem, _ = certificate(folder.name)
        self.relay = self.enterContext(Relay(pem))

    def relayed(self, *arguments, **how):
        made = Relayed(self.server, self.relay, *arguments, **how)
        self.addCleanup(made.close)
        return made

    def joined(self, *arguments, **how):
        made = Chatter(self.server, *arguments, **how)
        self.addCleanup(made.close)
        return made.join()

    def talk(self, alice, bob):
        for number, text in enumerate(("hello", "g" * 9_000)):
            self.assertEqual(alice.say(text).status, 200)
            self.assertEqual(bob.hears(text).address("From")[1], "sip:alice@127.0.0.1")
            self.assertEqual(bob.say(f"{number} {text}").status, 200)
            alice.hears(f"{number} {text}")


class OverTcp(RelayTest):
    def test_chat_goes_through_the_relay_both_ways(self):
        bob = self.joined("relay", "bob")
        alice = self.relayed("relay", "alice", setup="active").join()
        self.assertTrue(alice.welcome.text.startswith("Welcome! There is one more participant"), alice.welcome.text)
        bob.told("alice@127.0.0.1 has joined the room with chat")
        self.talk(alice, bob)

    def test_the_server_connects_to_the_relay_where_the_client_waits(self):
        bob = self.joined("relay2", "bob")
        alice = self.relayed("relay2", "alice", setup="passive").join()
        self.assertEqual(msrp.remote_media(alice.call.answer)["setup"], "active")
        bob.told("alice@127.0.0.1 has joined the room with chat")
        self.talk(alice, bob)

    def test_both_paths_are_whole_in_what_comes(self):
        bob = self.joined("paths", "bob")
        alice = self.relayed("paths", "alice", setup="active").join()
        self.assertEqual(bob.say("hello").status, 200)
        chunk = alice.session.next_chunk()
        self.assertEqual(chunk.to_path, [alice.own])
        self.assertEqual(chunk.from_path, [alice.use_path, *msrp.remote_media(alice.call.answer)["path"]])

    def test_chunks_reports_and_refusals_come_back_through_the_relay(self):
        bob = self.joined("back", "bob")
        alice = self.relayed("back", "alice", setup="active").join()
        identity, data = token(), cpim.wrap(alice.me, alice.room, "c" * 5_000)
        self.assertEqual(alice.session.send(data, size=700, success="yes", message_id=identity).status, 200)
        bob.hears("c" * 5_000)
        report = alice.session.next_report(identity)
        self.assertEqual((report.get("Status"), report.byte_range), ("000 200 OK", (1, len(data), len(data))))
        self.assertEqual(report.to_path, [alice.own])

    def test_the_relay_is_not_held_for_another_clients_connection(self):
        """One session a connection: what a second client sends through the relay's connection is refused, and harms nobody."""
        bob = self.joined("two", "bob")
        alice = self.relayed("two", "alice", setup="active").join()
        other = self.relayed("two", "carol", setup="active")
        self.assertEqual(other.invite().status, 200)
        other.connect()
        self.assertTrue(other.hears_nothing(), "not welcomed")
        self.talk(alice, bob)

    def test_who_hangs_up_is_gone(self):
        bob = self.joined("bye", "bob")
        alice = self.relayed("bye", "alice", setup="active").join()
        bob.told("alice@127.0.0.1 has joined")
        alice.call.bye()
        bob.told("alice@127.0.0.1 has left the room")


class OverTls(RelayTest):
    tls = True

    def test_chat_goes_through_the_relay_both_ways(self):
        for setup in ("active", "passive"):
            bob = self.joined(f"tls-{setup}", "bob")
            alice = self.relayed(f"tls-{setup}", "alice", setup=setup).join()
            bob.told("alice@127.0.0.1 has joined the room with chat")
            self.talk(alice, bob)
            alice.call.bye()
            bob.told("alice@127.0.0.1 has left the room")


if __name__ == "__main__":
    unittest.main()
