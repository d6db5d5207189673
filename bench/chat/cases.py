"""What is compared, and the table of it. No processes."""

import statistics
from dataclasses import dataclass

CONFAB, PROSODY = "confab", "prosody"
GOAL = 1 / 3  # Confab's CPU per delivered message, of Prosody's in the same run
NAMES = {CONFAB: "Confab (MSRPS)", PROSODY: "Prosody (XMPP over TLS)"}


@dataclass(frozen=True)
class Case:
    rooms: int
    members: int

    @property
    def name(self):
        return f"{self.rooms}x{self.members}"


CASES = (Case(1, 100), Case(100, 10), Case(1, 1000))


def usable(windows, case, server):
    return [w["report"] for w in windows if (w["case"], w["server"]) == (case.name, server) and w["report"].get("valid")]


def figures(windows, case, server, figure):
    return [r[figure] for r in usable(windows, case, server) if r.get(figure) is not None]


def cell(windows, case, server, figure, digits):
    values = figures(windows, case, server, figure)
    if not values:
        return "—"
    text = f"{statistics.median(values):,.{digits}f}"
    return text if len(values) == 1 else f"{text} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"


def ratio(windows, case):
    """Confab's CPU per delivery over Prosody's; None when one of them was not measured."""
    ours, theirs = (figures(windows, case, s, "cpu_us_per_delivery") for s in (CONFAB, PROSODY))
    return statistics.median(ours) / statistics.median(theirs) if ours and theirs else None


def verdict(value):
    if value is None:
        return "not measured"
    return f"{value:.2f} × Prosody: " + ("met" if value <= GOAL else "not met")


def notes(windows, skipped):
    lines = [f"- {NAMES[s]}: {why}." for s, why in sorted(skipped.items())]
    for case in CASES:
        for server in (CONFAB, PROSODY):
            reports = [w["report"] for w in windows if (w["case"], w["server"]) == (case.name, server)]
            bad = sorted({why for r in reports if not r.get("valid") for why in r.get("doubts", ["no report"])})
            if bad:
                count = sum(not r.get("valid") for r in reports)
                lines.append(f"- {case.name}, {NAMES[server]}: {count} of {len(reports)} windows not used ({'; '.join(bad)}).")
    return lines


def markdown(run):
    """`run`: what the script writes as JSON."""
    windows = run["windows"]
    lines = ["# Chat in rooms: Confab and Prosody under the same load", "", run["machine"], "",
             "| rooms × members | server | CPU µs per delivered message | p50 ms | p99 ms | joining s |", "|---|---|---|---|---|---|"]
    known = [c for c in CASES if any(w["case"] == c.name for w in windows)]
    for case in known:
        for server in run["servers"]:
            shown = [cell(windows, case, server, f, d) for f, d in (("cpu_us_per_delivery", 1), ("p50_ms", 1), ("p99_ms", 1), ("joining_seconds", 1))]
            lines.append(f"| {case.rooms:,} × {case.members:,} | {NAMES[server]} | " + " | ".join(shown) + " |")
    lines += ["", "Goal: at most one third of Prosody's CPU per delivered message.", "", "| rooms × members | |", "|---|---|"]
    lines += [f"| {c.rooms:,} × {c.members:,} | {verdict(ratio(windows, c))} |" for c in known]
    lines += ["", *notes(windows, run["skipped"]), *[f"- {NAMES[s]}: {v}." for s, v in run["versions"].items()],
              *[f"- {h}" for h in run["how"]], ""]
    return "\n".join(lines)
