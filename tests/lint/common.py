"""What the checks share: which files there are, how they report, C++ without its comments and strings."""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

LAYERS = ("config", "signaling", "media", "actors")
SKIPPED = 77  # CTest's SKIP_RETURN_CODE for tests of this folder


def tracked_files(root):
    """Paths relative to root: what git knows or would add; outside a repository, everything but build trees."""
    if (root / ".git").exists():
        listing = subprocess.run(
            ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            check=True, capture_output=True, text=True).stdout
        names = [name for name in listing.split("\0") if name]
    else:
        names = []
        for folder, folders, files in os.walk(root):
            folders[:] = [f for f in folders if f not in ("build", ".git", "__pycache__")]
            names += [os.path.relpath(os.path.join(folder, f), root) for f in files]
    return sorted(Path(name) for name in set(names) if (root / name).is_file())


def sources(root, folders, endings=(".cpp", ".hpp")):
    return [p for p in tracked_files(root) if p.parts[0] in folders and p.suffix in endings]


def read(root, path):
    return (root / path).read_text(encoding="utf-8", errors="replace")


INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">\n]+)[">]', re.MULTILINE)


def includes(text):
    """(line number, '"' or '<', name) of each include."""
    return [(text.count("\n", 0, m.start()) + 1, m.group(1), m.group(2)) for m in INCLUDE.finditer(text)]


TOKENS = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"([^()\\\s]{0,16})\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|'
    r"(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'|^[ \t]*#(?:\\\n|[^\n])*", re.DOTALL | re.MULTILINE)


def bare_code(text):
    """The text with comments, literals and preprocessor lines blanked out; line breaks stay where they are."""
    return TOKENS.sub(lambda m: "\n" * m.group(0).count("\n") or " ", text)


def main(check, description, extra=None):
    """Runs check(root, args) -> list of complaints; prints them; the exit status says whether there were any."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    if extra:
        extra(parser)
    args = parser.parse_args()
    complaints = check(args.root.resolve(), args)
    for complaint in complaints:
        print(complaint)
    print(f"{Path(sys.argv[0]).name}: {len(complaints)} complaint(s)")
    sys.exit(1 if complaints else 0)
