"""The plot: CPU per leg-second of each case and server, median as a bar, range as a whisker. SVG by hand, PNG by a tool."""

import math
import shutil
import subprocess
from xml.sax.saxutils import escape

import cases
import summary
import table

FIGURE = "cpu_ms_per_leg_second"
COLOURS = {cases.ECHO: "#8a8f98", cases.CONFAB: "#1f6fb2", cases.ASTERISK: "#d08a2c"}
LEFT, TOP, BAR, GAP, WIDTH, RIGHT = 330, 64, 16, 18, 560, 120


def text(x, y, what, size=13, anchor="start", colour="#222", weight="normal"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{colour}" '
            f'font-weight="{weight}">{escape(what)}</text>')


def steps(top):
    """Round distances of the grid, about five."""
    raw = top / 5
    base = 10 ** math.floor(math.log10(raw))
    return next(m * base for m in (1, 2, 5, 10) if m * base >= raw)


def bars_of(which, windows, servers):
    """[(case, [(server, Spread)])] of those that have anything to show."""
    rows = []
    for case in which:
        if any(g.figure == "server_cpu_percent" for g in case.goals) or "--mode=impulse" in case.load:
            continue
        found = [(s, summary.spread(summary.of(windows, case.name, s), FIGURE)) for s in servers]
        found = [(s, f) for s, f in found if f is not None]
        if found:
            rows.append((case, found))
    return rows


def svg(run):
    servers = run["servers"]
    rows = bars_of([c for c in cases.CASES if c.name in run["cases"]], run["windows"], servers)
    top = max([f.high for _, found in rows for _, f in found], default=1) or 1
    scale = WIDTH / top
    height = TOP + sum(len(found) * BAR + GAP for _, found in rows) + 40
    total = LEFT + WIDTH + RIGHT
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{total}" height="{height}" viewBox="0 0 {total} {height}" '
           'font-family="DejaVu Sans, Helvetica, Arial, sans-serif">',
           f'<rect width="{total}" height="{height}" fill="#ffffff"/>',
           text(20, 26, "Server CPU, ms per leg-second: medians and ranges of the windows (less is better)", 15, weight="bold")]
    for i, server in enumerate(servers):
        out.append(f'<rect x="{LEFT + 110 * i}" y="38" width="12" height="12" fill="{COLOURS[server]}"/>')
        out.append(text(LEFT + 110 * i + 18, 49, table.NAMES[server]))
    grid, bottom = steps(top), height - 34
    for i in range(int(top / grid) + 1):
        x = LEFT + i * grid * scale
        out.append(f'<line x1="{x:.1f}" y1="{TOP - 6}" x2="{x:.1f}" y2="{bottom}" stroke="#dddddd"/>')
        out.append(text(x, bottom + 18, f"{i * grid:g}", 12, "middle", "#555"))
    y = TOP
    for case, found in rows:
        out.append(text(LEFT - 10, y + len(found) * BAR / 2 + 5, case.title, 12, "end"))
        for server, figure in found:
            out += bar(y, server, figure, scale)
            y += BAR
        y += GAP
    return "\n".join([*out, "</svg>", ""])


def bar(y, server, figure, scale):
    middle = y + BAR / 2
    low, high = LEFT + figure.low * scale, LEFT + figure.high * scale
    return [f'<rect x="{LEFT}" y="{y + 1}" width="{figure.median * scale:.1f}" height="{BAR - 2}" fill="{COLOURS[server]}"/>',
            f'<path d="M{low:.1f} {middle}H{high:.1f}M{low:.1f} {middle - 4}v8M{high:.1f} {middle - 4}v8" stroke="#222" fill="none"/>',
            text(high + 6, middle + 4, f"{figure.median:.3f}", 11)]


def png(source, target):
    """Whether a picture could be made: librsvg2-bin's or ImageMagick's program, whichever there is."""
    for command in (["rsvg-convert", "-o", str(target), str(source)], ["convert", str(source), str(target)],
                    ["inkscape", str(source), "-o", str(target)]):
        if shutil.which(command[0]) and subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return True
    return False
