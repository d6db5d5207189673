"""The files of config/sounds: there, in the right format, neither too quiet nor clipped, without clicks at their ends."""

import os
import pathlib
import unittest
import wave

from confab_e2e import audio

SOUNDS = pathlib.Path(os.environ.get("CONFAB_SOUNDS", ""))

PROMPTS = ["only-participant", "others-many", "muted", "unmuted", "locked", "unlocked", "all-muted",
           "deaf", "hearing", "all-unmuted", "last-put-out", "not-possible", "end-again", "ends-soon", "echo-test",
           "enter-pin", "wrong-pin", "enter-conference", "no-such-conference", "not-admitted", "conference-full",
           "wait-for-moderator", "goodbye",
           *(f"others-{n}" for n in range(1, 100))]
TONES = ["tone-join", "tone-leave"]
# name → seconds from, to; RMS in dB
EXPECTED = {name: (0.4, 5.0, -20.0) for name in PROMPTS} | {name: (0.15, 0.3, -20.0) for name in TONES} | {
    "music": (20.0, 40.0, -24.0)}


class Sounds(unittest.TestCase):
    def load(self, name):
        sound, rate = audio.read_wav(SOUNDS / f"{name}.wav")
        return sound, rate

    def test_every_file_is_there_and_no_other(self):
        self.assertEqual({p.stem for p in SOUNDS.glob("*.wav")}, set(EXPECTED), f"in {SOUNDS}")

    def test_files_are_16_khz_mono_16_bit(self):
        for name in EXPECTED:
            with wave.open(str(SOUNDS / f"{name}.wav")) as file:
                self.assertEqual((file.getframerate(), file.getnchannels(), file.getsampwidth()), (16000, 1, 2), name)

    def test_levels_and_durations_are_as_promised(self):
        for name, (shortest, longest, level) in EXPECTED.items():
            with self.subTest(name):
                sound, rate = self.load(name)
                self.assertTrue(shortest <= len(sound) / rate <= longest, f"{len(sound) / rate:.2f} s")
                self.assertAlmostEqual(audio.rms_db(sound), level, delta=2.0)
                self.assertLess(abs(sound).max(), 0.9)

    def test_prompts_and_tones_begin_and_end_without_a_click(self):
        for name in PROMPTS + TONES:
            sound, _ = self.load(name)
            self.assertLess(max(abs(sound[0]), abs(sound[-1])), 0.01, name)

    def test_prompts_begin_with_speech_not_silence(self):
        for name in PROMPTS:
            sound, rate = self.load(name)
            self.assertGreater(audio.rms_db(sound[:rate // 5]), -50, name)

    def test_the_music_runs_into_its_beginning_without_a_click(self):
        sound, _ = self.load("music")
        usual = abs(sound[1:] - sound[:-1]).max()
        self.assertLessEqual(abs(sound[0] - sound[-1]), usual)

    def test_join_rises_and_leave_falls(self):
        for name, rises in (("tone-join", True), ("tone-leave", False)):
            sound, rate = self.load(name)
            middle = len(sound) // 2
            low = [audio.tone_db(part, rate, 523.25) for part in (sound[:middle], sound[middle:])]
            self.assertEqual(low[0] > low[1], rises, name)
