"""SIP messages as text: enough to write odd ones and to read what comes back (RFC 3261 §7)."""

import secrets

COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length", "c": "content-type",
           "k": "supported", "x": "session-expires", "r": "refer-to", "b": "referred-by"}


class Message:
    """One message; `headers` are (lower-case name, value) in order."""

    def __init__(self, data):
        head, _, self.body = data.decode(errors="replace").partition("\r\n\r\n")
        self.bytes = data.partition(b"\r\n\r\n")[2]
        lines = head.split("\r\n")
        self.first_line = lines[0]
        self.headers = []
        for line in lines[1:]:
            if line[:1] in " \t" and self.headers:
                name, value = self.headers[-1]
                self.headers[-1] = (name, value + " " + line.strip())
                continue
            name, _, value = line.partition(":")
            name = name.strip().lower()
            self.headers.append((COMPACT.get(name, name), value.strip()))
        self.is_response = self.first_line.startswith("SIP/2.0 ")
        self.status = int(self.first_line.split(" ")[1]) if self.is_response else 0
        self.method = "" if self.is_response else self.first_line.split(" ")[0]

    def __repr__(self):
        return f"<{self.first_line} | CSeq {self.get('cseq')}>"

    def get(self, name, default=""):
        return next((v for n, v in self.headers if n == name.lower()), default)

    def all(self, name):
        return [v for n, v in self.headers if n == name.lower()]

    def words(self, name):
        """A comma-separated header as a set of lower-case words."""
        return {w.strip().lower() for value in self.all(name) for w in value.split(",") if w.strip()}

    @property
    def cseq(self):
        number, _, method = self.get("cseq").partition(" ")
        return int(number) if number.isdigit() else 0, method.strip()

    def tag(self, name):
        for part in self.get(name).rpartition(">")[2].split(";"):
            if part.strip().startswith("tag="):
                return part.strip()[4:]
        return ""

    def contact_uri(self):
        value = self.get("contact")
        return value[value.index("<") + 1:value.index(">")] if "<" in value else value.split(";")[0]


def parts_of(message):
    """[(head as bytes, content)] of a multipart body (RFC 2046 §5.1.1)."""
    boundary = message.get("content-type").partition("boundary=")[2].partition(";")[0].strip('"').encode()
    found = (b"\r\n" + message.bytes).split(b"\r\n--" + boundary)[1:-1]
    return [part.partition(b"\r\n\r\n")[::2] for part in found]


def write(first_line, headers, body=""):
    """Bytes of a message; Content-Length is added when there is none."""
    data = body.encode() if isinstance(body, str) else body
    lines = [first_line, *headers]
    if not any(h.lower().startswith(("content-length", "l:")) for h in headers):
        lines.append(f"Content-Length: {len(data)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + data


def branch():
    return "z9hG4bK" + secrets.token_hex(8)


def sdp(port, host="127.0.0.1", version=1, formats="0 101", lines=(), direction="sendrecv", more=()):
    """An offer or answer with one audio line; `more` are further lines, from the next m= on."""
    kind = "IP6" if ":" in host else "IP4"
    return "\r\n".join([
        "v=0", f"o=tester 20 {version} IN {kind} {host}", "s=-", f"c=IN {kind} {host}", "t=0 0",
        f"m=audio {port} RTP/AVP {formats}", "a=rtpmap:0 PCMU/8000", "a=rtpmap:101 telephone-event/8000",
        "a=fmtp:101 0-15", f"a={direction}", *lines, *more]) + "\r\n"


class Sdp:
    """What a test wants to know of a description: m-lines with port, formats, attributes, address."""

    def __init__(self, text):
        self.lines = text.replace("\r\n", "\n").strip().split("\n")
        self.media, session_host = [], ""
        self.session = []
        for line in self.lines:
            if line.startswith("m="):
                kind, port, protocol, *formats = line[2:].split()
                self.media.append({"kind": kind, "port": int(port.split("/")[0]), "protocol": protocol, "formats": formats,
                                   "host": session_host, "attributes": []})
            elif line.startswith("c="):
                if self.media:
                    self.media[-1]["host"] = line.split()[-1]
                else:
                    session_host = line.split()[-1]
            elif line.startswith("a="):
                (self.media[-1]["attributes"] if self.media else self.session).append(line[2:])

    def text(self):
        return "\n".join(self.lines)

    def audio(self):
        return next(m for m in self.media if m["kind"] == "audio")

    def direction(self, media):
        """Of one m-line, with the session's as its default (RFC 3264 §6)."""
        for attributes in (media["attributes"], self.session):
            for attribute in attributes:
                if attribute in ("sendrecv", "sendonly", "recvonly", "inactive"):
                    return attribute
        return "sendrecv"
