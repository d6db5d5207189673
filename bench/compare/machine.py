"""The machine a comparison runs on: its processors, and how it is told in a table."""

import datetime
import os
import platform
from pathlib import Path


def pins(unpinned):
    """Processor of the generator and of the server; (None, None): not pinned."""
    allowed = sorted(os.sched_getaffinity(0))
    if unpinned or len(allowed) < 2:
        return None, None
    return allowed[0], allowed[1]


def words():
    model = next((l.split(":", 1)[1].strip() for l in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
                  if l.startswith("model name")), platform.machine())
    load = os.getloadavg()[0]
    return (f"{datetime.date.today().isoformat()}, {os.cpu_count()} processors ({model}), Linux {platform.release()}; load average "
            f"when the run began {load:.1f}.")
