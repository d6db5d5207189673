"""What callers hear: the prompts, tones and music, told apart by their spectrum, and mute by *6."""

import os
import pathlib
import time
import unittest

import numpy

from confab_e2e import audio
from confab_e2e.phone import Phone
from confab_e2e.server import Server

SOUNDS = pathlib.Path(os.environ.get("CONFAB_SOUNDS", ""))


def reference(name):
    """A prompt as the phone hears it: 8 kHz."""
    sound, rate = audio.read_wav(SOUNDS / f"{name}.wav")
    spectrum = numpy.fft.rfft(sound)
    count = len(sound) // 2
    return numpy.fft.irfft(spectrum[:count // 2 + 1] * 0.5, count), rate // 2


def likeness(heard, name):
    """Best normalised correlation of the first 0.6 s of a prompt with any place of `heard`: 1 is the same sound."""
    wanted, _ = reference(name)
    wanted = wanted[:4800]
    if len(heard) < len(wanted):
        return 0.0
    size = 1 << (len(heard) + len(wanted) - 1).bit_length()
    product = numpy.fft.irfft(numpy.fft.rfft(heard, size) * numpy.conj(numpy.fft.rfft(wanted, size)), size)
    product = product[:len(heard) - len(wanted) + 1]
    energy = numpy.concatenate(([0.0], numpy.cumsum(heard ** 2)))
    energy = energy[len(wanted):] - energy[:-len(wanted)]
    return float(numpy.max(product / numpy.sqrt((energy + 1e-4) * numpy.sum(wanted ** 2))))


class Hearing(unittest.TestCase):
    def assert_heard(self, sound, name, least=0.6):
        self.assertGreater(likeness(sound, name), least, f"likeness of what was heard to {name}")

    def test_the_first_hears_that_it_is_alone_and_then_music(self):
        with Server(quiet=False) as server, Phone(server) as first:
            first.dial("lonely")
            sound = first.rtp.listen(8)
            self.assert_heard(sound[:5 * 8000], "only-participant")
            self.assertGreater(audio.rms_db(sound[-2 * 8000:]), -40, "music while alone")

    def test_no_prompt_and_no_music_when_they_are_off(self):
        with Server() as server, Phone(server) as first:
            first.dial("lonely")
            self.assertLess(audio.rms_db(first.rtp.listen(3)), -55)

    def test_the_second_hears_how_many_there_are_and_the_first_a_tone_and_no_music_any_more(self):
        with Server({"rooms.announcements": "true"}) as server, Phone(server) as first, Phone(server) as second:
            first.dial("pair")
            time.sleep(4)  # until "only participant" is over
            joined = time.monotonic()
            second.dial("pair")
            time.sleep(4)
            heard_by_first, heard_by_second = first.rtp.heard(joined), second.rtp.heard()
            self.assert_heard(heard_by_second, "others-1")
            tone = max(audio.tone_levels(heard_by_first, 8000, 523.25, 0.1))
            self.assertGreater(tone, -32, "the join tone's first note")
            self.assertLess(likeness(heard_by_first, "others-1"), 0.4, "the first is told nothing")
            self.assertLess(audio.rms_db(heard_by_first[-8000:]), -55, "no music for two")
            left = time.monotonic()
            second.hang_up()
            time.sleep(1.5)
            self.assertGreater(max(audio.tone_levels(first.rtp.heard(left), 8000, 783.99, 0.1)), -32, "the leave tone")

    def mute_and_unmute(self, press):
        with Server({"rooms.announcements": "true"}) as server, Phone(server, tone_hz=440) as talker, \
                Phone(server) as listener:
            talker.dial("mute")
            listener.dial("mute")
            time.sleep(4)
            self.assertAlmostEqual(audio.median_tone_db(listener.rtp.listen(2), 8000, 440), -20, delta=4)
            for muted, prompt in ((True, "muted"), (False, "unmuted")):
                begin = time.monotonic()
                press(talker)
                time.sleep(2.5)
                self.assert_heard(talker.rtp.heard(begin), prompt)
                level = audio.median_tone_db(listener.rtp.listen(2), 8000, 440)
                if muted:
                    self.assertLess(level, -45, "others hear a muted phone")
                else:
                    self.assertAlmostEqual(level, -20, delta=4, msg="others hear it again")

    def test_star_six_by_rfc_4733_mutes_and_unmutes(self):
        self.mute_and_unmute(lambda phone: phone.rtp.dial_digits("*6"))

    def test_star_six_by_info_mutes_and_unmutes(self):
        def press(phone):
            for digit in "*6":
                number = phone.call.send("INFO", f"Signal={digit}\r\nDuration=160\r\n", content_type="application/dtmf-relay")
                self.assertEqual(phone.call.final(number, "INFO").status, 200)
        self.mute_and_unmute(press)

    def test_operators_replace_the_sounds(self):
        with Server({"rooms.announcements": "true", "rooms.sounds-directory": str(SOUNDS)}) as server, Phone(server) as first:
            first.dial("own")
            self.assert_heard(first.rtp.listen(5), "only-participant")
