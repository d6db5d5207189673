"""A call stays up, with its sound, while 10,000 mutated SIP and RTP packets arrive. Seeded: a failure can be repeated."""

import random
import socket
import time

from confab_e2e import audio, sip_message
from confab_e2e.phone import Phone
from confab_e2e.rawsip import Call, Client
from confab_e2e.server import ServerTest

SEED = 20240601
PACKETS = 10_000
STORM_SECONDS = 60  # at most; a machine that is too slow sends fewer and says so


def mutate(data, dice):
    """One to eight edits: bits, cuts, doublings, inserted noise and numbers that parsers stumble over."""
    data = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        at = dice.randrange(len(data) + 1)
        kind = dice.randrange(7)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << dice.randrange(8)
        elif kind == 1:
            del data[at:at + dice.randint(1, 40)]
        elif kind == 2:
            data[at:at] = data[at:at + dice.randint(1, 80)] * dice.randint(1, 20)
        elif kind == 3:
            data[at:at] = dice.randbytes(dice.randint(1, 20))
        elif kind == 4:
            data[at:at] = dice.choice((b"4294967296", b"-1", b"%00", b"\r\n", b"\r\n\r\n", b":", b";", b"<", b'"', b"\0", b"=,"))
        elif kind == 5:
            del data[at:]
        elif at < len(data):
            data[at] = dice.randrange(256)
        if not data:
            data = bytearray(b"\r\n")
    return bytes(data[:8000])


class Storm(ServerTest):
    options = {"sip.max-legs": 40, "log.level": "info"}  # mutated INVITEs that are still INVITEs fill no more than this

    def templates(self, client):
        """Whole messages of every kind, in dialogs of their own."""
        made = []
        real, client.send = client.send, made.append
        try:
            for method in ("INVITE", "INVITE", "INVITE", "OPTIONS", "BYE", "CANCEL", "ACK", "INFO", "UPDATE", "PRACK", "SUBSCRIBE"):
                call = Call(client)
                body = sip_message.sdp(40000) if method in ("INVITE", "UPDATE") else ""
                call.send(method, body, ["Supported: timer, 100rel", "Session-Expires: 90", "Record-Route: <sip:127.0.0.1;lr>"])
            client.reply(sip_message.Message(made[0]), 200, body=sip_message.sdp(40000))
            client.reply(sip_message.Message(made[3]), 486, "Busy Here")
        finally:
            client.send = real
        return made

    def assert_hears(self, listener, hz, why):
        sound = listener.rtp.listen(2.0)
        self.assertGreater(len(sound) / 8000, 1.5, f"seconds of RTP in two, {why}")
        self.assertAlmostEqual(audio.median_tone_db(sound, 8000, hz), -20, delta=4, msg=why)

    def storm(self, phone, dice):
        with Client(self.server.address("udp")) as attacker, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind(("127.0.0.3", 0))
            templates = self.templates(attacker)
            packet = phone.rtp.build(bytes(160))
            sent, end = 0, time.monotonic() + STORM_SECONDS
            while sent < PACKETS and time.monotonic() < end:
                for _ in range(20):
                    if dice.random() < 0.6:
                        attacker.send(mutate(dice.choice(templates), dice))
                    else:
                        source = stranger if dice.random() < 0.9 else phone.rtp.rtcp_socket
                        host, port = phone.rtp.target
                        source.sendto(mutate(packet, dice)[:1400], (host, port + dice.randrange(2)))
                    sent += 1
                attacker.poll(0.01)
                attacker.inbox.clear()
                self.assertTrue(self.server.alive(), f"confabd died within {sent} packets of seed {SEED}")
            return sent

    def test_the_call_outlives_the_storm(self):
        with Phone(self.server, tone_hz=440) as talker, Phone(self.server, tone_hz=1013) as listener:
            talker.dial("storm")
            listener.dial("storm")
            time.sleep(0.5)
            self.assert_hears(listener, 440, "before the storm")
            sent = self.storm(talker, random.Random(SEED))
            self.assertGreaterEqual(sent, PACKETS, f"packets within {STORM_SECONDS} s")
            time.sleep(0.5)
            self.assert_hears(listener, 440, "after the storm")
            self.assert_hears(talker, 1013, "after the storm, the one that was shot at")
            with Client(self.server.address("udp")) as client:
                self.assertTrue(client.is_answered())
            for phone in (talker, listener):
                self.assertIsNone(phone.client.take(lambda m: m.method == "BYE", 0), "no call was ended")
                phone.hang_up()
