"""The Markdown that a run leaves."""

import cases
import summary

NAMES = {cases.ECHO: "echo", cases.CONFAB: "Confab", cases.ASTERISK: "Asterisk"}
FIGURES = {"cpu_ms_per_leg_second": ("CPU ms per leg-second", 3), "memory_per_leg_kb": ("KB a leg", 0),
           "cpu_ms_per_call": ("CPU ms a call", 2), "setup_seconds": ("s until all joined", 1),
           "server_cpu_percent": ("% of a core", 3), "impulse_p50_ms": ("p50 ms", 1), "impulse_p99_ms": ("p99 ms", 1),
           "lost": ("packets lost", 0), "gaps_over_40ms": ("gaps over 40 ms", 0)}
SHOWN = ("cpu_ms_per_leg_second", "memory_per_leg_kb", "impulse_p50_ms", "impulse_p99_ms", "cpu_ms_per_call", "setup_seconds",
         "server_cpu_percent")


def number(value, digits):
    return f"{value:,.{digits}f}"


def shown(found, figure):
    """`0.321 (0.310–0.340)`."""
    if found is None:
        return "—"
    digits = FIGURES[figure][1]
    text = number(found.median, digits)
    return text if found.count == 1 else f"{text} ({number(found.low, digits)}–{number(found.high, digits)})"


def goal_words(goal):
    if goal.over.startswith("case:"):
        return f"≤ {goal.limit:g} × the same in the clear"
    if goal.over == cases.ASTERISK:
        return "≤ 1/6 of Asterisk"
    if goal.over:
        return f"≤ {goal.limit:.1f} × echo"
    if goal.limit == 0:
        return "no " + FIGURES[goal.figure][0]
    return f"≤ {goal.limit:g} {FIGURES[goal.figure][0]}"


def value_words(verdict):
    if verdict.value is None:
        return "—"
    if verdict.goal.over:
        return f"{verdict.value:.2f} ×"
    return number(verdict.value, FIGURES[verdict.goal.figure][1]) + (f" {verdict.goal.unit}" if verdict.goal.unit else "")


def met_words(verdict):
    if verdict.met is None:
        return "not measured"
    return "yes" if verdict.met else f"no, {verdict.value / verdict.goal.limit:.1f} times the goal" if verdict.goal.limit else "no"


def goal_table(which, windows):
    rows = ["| case | goal | Confab | met |", "|---|---|---|---|"]
    for case in which:
        for goal in case.goals:
            verdict = summary.judge(case, goal, windows)
            rows.append(f"| {case.title} | {goal_words(goal)} | {value_words(verdict)} | {met_words(verdict)} |")
    return rows


def figure_table(which, windows, servers):
    rows = ["| case | figure | " + " | ".join(NAMES[s] for s in servers) + " |", "|---|---" + "|---" * len(servers) + "|"]
    for case in which:
        for figure in SHOWN:
            found = {s: summary.spread(summary.of(windows, case.name, s), figure) for s in servers}
            wanted = figure in ("cpu_ms_per_leg_second", "memory_per_leg_kb") or any(g.figure == figure for g in case.goals)
            if figure == "cpu_ms_per_leg_second" and any(g.figure == "server_cpu_percent" for g in case.goals):
                wanted = False
            if figure == "memory_per_leg_kb":
                found.pop(cases.ECHO, None)
            if wanted and any(found.values()):
                cells = " | ".join(shown(found.get(s), figure) for s in servers)
                rows.append(f"| {case.title} | {FIGURES[figure][0]} | {cells} |")
    return rows


def note_list(which, windows, servers):
    lines = []
    for case in which:
        for server in servers:
            said = summary.notes(summary.of(windows, case.name, server))
            if said:
                lines.append(f"- {case.title}, {NAMES[server]}: {'; '.join(said)}.")
    return lines or ["- Nothing was lost, no gap passed 40 ms, and every window was used."]


def markdown(run):
    """`run`: what `run` writes as JSON."""
    which = [c for c in cases.CASES if c.name in run["cases"]]
    windows, servers = run["windows"], run["servers"]
    lines = ["# Confab, a UDP echo and Asterisk under the same load", "", run["machine"], ""]
    lines += ["## Goals", "", *goal_table(which, windows), ""]
    lines += ["![CPU per leg-second](compare.svg)", "", "## Figures: medians (and ranges) of the windows", "",
              *figure_table(which, windows, servers), "", "## Notes on the windows", "", *note_list(which, windows, servers)]
    lines += [f"- {NAMES[s]}: {why}." for s, why in sorted(run.get("skipped", {}).items())]
    lines += ["", "## How", "", *[f"- {NAMES[s]}: {v}." for s, v in run["versions"].items()], *[f"- {h}" for h in run["how"]], ""]
    return "\n".join(lines)
