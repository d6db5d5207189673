"""An INVITE makes a room and has others called in: a list of recipients (RFC 5366) in a multipart body (RFC 5621)."""

import time
import unittest

from confab_e2e import audio
from confab_e2e.baresip import Baresip
from confab_e2e.ports import wait_until
from confab_e2e.rawsip import Call, Client
from confab_e2e.server import Server, ServerTest
from confab_e2e.sip_message import sdp
from confab_e2e.watcher import Watcher

MIXED = 'Content-Type: multipart/mixed;boundary="b1"'
REQUIRED = "Require: recipient-list-invite"
LIST_HEAD = "Content-Type: application/resource-lists+xml\r\nContent-Disposition: recipient-list\r\n\r\n"


def resource_list(*entries):
    inside = "".join(f'<entry uri="{uri}" cp:copyControl="to"/>' for uri in entries)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists" '
            f'xmlns:cp="urn:ietf:params:xml:ns:copycontrol"><list>{inside}</list></resource-lists>')


def parts(*bodies):
    return "".join(f"--b1\r\n{body}\r\n" for body in bodies) + "--b1--\r\n"


def offer_and(document, port=40000):
    return parts("Content-Type: application/sdp\r\n\r\n" + sdp(port), LIST_HEAD + document)


class Invited(Client):
    """Somebody who is called in."""

    def ring(self, seconds=5.0):
        self.invite = self.expect_request("INVITE", seconds)
        self.reply(self.invite, 180, "Ringing")
        return self.invite

    def answer(self, port):
        to = self.invite.get("to")
        self.invite.headers = [(n, f"{to};tag=here" if n == "to" else v) for n, v in self.invite.headers]
        self.reply(self.invite, 200, headers=["Content-Type: application/sdp"], body=sdp(port))
        self.expect_request("ACK")

    def cancelled(self):
        self.reply(self.expect_request("CANCEL"), 200)
        self.reply(self.invite, 487, "Request Terminated")
        self.expect_request("ACK")


class Lists(ServerTest):
    def client(self, transport="udp", kind=Client):
        client = kind(self.server.address(transport), transport)
        self.addCleanup(client.close)
        return client

    def call(self, room, *targets, transport="udp", user="alice"):
        call = Call(self.client(transport), room, user=user)
        response = call.invite(offer_and(resource_list(*targets)), [MIXED, REQUIRED])
        return call, response

    def test_those_listed_are_called_in_and_the_room_shows_how_it_goes(self):
        for transport in ("udp", "tcp"):
            room = f"party-{transport}"
            bob, carol = self.client(kind=Invited), self.client(kind=Invited)
            targets = (f"sip:bob@{bob.host_port}", f"sip:carol@{carol.host_port}", f"sip:bob@{bob.host_port}",
                       self.server.uri(room), "sip:alice@127.0.0.1")
            alice, response = self.call(room, *targets, transport=transport)
            self.assertEqual(response.status, 200)
            self.assertIn("recipient-list-invite", response.words("supported"))
            self.assertEqual(alice.answer.audio()["kind"], "audio")
            watcher = Watcher(self.client(), room).subscribe()
            invite = bob.ring()
            self.assertEqual(invite.get("subject"), "Join conference request from sip:alice@127.0.0.1")
            self.assertEqual(invite.get("referred-by"), "<sip:alice@127.0.0.1>")
            self.assertTrue(invite.get("contact").endswith(";isfocus"))
            self.assertNotIn("carol", invite.body + repr(invite.headers), "nobody is told who else is called")
            carol.ring()
            watcher.until(lambda w: w.of("carol", "endpoint/status") == "alerting", "carol's phone rings")
            bob.answer(41000)
            watcher.until(lambda w: w.of("bob", "endpoint/status") == "connected", "bob is in")
            self.assertEqual(watcher.of("bob", "endpoint/joining-method"), "dialed-out")
            carol.reply(carol.invite, 486, "Busy Here")
            carol.expect_request("ACK")
            watcher.until(lambda w: w.of("carol", "endpoint/disconnection-method") == "busy", "carol is busy")
            self.assertIsNone(bob.take(lambda m: m.method == "INVITE" and m.get("call-id") != invite.get("call-id"), 0.3))
            alice.bye()

    def test_who_rings_is_cancelled_by_refer_or_when_everybody_has_left(self):
        bob, carol = self.client(kind=Invited), self.client(kind=Invited)
        alice, response = self.call("regrets", f"sip:bob@{bob.host_port}", f"sip:carol@{carol.host_port}")
        self.assertEqual(response.status, 200)
        bob.ring()
        carol.ring()
        number = alice.send("REFER", headers=[f"Refer-To: <sip:bob@{bob.host_port};method=BYE>", "Refer-Sub: false"])
        self.assertEqual(alice.final(number, "REFER").status, 202)
        bob.cancelled()
        self.assertIsNone(carol.take(lambda m: m.method == "CANCEL", 0.3))
        alice.bye()
        carol.cancelled()
        wait_until(lambda: any(r.get("room", "").startswith("regrets@") for r in self.server.records("room ended")), 10,
                   "the room has ended")

    def test_a_list_alone_asks_for_our_offer(self):
        bob = self.client(kind=Invited)
        alice = Call(self.client(), "late", user="alice")
        headers = ["Content-Type: application/resource-lists+xml", "Content-Disposition: recipient-list", REQUIRED]
        response = alice.invite(resource_list(f"sip:bob@{bob.host_port}"), headers, ack_body=sdp(40000))
        self.assertEqual(response.status, 200)
        bob.ring()
        alice.bye()
        bob.cancelled()

    def test_what_may_not_be_is_refused_and_nobody_is_called(self):
        bob = self.client(kind=Invited)
        good = f"sip:bob@{bob.host_port}"
        bomb = '<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + resource_list(good, "sip:&b;@x")
        rows = (
            ("too many", resource_list(good, *(f"sip:guest{i}@127.0.0.1" for i in range(50))), 413, "no more than 50"),
            ("a telephone", resource_list(good, "tel:+15551234"), 488, "no SIP URI"),
            ("kept elsewhere", resource_list(good).replace("</list>", '<external anchor="http://x/"/></list>'), 488, "external"),
            ("an XML bomb", bomb, 400, "document type"),
            ("deep", resource_list(good).replace("<list>", "<list>" * 30), 413, "deep"),
            ("cut off", resource_list(good)[:-20], 400, ""),
        )
        for name, document, status, warning in rows:
            with self.subTest(name):
                call = Call(self.client(), "refused", user="alice")
                response = call.invite(offer_and(document), [MIXED, REQUIRED])
                self.assertEqual(response.status, status)
                self.assertIn(warning, response.get("warning"))
        self.assertIsNone(bob.take(lambda m: m.method == "INVITE", 0.3))
        watch = Watcher(self.client(), "refused")
        self.assertEqual(watch.request().status, 480, "there is no room")

    def test_parts_that_are_not_understood(self):
        text = "Content-Type: text/plain\r\n"
        offer = "Content-Type: application/sdp\r\n\r\n" + sdp(40000)
        call = Call(self.client(), "parts", user="alice")
        response = call.invite(parts(offer, text + "\r\nhi"), [MIXED])
        self.assertEqual(response.status, 415)
        self.assertIn("multipart/mixed", response.words("accept"))
        self.assertEqual(call.invite(parts(offer), [MIXED.replace('"b1"', "other")]).status, 400)
        optional = parts(text + "Content-Disposition: render;handling=optional\r\n\r\nhi", offer)
        self.assertEqual(call.invite(optional, [MIXED]).status, 200)
        held = parts("Content-Type: application/sdp\r\n\r\n" + sdp(40000, version=2, direction="sendonly"))
        self.assertEqual(call.invite(held, [MIXED]).status, 200)
        self.assertEqual(call.answer.direction(call.answer.audio()), "recvonly")
        number = call.send("UPDATE", parts("Content-Type: application/sdp\r\n\r\n" + sdp(40000, version=3)), [MIXED])
        self.assertEqual(call.final(number, "UPDATE").status, 200)
        # RFC 5366 §5.1
        self.assertEqual(call.invite(offer_and(resource_list("sip:bob@127.0.0.1")), [MIXED, REQUIRED]).status, 420)
        self.assertEqual(call.invite(offer_and(resource_list("sip:bob@127.0.0.1")), [MIXED]).status, 415)
        call.bye()

    def test_options_tell_of_lists(self):
        response = self.client().request("OPTIONS", headers=(REQUIRED,))
        self.assertEqual(response.status, 200)
        self.assertIn("recipient-list-invite", response.words("supported"))
        self.assertIn("application/resource-lists+xml", response.words("accept"))

    def test_phones_that_are_called_in_hear_each_other(self):
        with Baresip("ben", "PCMU/8000/1", 1013) as ben, Baresip("anna", "PCMA/8000/1", 440) as anna:
            alice, response = self.call("talk", ben.uri, anna.uri)
            self.assertEqual(response.status, 200)
            for phone in (ben, anna):
                wait_until(lambda p=phone: p.saw("CALL_ESTABLISHED"), 10, f"{phone.name} is in the call")

            def hears(phone, other):
                sound, rate = phone.heard()
                return len(sound) > 2 * rate and audio.median_tone_db(sound[-rate:], rate, other.tone_hz) > -26

            time.sleep(3)
            wait_until(lambda: hears(ben, anna) and hears(anna, ben), 15, "the two hear each other")
            alice.bye()


class Rules(unittest.TestCase):
    """Servers with rules of their own."""

    def ask(self, options, targets=("sip:bob@127.0.0.1",)):
        with Server(options) as server:
            client = Client(server.address("udp"))
            self.addCleanup(client.close)
            call = Call(client, "stern", user="alice")
            response = call.invite(offer_and(resource_list(*targets)), [MIXED, REQUIRED])
            if response.status == 200:
                call.bye()
            return response

    def test_lists_have_the_rules_of_refer(self):
        self.assertEqual(self.ask({"rooms.refer": "nobody"}).status, 403)
        self.assertEqual(self.ask({"rooms.refer": "moderators"}).status, 403)
        self.assertEqual(self.ask({"rooms.max-list": "0"}).status, 403)
        refused = self.ask({"sip.dial-to": ["127.0.0.1"]}, ("sip:bob@127.0.0.1", "sip:900@premium.example"))
        self.assertEqual(refused.status, 403)
        self.assertIn("does not call there", refused.get("warning"))
        self.assertEqual(self.ask({"rooms.max-list": "2"}, [f"sip:g{i}@127.0.0.1" for i in range(3)]).status, 413)
        self.assertEqual(self.ask({"rooms.max-invitations": "2"}, [f"sip:g{i}@127.0.0.1" for i in range(3)]).status, 413)
