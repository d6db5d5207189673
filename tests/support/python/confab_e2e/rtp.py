"""One RTP endpoint with G.711 µ-law: sends a tone every 20 ms, keeps what comes in, RTCP beside it (RFC 3550, 4733)."""

import collections
import secrets
import socket
import struct
import threading
import time

from . import audio
from .ports import free_pair

Packet = collections.namedtuple("Packet", "time source payload_type sequence timestamp ssrc marker payload")
SAMPLES = 160  # 20 ms at 8 kHz
EVENT_TYPE = 101
DIGITS = "0123456789*#ABCD"


SO_TIMESTAMPNS = 35  # <asm/socket.h>; the socket module lacks it


def arrival(ancillary):
    """When the kernel had the packet, on the clock of `time.monotonic`: the reader may come late."""
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS):
            seconds, nanoseconds = struct.unpack("qq", data[:16])
            return time.monotonic() - (time.time() - seconds - nanoseconds / 1e9)
    return time.monotonic()


def parse(data, source, at=None):
    """A packet of version 2, else None; `at`: when it came, by default now."""
    if len(data) < 12 or data[0] >> 6 != 2:
        return None
    first, second, sequence, timestamp, ssrc = struct.unpack("!BBHII", data[:12])
    header = 12 + 4 * (first & 15)
    if first & 0x10 and len(data) >= header + 4:
        header += 4 + 4 * int.from_bytes(data[header + 2:header + 4], "big")
    return Packet(time.monotonic() if at is None else at, source, second & 127, sequence, timestamp, ssrc, bool(second & 128), data[header:])


def parse_rtcp(data):
    """[(packet type, count, body)] of a compound packet; raises ValueError when the chain is not sound (§6.4, A.2)."""
    found = []
    while data:
        if len(data) < 4 or data[0] >> 6 != 2:
            raise ValueError("RTCP: bad version or cut header")
        size = 4 * (int.from_bytes(data[2:4], "big") + 1)
        if size > len(data):
            raise ValueError("RTCP: length past the end")
        found.append((data[1], data[0] & 31, data[4:size]))
        data = data[size:]
    return found


class RtpPeer:
    """`with RtpPeer() as peer: peer.target = (host, port); peer.tone_hz = 440`"""

    def __init__(self, host="127.0.0.1", tone_hz=None, level_db=-20.0):
        self.host, self.tone_hz, self.level_db = host, tone_hz, level_db
        self.target = None
        self.received, self.rtcp = [], []
        self.ssrc, self.sequence, self.timestamp = secrets.randbits(32), secrets.randbits(15), secrets.randbits(31)
        self.sent = 0
        self._phase = 0
        self._events = collections.deque()
        self._running = False
        self._thread = None

    def __enter__(self):
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self.port = free_pair() if family == socket.AF_INET else free_pair()
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.rtcp_socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.socket.bind((self.host, self.port))
        self.rtcp_socket.bind((self.host, self.port + 1))
        for each in (self.socket, self.rtcp_socket):
            each.setblocking(False)
        self._running = True
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self._running:
            self._running = False
            self._thread.join(2)
            self.socket.close()
            self.rtcp_socket.close()

    def _run(self):
        due = time.monotonic()
        while self._running:
            self._receive()
            now = time.monotonic()
            if now < due:
                time.sleep(min(0.005, due - now))
                continue
            due = max(due + 0.02, now - 0.2)
            if self.target and (self._events or self.tone_hz is not None):
                self._send_next()
            elif self.target:
                self.timestamp = (self.timestamp + SAMPLES) & 0xFFFFFFFF

    def _receive(self):
        for each, rtcp in ((self.socket, False), (self.rtcp_socket, True)):
            try:
                while True:
                    data, ancillary, _, source = each.recvmsg(2048, 64)
                    if rtcp:
                        self.rtcp.append((time.monotonic(), source, data))
                    else:
                        packet = parse(data, source, arrival(ancillary))
                        if packet:
                            self.received.append(packet)
            except (BlockingIOError, ConnectionError):
                pass

    def build(self, payload, payload_type=0, marker=False, timestamp=None):
        """The next packet of this stream."""
        self.sequence = (self.sequence + 1) & 0xFFFF
        return struct.pack("!BBHII", 0x80, payload_type | (128 if marker else 0), self.sequence,
                           self.timestamp if timestamp is None else timestamp, self.ssrc) + payload

    def next_tone(self):
        time_line = (audio.numpy.arange(SAMPLES) + self._phase) / 8000
        self._phase = (self._phase + SAMPLES) % (8000 * 60)
        amplitude = 10 ** (self.level_db / 20) * 2 ** 0.5
        return audio.ulaw_encode(amplitude * audio.numpy.sin(2 * audio.numpy.pi * (self.tone_hz or 0) * time_line))

    def _send_next(self):
        if self._events:
            payload, marker, stamp = self._events.popleft()
            packet = self.build(payload, EVENT_TYPE, marker, stamp if stamp is not None else self.timestamp)
        else:
            packet = self.build(self.next_tone(), 0, self.sent == 0)
        self.timestamp = (self.timestamp + SAMPLES) & 0xFFFFFFFF
        self.sent += 1
        try:
            self.socket.sendto(packet, self.target)
        except OSError:
            pass

    def dial_digits(self, digits, duration_ms=100):
        """RFC 4733 §2.5: updates while the key is down, then the end three times; all with the start's timestamp."""
        begin = (self.timestamp + 2 * SAMPLES) & 0xFFFFFFFF
        for digit in digits:
            event, steps = DIGITS.index(digit), duration_ms // 20
            packets = []
            for step in range(1, steps + 1):
                packets.append((struct.pack("!BBH", event, 10, step * SAMPLES), step == 1, begin))
            packets += [(struct.pack("!BBH", event, 0x80 | 10, steps * SAMPLES), False, begin)] * 3
            self._events.extend(packets)
            begin = (begin + (len(packets) + 1) * SAMPLES) & 0xFFFFFFFF

    def heard(self, since=0.0, until=float("inf")):
        """Sound of the µ-law packets that came in the span of time, in sequence; lost ones leave no gap."""
        packets = [p for p in list(self.received) if since <= p.time <= until and p.payload_type == 0]
        return audio.ulaw_decode(b"".join(p.payload for p in packets)) if packets else audio.numpy.zeros(0)

    def listen(self, seconds):
        """Waits, then what was heard in that time."""
        since = time.monotonic()
        time.sleep(seconds)
        return self.heard(since)
