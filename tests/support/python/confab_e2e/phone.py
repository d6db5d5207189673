"""A raw phone: one SIP client, one call, one RTP endpoint with G.711. The test decides every message."""

from .rawsip import Call, Client
from .rtp import RtpPeer
from .sip_message import sdp


class Phone:
    """`with Phone(server, tone_hz=440) as phone: phone.dial("lunch")`"""

    def __init__(self, server, tone_hz=None, transport="udp", family="v4", host=None, rtp_host=None, level_db=-20.0):
        self.server, self.transport, self.family = server, transport, family
        self._host = host
        local = "::1" if family == "v6" else "127.0.0.1"
        self.rtp = RtpPeer(rtp_host or host or local, tone_hz, level_db)

    def __enter__(self):
        self.rtp.__enter__()
        self.client = Client(self.server.address(self.transport, self.family), self.transport, self._host)
        return self

    def __exit__(self, kind, *_):
        try:
            if kind is None and getattr(self, "call", None) and self.call.remote_tag and not self.ended:
                self.hang_up()
        finally:
            self.client.close()
            self.rtp.close()

    def offer(self, version=1, **arguments):
        arguments.setdefault("host", self.rtp.host)
        return sdp(arguments.pop("port", self.rtp.port), version=version, **arguments)

    def dial(self, room, body=None, headers=(), contact=None):
        """Calls, starts the media; fails on anything but 200."""
        self.ended = False
        self.call = Call(self.client, room, contact=contact)
        response = self.call.invite(self.offer() if body is None else body, headers)
        if response.status != 200:
            raise AssertionError(f"INVITE to {room}: {response.first_line}, expected 200; Warning: {response.get('warning')}")
        self.follow(self.call.answer)
        return response

    def follow(self, description):
        media = description.audio()
        if media["port"]:
            self.rtp.target = (media["host"], media["port"])

    def hang_up(self):
        self.ended = True
        response = self.call.bye()
        if response.status != 200:
            raise AssertionError(f"BYE: {response.first_line}, expected 200")

    def answer_bye(self, seconds=5.0):
        """Waits for the server's BYE and answers it."""
        request = self.call.request_from_server("BYE", seconds)
        self.client.reply(request, 200)
        self.ended = True
        return request
