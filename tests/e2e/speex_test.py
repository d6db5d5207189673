"""linphonec, the phone with Speex, hears a G.722 phone and is heard by it."""

import time

from confab_e2e import audio
from confab_e2e.baresip import Baresip
from confab_e2e.linphone import Linphone
from confab_e2e.server import ServerTest

TALK_SECONDS = 6


class Speex(ServerTest):
    def talk(self, rate):
        # linphonec's own encoder wears down steady tones of 600 Hz and more within a second; 440 Hz it keeps.
        with Linphone("lina", ("speex", rate), 440) as lina, Baresip("ben", "G722/16000/1", 1013) as ben:
            lina.dial(self.server.uri("speex"))
            ben.dial(self.server.uri("speex"))
            time.sleep(TALK_SECONDS)
            sound, heard_rate = ben.heard()
            tail = sound[-3 * heard_rate:]
            self.assertAlmostEqual(audio.median_tone_db(tail, heard_rate, 440), -20, delta=5, msg="ben hears lina")
            self.assertLess(audio.median_tone_db(tail, heard_rate, 1013), -45, "ben hears himself")
            ben.hang_up()
            lina.hang_up()
            time.sleep(1)
            sound, heard_rate = lina.heard()
            levels = audio.tone_levels(sound, heard_rate, 1013)
            self.assertGreaterEqual(sum(abs(level + 20) <= 5 for level in levels), 2, f"lina hears ben: {levels}")
            self.assertLess(audio.median_tone_db(sound, heard_rate, 440), -40, "lina hears herself")

    def test_wideband(self):
        self.talk(16000)

    def test_narrowband(self):
        self.talk(8000)
