"""A DNS server (RFC 1035) of a test's own: it knows the A records it is given, and of nothing else that there is any."""

import socket
import struct
import threading

A, NO_SUCH_NAME, FAILURE = 1, 3, 2


class NameServer:
    """`with NameServer({"inside.test": "10.1.2.3"}) as names:` serves at `names.address`; a name without an address
    gets SERVFAIL, one that is not there NXDOMAIN."""

    def __init__(self, hosts):
        self.hosts, self.asked = dict(hosts), []

    def __enter__(self):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.1)
        self.address = "127.0.0.1:%d" % self._socket.getsockname()[1]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join(2)
        self._socket.close()

    def _run(self):
        while not self._over.is_set():
            try:
                query, source = self._socket.recvfrom(512)
            except socket.timeout:
                continue
            self._socket.sendto(self._answer(query), source)

    def _answer(self, query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        name, kind = ".".join(labels).lower(), struct.unpack("!H", query[at + 1:at + 3])[0]
        self.asked.append((name, kind))
        question = query[12:at + 5]
        known = [host for host in self.hosts if name == host or name.endswith("." + host)]
        address = self.hosts.get(name)
        code = NO_SUCH_NAME if not known else FAILURE if self.hosts[known[0]] is None else 0
        record = b""
        if address and kind == A:
            record = struct.pack("!HHHIH", 0xC00C, A, 1, 60, 4) + socket.inet_aton(address)
        head = query[:2] + struct.pack("!HHHHH", 0x8580 | code, 1, 1 if record else 0, 0, 0)
        return head + question + record
