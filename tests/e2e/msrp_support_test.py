"""The MSRP client of the tests against itself: on TCP and TLS, either side connecting."""

import random
import subprocess
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor

from confab_e2e import cpim, msrp, sip_message
from confab_e2e.msrp_wire import Assembler, Chunk, Framer
from confab_e2e.ports import need

ALICE, ROOM = '"Alice \\"A\\" B" <sip:alice@example.com>', "<sip:room@conference.example.com>"


class Bytes(unittest.TestCase):
    def chunks(self):
        paths = [("To-Path", "msrps://a:9/x;tcp"), ("From-Path", "msrps://b:9/y;tcp")]
        sending = [*paths, ("Message-ID", "m1"), ("Byte-Range", "1-*/*"), ("Content-Type", "text/plain")]
        return [Chunk("aaaa", "SEND", headers=sending, body=b"hello\r\n\r\n-------aaaa?\r\n-------aaab$\r\n", flag="+"),
                Chunk("aaaa2", status=200, comment="OK", headers=paths),
                Chunk("aaaa3", "SEND", headers=sending, body=b""),
                Chunk("aaaa4", "SEND", headers=sending[:3]),
                Chunk("aaaa5", "SEND", headers=sending, body=bytes(range(256)), flag="#"),
                Chunk("aaaa6", status=413, comment="Too large, please", headers=paths)]

    def test_any_cut_of_the_stream_gives_the_same_chunks(self):
        stream = b"".join(c.write() for c in self.chunks())
        want = [(c.transaction, c.method, c.status, c.comment, c.headers, c.body, c.flag) for c in self.chunks()]
        dice = random.Random(7)
        for _ in range(200):
            framer, got, at = Framer(), [], 0
            while at < len(stream):
                size = dice.choice((1, 2, 7, 60, 500))
                got += framer.feed(stream[at:at + size])
                at += size
            self.assertEqual([(c.transaction, c.method, c.status, c.comment, c.headers, c.body, c.flag) for c in got], want)

    def test_what_is_no_msrp_is_refused(self):
        for data in (b"GET / HTTP/1.1\r\n", b"MSRP a SEND\r\n", b"\0" * 600, b"MSRP aaaa SEND\r\nno colon\r\n-------aaaa$\r\n"):
            with self.assertRaises(ValueError, msg=data):
                Framer().feed(data)

    def test_pieces_of_messages_come_together_in_any_order(self):
        session = msrp.Session(None, "msrp://a:1/x;tcp", "msrp://b:1/y;tcp")
        bodies = {"one": random.Random(1).randbytes(10_000), "two": b"short", "three": b""}
        pieces = [c for name, body in bodies.items() for c in session.chunks(body, 999, message_id=name)]
        dice = random.Random(3)
        for _ in range(20):
            dice.shuffle(pieces)
            assembler, got = Assembler(), {}
            for piece in pieces:
                body = assembler.add(piece)
                if body is not None:
                    got[piece.message_id] = body
            self.assertEqual(got, bodies)
            self.assertEqual(assembler.unfinished, 0)

    def test_an_aborted_message_is_forgotten(self):
        session = msrp.Session(None, "msrp://a:1/x;tcp", "msrp://b:1/y;tcp")
        assembler = Assembler()
        for piece in session.chunks(b"x" * 100, 30, last_flag="#"):
            self.assertIsNone(assembler.add(piece))
        self.assertEqual(assembler.unfinished, 0)

    def test_an_envelope_is_read_back_in_both_ways_of_ending_lines(self):
        headers = [("NS", "agp <urn:ag-projects:xml:ns:cpim>"), ("agp.Message-Type", "status"), ("Subject", "a: b")]
        for end in ("\r\n", "\n"):
            for inner_end in ("\r\n", "\n"):
                data = cpim.wrap(ALICE, ROOM, b"\xff\r\n\r\nbody", "image/jpeg", "2026-01-01T00:00:00Z", headers, line_end=end,
                                 inner_line_end=inner_end)
                message = cpim.unwrap(data)
                self.assertEqual(message.address("From"), ('Alice "A" B', "sip:alice@example.com"))
                self.assertEqual(message.address("To"), ("", "sip:room@conference.example.com"))
                self.assertEqual((message.get("DateTime"), message.get("Subject")), ("2026-01-01T00:00:00Z", "a: b"))
                self.assertEqual(message.extension("urn:ag-projects:xml:ns:cpim", "Message-Type"), "status")
                self.assertEqual((message.content_type, message.body), ("image/jpeg", b"\xff\r\n\r\nbody"))
        bare = cpim.unwrap(cpim.wrap(ALICE, ROOM, "a\r\n\r\nb", None))
        self.assertEqual((bare.inner, bare.text), ([], "a\r\n\r\nb"))
        with self.assertRaises(ValueError):
            cpim.unwrap(b"hello")

    def test_what_sdp_says_of_a_session_is_read(self):
        offer = msrp.Offer("127.0.0.1", session="abc")
        lines = offer.lines(chatroom="nickname private-messages", more=["fingerprint:sha-256 AB"])
        for sdp in (msrp.description(lines), sip_message.sdp(4000, more=lines)):
            media = msrp.remote_media(sip_message.Sdp(sdp))
            self.assertEqual((media["port"], media["protocol"], media["setup"]), (9, "TCP/TLS/MSRP", "active"))
            self.assertEqual(media["path"], ["msrps://127.0.0.1:9/abc;tcp"])
            self.assertEqual((media["chatroom"], media["fingerprint"]), (["nickname", "private-messages"], "sha-256 AB"))
        self.assertEqual(msrp.uri_parts("msrps://u@[::1]:2855/s;tcp"), ("msrps", "::1", 2855, "s"))


class Sessions(unittest.TestCase):
    """Two clients; the second one plays the server."""

    def pair(self, tls):
        certificate = self.certificate() if tls else None
        listener = msrp.Listener(certificate=certificate)
        self.addCleanup(listener.close)
        passive = msrp.Offer(tls=tls, setup="passive", listener=listener)
        active = msrp.Offer(tls=tls)
        with ThreadPoolExecutor(1) as pool:
            there = pool.submit(msrp.Session.open, passive, sip_message.Sdp(msrp.description(active.lines())), listener)
            here = msrp.Session.open(active, sip_message.Sdp(msrp.description(passive.lines())), bind=False)
            there = there.result(10)
        self.addCleanup(here.connection.close)
        self.addCleanup(there.connection.close)
        return here, there

    def certificate(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = folder.name + "/both.pem"
        subprocess.run([need("openssl", "openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-days", "1", "-subj", "/CN=msrp", "-keyout", path, "-out", folder.name + "/cert.pem"],
                       check=True, stderr=subprocess.DEVNULL)
        with open(path, "ab") as both, open(folder.name + "/cert.pem", "rb") as certificate:
            both.write(certificate.read())
        return path

    def test_messages_go_both_ways_on_tcp_and_tls(self):
        for tls in (False, True):
            here, there = self.pair(tls)
            sent = here.transmit(here.chunk("SEND", [("Message-ID", "k")]))
            there.respond(there.next_chunk(answer=False))
            self.assertEqual(here.response(sent).status, 200)
            if tls:
                self.assertRegex(here.connection.fingerprint, "^sha-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}$")
            here.say("grüße", ALICE, ROOM, answered=False)
            self.assertEqual(there.next_message().text, "grüße")
            there.say("back", ROOM, ALICE, answered=False)
            self.assertEqual(here.next_message().text, "back")

    def test_messages_interleave_and_are_reported(self):
        here, there = self.pair(tls=True)
        big = random.Random(5).randbytes(300_000)
        slow = list(here.chunks(big, 20_000, message_id="big", success="yes", content_type="application/octet-stream"))
        for chunk in slow[:3]:
            here.transmit(chunk)
        here.say("quick", ALICE, ROOM, answered=False)
        for chunk in slow[3:]:
            here.transmit(chunk)
        self.assertEqual(there.next_message().text, "quick")
        last, body = there.next_data()
        self.assertEqual((last.message_id, body == big), ("big", True))
        report = here.next_report("big")
        self.assertEqual((report.get("Status"), report.byte_range), ("000 200 OK", (1, 300_000, 300_000)))
        for chunk in slow:
            self.assertEqual(here.response(chunk).status, 200)

    def test_responses_follow_the_wishes_for_failure_reports(self):
        here, there = self.pair(tls=False)
        for wish, status, answered in (("no", 200, False), ("no", 403, False), ("partial", 200, False), ("partial", 403, True), ("yes", 200, True)):
            sent = here.send(b"x", failure=wish, answered=False)
            there.respond(there.next_chunk(answer=False), status)
            probe = here.transmit(here.chunk("SEND", [("Message-ID", "p")]))
            there.respond(there.next_chunk(answer=False))
            here.response(probe)
            got = here.connection.take(lambda c, t=sent.transaction: c.transaction == t, 0)
            self.assertEqual(got is not None, answered, (wish, status))

    def test_a_nickname_is_quoted(self):
        here, there = self.pair(tls=False)
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(here.nickname, 'the "A"\\B')
            request = there.next_chunk("NICKNAME")
            there.respond(request, 425, "Taken")
            self.assertEqual(answer.result(5).status, 425)
        self.assertEqual(request.get("Use-Nickname"), '"the \\"A\\"\\\\B"')

    def test_garbage_and_the_end_are_noticed(self):
        here, there = self.pair(tls=True)
        self.assertTrue(there.hears_nothing(0.1))
        here.connection.send(b"GET / HTTP/1.1\r\n\r\n")
        self.assertTrue(there.connection.is_closed_by_peer())
        self.assertIn("no MSRP", there.connection.garbage)
        self.assertTrue(here.connection.is_closed_by_peer())


if __name__ == "__main__":
    unittest.main()
