#!/usr/bin/env python3
"""Every header compiles alone: whoever includes it needs no other include before it.

The build shows it for a header that the .cpp of its name includes first; the others are compiled here. Tests have
precompiled headers before everything else, so theirs are all compiled here.
"""

import subprocess
from concurrent.futures import ThreadPoolExecutor

from common import LAYERS, includes, main, read, sources


def compile_alone(root, path, compiler):
    done = subprocess.run(
        [compiler, "-x", "c++", "-std=c++20", "-fsyntax-only", f"-I{root}", "-"],
        input=f'#include "{path}"\n', capture_output=True, text=True, cwd=root)
    return [] if done.returncode == 0 else [f"{path}: does not compile alone\n{done.stderr.rstrip()}"]


def is_built_alone(root, path):
    """Whether the first include of the .cpp of the same name is this header."""
    source = path.with_suffix(".cpp")
    if path.parts[0] not in LAYERS or not (root / source).is_file():
        return False
    _line, quote, name = next(iter(includes(read(root, source))), (0, "", ""))
    return quote == '"' and name == str(path)


def check(root, args):
    headers = [path for path in sources(root, LAYERS + ("tests", "bench"), (".hpp", ".h"))
               if not is_built_alone(root, path)]
    with ThreadPoolExecutor(args.jobs) as pool:
        results = pool.map(lambda path: compile_alone(root, path, args.compiler), headers)
    return [complaint for result in results for complaint in result]


def options(parser):
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--jobs", type=int, default=2)


if __name__ == "__main__":
    main(check, __doc__, options)
