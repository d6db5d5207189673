"""Where chat connects (RFC 4975 §8, RFC 6135, RFC 6714): IPv6, paths that lie, c= and m= instead of paths, advertised addresses, new paths."""

import socket
import ssl
import tempfile
import unittest
import warnings

from confab_e2e import cpim, msrp
from confab_e2e.chatter import Chatter, ChattersTest, certificate
from confab_e2e.msrp_wire import token
from confab_e2e.server import Server


class PathsTest(ChattersTest):
    def listener(self, host="127.0.0.1", pem=None):
        listener = msrp.Listener(host, pem)
        self.addCleanup(listener.close)
        return listener

    def peer_certificate(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return certificate(folder.name)

    def talk(self, alice, bob, text="hello"):
        for one, other in ((alice, bob), (bob, alice)):
            self.assertEqual(one.say(text).status, 200)
            other.hears(text)


class OverIpv6(PathsTest):
    listen = "udp://[::1]:0,tcp://[::1]:0"
    options = {"msrp.listen": "msrps://[::1]:0,msrp://[::1]:0", "media.address": "::"}

    def test_chat_with_and_without_tls(self):
        bob = self.joined("six", "bob", family="v6")
        for tls in (True, False):
            alice = self.joined("six", f"alice{tls}", tls=tls, family="v6")
            self.assertEqual(msrp.uri_host(alice.session.remote[0]), "::1")
            self.talk(alice, bob)

    def test_the_server_connects_where_the_peer_waits(self):
        bob = self.joined("six2", "bob", family="v6")
        pem, print_of = self.peer_certificate()
        for tls in (False, True):
            alice = self.chatter("six2", f"alice{tls}", tls=tls, setup="passive", family="v6", listener=self.listener("::1", pem if tls else None))
            alice.join(more=[f"fingerprint:{print_of}"] if tls else ())
            self.talk(alice, bob)


class BehindNat(PathsTest):
    def test_sessions_are_known_by_their_ids_alone(self):
        """SDP names a private address, From-Path a public one, To-Path the server as seen from elsewhere."""
        bob = self.joined("nat", "bob")
        for tls in (True, False):
            alice = self.chatter("nat", f"alice{tls}", tls=tls)
            scheme = "msrps" if tls else "msrp"
            session = token(20)
            describe = alice.describe

            def behind_nat(*arguments, describe=describe, alice=alice, scheme=scheme, session=session):
                describe(*arguments)
                alice.ours.path = f"{scheme}://10.9.8.7:9/{session};tcp"
                return msrp.description(alice.ours.lines(chatroom=alice.chatroom), "10.9.8.7", alice.version)
            alice.describe = behind_nat
            self.assertEqual(alice.invite().status, 200)
            alice.connect(bind=False)
            server_session = msrp.uri_parts(alice.session.remote[0])[3]
            alice.session.local = [f"{scheme}://198.51.100.7:40000/{session};tcp"]
            alice.session.remote = [f"{scheme}://chat.example.net:2855/{server_session};tcp"]
            self.assertEqual(alice.session.keep_alive().status, 200)
            self.assertTrue(alice.session.next_message().text.startswith("Welcome!"))
            self.talk(alice, bob)

    def test_a_longer_or_shorter_id_is_another_session(self):
        alice = self.chatter("near", "alice")
        self.assertEqual(alice.invite().status, 200)
        alice.connect(bind=False)
        ours, theirs = alice.session.local[0], alice.session.remote[0]
        for wrong in (ours.replace(";tcp", "0;tcp"), ours.replace(msrp.uri_parts(ours)[3], msrp.uri_parts(ours)[3][:-1])):
            self.assertEqual(alice.session.request("SEND", [("Message-ID", "mess")], sender=[wrong]).status, 481)
        self.assertEqual(alice.session.request("SEND", [("Message-ID", "mess")], to=[theirs.replace(";tcp", "0;tcp")]).status, 481)
        self.assertEqual(alice.session.keep_alive().status, 200)


class Cema(PathsTest):
    def test_the_server_connects_to_c_and_m_where_both_know_cema(self):
        bob = self.joined("cema", "bob")
        pem, print_of = self.peer_certificate()
        for tls in (False, True):
            listener = self.listener(pem=pem if tls else None)
            alice = self.chatter("cema", f"alice{tls}", tls=tls, setup="passive", listener=listener)
            describe = alice.describe

            def anchored(audio, more, chat, describe=describe, alice=alice, tls=tls):
                describe()
                alice.ours.path = f"msrp{'s' if tls else ''}://192.0.2.99:9/{token(20)};tcp"  # nobody is there
                return msrp.description(alice.ours.lines(chatroom=alice.chatroom, more=["msrp-cema", *more]), version=alice.version)
            alice.describe = anchored
            alice.join(more=[f"fingerprint:{print_of}"] if tls else ())
            theirs = msrp.remote_media(alice.call.answer)
            self.assertEqual(theirs["setup"], "active")
            self.assertIn("msrp-cema", theirs["attributes"])
            self.talk(alice, bob)

    def test_a_client_connects_to_c_and_m_of_the_answer(self):
        bob = self.joined("cema2", "bob")
        for tls in (True, False):
            alice = self.chatter("cema2", f"alice{tls}", tls=tls)
            self.assertEqual(alice.invite(more=["msrp-cema"]).status, 200)
            theirs = msrp.remote_media(alice.call.answer)
            self.assertIn("msrp-cema", theirs["attributes"])
            connection = msrp.Connection.connect(theirs["host"], theirs["port"], tls)
            self.addCleanup(connection.close)
            alice.session = msrp.Session(connection, alice.ours.path, theirs["path"])
            self.assertEqual(alice.session.keep_alive().status, 200)
            self.assertTrue(alice.session.next_message().text.startswith("Welcome!"))
            self.talk(alice, bob)

    def test_it_is_not_spoken_of_to_who_does_not_know_it(self):
        alice = self.joined("cema3", "alice")
        self.assertNotIn("msrp-cema", msrp.remote_media(alice.call.answer)["attributes"])


class Advertised(PathsTest):
    options = {"msrp.listen": "msrps://0.0.0.0:0,msrp://0.0.0.0:0", "msrp.advertised-address": "127.0.0.2"}

    def test_the_path_and_c_name_the_advertised_address(self):
        bob = self.joined("advertised", "bob")
        for tls, more in ((True, ()), (False, ["msrp-cema"])):
            alice = self.chatter("advertised", f"alice{tls}", tls=tls).join(more=more)
            theirs = msrp.remote_media(alice.call.answer)
            self.assertEqual((msrp.uri_host(theirs["path"][0]), theirs["host"]), ("127.0.0.2", "127.0.0.2"))
            self.assertEqual(msrp.uri_port(theirs["path"][0]), theirs["port"])
            self.talk(alice, bob)

    def test_audio_keeps_its_own_address(self):
        alice = self.chatter("advertised2", "alice")
        self.assertEqual(alice.invite(audio=True).status, 200)
        self.assertEqual(alice.call.answer.audio()["host"], "127.0.0.1")
        self.assertEqual(msrp.remote_media(alice.call.answer)["host"], "127.0.0.2")


class AdvertisedName(PathsTest):
    options = {"msrp.advertised-address": "localhost"}

    def test_a_name_may_be_advertised(self):
        alice, bob = self.joined("named", "alice"), self.joined("named", "bob")
        self.assertEqual(msrp.uri_host(msrp.remote_media(alice.call.answer)["path"][0]), "localhost")
        alice.told("bob@127.0.0.1 has joined")
        self.talk(alice, bob)


class NewPaths(PathsTest):
    def test_who_lost_its_connection_may_wait_for_the_servers(self):
        """Our offer says actpass; the answer says passive (RFC 6135 §4.2)."""
        bob = self.joined("waits", "bob")
        alice = self.joined("waits", "alice", tls=False)
        alice.session.connection.reset()
        alice.setup, alice.listener = "passive", self.listener()
        offered = msrp.remote_media(alice.answer_offer())
        self.assertEqual(offered["setup"], "actpass")
        connection = alice.listener.accept()
        self.addCleanup(connection.close)
        alice.session = msrp.Session(connection, alice.ours.path, offered["path"])
        self.talk(alice, bob)

    def test_a_client_may_move_to_another_connection(self):
        """A re-INVITE with a new path: the server has a new one too, and ends the connection that was. Nobody is told."""
        alice, bob = self.joined("moves", "alice"), self.joined("moves", "bob")
        old, before = alice.session, msrp.remote_media(alice.call.answer)["path"]
        for turn in range(2):
            self.assertEqual(alice.invite().status, 200)
            self.assertNotEqual(msrp.remote_media(alice.call.answer)["path"], before)
            alice.connect()
            self.assertTrue(old.connection.is_closed_by_peer())
            self.talk(alice, bob, f"hello {turn}")
            self.addCleanup(old.connection.close)
            old, before = alice.session, msrp.remote_media(alice.call.answer)["path"]

    def test_a_reinvite_that_says_other_things_on_the_same_path_keeps_the_connection(self):
        alice, bob = self.joined("words", "alice"), self.joined("words", "bob")
        before = msrp.remote_media(alice.call.answer)["path"]
        for more, rooms in (["inactive"], "nickname private-messages"), ([], "nickname"), (["sendrecv"], "nickname private-messages"):
            alice.chatroom = rooms
            self.assertEqual(alice.call.invite(alice.describe(more=more, fresh=False)).status, 200)
            self.assertEqual(msrp.remote_media(alice.call.answer)["path"], before)
            self.talk(alice, bob, f"{more} {rooms}")
            private = bob.say("psst", to=alice.me)
            self.assertEqual(private.status, 200 if "private" in rooms else 428)
            if private.status == 200:
                alice.hears("psst")

    def test_the_path_that_was_left_is_no_use(self):
        alice, bob = self.joined("left", "alice"), self.joined("left", "bob")
        ours, theirs = alice.session.local, alice.session.remote
        self.addCleanup(alice.session.connection.close)
        self.assertEqual(alice.invite().status, 200)
        alice.connect()
        scheme, host, port, _ = msrp.uri_parts(theirs[0])
        thief = msrp.Session(msrp.Connection.connect(host, port, scheme == "msrps"), ours, theirs)
        self.addCleanup(thief.connection.close)
        self.assertEqual(thief.keep_alive().status, 481)
        self.assertEqual(thief.send(cpim.wrap(alice.me, alice.room, "mine")).status, 481)
        self.assertTrue(bob.hears_nothing())
        self.assertEqual(alice.say("mine").status, 200)
        bob.hears("mine")

    def test_nobody_connects_for_who_does_not_want_to(self):
        """holdconn (RFC 4145 §4): no connection at all is nothing a chat can do with."""
        alice = self.chatter("holds", "alice", setup="holdconn")
        self.assertEqual(alice.invite().status, 488)


class WhoMayConnect(unittest.TestCase):
    def address(self, chatter):
        self.assertEqual(chatter.invite().status, 200)
        _, host, port, _ = msrp.uri_parts(msrp.remote_media(chatter.call.answer)["path"][0])
        return host, port

    def test_only_peers_with_a_known_certificate_where_that_is_asked_for(self):
        with tempfile.TemporaryDirectory() as folder:
            known, _ = certificate(folder, "known")
            stranger, _ = certificate(folder, "stranger")
            with Server({"tls.verify-peers": "true", "tls.ca-file": f"{folder}/known.crt"}) as server:
                alice = Chatter(server, "verified", "alice", pem=known).join()
                self.addCleanup(alice.close)
                for pem in (None, stranger):
                    bob = Chatter(server, "verified", "bob", pem=pem)
                    self.addCleanup(bob.close)
                    host, port = self.address(bob)
                    try:
                        connection = msrp.Connection.connect(host, port, True, pem)
                        self.addCleanup(connection.close)
                        self.assertTrue(connection.is_closed_by_peer())
                    except (ssl.SSLError, ConnectionError):
                        pass  # told in the handshake
                self.assertEqual(alice.session.keep_alive().status, 200)

    def test_nobody_by_a_tls_that_is_not_safe_any_more(self):
        with Server() as server:
            alice = Chatter(server, "old", "alice")
            self.addCleanup(alice.close)
            address = self.address(alice)
            for version, works in ((ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True)):
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
                context.set_ciphers("ALL:@SECLEVEL=0")
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", DeprecationWarning)
                    context.minimum_version = context.maximum_version = version
                with socket.create_connection(address, 5) as plain:
                    if works:
                        context.wrap_socket(plain).close()
                        continue
                    with self.assertRaisesRegex(ssl.SSLError, "(?i)protocol.version"):
                        context.wrap_socket(plain)


if __name__ == "__main__":
    unittest.main()
