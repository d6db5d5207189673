"""The echo room: each caller hears itself and nobody else."""

import time

from confab_e2e import audio
from confab_e2e.baresip import Baresip
from confab_e2e.phone import Phone
from confab_e2e.rawsip import Client
from confab_e2e.server import ServerTest
from confab_e2e.watcher import Watcher


class Echo(ServerTest):
    options = {"rooms.echo": "echo"}

    def test_two_callers_hear_themselves_and_not_each_other(self):
        with Phone(self.server, tone_hz=440) as anna, Phone(self.server, tone_hz=1013) as ben, Phone(self.server) as cleo:
            anna.dial("echo")
            ben.dial("echo")
            cleo.dial("echo")
            time.sleep(1)
            since = time.monotonic()
            time.sleep(3)
            for phone, own, others in ((anna, 440, 1013), (ben, 1013, 440)):
                sound = phone.rtp.heard(since)
                self.assertAlmostEqual(audio.median_tone_db(sound, 8000, own), -20, delta=4, msg=f"own {own} Hz")
                self.assertLess(audio.median_tone_db(sound, 8000, others), -45, f"another's {others} Hz")
            self.assertLess(audio.rms_db(cleo.rtp.heard(since)), -60, "who says nothing hears nothing")

    def test_every_codec_and_srtp_come_back(self):
        for codec, srtp in (("G722/16000/1", True), ("opus/48000/2", False)):
            with self.subTest(codec), Baresip("dora", codec, 620, srtp=srtp) as dora:
                dora.dial(self.server.uri("echo"))
                time.sleep(5)
                sound, rate = dora.heard()
                self.assertAlmostEqual(audio.median_tone_db(sound[-3 * rate:], rate, 620), -20, delta=5)
                dora.hang_up()

    def test_it_is_no_conference(self):
        with Phone(self.server, tone_hz=440) as anna, Client(self.server.address("udp")) as client:
            anna.dial("echo")
            response = Watcher(client, "echo").request()
            self.assertEqual(response.status, 403)
            self.assertIn("no conference", response.get("warning"))
            self.assertEqual(Watcher(client, "echoes").request().status, 480, "another name is another room")


class Greeting(ServerTest):
    options = {"rooms.echo": "echo@127.0.0.1"}
    quiet = False

    def test_a_caller_is_greeted_and_nothing_else_is_played(self):
        with Phone(self.server) as anna, Phone(self.server) as ben:
            anna.dial("echo")
            time.sleep(6)
            since = time.monotonic()
            ben.dial("echo")
            time.sleep(2)
            self.assertGreater(audio.rms_db(anna.rtp.heard(0, since)), -40, "the greeting")
            self.assertLess(audio.rms_db(anna.rtp.heard(since)), -60, "no tone, no music")


if __name__ == "__main__":
    import unittest
    unittest.main()
