"""16 kHz mono sound in plain Python: synthesis of the tones and the music, level, trimming, WAV files.

A sound here is an array('d') of samples where 1.0 is full scale. Levels are RMS in dB below a full-scale square wave.
Nothing is random and no clock is read: the same Python gives the same bytes.
"""

import array
import math
import wave

RATE = 16000
FADE_SECONDS = 0.005
PEAK_LIMIT = 0.89  # -1 dBFS: louder peaks would clip after a codec


def silence(samples):
    return array.array("d", bytes(8 * samples))


def rms_db(sound):
    """Level of the whole sound; -200 for silence."""
    if not sound:
        return -200.0
    power = sum(x * x for x in sound) / len(sound)
    return 10 * math.log10(power) if power > 1e-20 else -200.0


def at_level(sound, db):
    """Scaled to `db`, or less where its peaks would pass PEAK_LIMIT."""
    peak = max((abs(x) for x in sound), default=0.0)
    if peak == 0:
        return sound
    gain = min(10 ** ((db - rms_db(sound)) / 20), PEAK_LIMIT / peak)
    return array.array("d", (x * gain for x in sound))


def faded(sound):
    """Edges go to zero over FADE_SECONDS, so that nothing clicks."""
    edge = min(int(FADE_SECONDS * RATE), len(sound) // 2)
    for i in range(edge):
        gain = 0.5 - 0.5 * math.cos(math.pi * i / edge)
        sound[i] *= gain
        sound[-1 - i] *= gain
    return sound


def trimmed(sound, threshold=0.006, margin_seconds=0.01):
    """Without what is quieter than `threshold` before and after."""
    margin = int(margin_seconds * RATE)
    loud = [i for i, x in enumerate(sound) if abs(x) > threshold]
    if not loud:
        return sound
    return sound[max(0, loud[0] - margin):loud[-1] + 1 + margin]


def two_notes(first_hz, second_hz):
    """Two notes of 100 ms that run into each other; the ear reads their direction."""
    sound = silence(int(0.2 * RATE))
    half = len(sound) // 2
    phase = 0.0
    for i in range(len(sound)):
        phase += 2 * math.pi * (first_hz if i < half else second_hz) / RATE
        sound[i] = math.sin(phase) + 0.25 * math.sin(2 * phase)
    return faded(sound)


def pluck(loop, start, hz, seconds, gain):
    """Adds one soft bell-like note to `loop`; what rings past the end goes on at the beginning.

    Two single-cycle tables, the brighter one dying sooner, stand for a sum of partials with their own decays.
    """
    table_size = 1024
    dark, bright = [], []
    for i in range(table_size):
        angle = 2 * math.pi * i / table_size
        dark.append(math.sin(angle) + 0.35 * math.sin(2 * angle))
        bright.append(0.3 * math.sin(3 * angle) + 0.2 * math.sin(4 * angle))
    count = int(seconds * RATE)
    attack = int(0.02 * RATE)
    release = int(0.25 * RATE)
    decay = math.exp(-1 / (0.9 * RATE))
    bright_decay = math.exp(-1 / (0.25 * RATE))
    level, shine = gain, gain
    step, position, size = table_size * hz / RATE, 0.0, len(loop)
    for i in range(count):
        envelope = 1.0
        if i < attack:
            envelope = i / attack
        elif i > count - release:
            envelope = (count - i) / release
        index = int(position)
        loop[(start + i) % size] += envelope * (level * dark[index] + shine * bright[index])
        level *= decay
        shine *= bright_decay
        position += step
        if position >= table_size:
            position -= table_size


def note_hz(semitones_from_a4):
    return 440.0 * 2 ** (semitones_from_a4 / 12)


# Eight bars of four beats: a bass note, a broken chord over it, a melody note or two. Semitones from A4.
MUSIC_BARS = (
    (-21, (-9, -5, -2), (7, 3)),     # C
    (-24, (-12, -9, -5), (0, 3)),    # A minor
    (-28, (-9, -4, 0), (5, 8)),      # F
    (-26, (-10, -7, -2), (7, 5)),    # G
    (-17, (-10, -5, -2), (2, 7)),    # E minor
    (-24, (-12, -9, -5), (3, 7)),    # A minor
    (-19, (-12, -7, -4), (8, 5)),    # D minor
    (-26, (-10, -7, -4), (5, 2)),    # G seventh
)
BEAT_SECONDS = 0.75


def music():
    """24 s that loop: every note is written modulo the length, so the seam is as smooth as the rest."""
    beat = int(BEAT_SECONDS * RATE)
    loop = silence(len(MUSIC_BARS) * 4 * beat)
    for number, (bass, chord, melody) in enumerate(MUSIC_BARS):
        bar = number * 4 * beat
        pluck(loop, bar, note_hz(bass), 3.0, 0.9)
        for i, tone in enumerate(chord + (chord[1],)):
            pluck(loop, bar + i * beat, note_hz(tone), 1.6, 0.5)
        pluck(loop, bar + beat // 2, note_hz(melody[0]), 1.4, 0.35)
        pluck(loop, bar + 2 * beat + beat // 2, note_hz(melody[1]), 1.4, 0.35)
    return loop


def read_raw(data):
    """16-bit little-endian samples."""
    samples = array.array("h")
    samples.frombytes(data[:len(data) // 2 * 2])
    return array.array("d", (x / 32768 for x in samples))


def write_wav(path, sound):
    """Written beside and moved into place: a reader never sees half a file."""
    samples = array.array("h", (max(-32768, min(32767, round(x * 32767))) for x in sound))
    unfinished = path.with_suffix(".part")
    with wave.open(str(unfinished), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
    unfinished.replace(path)
