"""A registrar for one phone on UDP that takes every REGISTER and passes the phone's other requests on.

For phones that watch only what they call from a registered account. A stateless proxy (RFC 3261 §16.11) in as few lines.
"""

import re
import socket
import threading


class Registrar:
    """`with Registrar(server.address("udp")) as registrar:`; `address` goes into the phone's account.

    `domain` is (host, port) where requests go whose URI names no port.
    """

    def __init__(self, domain):
        self._domain = domain
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self._socket.getsockname()[1]
        self.registered = threading.Event()
        self._phone = None

    def __enter__(self):
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join(5)
        self._socket.close()

    def _serve(self):
        while True:
            data, source = self._socket.recvfrom(65536)
            if not data:
                return
            head, _, body = data.decode(errors="replace").partition("\r\n\r\n")
            first, *lines = head.split("\r\n")
            if first.startswith("REGISTER "):
                self._phone = source
                self._socket.sendto(self._accepted(lines).encode(), source)
                self.registered.set()
            elif first.startswith("SIP/2.0 "):
                via = next(i for i, line in enumerate(lines) if line.lower().startswith("via:"))
                self._send(self._phone, first, lines[:via] + lines[via + 1:], body)
            elif target := re.match(r"\w+ sip:(?:[^@ ]*@)?([\d.]+)(?::(\d+))?", first):
                branch = re.search(r"branch=([^;\s]+)", head).group(1)
                lines = [line for line in lines if not line.lower().startswith("route:")]
                lines.insert(0, f"Via: SIP/2.0/UDP {self.address};branch={branch}-{first.split(' ')[0]}")
                self._send((target.group(1), int(target.group(2))) if target.group(2) else self._domain, first, lines, body)

    def _send(self, to, first, lines, body):
        self._socket.sendto("\r\n".join([first, *lines, "", body]).encode(), to)

    @staticmethod
    def _accepted(lines):
        kept = [line for line in lines if line.partition(":")[0].lower() in ("via", "from", "to", "call-id", "cseq")]
        kept = [line + ";tag=registrar" if line.lower().startswith("to:") else line for line in kept]
        contact = next(line for line in lines if line.lower().startswith("contact:"))
        return "\r\n".join(["SIP/2.0 200 OK", *kept, contact + ";expires=600", "Content-Length: 0", "", ""])
