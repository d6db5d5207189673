#!/usr/bin/env python3
"""clang-tidy, by the .clang-tidy of the root, over what compile_commands.json builds of the four folders.

A file that was clean is not looked at again until it, a project header below it, its command or the checks change.
"""

import hashlib
import json
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from common import LAYERS, SKIPPED, includes, main, read


def project_files(root, path, seen):
    """The file and all project headers that it includes, directly or not."""
    if path in seen or not (root / path).is_file():
        return
    seen.add(path)
    for _line, quote, name in includes(read(root, path)):
        if quote == '"':
            project_files(root, Path(name), seen)


def fingerprint(root, path, command, common):
    digest = hashlib.sha256(common + command.encode())
    seen = set()
    project_files(root, path, seen)
    for part in sorted(seen):
        digest.update(str(part).encode() + b"\0" + (root / part).read_bytes() + b"\0")
    return digest.hexdigest()


def commands(root, build):
    """path -> its compile command, for the .cpp files of the four folders."""
    found = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        file = (Path(entry["directory"]) / entry["file"]).resolve()
        if not file.is_relative_to(root):
            continue
        path = file.relative_to(root)
        if path.parts[0] in LAYERS and path.suffix == ".cpp":
            found[path] = entry.get("command") or shlex.join(entry["arguments"])
    return found


def check(root, args):
    tool = shutil.which("clang-tidy")
    if tool is None:
        print("clang-tidy is not installed")
        sys.exit(SKIPPED)
    version = subprocess.run([tool, "--version"], check=True, capture_output=True).stdout
    common = version + (root / ".clang-tidy").read_bytes()
    cache = args.build / "tidy-clean"
    cache.mkdir(exist_ok=True)

    def examine(item):
        path, command = item
        mark = cache / fingerprint(root, path, command, common)
        if mark.exists():
            return []
        done = subprocess.run(
            [tool, "-p", str(args.build), "--quiet", "--extra-arg=-Wno-unknown-warning-option", str(root / path)],
            capture_output=True, text=True, cwd=root)
        if done.returncode == 0:
            mark.touch()
            return []
        return [f"{path}:\n{(done.stdout or done.stderr).rstrip()}"]

    with ThreadPoolExecutor(args.jobs) as pool:
        results = pool.map(examine, sorted(commands(root, args.build).items()))
        return [complaint for result in results for complaint in result]


def options(parser):
    parser.add_argument("--build", type=Path, required=True, help="folder with compile_commands.json")
    parser.add_argument("--jobs", type=int, default=2)


if __name__ == "__main__":
    main(check, __doc__, options)
