"""MSRP connections of the built daemon (RFC 4975, RFC 6135): chunks, reports, refusals, bindings, and peers that misbehave."""

import random
import socket
import tempfile
import unittest

from confab_e2e import cpim, msrp
from confab_e2e.chatter import ChattersTest, certificate
from confab_e2e.msrp_wire import token
from confab_e2e.ports import wait_until


class WireTest(ChattersTest):
    def pair(self, room, **how):
        alice, bob = self.joined(room, "alice", **how), self.joined(room, "bob", **how)
        alice.told("bob@127.0.0.1 has joined")
        return alice, bob

    def talk(self, alice, bob, text="hello"):
        for one, other in ((alice, bob), (bob, alice)):
            self.assertEqual(one.say(text).status, 200)
            other.hears(text)

    def listener(self, pem=None):
        listener = msrp.Listener(certificate=pem)
        self.addCleanup(listener.close)
        return listener

    def folder(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return folder.name

    def raw(self, path):
        """A connection to where that path is, TLS or not."""
        scheme, host, port, _ = msrp.uri_parts(path)
        connection = msrp.Connection.connect(host, port, scheme == "msrps")
        self.addCleanup(connection.close)
        return connection


class Chunks(WireTest):
    def test_any_size_of_chunks_gives_the_same_message(self):
        alice, bob = self.pair("sizes")
        text = "".join(random.Random(1).choices("abc-+$#ü\r\n", k=3000)) + "\r\n-------"
        for size in (1, 7, 2047, 2048, 2049, 100_000):
            for open_range in (False, True):
                body = text[:150] if size == 1 else text
                self.assertEqual(alice.say(body, size=size, open_range=open_range).status, 200, size)
                bob.hears(body)
        for tls in (True, False):
            chatter = self.joined("sizes", f"big{tls}", tls=tls)
            body = random.Random(2).randbytes(3_000_000)
            self.assertEqual(chatter.session.send(cpim.wrap(chatter.me, chatter.room, body, "image/jpeg"), size=65_536).status, 200)
            message = bob.next_said(20)
            self.assertEqual((message.content_type, message.body == body), ("image/jpeg", True))

    def test_bytes_come_one_by_one(self):
        alice, bob = self.pair("drip", tls=False)
        chunk = next(alice.session.chunks(cpim.wrap(alice.me, alice.room, "drip")))
        for byte in chunk.write():
            alice.session.connection.send(bytes([byte]))
        self.assertEqual(alice.session.response(chunk).status, 200)
        bob.hears("drip")

    def test_messages_interleave_and_an_aborted_one_is_never_heard(self):
        alice, bob = self.pair("mixed")
        session = alice.session
        long = list(session.chunks(cpim.wrap(alice.me, alice.room, "l" * 10_000), 2000, message_id="long"))
        given_up = list(session.chunks(cpim.wrap(alice.me, alice.room, "never"), 40, message_id="gone", last_flag="#"))
        self.assertLess(len(given_up), len(long))
        for one, other in zip(long, given_up):
            session.transmit(one)
            session.transmit(other)
            self.assertEqual(alice.say("between").status, 200)
            bob.hears("between")
        for chunk in long[len(given_up):]:
            session.transmit(chunk)
        for chunk in long:
            self.assertEqual(session.response(chunk).status, 200)
        bob.hears("l" * 10_000)
        self.assertTrue(bob.hears_nothing())

    def test_chunks_out_of_order_make_their_message(self):
        alice, bob = self.pair("order")
        chunks = list(alice.session.chunks(cpim.wrap(alice.me, alice.room, "o" * 900), 200))
        for chunk in (chunks[1], chunks[0], *chunks[2:]):
            alice.session.transmit(chunk)
        bob.hears("o" * 900)

    def test_a_small_message_does_not_wait_for_a_large_one(self):
        alice, bob = self.pair("fair", tls=False)
        carol = self.joined("fair", "carol")
        bob.told("carol@127.0.0.1 has joined")
        bob.session.connection.poll(0.1)
        data = cpim.wrap(alice.me, alice.room, "L" * 9_000_000)
        self.assertEqual(alice.session.send(data, size=65_536).status, 200)
        self.assertEqual(carol.say("small").status, 200)  # bob has read nothing of the large one yet
        bob.hears("small", 10)
        bob.hears("L" * 9_000_000, 20)

    def test_reports_are_as_wished(self):
        alice, bob = self.pair("reports")
        good, bad = cpim.wrap(alice.me, alice.room, "ok"), cpim.wrap("<sip:bob@127.0.0.1>", alice.room, "forged")
        for success in (None, "yes", "no"):
            for failure, data, status in ((f, d, s) for f in (None, "yes", "no", "partial") for d, s in ((good, 200), (bad, 403))):
                identity = token()
                chunk = alice.session.send(data, answered=False, success=success, failure=failure, message_id=identity)
                what = (success, failure, status)
                if success == "yes" and status == 200:
                    report = alice.session.next_report(identity)
                    self.assertEqual((report.get("Status"), report.byte_range), ("000 200 OK", (1, len(data), len(data))), what)
                if failure in (None, "yes") or (failure == "partial" and status != 200):
                    self.assertEqual(alice.session.response(chunk).status, status, what)
                if status == 200:
                    bob.hears("ok")
                self.assertEqual(alice.session.nickname("").status, 200, "judged after it")
                self.assertIsNone(alice.session.connection.take(lambda c: c.is_response, 0), what)
                self.assertIsNone(alice.session.connection.take(lambda c: c.method == "REPORT", 0), what)
        self.assertTrue(bob.hears_nothing())


class Refusals(WireTest):
    def test_what_cannot_be_done_is_refused_and_the_session_goes_on(self):
        alice, bob = self.pair("refuse")
        session = alice.session
        self.assertEqual(session.send(b"hello", content_type="text/plain").status, 415)
        self.assertEqual(alice.say("x", content_type="application/x-foo").status, 415)
        self.assertEqual(session.send(b"no envelope").status, 400)
        self.assertEqual(session.request("AUTH").status, 501)
        self.assertEqual(session.request("SEND", [("Byte-Range", "1-0/0")]).status, 400, "no Message-ID")
        self.assertEqual(session.request("SEND", [("Message-ID", "mess"), ("Byte-Range", "x")]).status, 400)
        stranger = session.local[0].rpartition("/")[0] + "/" + token(20) + ";tcp"
        self.assertEqual(session.request("SEND", [("Message-ID", "mess")], sender=[stranger]).status, 481)
        unknown = session.remote[0].rpartition("/")[0] + "/" + token(20) + ";tcp"
        self.assertEqual(session.request("SEND", [("Message-ID", "mess")], to=[unknown]).status, 481)
        self.talk(alice, bob)
        self.assertTrue(bob.hears_nothing())

    def test_an_empty_send_is_answered(self):
        alice = self.joined("alive", "alice")
        for _ in range(3):
            self.assertEqual(alice.session.keep_alive().status, 200)

    def test_tls_must_be_asked_for_by_those_who_want_it(self):
        alice, bob = self.pair("kinds")
        self.assertEqual(self.chatter("kinds", "carol").call.invite("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                         "m=message 9 TCP/TLS/MSRP *\r\na=path:msrps://127.0.0.1:9/abc;tcp\r\na=accept-types:text/plain\r\n").status, 488)
        self.talk(alice, bob)


class Bindings(WireTest):
    def test_the_first_send_may_carry_a_message(self):
        bob = self.joined("first", "bob")
        for number in range(20):
            alice = self.chatter("first", f"alice{number}", tls=number % 2 == 0)
            self.assertEqual(alice.invite().status, 200)
            alice.connect(bind=False)
            self.assertEqual(alice.say(f"first {number}").status, 200, number)
            bob.hears(f"first {number}")
            alice.call.bye()

    def test_the_first_thing_may_be_a_nickname(self):
        alice = self.chatter("firstname", "alice")
        self.assertEqual(alice.invite().status, 200)
        alice.connect(bind=False)
        self.assertEqual(alice.session.nickname("Queen").status, 200)

    def test_no_second_connection_takes_over(self):
        alice, bob = self.pair("taken")
        for _ in range(2):
            thief = msrp.Session(self.raw(alice.session.remote[0]), alice.session.local, alice.session.remote)
            self.assertEqual(thief.keep_alive().status, 506)
            self.assertEqual(thief.say("mine", alice.me, alice.room).status, 506)
        self.talk(alice, bob)
        self.assertTrue(bob.hears_nothing())

    def test_a_session_is_bound_by_those_alone_who_know_both_ids(self):
        alice = self.chatter("known", "alice")
        self.assertEqual(alice.invite().status, 200)
        theirs = msrp.remote_media(alice.call.answer)["path"]
        self.assertGreaterEqual(len(msrp.uri_parts(theirs[0])[3]), 16)
        guess = msrp.Offer(session=token(20)).path
        stranger = msrp.Session(self.raw(theirs[0]), guess, theirs)
        self.assertEqual(stranger.keep_alive().status, 481)
        other = theirs[0].rpartition("/")[0] + "/" + token(20) + ";tcp"
        lost = msrp.Session(self.raw(theirs[0]), alice.ours.path, other)
        self.assertEqual(lost.keep_alive().status, 481)
        lost.remote = theirs
        self.assertEqual(lost.keep_alive().status, 200, "it may try again with what is right")
        self.assertTrue(lost.next_message().text.startswith("Welcome!"))

    def test_a_fingerprint_in_sdp_is_enforced(self):
        folder = self.folder()
        pem, print_of = certificate(folder)
        other, _ = certificate(folder, "other")
        good = self.chatter("print", "alice", pem=pem)
        good.join(more=[f"fingerprint:{print_of}"])
        for bad_pem in (other, None):
            bad = self.chatter("print", "bob", pem=bad_pem)
            self.assertEqual(bad.invite(more=[f"fingerprint:{print_of}"]).status, 200)
            bad.connect(bind=False)
            self.assertEqual(bad.session.keep_alive().status, 481)
            bad.pem = pem
            bad.connect()
            self.assertTrue(bad.session.next_message().text.startswith("Welcome!"), "the right one still can")

    def test_a_path_over_tls_is_not_had_without(self):
        alice = self.chatter("strip", "alice")
        self.assertEqual(alice.invite().status, 200)
        theirs = msrp.remote_media(alice.call.answer)["path"]
        plain = msrp.Connection.connect("127.0.0.1", self.server.port("msrp"), False)
        self.addCleanup(plain.close)
        self.assertEqual(msrp.Session(plain, alice.ours.path, theirs).keep_alive().status, 481)

    def test_the_server_connects_where_the_peer_waits(self):
        pem, print_of = certificate(self.folder())
        for tls in (False, True):
            bob = self.joined(f"calls{tls}", "bob")
            alice = self.chatter(f"calls{tls}", "alice", tls=tls, setup="passive", listener=self.listener(pem if tls else None))
            alice.join(more=[f"fingerprint:{print_of}"] if tls else ())
            self.assertEqual(msrp.remote_media(alice.call.answer)["setup"], "active")
            self.talk(alice, bob)
            alice.call.bye()
            self.assertTrue(alice.session.connection.is_closed_by_peer())

    def test_whom_the_server_connects_to_must_have_the_certificate_of_its_sdp(self):
        folder = self.folder()
        pem, _ = certificate(folder)
        _, print_of = certificate(folder, "other")
        alice = self.chatter("wrong", "alice", setup="passive", listener=self.listener(pem))
        self.assertEqual(alice.invite(more=[f"fingerprint:{print_of}"]).status, 200)
        try:
            connection = alice.listener.accept()
        except OSError:
            return
        self.addCleanup(connection.close)
        self.assertTrue(connection.is_closed_by_peer())
        self.assertEqual(connection.inbox, [])

    def test_who_can_do_both_connects(self):
        alice = self.chatter("actpass", "alice", setup="actpass", listener=self.listener())
        bob = self.joined("actpass", "bob")
        alice.join()
        self.assertEqual(msrp.remote_media(alice.call.answer)["setup"], "passive")
        self.talk(alice, bob)

    def test_a_lost_connection_is_offered_anew(self):
        alice, bob = self.pair("anew")
        for turn in range(2):
            before = msrp.remote_media(alice.call.answer)["path"]
            alice.session.connection.reset()
            after = msrp.remote_media(alice.answer_offer())["path"]
            self.assertNotEqual(after, before)
            alice.connect()
            self.talk(alice, bob, f"hello {turn}")

    def test_who_does_not_come_back_loses_the_chat_or_the_call(self):
        alice, bob = self.pair("gone")
        carol = self.chatter("gone", "carol")
        carol.join(audio=True)
        for one in (alice, carol):
            one.session.connection.reset()
        for one in (alice, carol):
            offer = one.call.request_from_server("INVITE", 10)
            one.client.reply(offer, 488, "Not Acceptable Here")
        bye = alice.call.request_from_server("BYE", 5)
        alice.client.reply(bye, 200)
        self.assertIn("chat", bye.get("reason"))
        self.assertIsNone(carol.client.take(lambda m: m.method == "BYE", 0.5), "its audio goes on")
        self.assertEqual(bob.say("hello?").status, 200)
        carol.call.bye()

    def test_who_never_connects_is_not_waited_for(self):
        alice = self.chatter("never", "alice")
        self.assertEqual(alice.invite().status, 200)
        path = msrp.remote_media(alice.call.answer)["path"][0]
        silent, half = self.raw(path), socket.create_connection(("127.0.0.1", msrp.uri_port(path)))
        self.addCleanup(half.close)
        talker = msrp.Session(self.raw(path), alice.ours.path, msrp.Offer().path)
        offer = None
        for _ in range(45):  # words that bind nothing buy no time
            offer = offer or alice.client.take(lambda m: m.method == "INVITE", 1)
            if offer and talker.connection.is_closed_by_peer(0.1):
                break
            try:
                status = talker.keep_alive(1).status
            except (AssertionError, OSError):
                continue  # just closed
            self.assertEqual(status, 481)
        self.assertTrue(talker.connection.closed)
        alice.client.reply(offer, 488, "Not Acceptable Here")
        alice.client.reply(alice.call.request_from_server("BYE", 5), 200)
        self.assertTrue(silent.is_closed_by_peer(10))
        half.settimeout(10)
        self.assertEqual(half.recv(1), b"")


class Harm(WireTest):
    options = {"msrp.max-message": 300_000}

    def test_garbage_and_half_open_connections_harm_nobody(self):
        alice, bob = self.pair("harm", tls=False)
        carol = self.joined("harm", "carol")
        alice.told("carol@127.0.0.1 has joined")
        ways = [alice.session.remote[0], carol.session.remote[0]]
        held = [self.raw(path) for path in ways for _ in range(10)]
        self.assertTrue(all(not one.closed for one in held))
        dice = random.Random(9)
        for path in ways:
            for data in (b"GET / HTTP/1.1\r\n\r\n", dice.randbytes(5000), b"MSRP " + b"a" * 100_000, b"\0" * 50_000,
                         b"MSRP abcd SEND\r\n" + b"X: y\r\n" * 500):
                bad = self.raw(path)
                try:
                    bad.send(data, 5)
                except OSError:
                    pass
                self.assertTrue(bad.is_closed_by_peer(), data[:30])
        for _ in range(3):  # no TLS where TLS is spoken
            plain = socket.create_connection(("127.0.0.1", msrp.uri_port(ways[1])))
            plain.sendall(dice.randbytes(3000))
            plain.settimeout(5)
            try:
                while plain.recv(4096):
                    pass
            except ConnectionError:
                pass
            plain.close()
        self.talk(alice, bob)

    def test_garbage_in_a_session_ends_that_one_alone(self):
        alice, bob = self.pair("bad")
        carol = self.joined("bad", "carol")
        bob.told("carol@127.0.0.1 has joined")
        alice.told("carol@127.0.0.1 has joined")
        carol.session.connection.send(b"GET / HTTP/1.1\r\n\r\n")
        self.assertTrue(carol.session.connection.is_closed_by_peer())
        self.talk(alice, bob)

    def test_who_leaves_in_the_middle_of_a_message_harms_nobody(self):
        alice, bob = self.pair("half")
        carol = self.joined("half", "carol")
        half = next(carol.session.chunks(cpim.wrap(carol.me, carol.room, "h" * 9000))).write()
        carol.session.connection.send(half[:4000])
        carol.session.connection.reset()
        self.talk(alice, bob)

    def test_a_slow_reader_holds_nobody_up_and_is_closed(self):
        alice, bob = self.pair("slow")
        slow = self.joined("slow", "carol")
        bob.told("carol@127.0.0.1 has joined")

        def closed():
            return any("reads too slowly" in str(r) for r in self.server.records("MSRP connection closed"))
        data = cpim.wrap(alice.me, alice.room, "s" * 250_000)
        said = 0
        for _ in range(80):
            self.assertEqual(alice.session.send(data).status, 200)
            said += 1
            while said > 0:
                message = bob.session.next_message(10)
                said -= len(message.body) == 250_000
            if closed():
                break
        wait_until(closed, 5, "the slow reader is closed")
        self.assertEqual(alice.say("on we go").status, 200)
        bob.hears("on we go")
        self.assertTrue(slow.session.connection.is_closed_by_peer(10))

    def test_many_who_ask_and_read_no_answers_are_closed(self):
        alice, bob = self.pair("asks")
        mute = self.joined("asks", "carol", tls=False)
        bob.told("carol@127.0.0.1 has joined")
        alice.told("carol@127.0.0.1 has joined")
        request = b"".join(mute.session.chunk("SEND", [("Message-ID", "mess")]).write() for _ in range(200))
        raw = mute.session.connection._socket
        raw.settimeout(2)
        try:
            for _ in range(2000):
                raw.sendall(request)
        except OSError:
            pass  # it is not read any more, or closed
        self.talk(alice, bob)


if __name__ == "__main__":
    unittest.main()
