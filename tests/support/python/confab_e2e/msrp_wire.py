"""MSRP as bytes (RFC 4975 §7, §9): writing any chunk, also a wrong one, and cutting a stream into chunks."""

import re
import secrets

FIRST_LINE = re.compile(rb"MSRP ([A-Za-z0-9][A-Za-z0-9.+%=-]{3,31}) (?:([0-9]{3})(?: ([^\r\n]*))?|([A-Z_]+))")
LONGEST = 32 << 20


def token(length=16):
    """A transaction id, Message-ID or session id that nobody guesses."""
    return secrets.token_hex(length // 2)


class Chunk:
    """One request or response; `headers` are (name, value) in order, `body` is None where there is none."""

    def __init__(self, transaction, method="", status=0, comment="", headers=(), body=None, flag="$"):
        self.transaction, self.method, self.status, self.comment = transaction, method, status, comment
        self.headers, self.body, self.flag = list(headers), body, flag

    def __repr__(self):
        what = self.method or f"{self.status} {self.comment}"
        size = "no body" if self.body is None else f"{len(self.body)} bytes"
        return f"<{self.transaction} {what}, {size}, {self.flag}; {self.headers}>"

    @property
    def is_response(self):
        return self.status != 0

    def get(self, name, default=""):
        return next((v for n, v in self.headers if n.lower() == name.lower()), default)

    @property
    def to_path(self):
        return self.get("To-Path").split()

    @property
    def from_path(self):
        return self.get("From-Path").split()

    @property
    def byte_range(self):
        """(first, last, total), 1-based; None where it says `*`. Absent: the whole message (§7.1.1)."""
        match = re.fullmatch(r"(\d+)-(\d+|\*)/(\d+|\*)", self.get("Byte-Range", "1-*/*"))
        if not match:
            raise ValueError(f"Byte-Range: {self.get('Byte-Range')}")
        return tuple(None if part == "*" else int(part) for part in match.groups())

    @property
    def message_id(self):
        return self.get("Message-ID")

    def write(self):
        what = f"{self.status} {self.comment}".strip() if self.is_response else self.method
        head = "".join(f"{line}\r\n" for line in (f"MSRP {self.transaction} {what}",
                                                  *(f"{n}: {v}" for n, v in self.headers)))
        body = b"" if self.body is None else b"\r\n" + self.body + b"\r\n"
        return head.encode() + body + f"-------{self.transaction}{self.flag}\r\n".encode()


class Framer:
    """`feed(bytes)` returns the chunks that are whole now; ValueError for what is no MSRP."""

    def __init__(self):
        self._held, self._searched = bytearray(), 0

    def feed(self, data):
        self._held += data
        found = []
        while (chunk := self._next()) is not None:
            found.append(chunk)
        return found

    def _next(self):
        line_end = self._held.find(b"\r\n")
        if line_end < 0:
            if len(self._held) > 512:
                raise ValueError(f"no MSRP: {bytes(self._held[:60])}")
            return None
        first = FIRST_LINE.fullmatch(bytes(self._held[:line_end]))
        if not first:
            raise ValueError(f"no MSRP: {bytes(self._held[:min(line_end, 60)])}")
        mark = b"\r\n-------" + first[1]
        end = self._end_line(mark, max(line_end, self._searched))
        if end is None:
            self._searched = max(line_end, len(self._held) - len(mark) - 3)
            if len(self._held) > LONGEST:
                raise ValueError("a chunk that does not end")
            return None
        flag = chr(self._held[end + len(mark)])
        head, separator, body = bytes(self._held[line_end + 2:end] if end > line_end else b"").partition(b"\r\n\r\n")
        del self._held[:end + len(mark) + 3]
        self._searched = 0
        headers = []
        for line in head.decode(errors="replace").split("\r\n"):
            name, colon, value = line.partition(":")
            if line and not colon:
                raise ValueError(f"header line without a colon: {line[:60]}")
            if line:
                headers.append((name.strip(), value.strip()))
        return Chunk(first[1].decode(), (first[4] or b"").decode(), int(first[2] or 0), (first[3] or b"").decode(),
                     headers, body if separator else None, flag)

    def _end_line(self, mark, start):
        """§7.1: the id alone may be part of the body; with a flag and CRLF it is the end."""
        while (at := self._held.find(mark, start)) >= 0:
            rest = bytes(self._held[at + len(mark):at + len(mark) + 3])
            if len(rest) < 3:
                return None
            if rest[:1] in (b"$", b"+", b"#") and rest[1:] == b"\r\n":
                return at
            start = at + 1
        return None


class Assembler:
    """Chunks of one peer become messages, in whatever order and mix they come (§7.3.1)."""

    def __init__(self):
        self._parts = {}

    def add(self, chunk):
        """The whole body once it is there, else None; `aborted` tells of the ones that ended with `#`."""
        start, _, total = chunk.byte_range
        part = self._parts.setdefault(chunk.message_id, {"pieces": {}, "total": total, "ended": False})
        part["pieces"][start] = chunk.body or b""
        part["total"] = total if total is not None else part["total"]
        part["ended"] = part["ended"] or chunk.flag == "$"
        if chunk.flag == "#":
            del self._parts[chunk.message_id]
            return None
        body = bytearray()
        for first in sorted(part["pieces"]):
            if first - 1 > len(body):
                return None
            body[first - 1:first - 1 + len(part["pieces"][first])] = part["pieces"][first]
        if not part["ended"] or (part["total"] is not None and len(body) < part["total"]):
            return None
        del self._parts[chunk.message_id]
        return bytes(body)

    @property
    def unfinished(self):
        return len(self._parts)


def cut(body, size):
    """(first, piece, last?) of a body in pieces of at most `size` bytes; an empty body is one empty piece."""
    for start in range(0, max(len(body), 1), size):
        yield start + 1, body[start:start + size], start + size >= len(body)
