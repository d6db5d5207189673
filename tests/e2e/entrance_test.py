"""The entrance of a room: PIN, moderator PIN, waiting for the moderator, and the access number."""

import tempfile
import time
import unittest

from confab_e2e import audio
from confab_e2e.baresip import Baresip
from confab_e2e.phone import Phone
from confab_e2e.rawsip import Call, Client
from confab_e2e.server import Server, run_to_end
from confab_e2e.sip_message import sdp
from confab_e2e.watcher import Watcher
from hearing_test import likeness

PIN, MODERATOR_PIN = "4285", "714285"
CONFIG = f"""
[rooms]
lobby = "lobby"

[room."vault@127.0.0.1"]
pin = "{PIN}"

[room."board@127.0.0.1"]
pin = "{PIN}"
moderator-pin = "{MODERATOR_PIN}"
wait-for-moderator = true

[room."3000@127.0.0.1"]
pin = "{PIN}"
"""


def with_pin(call, pin):
    """The call's Request-URI with the parameter; its To stays."""
    call.target += f";pin={pin}"
    return call


def press_by_info(call, keys):
    for key in keys:
        number = call.send("INFO", f"Signal={key}\r\nDuration=160\r\n", content_type="application/dtmf-relay")
        response = call.final(number, "INFO")
        if response.status != 200:
            raise AssertionError(f"INFO {key}: {response.first_line}")


class Entrance(unittest.TestCase):
    def client(self, server):
        client = Client(server.address("udp"))
        self.addCleanup(client.close)
        return client

    def knows_nothing_of_the_pins(self, server):
        for secret in (PIN, MODERATOR_PIN):
            for line in [line for line in server.log_lines if f"={secret}" in line or f'"{secret}' in line]:
                self.fail(f"a PIN is in the log: {line}")

    def test_a_caller_is_heard_and_hears_only_once_its_pin_is_right(self):
        with Server({"log.trace": "sip"}, config_text=CONFIG) as server, Phone(server, tone_hz=440) as inside, \
                Phone(server, tone_hz=1013) as caller:
            inside.ended = False
            inside.call = with_pin(Call(inside.client, "vault"), PIN)
            self.assertEqual(inside.call.invite(inside.offer()).status, 200)
            inside.follow(inside.call.answer)
            caller.dial("vault")
            begin = time.monotonic()
            time.sleep(4)
            self.assertGreater(likeness(caller.rtp.heard(begin), "enter-pin"), 0.6)
            self.assertLess(audio.median_tone_db(caller.rtp.listen(2), 8000, 440), -45, "hears the room")
            self.assertLess(audio.median_tone_db(inside.rtp.heard(begin), 8000, 1013), -45, "is heard")
            watcher = Watcher(self.client(server), "vault")
            with_pin(watcher.dialog, PIN)
            watcher.subscribe()
            self.assertEqual(watcher.text("conference-state/user-count"), "1")
            caller.rtp.dial_digits(PIN)
            time.sleep(3)
            self.assertAlmostEqual(audio.median_tone_db(caller.rtp.listen(2), 8000, 440), -20, delta=4)
            self.assertAlmostEqual(audio.median_tone_db(inside.rtp.listen(2), 8000, 1013), -20, delta=4)
            self.knows_nothing_of_the_pins(server)

    def test_three_wrong_pins_end_the_call(self):
        with Server({"log.trace": "sip"}, config_text=CONFIG) as server, Phone(server, tone_hz=1013) as caller:
            caller.dial("vault")
            begin = time.monotonic()
            for wrong in ("1111#", "2222#", "3333#"):
                press_by_info(caller.call, wrong)
                time.sleep(1.5)
            caller.answer_bye(10)
            sound = caller.rtp.heard(begin)
            self.assertGreater(likeness(sound, "wrong-pin"), 0.6)
            self.assertGreater(likeness(sound, "goodbye"), 0.6)
            self.assertFalse([line for line in server.log_lines if "Signal=1" in line], "keys are in the trace")

    def test_wrong_pins_of_both_ways_count_together(self):
        with Server(config_text=CONFIG) as server, Phone(server, tone_hz=1013) as caller:
            caller.dial("vault")
            for wrong in ("1111#", "2222#", "3333#"):
                press_by_info(caller.call, wrong)
                time.sleep(0.2)
            caller.answer_bye(10)
            for _ in range(3):
                response = with_pin(Call(self.client(server), "vault"), "0000").invite(sdp(40000))
                self.assertEqual(response.status, 403)
                self.assertEqual(response.get("retry-after"), "")
            response = with_pin(Call(self.client(server), "vault"), PIN).invite(sdp(40000))
            self.assertEqual(response.status, 403)
            self.assertGreater(int(response.get("retry-after")), 60)

    def test_the_moderator_pin_opens_the_room_for_those_who_wait(self):
        with Server({"rooms.announcements": "true", "rooms.music-on-hold": "true"}, config_text=CONFIG) as server, \
                Baresip("anna", "PCMU/8000/1", 440) as anna, Baresip("ben", "G722/16000/1", 1013) as ben:
            anna.dial(server.uri("board"))
            time.sleep(1)
            anna.dtmf(PIN + "#")
            time.sleep(5)
            sound, rate = anna.heard()
            self.assertGreater(likeness(sound, "wait-for-moderator"), 0.5)
            self.assertGreater(audio.rms_db(sound[-rate:]), -45, "music while it waits")
            watcher = Watcher(self.client(server), "board")
            with_pin(watcher.dialog, PIN)
            watcher.subscribe()
            self.assertEqual(watcher.of("anna", "endpoint/status"), "pending")
            self.assertEqual(watcher.text("conference-state/user-count"), "0")
            ben.dial(server.uri("board"))
            time.sleep(1)
            ben.dtmf(MODERATOR_PIN)
            watcher.until(lambda w: w.text("conference-state/user-count") == "2", "both are in")
            self.assertEqual(watcher.of("ben", "roles/entry"), "moderator")
            self.assertEqual(watcher.of("anna", "roles/entry"), "participant")
            time.sleep(7)
            for phone, other in ((anna, ben), (ben, anna)):
                sound, rate = phone.heard()
                self.assertAlmostEqual(audio.median_tone_db(sound[-2 * rate:], rate, other.tone_hz), -20, delta=4)
            self.knows_nothing_of_the_pins(server)

    def test_the_lobby_leads_into_a_room_with_sound_both_ways_and_encrypted(self):
        with Server({"media.threads": 2}, config_text=CONFIG) as server, Baresip("anna", "PCMU/8000/1", 440) as anna, \
                Baresip("ben", "PCMU/8000/1", 1013, srtp=True) as ben:
            anna.dial(server.uri("777"))
            ben.dial(server.uri("lobby"))
            time.sleep(6)  # until the prompt, which has something of every tone, is over
            sound, rate = ben.heard()
            self.assertGreater(likeness(sound, "enter-conference"), 0.5)
            self.assertLess(audio.median_tone_db(sound[-rate:], rate, 440), -45, "hears the room")
            ben.dtmf("777#")
            time.sleep(5)
            for phone, other in ((anna, ben), (ben, anna)):
                sound, rate = phone.heard()
                self.assertAlmostEqual(audio.median_tone_db(sound[-2 * rate:], rate, other.tone_hz), -20, delta=4)
            self.assertEqual(Watcher(self.client(server), "777").subscribe().names(), ["anna", "ben"])
            self.assertEqual(len(server.records("room ended")), 1, "the lobby")

    def test_the_lobby_hands_over_to_the_entrance_of_the_room(self):
        with Server(config_text=CONFIG) as server, Phone(server, tone_hz=1013) as caller:
            caller.dial("lobby")
            begin = time.monotonic()
            press_by_info(caller.call, "3000#")
            time.sleep(3)
            self.assertGreater(likeness(caller.rtp.heard(begin), "enter-pin"), 0.6)
            watcher = Watcher(self.client(server), "3000")
            with_pin(watcher.dialog, PIN)
            watcher.subscribe()
            self.assertEqual(watcher.of("tester", "endpoint/status"), "pending")
            press_by_info(caller.call, PIN)
            watcher.until(lambda w: w.of("tester", "endpoint/status") == "connected", "the caller is in")
            self.assertEqual(Watcher(self.client(server), "lobby").request().status, 480)

    def test_who_does_not_know_the_pin_sees_nothing(self):
        with Server(config_text=CONFIG) as server, Phone(server, tone_hz=1013) as caller:
            caller.dial("vault")
            refused = Watcher(self.client(server), "vault").request()
            self.assertEqual(refused.status, 403)
            self.assertIn("PIN", refused.get("warning"))
            wrong = Watcher(self.client(server), "vault")
            with_pin(wrong.dialog, "1")
            self.assertEqual(wrong.request().status, 403)
            number = caller.call.send("REFER", headers=["Refer-To: <sip:x@127.0.0.1>"])
            self.assertEqual(caller.call.final(number, "REFER").status, 403)
            silent = sdp(0).replace("m=audio 0 RTP/AVP 0 101", "m=message 2855 TCP/MSRP *").partition("a=")[0]
            response = Call(self.client(server), "vault").invite(silent)
            self.assertEqual(response.status, 403)
            self.assertIn(";pin=", response.get("warning"))

    def test_a_pin_in_the_config_is_not_repeated_and_must_differ_from_the_moderators(self):
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
            file.write("[rooms]\npin = 31337\n")
            file.flush()
            status, _, errors = run_to_end("--check-config", f"--config-file={file.name}")
            self.assertEqual(status, 2, errors)
            self.assertIn("key rooms.pin", errors)
            self.assertNotIn("31337", errors)
        status, _, errors = run_to_end("--rooms.pin=31337", "--rooms.moderator-pin=31337", "--sip.listen=udp://127.0.0.1:0")
        self.assertEqual(status, 2, errors)
        self.assertNotIn("31337", errors)
