"""The table of a run."""

import json
import statistics

GOAL = 0.60
MEANINGS = {"push": "Confab: a push (MSRPS, SHA-1, to disk)", "receive and keep": "plain OpenSSL receiver with SHA-1, to disk",
            "receive": "plain OpenSSL receiver, thrown away", "pull": "Confab: a pull (from disk, MSRPS)", "send": "plain OpenSSL sender, from disk"}


def text(report):
    lines = ["# Files", "", f"One file of {report['size']} MiB over loopback TLS; MiB per CPU second of the process that serves it, median of "
             f"{len(report['one']['push'])}.", "", "| | MiB per CPU s |", "|---|---|"]
    lines += [f"| {MEANINGS[name]} | {statistics.median(values):,.0f} |" for name, values in report["one"].items()]
    lines += ["", f"Of the plain receiver's rate a push has {report['share']['push']:.0%}, of the plain sender's a pull {report['share']['pull']:.0%}; "
              f"the goal is {GOAL:.0%}.", "", "| pulls at once | file, MiB | MiB/s | CPU s | memory before, MiB | at most, MiB | audio packets, of | missing |"
              " longest time between packets, ms |", "|---|---|---|---|---|---|---|---|---|"]
    for size, row in report["many"].items():
        audio = row["audio"]
        lines.append(f"| {row['pulls']} | {size} | {row['pulls'] * int(size) / row['seconds']:,.0f} | {row['cpu']:.1f} | {row['idle_kib'] / 1024:,.0f} | "
                     f"{row['peak_kib'] / 1024:,.0f} | {sum(a['packets'] for a in audio)}, {2 * row['audio_expected']:.0f} | "
                     f"{sum(a['missing'] for a in audio)} | {max(a['longest_ms'] for a in audio):.0f} |")
    return "\n".join(lines) + "\n"


def write(folder, report):
    (folder / "files.json").write_text(json.dumps(report, indent=1) + "\n")
    (folder / "files.md").write_text(text(report))
