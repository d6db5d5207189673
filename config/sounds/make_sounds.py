#!/usr/bin/env python3
"""Makes what callers hear: prompts.txt spoken by espeak-ng, two tones and the music, as 16 kHz mono 16-bit WAV files.

Runs at build time: make_sounds.py --prompts prompts.txt --output DIR. Needs espeak-ng and sox.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys

import waves

SPEECH_DB = -20.0
TONE_DB = -20.0
MUSIC_DB = -24.0
VOICE = ("-v", "en-gb", "-s", "150")
RANGE = re.compile(r"^(.*?)(\d+)\.\.(\d+)$")


def read_prompts(path):
    """[(file name, text)] of prompts.txt, ranges written out; refuses what it cannot read by line."""
    prompts = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, tab, text = line.partition("\t")
        if not tab or not text.strip() or not re.fullmatch(r"[a-z0-9.-]+", name):
            raise ValueError(f"{path}:{number}: expected a name of a-z, 0-9 and '-', a tab, and the text")
        span = RANGE.match(name)
        if span:
            first, last = int(span[2]), int(span[3])
            prompts += [(f"{span[1]}{n}", text.replace("{n}", str(n))) for n in range(first, last + 1)]
        else:
            prompts.append((name, text))
    return prompts


def speak(name, text, output):
    """One prompt. espeak-ng speaks at 22,050 Hz; sox resamples (-D: no dither, so the result does not change)."""
    spoken = output / f"{name}.espeak"
    try:
        subprocess.run(["espeak-ng", *VOICE, "--stdin", "-w", str(spoken)], input=text.encode(), check=True, timeout=60)
        raw = subprocess.run(
            ["sox", "-D", "-t", "wav", str(spoken), "-t", "raw", "-r", str(waves.RATE), "-e", "signed", "-b", "16",
             "-c", "1", "-L", "-", "vol", "0.5"],
            check=True, stdout=subprocess.PIPE, timeout=60).stdout
    finally:
        spoken.unlink(missing_ok=True)
    sound = waves.trimmed(waves.read_raw(raw))
    if len(sound) < waves.RATE // 5:
        raise ValueError(f"{name}: espeak-ng made less than 0.2 s of speech from {text!r}")
    waves.write_wav(output / f"{name}.wav", waves.faded(waves.at_level(sound, SPEECH_DB)))


def make_tones_and_music(output):
    waves.write_wav(output / "tone-join.wav", waves.at_level(waves.two_notes(523.25, 783.99), TONE_DB))
    waves.write_wav(output / "tone-leave.wav", waves.at_level(waves.two_notes(783.99, 523.25), TONE_DB))
    waves.write_wav(output / "music.wav", waves.at_level(waves.music(), MUSIC_DB))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", type=pathlib.Path, default=pathlib.Path(__file__).with_name("prompts.txt"))
    parser.add_argument("--output", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    for tool in ("espeak-ng", "sox"):
        if not shutil.which(tool):
            sys.exit(f"make_sounds: {tool} is not installed: apt-get install {tool}")
    try:
        prompts = read_prompts(arguments.prompts)
        arguments.output.mkdir(parents=True, exist_ok=True)
        with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
            jobs = [pool.submit(speak, name, text, arguments.output) for name, text in prompts]
            make_tones_and_music(arguments.output)
            for job in jobs:
                job.result()
    except (OSError, ValueError, subprocess.SubprocessError) as problem:
        sys.exit(f"make_sounds: {problem}")


if __name__ == "__main__":
    main()
