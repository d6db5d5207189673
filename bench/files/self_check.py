#!/usr/bin/python3
"""Checks the plain sender and receiver against each other, the table's arithmetic and what is counted of a call, without servers:
self_check.py PUMP"""

import collections
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "tests/support/python")]

import table  # noqa: E402
import talk  # noqa: E402
from confab_e2e.chatter import certificate  # noqa: E402

PUMP = sys.argv.pop(1)
Packet = collections.namedtuple("Packet", "time sequence timestamp")


class Ends(unittest.TestCase):
    def pair(self, own, other):
        ours = subprocess.Popen([PUMP, *own], stdout=subprocess.PIPE, text=True)
        port = ours.stdout.readline().strip()
        subprocess.run([PUMP, *(w.replace("PORT", port) for w in other)], check=True, timeout=30)
        said = ours.communicate(timeout=30)[0].split()
        self.assertEqual(ours.returncode, 0)
        return int(said[0]), float(said[1])

    def test_a_plain_receiver_gets_what_is_sent_and_keeps_it(self):
        with tempfile.TemporaryDirectory() as folder:
            pem, kept = certificate(folder, "bench")[0], os.path.join(folder, "kept")
            count, spent = self.pair(["receive", pem, kept], ["source", "PORT", "3000000"])
            self.assertEqual((count, os.path.getsize(kept)), (3_000_000, 3_000_000))
            self.assertGreaterEqual(spent, 0)
            self.assertEqual(self.pair(["receive", pem, "-"], ["source", "PORT", "100"])[0], 100)

    def test_a_plain_sender_sends_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            pem, path = certificate(folder, "bench")[0], Path(folder) / "file"
            path.write_bytes(os.urandom(1_000_000))
            self.assertEqual(self.pair(["send", pem, str(path)], ["sink", "PORT"])[0], 1_000_000)

    def test_wrong_words_are_refused(self):
        self.assertNotEqual(subprocess.run([PUMP, "sing"], stderr=subprocess.DEVNULL).returncode, 0)


class Arithmetic(unittest.TestCase):
    def test_missing_packets_jumps_and_gaps_are_counted(self):
        calls = talk.Talkers(None, "room")
        calls._begun, calls._ended = 10.0, 11.0
        packets = [Packet(10.00, 65534, 0), Packet(10.02, 65535, 160), Packet(10.10, 1, 480), Packet(10.12, 2, 700), Packet(12, 3, 860)]
        found = calls._of(packets)
        self.assertEqual((found["packets"], found["missing"], found["jumps"]), (4, 1, 2))
        self.assertAlmostEqual(found["longest_ms"], 80, 3)

    def test_the_table_says_medians_and_shares(self):
        row = {"pulls": 10, "cpu": 1.0, "seconds": 2.0, "idle_kib": 1024, "peak_kib": 2048, "audio_expected": 100.0,
               "audio": [{"packets": 99, "missing": 1, "jumps": 0, "longest_ms": 30.0}] * 2}
        one = {name: [1.0, 900.0, 100.0] for name in table.MEANINGS}
        text = table.text({"size": 512, "one": one, "share": {"push": 0.75, "pull": 0.5}, "many": {"8": row}})
        self.assertIn("| plain OpenSSL sender, from disk | 100 |", text)
        self.assertIn("a push has 75%, of the plain sender's a pull 50%; the goal is 60%", text)
        self.assertIn("| 10 | 8 | 40 | 1.0 | 1 | 2 | 198, 200 | 2 | 30 |", text)


if __name__ == "__main__":
    unittest.main()
