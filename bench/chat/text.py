"""The messages that both servers carry: one text of a fixed length, with the time it was sent at."""

import re
import time

LENGTH = 120
MARK = re.compile(rb"sent at (\d{19})")


def make():
    return f"sent at {time.monotonic_ns():019d} ".ljust(LENGTH, "-")


class Tally:
    """Texts that came in the window, and how long they took. Shared by all machines of a run."""

    def __init__(self):
        self.delivered, self.late_ms = 0, []

    def reset(self):
        self.delivered, self.late_ms = 0, []

    def note(self, data):
        """All texts in these bytes; whole ones only."""
        now = time.monotonic_ns()
        for found in MARK.findall(data):
            self.delivered += 1
            self.late_ms.append((now - int(found)) / 1e6)

    def percentile(self, share):
        ranked = sorted(self.late_ms)
        return ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else None
