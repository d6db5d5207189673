"""CPIM (RFC 3862): the envelope of messages in a chat room."""

import datetime
import re


def _fold_lines(block):
    return [line for line in re.split(r"\r?\n", block) if line]


class Cpim:
    """`headers` are the message's own, `inner` those of what is wrapped, both (name, value) in order; `body` bytes."""

    def __init__(self, headers, inner, body):
        self.headers, self.inner, self.body = list(headers), list(inner), body

    def __repr__(self):
        return f"<{self.headers}, {self.inner}, {self.body[:60]!r}>"

    def get(self, name, default=""):
        return next((v for n, v in self.headers if n == name), default)

    def all(self, name):
        return [v for n, v in self.headers if n == name]

    @property
    def content_type(self):
        return next((v for n, v in self.inner if n.lower() == "content-type"), "")

    @property
    def text(self):
        return self.body.decode()

    def address(self, name):
        """(display name, URI) of From, To or cc."""
        match = re.fullmatch(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^<"]*?))\s*<([^>]*)>\s*', self.get(name))
        if not match:
            raise ValueError(f"{name}: {self.get(name)}")
        return re.sub(r"\\(.)", r"\1", match[1]) if match[1] is not None else match[2], match[3]

    def extension(self, namespace, name):
        """The value of a header of a name space, whatever prefix it was given (§2.2); None when it is not there."""
        for prefix, uri in (re.fullmatch(r"(?:(\S+)\s+)?<([^>]*)>", v).groups() for v in self.all("NS")):
            if uri == namespace:
                full = f"{prefix}.{name}" if prefix else name
                return next((v for n, v in self.headers if n == full), None)
        return None


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")


def wrap(sender, to, body, content_type='text/plain; charset="utf-8"', date=None, headers=(), inner=(), line_end="\r\n",
         inner_line_end=None):
    """Bytes. `sender` and `to` go in as they are (`Alice <sip:a@b>`); `date` "" leaves DateTime out; `line_end="\\n"` is what
    some clients send."""
    date = now() if date is None else date
    body = body.encode() if isinstance(body, str) else body
    outer = [*([("From", sender)] if sender else []), *([("To", t) for t in ([to] if isinstance(to, str) else to)]),
             *([("DateTime", date)] if date else []), *headers]
    within = [*([("Content-Type", content_type)] if content_type else []), *inner]
    blocks = [(outer, line_end), (within, inner_line_end or line_end)]
    return "".join("".join(f"{n}: {v}{end}" for n, v in lines) + end for lines, end in blocks).encode() + body


def unwrap(data):
    """ValueError for what is no CPIM message."""
    end = re.search(rb"\r?\n\r?\n", data)
    if not end:
        raise ValueError(f"no CPIM: {data[:80]!r}")
    rest = data[end.end():]
    # A blank line at once: what is wrapped has no headers.
    middle = re.match(rb"\r?\n", rest) or re.search(rb"\r?\n\r?\n", rest)
    if not middle:
        raise ValueError(f"no end of the wrapped headers: {data[:80]!r}")
    parts = data[:end.start()], rest[:middle.start()], rest[middle.end():]
    outer, inner = [], []
    for block, into in ((parts[0], outer), (parts[1], inner)):
        for line in _fold_lines(block.decode()):
            name, colon, value = line.partition(":")
            if not colon:
                raise ValueError(f"CPIM header line without a colon: {line[:60]}")
            into.append((name, value.strip()))
    return Cpim(outer, inner, parts[2])
