"""What the server refuses, and with which words."""

from confab_e2e.phone import Phone
from confab_e2e.ports import wait_until
from confab_e2e.rawsip import Call, Client
from confab_e2e.server import ServerTest
from confab_e2e.sip_message import sdp

OFFER = sdp(40000)
VIDEO = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 40000 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n"
UNKNOWN_CODEC = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 97\r\na=rtpmap:97 wonder/8000\r\n"
TOO_MANY_LINES = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n" + "m=audio 40000 RTP/AVP 0\r\n" * 300
SDP_TYPE = "Content-Type: application/sdp"

# what, method, headers, body, status, header that must be in the answer → a word in it
TABLE = (
    ("an extension nobody knows", "INVITE", ("Require: wondrous", SDP_TYPE), OFFER, 420, ("unsupported", "wondrous")),
    ("a body of another type", "INVITE", ("Content-Type: text/plain",), "hello", 415, ("accept", "application/sdp")),
    ("video only", "INVITE", (SDP_TYPE,), VIDEO, 488, ("warning", "")),
    ("a codec nobody knows", "INVITE", (SDP_TYPE,), UNKNOWN_CODEC, 488, ("warning", "")),
    ("300 m-lines", "INVITE", (SDP_TYPE,), TOO_MANY_LINES, 488, None),
    ("a method nobody knows", "FROBNICATE", (), "", 405, ("allow", "INVITE")),
    ("REGISTER", "REGISTER", (), "", 405, ("allow", "INVITE")),
    ("BYE outside of a dialog", "BYE", (), "", 481, None),
    ("OPTIONS with an unknown extension", "OPTIONS", ("Require: wondrous",), "", 420, ("unsupported", "wondrous")),
)


class Refusals(ServerTest):
    def acknowledged_request(self, client, method, headers, body):
        if method != "INVITE":
            return client.request(method, headers=headers, body=body)
        call = Call(client)
        return call.final(call.send_invite(body, headers))

    def test_each_over_udp_and_tcp(self):
        for transport in ("udp", "tcp"):
            for what, method, headers, body, status, header in TABLE:
                # a datagram that does not fit the path is its own case; 300 m-lines fit loopback
                with self.subTest(what, transport=transport), Client(self.server.address(transport), transport) as client:
                    response = self.acknowledged_request(client, method, headers, body)
                    self.assertEqual(response.status, status, response.first_line)
                    if header:
                        self.assertIn(header[1].lower(), response.get(header[0], "(no such header)").lower(), header[0])

    def test_broken_sdp_is_refused_and_the_server_lives(self):
        for body in ("hello", "v=0\r\n", "v=0\r\no=\r\nm=audio\r\n", "v=0\r\nm=audio 999999 RTP/AVP 0\r\n", "\0" * 40):
            with self.subTest(body), Client(self.server.address("udp")) as client:
                response = self.acknowledged_request(client, "INVITE", (SDP_TYPE,), body)
                self.assertIn(response.status, (400, 488), response.first_line)
                self.assertTrue(client.is_answered())

    def test_options_says_what_the_server_can(self):
        with Client(self.server.address("udp")) as client:
            response = client.request("OPTIONS")
            self.assertEqual(response.status, 200)
            for method in ("invite", "ack", "bye", "cancel", "options", "update", "prack", "info"):
                self.assertIn(method, response.words("allow"))
            self.assertIn("application/sdp", response.words("accept"))
            for extension in ("timer", "100rel", "replaces"):
                self.assertIn(extension, response.words("supported"))

    def test_a_request_in_an_unknown_dialog_gets_481(self):
        with Client(self.server.address("udp")) as client:
            for method in ("INVITE", "UPDATE", "INFO", "BYE"):
                call = Call(client)
                call.remote_tag = "nobody"
                call.invite_branch = "z9hG4bKunknown" + method
                number = call.send(method, OFFER if method in ("INVITE", "UPDATE") else "", branch=call.invite_branch)
                self.assertEqual(call.final(number, method).status, 481, method)


class Limits(ServerTest):
    options = {"sip.max-legs": 1}

    def test_one_leg_more_than_allowed_gets_503_with_retry_after(self):
        with Phone(self.server) as first, Client(self.server.address("udp")) as second:
            first.dial("lunch")
            call = Call(second)
            response = call.invite(sdp(40000))
            self.assertEqual(response.status, 503, response.first_line)
            self.assertTrue(response.get("retry-after"), "Retry-After")
            first.hang_up()
            call = Call(second)
            self.assertEqual(call.invite(sdp(40000)).status, 200, "after the first has left")
            call.bye()


class Admission(ServerTest):
    options = {"rooms.domains": "rooms.example.com", "sip.trusted-peers": "127.0.0.1/32"}

    def test_a_user_of_another_domain_is_no_room(self):
        with Client(self.server.address("udp")) as client:
            stranger = Call(client, host="other.example.com")
            self.assertEqual(stranger.invite(sdp(40000)).status, 404)
            known = Call(client, host="rooms.example.com")
            self.assertEqual(known.invite(sdp(40000)).status, 200)
            known.bye()

    def test_a_peer_that_is_not_trusted_gets_403(self):
        with Client(self.server.address("udp"), host="127.0.0.2") as client:
            self.assertEqual(Call(client, host="rooms.example.com").invite(sdp(40000, host="127.0.0.2")).status, 403)


class Ports(ServerTest):
    # One pair of ports: the second leg finds none.
    options = {"media.first-port": 29900, "media.last-port": 29901}

    def test_the_leg_that_finds_no_port_gets_503_and_the_next_one_its_port(self):
        with Phone(self.server) as first, Client(self.server.address("udp")) as second:
            first.dial("lunch")
            self.assertEqual(Call(second).invite(sdp(40000)).status, 503)
            first.hang_up()
            # The ports are closed at the shard's next tick, a moment after the BYE was answered.
            call = wait_until(lambda: self.admitted(second), 2, "a place after the first has left")
            call.bye()

    @staticmethod
    def admitted(client):
        call = Call(client)
        return call if call.invite(sdp(40000)).status == 200 else None


class Nobody(ServerTest):
    options = {"sip.trusted-peers": "192.0.2.0/24"}

    def test_no_peer_is_trusted(self):
        with Client(self.server.address("tcp"), "tcp") as client:
            self.assertEqual(Call(client).invite(sdp(40000)).status, 403)




CRYPTO = "a=crypto:1 {} inline:" + "QUJD" * 10  # 30 bytes, for both suites
SUITES = ("AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32")


class SrtpRequired(ServerTest):
    options = {"media.srtp": "required"}

    def test_a_call_in_the_clear_gets_488_with_a_warning_and_sdes_is_taken(self):
        with Client(self.server.address("udp")) as client:
            refused = Call(client).invite(sdp(40000))
            self.assertEqual(refused.status, 488)
            self.assertIn("SRTP", refused.get("warning"))
            for suite in SUITES:
                call = Call(client)
                offer = sdp(40000, lines=(CRYPTO.format(suite),)).replace("RTP/AVP", "RTP/SAVP")
                self.assertEqual(call.invite(offer).status, 200, suite)
                self.assertIn(suite, call.answer.text())
                call.bye()


class SrtpOff(ServerTest):
    options = {"media.srtp": "off"}

    def test_savp_gets_488_and_crypto_in_avp_is_left_aside(self):
        with Client(self.server.address("udp")) as client:
            secure = sdp(40000, lines=(CRYPTO.format(SUITES[0]),))
            self.assertEqual(Call(client).invite(secure.replace("RTP/AVP", "RTP/SAVP")).status, 488)
            call = Call(client)
            self.assertEqual(call.invite(secure).status, 200)
            self.assertNotIn("crypto", call.answer.text())
            call.bye()
