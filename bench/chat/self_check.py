#!/usr/bin/python3
"""Checks the chat load's machines and table, and the loop over TLS, without servers: self_check.py"""

import os
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE), str(HERE.parent / "compare"), str(HERE.parents[1] / "tests/support/python")]

import cases  # noqa: E402
import fake_room  # noqa: E402
import load  # noqa: E402
import participant  # noqa: E402
import peers  # noqa: E402
import prosody  # noqa: E402
import text  # noqa: E402
import xmpp  # noqa: E402
from confab_e2e import cpim, msrp  # noqa: E402
from confab_e2e.msrp_wire import Chunk, Framer  # noqa: E402

FEATURES = "<stream:features>{}</stream:features>"
JOINED = ("<presence from='room0@rooms/member0'><x xmlns='http://jabber.org/protocol/muc#user'><item role='moderator'/>"
          "<status code='110'/>{}</x></presence>")


def occupant(tally):
    return xmpp.Occupant("chat.localhost", "room0@rooms", "member0", tally)


class Xmpp(unittest.TestCase):
    def join(self, machine, status="", cut=10_000):
        """Feeds what a server says, in pieces; returns all that the machine said."""
        said = [machine.begin()]
        for line in (FEATURES.format("<mechanisms><mechanism>ANONYMOUS</mechanism></mechanisms>"), "<success/>", FEATURES.format("<bind/>"),
                     "<iq type='result' id='bind'><bind><jid>a@b/c</jid></bind></iq>", JOINED.format(status)):
            data = line.encode()
            said += [machine.on_bytes(data[i:i + cut]) for i in range(0, len(data), cut)]
        return b"".join(said)

    def test_an_occupant_logs_in_and_joins_however_the_bytes_come(self):
        for cut in (1, 7, 10_000):
            machine = occupant(text.Tally())
            said = self.join(machine, cut=cut)
            self.assertTrue(machine.ready, cut)
            for want in (b"mechanism='ANONYMOUS'", b"<bind xmlns", b"<presence to='room0@rooms/member0'>"):
                self.assertEqual(said.count(want), 1, (cut, want))

    def test_who_makes_the_room_configures_it_first(self):
        machine = occupant(text.Tally())
        self.assertIn(b"muc#owner", self.join(machine, "<status code='201'/>"))
        self.assertFalse(machine.ready)
        machine.on_bytes(b"<iq type='result' id='config' from='room0@rooms'/>")
        self.assertTrue(machine.ready)

    def test_a_refusal_ends_it(self):
        machine = occupant(text.Tally())
        machine.on_bytes(FEATURES.format("").encode())
        machine.on_bytes(b"<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>")
        self.assertIs(machine.state, xmpp.State.REFUSED)

    def test_each_message_is_counted_once_wherever_it_is_cut(self):
        stream = b"".join(f"<message type='groupchat' from='r/n'><body>{text.make()}</body></message>".encode() for _ in range(5))
        stream = stream[:200] + stream[200:] + b"<message type='groupchat'><subject/></message>"
        for cut in range(1, 400, 7):
            tally = text.Tally()
            machine = occupant(tally)
            self.join(machine)
            for i in range(0, len(stream), cut):
                machine.on_bytes(stream[i:i + cut])
            self.assertEqual(tally.delivered, 5, cut)


class FakeCall:
    local, room, room_uri = "<sip:member0@h>;tag=1", "room0", "sip:room0@h"


class Msrp(unittest.TestCase):
    def setUp(self):
        self.tally, self.ours = text.Tally(), msrp.Offer()
        theirs = {"path": ["msrps://127.0.0.1:2855/server;tcp"]}
        self.machine = participant.Participant(FakeCall(), self.ours, theirs, self.tally)
        self.paths = [("To-Path", self.ours.path), ("From-Path", theirs["path"][0])]

    def test_a_participant_binds_answers_and_counts(self):
        bind, = Framer().feed(self.machine.begin())
        self.assertEqual((bind.method, bind.body), ("SEND", None))
        self.machine.on_bytes(Chunk(bind.transaction, status=200, comment="OK", headers=self.paths).write())
        self.assertTrue(self.machine.ready)
        for wish, answers in (("yes", 1), ("no", 0)):
            send = Chunk("t" * 8, "SEND", body=cpim.wrap("<sip:a@h>", "<sip:room0@h>", text.make()), headers=[
                *self.paths, ("Message-ID", "m"), ("Byte-Range", "1-200/200"), ("Failure-Report", wish), ("Content-Type", "message/cpim")])
            got = Framer().feed(self.machine.on_bytes(send.write()))
            self.assertEqual([(c.transaction, c.status) for c in got], [("t" * 8, 200)] * answers)
        self.assertEqual(self.tally.delivered, 2)
        said, = Framer().feed(self.machine.say("hello"))
        message = cpim.unwrap(said.body)
        self.assertEqual((message.text, message.address("From")[1], message.address("To")[1]), ("hello", "sip:member0@h", "sip:room0@h"))
        self.assertEqual(said.byte_range, (1, len(said.body), len(said.body)))


def certificate_with_key(folder):
    prosody.certificate(folder)
    both = Path(folder, "both.pem")
    both.write_bytes(Path(folder, "key.pem").read_bytes() + Path(folder, "cert.pem").read_bytes())
    return str(both)


class Repeater:
    """Sends a long answer for each `?`; says it is ready after one of them."""

    def __init__(self):
        self.got = 0

    def begin(self):
        return b"?"

    def on_bytes(self, data):
        self.got += len(data)
        return b""


class Loop(unittest.TestCase):
    SIZE = 3_000_000

    def serve(self, listener):
        with listener.accept() as connection:
            connection._socket.settimeout(20)
            self.assertEqual(connection._socket.recv(1), b"?")
            connection._socket.sendall(b"x" * self.SIZE)
            left = self.SIZE
            while left > 0 and (data := connection._socket.recv(65536)):
                left -= len(data)

    def test_much_goes_both_ways_over_tls_and_an_end_is_noticed(self):
        with tempfile.TemporaryDirectory() as folder:
            both = certificate_with_key(folder)
            with msrp.Listener(certificate=both) as listener, peers.Loop() as loop:
                made = []
                for _ in range(3):
                    threading.Thread(target=self.serve, args=(listener,), daemon=True).start()
                    made.append(peers.Peer(loop, "127.0.0.1", listener.port, Repeater()))
                for peer in made:
                    loop.run_while(lambda p=peer: p.machine.got < self.SIZE, 20, "the answers")
                with self.assertRaisesRegex(peers.Failed, "closed|EOF|reset"):
                    for peer in made:
                        peer.send(b"y" * self.SIZE)
                    loop.run(time.monotonic() + 20)


class Load(unittest.TestCase):
    """The whole load, by SIP and MSRPS, on a small server of known behaviour."""

    def window(self, lose):
        with tempfile.TemporaryDirectory() as folder, fake_room.FakeRooms(certificate_with_key(folder), lose) as rooms:
            rooms.pid = os.getpid()
            load.PATIENCE_S = 2.0
            return load.run(rooms, cases.Case(2, 4), 40, 1)

    def test_each_message_reaches_all_others_of_its_room(self):
        report = self.window(0)
        self.assertEqual((report["messages"], report["delivered"]), (10, 30))
        self.assertNotIn("delivered", " ".join(report["doubts"]))
        self.assertGreater(report["cpu_us_per_delivery"], 0)
        self.assertLessEqual(report["p50_ms"], report["p99_ms"])

    def test_a_window_in_which_messages_were_lost_is_not_valid(self):
        report = self.window(7)
        self.assertFalse(report["valid"])
        self.assertLess(report["delivered"], 30)
        self.assertIn("of 30 messages were delivered", " ".join(report["doubts"]))


class Table(unittest.TestCase):
    def window(self, server, cpu, valid=True):
        return {"case": "1x100", "server": server, "report": {
            "valid": valid, "doubts": [] if valid else ["late"], "cpu_us_per_delivery": cpu, "p50_ms": 1.0, "p99_ms": 2.0, "joining_seconds": 3}}

    def test_the_goal_is_judged_on_medians_of_one_run(self):
        windows = [self.window(cases.PROSODY, v) for v in (90, 120, 99)] + [self.window(cases.CONFAB, v) for v in (30, 33, 40)]
        self.assertAlmostEqual(cases.ratio(windows, cases.CASES[0]), 1 / 3)
        self.assertEqual(cases.verdict(0.2), "0.20 × Prosody: met")
        self.assertEqual(cases.verdict(0.4), "0.40 × Prosody: not met")
        self.assertIsNone(cases.ratio(windows[:3], cases.CASES[0]))

    def test_the_table_says_what_was_left_out(self):
        run = {"machine": "m", "how": ["so"], "servers": [cases.CONFAB, cases.PROSODY], "skipped": {"confab": "no such key"},
               "versions": {"prosody": "0.12"}, "windows": [self.window(cases.PROSODY, 90), self.window(cases.PROSODY, 1, valid=False)]}
        markdown = cases.markdown(run)
        self.assertIn("| 1 × 100 | Prosody (XMPP over TLS) | 90.0 | 1.0 | 2.0 | 3.0 |", markdown)
        self.assertIn("| 1 × 100 | not measured |", markdown)
        self.assertIn("1 of 2 windows not used (late)", markdown)
        self.assertIn("no such key", markdown)


if __name__ == "__main__":
    unittest.main()
