"""Two phones that talk in a room while files move: what of its packets the server sent, and how evenly they came."""

import time

from confab_e2e.phone import Phone

PTIME = 0.02


class Talkers:
    def __init__(self, server, room):
        self._server, self._room, self._phones = server, room, []

    def __enter__(self):
        for tone in (440, 880):
            phone = Phone(self._server, tone)
            phone.__enter__()
            phone.dial(self._room)
            self._phones.append(phone)
        time.sleep(1.5)  # both streams run
        self._begun = time.monotonic()
        return self

    def __exit__(self, *_):
        self._ended = time.monotonic()
        self._found = [self._of(phone.rtp.received) for phone in self._phones]
        for phone in self._phones:
            phone.__exit__(None, None, None)

    def _of(self, packets):
        packets = [p for p in packets if self._begun <= p.time <= self._ended]
        numbers = [(b.sequence - a.sequence) % 65536 for a, b in zip(packets, packets[1:])]
        stamps = [(b.timestamp - a.timestamp) % (1 << 32) for a, b in zip(packets, packets[1:])]
        return {"packets": len(packets), "missing": sum(n - 1 for n in numbers if n < 1000), "jumps": sum(s != 160 for s in stamps),
                "longest_ms": max((b.time - a.time for a, b in zip(packets, packets[1:])), default=0) * 1000}

    def report(self):
        expected = (self._ended - self._begun) / PTIME
        return {"audio_expected": expected, "audio": self._found}
