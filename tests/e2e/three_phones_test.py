"""Three real phones with three codecs hear each other and only each other; a fourth in another room hears none of them."""

import time

from confab_e2e import audio
from confab_e2e.baresip import Baresip
from confab_e2e.server import ServerTest

TALK_SECONDS = 6
LEVEL_DB = -20.0


class ThreePhones(ServerTest):
    def test_three_codecs_hear_each_other_and_not_themselves(self):
        with Baresip("anna", "G722/16000/1", 440) as anna, \
                Baresip("ben", "PCMU/8000/1", 1013, srtp=True) as ben, \
                Baresip("cleo", "opus/48000/2", 1730) as cleo, \
                Baresip("dora", "PCMA/8000/1", 620) as dora:
            phones = (anna, ben, cleo)
            for phone in phones:
                phone.dial(self.server.uri("lunch"))
            dora.dial(self.server.uri("elsewhere"))
            time.sleep(TALK_SECONDS)
            for phone in phones:
                sound, rate = phone.heard()
                with self.subTest(phone.name):
                    self.assertGreater(len(sound) / rate, TALK_SECONDS - 2, "seconds recorded")
                    sound = sound[-int((TALK_SECONDS - 2) * rate):]
                    for other in phones:
                        level = audio.median_tone_db(sound, rate, other.tone_hz)
                        if other is phone:
                            self.assertLess(level, LEVEL_DB - 25, "hears itself")
                        else:
                            self.assertAlmostEqual(level, LEVEL_DB, delta=4, msg=f"level of {other.name}")
                    self.assertLess(audio.median_tone_db(sound, rate, dora.tone_hz), LEVEL_DB - 25, "hears another room")
            sound, rate = dora.heard()
            for other in phones:
                self.assertLess(audio.median_tone_db(sound, rate, other.tone_hz), LEVEL_DB - 25, f"dora hears {other.name}")
            for phone in (*phones, dora):
                phone.hang_up()

    def test_srtp_is_really_on_the_wire(self):
        with Baresip("ben", "PCMU/8000/1", 1013, srtp=True) as ben:
            ben.dial(self.server.uri("secret"))
            suites = [event["param"] for event in ben.saw("CALL_MENC")]
            self.assertTrue(suites and "AES" in suites[0], f"CALL_MENC events: {suites}")
            ben.hang_up()
