#!/usr/bin/env python3
"""Every header compiles alone: whoever includes it needs no other include before it."""

import subprocess
from concurrent.futures import ThreadPoolExecutor

from common import LAYERS, main, sources


def compile_alone(root, path, compiler):
    done = subprocess.run(
        [compiler, "-x", "c++", "-std=c++20", "-fsyntax-only", f"-I{root}", "-"],
        input=f'#include "{path}"\n', capture_output=True, text=True, cwd=root)
    return [] if done.returncode == 0 else [f"{path}: does not compile alone\n{done.stderr.rstrip()}"]


def check(root, args):
    headers = sources(root, LAYERS + ("tests", "bench"), (".hpp", ".h"))
    with ThreadPoolExecutor(args.jobs) as pool:
        results = pool.map(lambda path: compile_alone(root, path, args.compiler), headers)
    return [complaint for result in results for complaint in result]


def options(parser):
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--jobs", type=int, default=2)


if __name__ == "__main__":
    main(check, __doc__, options)
