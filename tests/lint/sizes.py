#!/usr/bin/env python3
"""No source file has more than 500 lines, no function more than 70."""

import re

from common import LAYERS, bare_code, main, read, sources

FILE_LINES = 500
FUNCTION_LINES = 70

CONTAINER = re.compile(r"\b(namespace|class|struct|union|enum)\b|\bextern\s*$")
# A parameter list, then what may follow it: qualifiers, a trailing type, the start of a constructor's list.
FUNCTION = re.compile(r"\)\s*(const|noexcept(\s*\([^)]*\))?|override|final|mutable|try|&&?|requires\b.*|->\s*[^;{}=]+|"
                      r":\s.*)?(\s*(const|noexcept|override|final|&&?|->\s*[^;{}=]+|:\s.*))*\s*$", re.DOTALL)


def functions(code):
    """(name, first line, lines) of each outermost function body in code without comments and literals."""
    found = []
    stack = []  # one entry a brace: (head, start) of a function, "value", or None
    head = 0  # where the text that leads to the next brace begins
    for at, c in enumerate(code):
        if c == ";":
            head = at + 1
        elif c == "{" and at > 0 and not code[at - 1].isspace():
            stack.append("value")  # `a{1}` makes a value, wherever it stands; a body follows a blank
        elif c == "{":
            before = code[head:at]
            inside = any(isinstance(entry, tuple) for entry in stack)
            is_function = not inside and not (CONTAINER.search(before) and "(" not in before) and FUNCTION.search(before)
            stack.append((before.strip(), head + len(before) - len(before.lstrip())) if is_function else None)
            head = at + 1
        elif c == "}":
            if stack:
                entry = stack.pop()
                if entry == "value":
                    continue
                if entry is not None:
                    first = code.count("\n", 0, entry[1]) + 1
                    last = code.count("\n", 0, at) + 1
                    name = re.search(r"([~\w:]+|operator\S+)\s*\(", entry[0])
                    found.append((name.group(1) if name else "a function", first, last - first + 1))
            head = at + 1
    return found


def check(root, _args):
    complaints = []
    for path in sources(root, LAYERS):
        text = read(root, path)
        lines = text.count("\n")
        if lines > FILE_LINES:
            complaints.append(f"{path}: {lines} lines; split it, {FILE_LINES} are the most")
        for name, first, length in functions(bare_code(text)):
            if length > FUNCTION_LINES:
                complaints.append(f"{path}:{first}: {name} has {length} lines; split it, {FUNCTION_LINES} are the most")
    return complaints


if __name__ == "__main__":
    main(check, __doc__)
