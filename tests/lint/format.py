#!/usr/bin/env python3
"""Every C++ file looks as clang-format and the .clang-format of the root say."""

import shutil
import subprocess
import sys

from common import SKIPPED, main, tracked_files


def check(root, _args):
    tool = shutil.which("clang-format")
    if tool is None:
        print("clang-format is not installed")
        sys.exit(SKIPPED)
    files = [str(p) for p in tracked_files(root) if p.suffix in (".cpp", ".hpp", ".h")]
    complaints = []
    for at in range(0, len(files), 50):
        done = subprocess.run([tool, "--dry-run", "-Werror", "--style=file", *files[at:at + 50]],
                              capture_output=True, text=True, cwd=root)
        if done.returncode != 0:
            bad = {line.split(":")[0] for line in done.stderr.splitlines() if ": error: " in line}
            complaints += [f"{name}: run clang-format -i on it" for name in sorted(bad)] or [done.stderr.strip()]
    return complaints


if __name__ == "__main__":
    main(check, __doc__)
