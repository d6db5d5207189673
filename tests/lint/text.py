#!/usr/bin/env python3
"""No file tells where on somebody's machine it was written: absolute paths of homes and workplaces mean nothing elsewhere."""

import re

from common import main, tracked_files

# Not after a word, dot or slash: then it is part of a longer path or of a URL.
WORKPLACE = re.compile(rb"(?<![\w./~-])/(?:home|work|workspace|workspaces|root|Users)/[\w.]")


def check(root, _args):
    complaints = []
    for path in tracked_files(root):
        content = (root / path).read_bytes()
        if b"\0" in content:
            continue
        for number, line in enumerate(content.splitlines(), 1):
            if WORKPLACE.search(line):
                shown = line.strip()[:100].decode("utf-8", "replace")
                complaints.append(f"{path}:{number}: names a path of one machine: {shown}")
    return complaints


if __name__ == "__main__":
    main(check, __doc__)
