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

    def everybody_talks(self, *people):
        """Each says something, short and long, and all others hear it, whole and once."""
        for length in (0, 9_000):
            for one in people:
                text = f"{one.uri} says {length} " + "g" * length
                self.assertEqual(one.say(text).status, 200)
                for other in people:
                    if other is not one:
                        self.assertEqual(other.hears(text).address("From")[1], one.uri)

    def shared(self):
        """How many sessions have come by a connection that another has bound, since the server began."""
        return len(self.server.records("another MSRP session on a connection"))

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

    def test_two_clients_behind_the_relay_share_its_connection(self):
        before = self.shared()
        bob = self.joined("two", "bob")
        alice = self.relayed("two", "alice", setup="active").join()
        carol = self.relayed("two", "carol", setup="active").join()
        self.assertEqual(self.shared() - before, 1)
        self.everybody_talks(alice, bob, carol)
        carol.call.bye()
        for one in (alice, bob):
            one.told("carol@127.0.0.1 has left the room")
        self.talk(alice, bob)

    def test_the_others_go_on_when_the_first_hangs_up(self):
        bob = self.joined("first", "bob")
        alice = self.relayed("first", "alice", setup="active").join()
        carol = self.relayed("first", "carol", setup="active").join()
        alice.call.bye()
        for one in (bob, carol):
            one.told("alice@127.0.0.1 has left the room")
        self.everybody_talks(bob, carol)
        before = self.shared()
        dora = self.relayed("first", "dora", setup="active").join()
        self.assertEqual(self.shared() - before, 1)
        self.everybody_talks(bob, carol, dora)

    def test_five_clients_behind_the_relay_chat_and_each_hears_all(self):
        before = self.shared()
        bob = self.joined("five", "bob")
        others = [self.relayed("five", name, setup="active").join() for name in ("ann", "cyd", "dot", "eve", "fay")]
        self.assertEqual(self.shared() - before, 4)
        self.everybody_talks(bob, *others)
        others.pop(2).call.bye()
        for one in (bob, *others):
            one.told("dot@127.0.0.1 has left the room")
        self.everybody_talks(bob, *others)

    def test_a_client_that_is_gone_is_answered_481_and_harms_nobody(self):
        bob = self.joined("gone", "bob")
        alice = self.relayed("gone", "alice", setup="active").join()
        carol = self.relayed("gone", "carol", setup="active").join()
        carol.call.bye()
        for one in (alice, bob):
            one.told("carol@127.0.0.1 has left the room")
        for _ in range(20):
            carol.say("is anybody there?")  # answered by the relay, which asks the server in vain
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

    def test_two_clients_behind_the_relay_share_its_connection(self):
        before = self.shared()
        bob = self.joined("tls-two", "bob")
        alice = self.relayed("tls-two", "alice", setup="active").join()
        carol = self.relayed("tls-two", "carol", setup="active").join()
        self.assertEqual(self.shared() - before, 1)
        self.everybody_talks(alice, bob, carol)
        alice.call.bye()
        for one in (bob, carol):
            one.told("alice@127.0.0.1 has left the room")
        self.everybody_talks(bob, carol)


if __name__ == "__main__":
    unittest.main()
