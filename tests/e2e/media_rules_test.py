"""Whom the server believes on RTP, whom it sends to, and what it says on RTCP."""

import socket
import struct
import threading
import time

from confab_e2e import audio
from confab_e2e.phone import Phone
from confab_e2e.rawsip import Call, Client
from confab_e2e.rtp import RtpPeer, parse_rtcp
from confab_e2e.server import ServerTest
from confab_e2e.sip_message import sdp


class Flood:
    """`with Flood(target, 1000) as flood:` sound RTP from a host that takes no part, so many packets a second."""

    def __init__(self, target, packets_a_second, host="127.0.0.3"):
        self.target, self.interval, self.host, self.sent = target, 1 / packets_a_second, host, 0

    def __enter__(self):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((self.host, 0))
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join(5)
        self._socket.close()

    def _run(self):
        begun = time.monotonic()
        while not self._ended.wait(0.005):
            while self.sent * self.interval < time.monotonic() - begun:
                header = struct.pack("!BBHII", 0x80, 0, self.sent & 0xFFFF, self.sent * 160 & 0xFFFFFFFF, 0xF100D)
                self._socket.sendto(header + bytes(160), self.target)
                self.sent += 1


class MediaRules(ServerTest):
    def test_rtp_from_a_wrong_source_is_dropped_and_the_call_goes_on(self):
        with Phone(self.server, tone_hz=440) as talker, Phone(self.server) as listener, RtpPeer("127.0.0.7", 1730) as intruder:
            talker.dial("wrong")
            listener.dial("wrong")
            time.sleep(1)
            intruder.target = talker.rtp.target
            sound = listener.rtp.listen(3)
            self.assertAlmostEqual(audio.median_tone_db(sound, 8000, 440), -20, delta=4)
            self.assertLess(audio.median_tone_db(sound, 8000, 1730), -45, "the intruder is heard")
            self.assertEqual(len(intruder.received), 0, "the intruder hears")

    def test_a_flood_from_elsewhere_does_not_silence_the_talker(self):
        with Phone(self.server, tone_hz=440) as talker, Phone(self.server) as listener:
            talker.dial("flood")
            listener.dial("flood")
            time.sleep(1)
            with Flood(talker.rtp.target, 1000) as flood:
                time.sleep(1)
                sound = listener.rtp.listen(3)
            self.assertGreater(flood.sent, 2500, "packets in four seconds of flood")
            self.assertAlmostEqual(audio.median_tone_db(sound, 8000, 440), -20, delta=4)

    def test_media_follows_a_phone_behind_nat(self):
        """Its SDP names a private address; its packets come from elsewhere (RFC 4961, latching)."""
        with Phone(self.server, tone_hz=440) as natted, Phone(self.server, tone_hz=1013) as other:
            natted.dial("nat", natted.offer(host="10.99.99.99", port=5004))
            other.dial("nat")
            time.sleep(1)
            self.assertAlmostEqual(audio.median_tone_db(natted.rtp.listen(2), 8000, 1013), -20, delta=4, msg="it hears")
            self.assertAlmostEqual(audio.median_tone_db(other.rtp.listen(2), 8000, 440), -20, delta=4, msg="it is heard")

    def test_media_moves_after_a_reinvite(self):
        with Phone(self.server, tone_hz=440) as mover, Phone(self.server, tone_hz=1013) as other, RtpPeer(tone_hz=440) as new:
            mover.dial("move")
            other.dial("move")
            time.sleep(0.5)
            target, mover.rtp.tone_hz = mover.rtp.target, None
            time.sleep(0.2)  # its last packets from the old port are in
            self.assertEqual(mover.call.invite(sdp(new.port, version=2)).status, 200)
            new.target = target
            time.sleep(1)
            self.assertAlmostEqual(audio.median_tone_db(other.rtp.listen(2), 8000, 440), -20, delta=4)
            self.assertAlmostEqual(audio.median_tone_db(new.listen(2), 8000, 1013), -20, delta=4)

    def test_a_held_phone_is_not_heard_and_comes_back(self):
        with Phone(self.server, tone_hz=440) as held, Phone(self.server) as other:
            held.dial("hold")
            other.dial("hold")
            time.sleep(0.5)
            held.call.invite(held.offer(2, direction="inactive"))
            time.sleep(0.5)
            self.assertLess(audio.median_tone_db(other.rtp.listen(2), 8000, 440), -45)
            before = len(held.rtp.received)
            time.sleep(1)
            self.assertLess(len(held.rtp.received) - before, 5, "packets towards an inactive stream")
            held.call.invite(held.offer(3))
            time.sleep(0.5)
            self.assertAlmostEqual(audio.median_tone_db(other.rtp.listen(2), 8000, 440), -20, delta=4)

    def test_rtcp_reports_are_sound(self):
        with Phone(self.server, tone_hz=440) as phone:
            phone.dial("rtcp")
            end = time.monotonic() + 12
            while not phone.rtp.rtcp and time.monotonic() < end:
                time.sleep(0.1)
            self.assertTrue(phone.rtp.rtcp, "an RTCP packet within 12 s (RFC 3550 §6.2)")
            stream = phone.rtp.received[0].ssrc
            for _, _, data in list(phone.rtp.rtcp):
                packets = parse_rtcp(data)
                self.assertIn(packets[0][0], (200, 201), "a compound packet begins with SR or RR (§6.1)")
                self.assertIn(202, [kind for kind, _, _ in packets], "SDES with CNAME")
                kind, reports, body = packets[0]
                self.assertEqual(struct.unpack("!I", body[:4])[0], stream, "the sender is the stream's SSRC")
                if kind == 200:
                    seconds, _, _, count, octets = struct.unpack("!IIIII", body[4:24])
                    # the NTP era began in 1900; a second of slack for clocks that are read twice
                    self.assertAlmostEqual(seconds - 2208988800, time.time(), delta=15)
                    self.assertEqual(octets, count * 160)
                    self.assertLessEqual(count, len(phone.rtp.received) + 5)
                blocks = body[24:] if kind == 200 else body[4:]
                for i in range(reports):
                    ssrc, lost = struct.unpack("!II", blocks[24 * i:24 * i + 8])
                    jitter = struct.unpack("!I", blocks[24 * i + 12:24 * i + 16])[0]
                    self.assertEqual(ssrc, phone.rtp.ssrc, "reports on what we send")
                    self.assertLess(lost >> 24, 26, "fraction lost over 10 % on the loopback")
                    self.assertLess(jitter, 1600, "jitter over 200 ms on the loopback")

    def test_an_address_that_never_answers_gets_packets_for_a_few_seconds_only(self):
        """The server must not amplify: SDP names a victim that is not the caller."""
        with RtpPeer("127.0.0.2") as victim, Phone(self.server, tone_hz=1013) as talker, \
                Client(self.server.address("udp")) as client:
            talker.dial("victim")
            call = Call(client)
            self.assertEqual(call.invite(sdp(victim.port, host="127.0.0.2")).status, 200)
            time.sleep(10)
            count = len(victim.received)
            time.sleep(2)
            self.assertEqual(len(victim.received), count, "packets after ten seconds of silence")
            self.assertLess(count, 500, "packets in ten seconds, of 500 that a real peer would get")
            call.bye()

    def test_garbage_on_the_media_ports_is_survived(self):
        with Phone(self.server, tone_hz=440) as talker, Phone(self.server) as listener, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            talker.dial("garbage")
            listener.dial("garbage")
            host, port = talker.rtp.target
            for size in (0, 1, 3, 11, 12, 13, 200, 1400, 9000):
                for first in (0x00, 0x80, 0x8F, 0xBF, 0xFF):
                    data = bytes([first]) + bytes(range(256)) * 40
                    for target in ((host, port), (host, port + 1)):
                        stranger.sendto(data[:size], target)
            self.assertAlmostEqual(audio.median_tone_db(listener.rtp.listen(3)[8000:], 8000, 440), -20, delta=4)
