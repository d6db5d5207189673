"""The measuring tools themselves: a test that measures with a bent ruler proves nothing."""

import time
import unittest

import numpy

from confab_e2e import audio, sip_message
from confab_e2e.rtp import RtpPeer, parse_rtcp


class Audio(unittest.TestCase):
    def test_a_tone_is_measured_at_the_level_it_was_made_with(self):
        for rate in (8000, 16000, 48000):
            for hz in (440, 1013, 1730):
                self.assertAlmostEqual(audio.median_tone_db(audio.tone(hz, 3, rate, -20), rate, hz), -20, delta=0.2)

    def test_a_tone_that_is_not_there_is_not_found_beside_others(self):
        sound = audio.tone(440, 3, 8000) + audio.tone(1730, 3, 8000)
        self.assertLess(audio.median_tone_db(sound, 8000, 1013), -70)

    def test_ulaw_gives_back_what_went_in(self):
        sound = audio.tone(440, 1, 8000, -10)
        error = audio.ulaw_decode(audio.ulaw_encode(sound)) - sound
        self.assertLess(audio.rms_db(error), -45)
        self.assertEqual(audio.ulaw_encode(numpy.array([0.0])), b"\xff")
        self.assertEqual([round(v * 32768) for v in audio.ulaw_decode(b"\x00\x80\xff")], [-32124, 32124, 0])

    def test_two_endpoints_hear_each_other(self):
        with RtpPeer(tone_hz=440) as one, RtpPeer(tone_hz=1013) as two:
            one.target, two.target = ("127.0.0.1", two.port), ("127.0.0.1", one.port)
            self.assertAlmostEqual(audio.median_tone_db(one.listen(1.3), 8000, 1013), -20, delta=1)
            two.tone_hz = None
            begin = time.monotonic()
            one.dial_digits("*6")
            time.sleep(0.6)
            events = [p for p in two.received if p.time > begin and p.payload_type == 101]
            self.assertEqual([p.payload[0] for p in events if p.marker], [10, 6])
            self.assertEqual(len({p.timestamp for p in events}), 2, "one timestamp a digit")


class Messages(unittest.TestCase):
    def test_a_message_is_read_back_as_it_was_written(self):
        data = sip_message.write("SIP/2.0 200 OK", ["v: SIP/2.0/UDP h;branch=b", "To: <sip:a@b>;tag=77", "CSeq: 3 INVITE",
                                                    "m: <sip:c@d;x=1>;isfocus"], "hello")
        message = sip_message.Message(data)
        self.assertEqual((message.status, message.cseq, message.tag("to")), (200, (3, "INVITE"), "77"))
        self.assertEqual((message.contact_uri(), message.body), ("sip:c@d;x=1", "hello"))

    def test_sdp_is_read(self):
        answer = sip_message.Sdp("v=0\r\nc=IN IP4 127.0.0.9\r\na=recvonly\r\nm=video 0 RTP/AVP 9\r\nm=audio 7 RTP/AVP 0 101\r\n")
        self.assertEqual((answer.audio()["port"], answer.audio()["host"]), (7, "127.0.0.9"))
        self.assertEqual(answer.direction(answer.audio()), "recvonly")

    def test_a_cut_rtcp_packet_is_refused(self):
        with self.assertRaises(ValueError):
            parse_rtcp(bytes((0x80, 200, 0, 6)) + bytes(8))
