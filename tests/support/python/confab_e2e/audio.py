"""Tones into WAV files, and how loud a tone is in a recording, second by second.

Sound is a numpy array of floats where 1.0 is full scale. A tone's level is the RMS of that sine below a full-scale
square wave, so a sine of amplitude 1.0 has -3 dB.
"""

import wave

import numpy

SILENCE_DB = -120.0


def tone(hz, seconds, rate, level_db=-20.0):
    amplitude = 10 ** (level_db / 20) * numpy.sqrt(2)
    time = numpy.arange(int(seconds * rate)) / rate
    return amplitude * numpy.sin(2 * numpy.pi * hz * time)


def write_wav(path, sound, rate, channels=1):
    samples = numpy.clip(numpy.round(sound * 32767), -32768, 32767).astype("<i2")
    if channels > 1:
        samples = numpy.repeat(samples, channels)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(samples.tobytes())


def read_wav(path):
    """(sound, rate); the first channel. Reads what is there of a file whose header was never completed."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise ValueError(f"{path}: not a WAV file")
    rate, channels, bits, position = 0, 1, 16, 12
    while position + 8 <= len(data):
        name, size = data[position:position + 4], int.from_bytes(data[position + 4:position + 8], "little")
        body = position + 8
        if name == b"fmt ":
            channels = int.from_bytes(data[body + 2:body + 4], "little")
            rate = int.from_bytes(data[body + 4:body + 8], "little")
            bits = int.from_bytes(data[body + 14:body + 16], "little")
        elif name == b"data":
            if size == 0 or body + size > len(data):
                size = len(data) - body
            if bits != 16 or not rate:
                raise ValueError(f"{path}: {bits} bits at {rate} Hz, expected 16")
            frame = 2 * channels
            samples = numpy.frombuffer(data[body:body + size // frame * frame], dtype="<i2")
            return samples[::channels].astype(float) / 32768, rate
        position = body + size + size % 2
    return numpy.zeros(0), rate or 8000


def rms_db(sound):
    power = float(numpy.mean(numpy.square(sound))) if len(sound) else 0.0
    return 10 * numpy.log10(power) if power > 1e-12 else SILENCE_DB


def tone_db(sound, rate, hz):
    """Level of the sine at `hz`: the power within 12 Hz of it, through a Hann window."""
    if len(sound) < rate // 10:
        return SILENCE_DB
    window = numpy.hanning(len(sound))
    spectrum = numpy.fft.rfft(sound * window)
    bins = numpy.fft.rfftfreq(len(sound), 1 / rate)
    near = numpy.abs(bins - hz) <= max(12.0, 2.5 * rate / len(sound))
    power = 2 * float(numpy.sum(numpy.abs(spectrum[near]) ** 2)) / (len(sound) * float(numpy.sum(window ** 2)))
    return 10 * numpy.log10(power) if power > 1e-12 else SILENCE_DB


def tone_levels(sound, rate, hz, window_seconds=1.0):
    """Level of the tone in each whole window."""
    size = int(rate * window_seconds)
    return [tone_db(sound[i:i + size], rate, hz) for i in range(0, len(sound) - size + 1, size)]


def median_tone_db(sound, rate, hz):
    """Typical level of the tone: one lost packet or one prompt does not move it."""
    levels = tone_levels(sound, rate, hz)
    return float(numpy.median(levels)) if levels else SILENCE_DB


_ULAW = None


def ulaw_decode(data):
    """G.711 µ-law bytes to sound."""
    global _ULAW
    if _ULAW is None:
        code = ~numpy.arange(256) & 0xFF
        magnitude = (((code & 0x0F) << 3) + 0x84) << ((code >> 4) & 7)
        _ULAW = numpy.where(code & 0x80, 0x84 - magnitude, magnitude - 0x84) / 32768
    return _ULAW[numpy.frombuffer(data, dtype=numpy.uint8)]


def ulaw_encode(sound):
    """Sound to G.711 µ-law bytes."""
    samples = numpy.clip(numpy.round(sound * 32768), -32635, 32635).astype(int)
    sign = numpy.where(samples < 0, 0x80, 0)
    magnitude = numpy.abs(samples) + 0x84
    exponent = numpy.floor(numpy.log2(magnitude)).astype(int) - 7
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    return (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(numpy.uint8).tobytes()
