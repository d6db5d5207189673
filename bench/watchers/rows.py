"""What is measured of watched rooms, and the table of it. No processes."""

import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    legs: int
    watchers: int
    notify: str = "full"  # rooms.notify
    transport: str = "tcp"
    change: str = "hold"

    @property
    def name(self):
        return f"{self.legs}-{self.watchers}-{self.notify}-{self.transport}-{self.change}"


def _rows():
    # Without watchers: what the change itself costs.
    yield from (Row(legs, 0) for legs in (10, 100, 1000))
    yield Row(1000, 0, change="rejoin")
    for notify in ("full", "partial"):
        yield from (Row(legs, 200, notify) for legs in (10, 100, 1000))
    yield Row(1000, 200, "partial", change="rejoin")
    yield Row(10, 200, "full", "udp")
    yield Row(1000, 200, "partial", "udp")


ROWS = tuple(_rows())
ROUGH = 3  # `taken_off` above this is said
FIGURES = ("notifies_per_change_and_watcher", "bytes_per_notify", "bytes_per_change_and_watcher", "cpu_ms_per_change",
           "idle_cpu_percent")


def arguments(row, seconds, rate):
    """confab_load's arguments, without target and process."""
    return ["--mode=watch", f"--legs={row.legs}", f"--watchers={row.watchers}", f"--watch-transport={row.transport}",
            f"--change={row.change}", f"--seconds={seconds:g}", f"--change-rate={rate:g}", "--call-rate=100"]


def usable(windows, row):
    return [w["report"] for w in windows if w["row"] == row.name and w["report"].get("valid")]


def median(windows, row, figure):
    """None where no usable window has it."""
    values = [r["watch"][figure] for r in usable(windows, row) if r["watch"].get(figure) is not None]
    return statistics.median(values) if values else None


def spread(windows, row, figure):
    values = [r["watch"][figure] for r in usable(windows, row) if r["watch"].get(figure) is not None]
    return (min(values), max(values)) if values else None


def cpu_of_telling(windows, row):
    """CPU µs per change and watcher: what the change costs with its watchers, less what it costs with none."""
    bare = next(r for r in ROWS if (r.legs, r.change, r.watchers) == (row.legs, row.change, 0))
    with_watchers, without = median(windows, row, "cpu_ms_per_change"), median(windows, bare, "cpu_ms_per_change")
    if row.watchers == 0 or with_watchers is None or without is None:
        return None
    return (with_watchers - without) * 1000 / row.watchers


def number(value, digits):
    return "—" if value is None else f"{value:,.{digits}f}"


def cells(windows, row):
    shown = {f: median(windows, row, f) for f in FIGURES}
    cpu, limits = number(shown["cpu_ms_per_change"], 2), spread(windows, row, "cpu_ms_per_change")
    if limits and limits[0] != limits[1]:
        cpu += f" ({number(limits[0], 2)}–{number(limits[1], 2)})"
    told = row.watchers > 0
    return [number(row.legs, 0), str(row.watchers), row.notify if told else "—", row.transport if told else "—", row.change,
            number(shown["notifies_per_change_and_watcher"], 2), number(shown["bytes_per_notify"], 0) if told else "—",
            number(shown["bytes_per_change_and_watcher"], 0), cpu, number(cpu_of_telling(windows, row), 1),
            number(shown["idle_cpu_percent"], 2)]


HEAD = ("legs", "watchers", "documents", "over", "change", "NOTIFYs per change and watcher", "bytes a NOTIFY",
        "bytes per change and watcher", "CPU ms per change", "CPU µs per change and watcher", "% of a core without changes")


def taken_off(report):
    """What the room would have cost without changes, by what the changes cost; large: the difference of two large numbers."""
    watch = report["watch"]
    idle_ms = watch.get("idle_cpu_percent", 0) * 10 * watch.get("change_seconds", 0)
    left_ms = watch.get("cpu_ms_per_change", 0) * watch.get("changes", 0)
    return idle_ms / left_ms if left_ms > 0 else float("inf")


def notes(windows):
    lines = []
    for row in ROWS:
        of_row = [w["report"] for w in windows if w["row"] == row.name]
        bad = sorted({why for r in of_row if not r.get("valid") for why in r.get("doubts", ["no report"])})
        if bad:
            count = sum(not r.get("valid") for r in of_row)
            lines.append(f"- {row.name}: {count} of {len(of_row)} windows not used ({'; '.join(bad)}).")
        good = [taken_off(r) for r in of_row if r.get("valid")]
        if good and row.watchers and max(good) > ROUGH:
            lines.append(f"- {row.name}: without changes the room would have cost up to {max(good):.0f} times what the changes did; its CPU "
                         "per change is rough.")
        without_users = sum(r["watch"]["told"]["without_users"] for r in of_row if r.get("valid"))
        if without_users:
            lines.append(f"- {row.name}: {without_users} documents had counts alone, as no more fits a datagram.")
        repeated = sum(r["watch"]["told"]["repeated"] for r in of_row if r.get("valid"))
        if repeated:
            lines.append(f"- {row.name}: {repeated} NOTIFYs were sent again.")
    return lines


def markdown(run):
    """`run`: what the script writes as JSON."""
    windows = run["windows"]
    known = [r for r in ROWS if any(w["row"] == r.name for w in windows)]
    lines = ["# Rooms and their watchers: bytes and CPU per change", "", run["machine"], "",
             "| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD)]
    lines += ["| " + " | ".join(cells(windows, row)) + " |" for row in known]
    lines += ["", *notes(windows), *[f"- {h}" for h in run["how"]], ""]
    return "\n".join(lines)
