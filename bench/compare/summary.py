"""From windows to figures: medians, ranges, ratios and whether goals are met. No files, no processes."""

import statistics

from cases import CONFAB


def figures(report):
    """The numbers of one window that are compared, by name, from confab_load's JSON."""
    found = {}
    for name in ("cpu_ms_per_leg_second", "memory_per_leg_kb", "cpu_ms_per_call", "setup_seconds", "server_cpu_percent"):
        if report.get(name) is not None:
            found[name] = report[name]
    impulse = report.get("impulse", {})
    if impulse.get("samples"):
        found["impulse_p50_ms"], found["impulse_p99_ms"] = impulse["p50_ms"], impulse["p99_ms"]
    received = report.get("received", {})
    for name in ("lost", "gaps_over_40ms"):
        if name in received:
            found[name] = received[name]
    return found


def usable(windows):
    return [w for w in windows if w["report"].get("valid")]


class Spread:
    """Median and range of one figure over the usable windows."""

    def __init__(self, values):
        self.count = len(values)
        self.median = statistics.median(values)
        self.low, self.high = min(values), max(values)


def spread(windows, figure):
    """None where no usable window has it. Counts of losses are worst cases, not middles: their median is their maximum."""
    values = [figures(w["report"])[figure] for w in usable(windows) if figure in figures(w["report"])]
    if not values:
        return None
    made = Spread(values)
    if figure in ("lost", "gaps_over_40ms", "setup_seconds"):
        made.median = made.high
    return made


def of(windows, case, server):
    return [w for w in windows if w["case"] == case and w["server"] == server]


class Verdict:
    """One goal of one case: `value` is a ratio where the goal has an `over`; `met` is None when it cannot be told."""

    def __init__(self, goal, value=None):
        self.goal, self.value = goal, value
        self.met = None if value is None else value <= goal.limit


def judge(case, goal, windows):
    mine = spread(of(windows, case.name, CONFAB), goal.figure)
    if mine is None:
        return Verdict(goal)
    if not goal.over:
        return Verdict(goal, mine.median)
    base, server = (goal.over[5:], CONFAB) if goal.over.startswith("case:") else (case.name, goal.over)
    other = spread(of(windows, base, server), goal.figure)
    if other is None or other.median <= 0:
        return Verdict(goal)
    return Verdict(goal, mine.median / other.median)


def notes(windows):
    """What a reader must know of the windows of one case and server, as sentences without full stops."""
    found = []
    bad = [w for w in windows if not w["report"].get("valid")]
    if bad:
        reasons = sorted({reason for w in bad for reason in w["report"].get("doubts", ["no report"])})
        found.append(f"{len(bad)} of {len(windows)} windows not used ({'; '.join(reasons)})")
    good = usable(windows)
    for name, word in (("lost", "lost"), ("gaps_over_40ms", "gaps over 40 ms")):
        total = sum(w["report"].get("received", {}).get(name, 0) for w in good)
        if total:
            found.append(f"{total} {word}")
    shares = [w["report"]["received"]["share_of_50_a_second"] for w in good
              if w["report"].get("mode") == "media" and w["report"].get("direction", "sendrecv") == "sendrecv"]
    if shares and min(shares) < 0.98:
        found.append(f"as little as {min(shares):.0%} of 50 packets/s came back")
    missed = sum(w["report"].get("impulse", {}).get("missed", 0) for w in good)
    if missed:
        found.append(f"{missed} impulses missed")
    return found
