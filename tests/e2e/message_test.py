"""Chat by SIP MESSAGE (RFC 3428): phones without MSRP write into the room's chat and read it."""

import unittest

from confab_e2e import web
from confab_e2e.baresip import Baresip
from confab_e2e.chatter import Chatter, cpim
from confab_e2e.linphone import Linphone
from confab_e2e.ports import wait_until
from confab_e2e.rawsip import Call, Client
from confab_e2e.server import Server, ServerTest
from confab_e2e.sip_message import sdp
from digest_test import WithUsers, authorization, challenges

PHONE = ("Allow: INVITE, ACK, BYE, CANCEL, MESSAGE",)


class Writer:
    """A raw phone with audio; what it writes goes out of its dialog, or in it."""

    def __init__(self, test, room, user, transport="udp", headers=PHONE, host=None, server=None):
        server = server or test.server
        self.client = Client(server.address(transport), transport, host)
        test.addCleanup(self.client.close)
        self.room, self.user = room, user
        self.call = Call(self.client, room, user=user)
        self.headers, self._seen = headers, set()

    def join(self):
        response = self.call.invite(sdp(40000), headers=self.headers)
        if response.status != 200:
            raise AssertionError(f"INVITE: {response.first_line}")
        # It has an answer only when the room has the phone.
        if self.write("/who", in_call=True).status == 200 and any("MESSAGE" in h for h in self.headers):
            who = self.client.expect(self._is_new, "the answer to /who")
            self._note(who)
        return self

    def _note(self, message, status=200):
        self._seen.add(message.get("call-id"))
        self.client.reply(message, status)

    def write(self, text, content_type="text/plain", in_call=False, room=None, headers=()):
        """The final response."""
        call = self.call if in_call else Call(self.client, room or self.room, user=self.user)
        number = call.send("MESSAGE", text, headers=headers, content_type=content_type)
        return call.final(number, "MESSAGE")

    def reads(self, text, status=200, seconds=5.0):
        """The next MESSAGE, answered; it says that."""
        message = self.next(status, seconds)
        if message.body != text:
            raise AssertionError(f"{message.body!r} came, expected {text!r}")
        return message

    def next(self, status=200, seconds=5.0):
        """The next MESSAGE, answered."""
        message = self.client.expect(self._is_new, "a MESSAGE", seconds)
        self._note(message, status)
        return message

    def reads_nothing(self, seconds=0.4):
        return self.client.take(self._is_new, seconds) is None

    def _is_new(self, message):
        return message.method == "MESSAGE" and message.get("call-id") not in self._seen  # else it was sent again


class Messages(ServerTest):
    def chatter(self, *arguments):
        made = Chatter(self.server, *arguments)
        self.addCleanup(made.close)
        return made.join()

    def writer(self, *arguments, **how):
        return Writer(self, *arguments, **how).join()

    def test_a_phone_writes_into_the_chat_and_reads_it(self):
        for transport in ("udp", "tcp"):
            room = f"pages-{transport}"
            alice = self.chatter(room, "alice", "Alice")
            bob = self.writer(room, "bob", transport)
            for in_call in (False, True):
                self.assertEqual(bob.write(f"hi {in_call}", in_call=in_call).status, 202)
                message = alice.hears(f"hi {in_call}")
                self.assertEqual(message.address("From")[1], "sip:bob@127.0.0.1")
                self.assertEqual(message.address("To")[1], f"sip:{room}@127.0.0.1")
                self.assertTrue(message.get("DateTime"))
            self.assertEqual(alice.say("grüße").status, 200)
            message = bob.reads("Alice: grüße")
            self.assertRegex(message.get("from"), f'^"Alice" <sip:{room}@127.0.0.1:[0-9]+>;tag=')
            self.assertEqual(message.get("to"), "<sip:bob@127.0.0.1>")
            self.assertFalse(message.get("contact"))
            self.assertTrue(bob.reads_nothing(), "status lines are for who chats")
            self.assertEqual(alice.say("psst", to="<sip:bob@127.0.0.1>").status, 200)
            bob.reads("Alice (private): psst")
            secret = cpim.wrap("<sip:bob@127.0.0.1>", "<sip:alice@127.0.0.1>", b"yes?")
            self.assertEqual(bob.write(secret, "message/cpim").status, 202)
            self.assertEqual(alice.hears("yes?").address("To")[1], "sip:alice@127.0.0.1")
            self.assertEqual(bob.call.bye().status, 200)

    def test_each_phone_gets_what_it_says_it_takes(self):
        alice = self.chatter("kinds", "alice", "Alice")
        plain, rich, old = (self.writer("kinds", user, headers=headers) for user, headers in (
            ("plain", PHONE), ("rich", PHONE + ("Accept: application/sdp, text/html",)), ("old", ("Allow: INVITE, ACK, BYE",))))
        self.assertEqual(alice.say("<b>hi</b>", content_type="text/html").status, 200)
        self.assertEqual(rich.reads("<b>hi</b>").get("content-type"), "text/html")
        self.assertEqual(alice.say("hi").status, 200)
        plain.reads("Alice: hi")
        rich.reads("Alice: hi")
        self.assertTrue(old.reads_nothing())
        self.assertEqual(old.write("heard all the same").status, 202)
        plain.reads("old@127.0.0.1: heard all the same")
        late = self.writer("kinds", "late")
        self.assertTrue(late.reads_nothing(), "no history")

    def test_what_nobody_is_to_hear_is_refused(self):
        alice = self.chatter("strict", "alice")
        bob = self.writer("strict", "bob")
        alice.told("bob@127.0.0.1 has joined")
        stranger = Writer(self, "strict", "mallory")
        self.assertEqual(stranger.write("hi").status, 403)
        elsewhere = Writer(self, "strict", "bob", host="127.0.0.2")
        self.assertEqual(elsewhere.write("hi").status, 403, "his name from another address")
        self.assertEqual(bob.write("hi", room="nowhere").status, 404)
        forged = cpim.wrap("<sip:alice@127.0.0.1>", "<sip:strict@127.0.0.1>", b"I am Alice")
        self.assertEqual(bob.write(forged, "message/cpim").status, 403)
        nobody = cpim.wrap("<sip:bob@127.0.0.1>", "<sip:zoe@127.0.0.1>", b"hi")
        self.assertEqual(bob.write(nobody, "message/cpim").status, 404)
        refused = bob.write("MZ", "application/x-program")
        self.assertEqual(refused.status, 415)
        self.assertIn("text/*", refused.words("accept"))
        self.assertEqual(bob.write("x", headers=["Content-Encoding: gzip"]).status, 415)
        self.assertEqual(bob.write("no CPIM", "message/cpim").status, 400)
        self.assertTrue(alice.hears_nothing())
        bob.call.bye()
        wait_until(lambda: bob.write("hi").status == 403, 5, "he has left")

    def test_commands_and_their_answers_go_by_message_too(self):
        bob = self.writer("orders", "bob")
        self.assertEqual(bob.write("/who").status, 200)
        message = bob.reads("bob@127.0.0.1")
        self.assertTrue(message.get("from").startswith('"Conference Room" '), message.get("from"))
        self.assertEqual(bob.write("/nick Bobby").status, 200)
        bob.reads("You are called Bobby.")
        self.assertEqual(bob.write("/lock").status, 200)
        bob.reads("Only moderators may do that.")

    def test_a_phone_that_refuses_or_is_silent_costs_nobody_anything(self):
        alice = self.chatter("patience", "alice", "Alice")
        deaf, mute, bob = (self.writer("patience", user) for user in ("deaf", "mute", "bob"))
        for number in range(60):  # more than a phone's queue holds
            self.assertEqual(alice.say(f"{number}").status, 200)
            bob.reads(f"Alice: {number}")
        deaf.reads("Alice: 0", status=405)
        self.assertTrue(deaf.reads_nothing(), "it said that it takes none")
        self.assertEqual(alice.say("one more").status, 200)
        bob.reads("Alice: one more")
        for one in (deaf, mute, bob):
            self.assertEqual(one.call.bye().status, 200)

    def test_what_is_too_large_for_the_way_is_told_of(self):
        alice = self.chatter("long", "alice", "Alice")
        by_udp, by_tcp = self.writer("long", "ursula"), self.writer("long", "tom", "tcp")
        self.assertEqual(alice.say("x" * 5000).status, 200)
        by_tcp.reads("Alice: " + "x" * 5000)
        by_udp.reads("Alice: [5000 bytes, too long for this phone]")
        self.assertEqual(alice.say("y" * 50000).status, 200)
        for one in (by_tcp, by_udp):
            one.reads("Alice: [50000 bytes, too long for this phone]")

    def test_baresip_and_linphone_write_and_read(self):
        host, port = self.server.address("udp")
        room = self.server.uri("phones")
        alice = self.chatter("phones", "alice", "Alice")
        with Baresip("ben", "PCMU/8000/1", 440, contact=room) as ben, \
                Linphone("lina", ("PCMU", 8000), 700, route=f"{host}:{port}") as lina:
            ben.dial(room)
            lina.dial(room)
            wait_until(lambda: any(r.get("peer") == "sip:lina@127.0.0.1" for r in self.server.records("call joined")), 5, "lina's ACK")
            ben.message("hello from ben")
            alice.hears("hello from ben")
            wait_until(lambda: any(text.endswith(": hello from ben") for _, text in lina.read()), 10, "lina reads ben")
            lina.message("sip:phones@127.0.0.1", "hello from lina")
            message = alice.hears("hello from lina", 10)
            self.assertTrue(message.address("From")[1].startswith("sip:lina@127.0.0.1"), message.address("From"))
            wait_until(lambda: any(text.endswith(": hello from lina") for _, text in ben.read()), 10, "ben reads lina")
            self.assertEqual(alice.say("hello phones").status, 200)
            for phone in (ben, lina):
                wait_until(lambda: phone.read() and phone.read()[-1][1] == "Alice: hello phones", 10, f"{phone.name} reads alice")
                self.assertIn("phones@127.0.0.1", phone.read()[-1][0])
            ben.message("/nick Benny")
            wait_until(lambda: ben.read()[-1][1] == "You are called Benny.", 10, "ben is answered")
            ben.hang_up()
            lina.hang_up()


class Links(ServerTest):
    options = {"rooms.moderators": ["boss@127.0.0.1"], "sip.identity-from": ["127.0.0.1"]}

    def test_a_phone_that_asked_for_the_page_is_told_when_somebody_is_put_out_and_its_link_stays(self):
        boss = Chatter(self.server, "board", "boss", headers=["P-Asserted-Identity: <sip:boss@127.0.0.1>"])
        self.addCleanup(boss.close)
        boss.join()
        asks, silent, mallory = (Writer(self, "board", user).join() for user in ("asks", "silent", "mallory"))
        links = {}
        for one in (asks, mallory):
            self.assertEqual(one.write("/page", in_call=True).status, 200)
            links[one] = one.next().body
            self.assertEqual(web.ask(links[one]).status, 200)
        self.assertEqual(boss.say("/kick mallory@127.0.0.1").status, 200)
        mallory.client.reply(mallory.call.request_from_server("BYE"), 200)
        asks.reads("The links of screens and files are new. This room on the web: " + links[asks])
        self.assertTrue(asks.reads_nothing(), "once")
        self.assertTrue(silent.reads_nothing(), "it was never told a link")
        self.assertEqual(web.ask(links[asks]).status, 200)
        self.assertEqual(web.ask(links[mallory]).status, 404)


class Rules(unittest.TestCase):
    """Servers with rules of their own."""

    def test_a_flood_is_turned_away(self):
        with Server({"sip.messages-per-second": "1"}) as server:
            bob = Writer(self, "flood", "bob", server=server).join()
            flood = Writer(self, "flood", "mallory", host="127.0.0.3", server=server)
            answers = {}
            for _ in range(40):
                response = flood.write("spam")
                answers.setdefault(response.status, response)
            self.assertEqual(sorted(answers), [403, 503])
            self.assertEqual(answers[503].get("retry-after"), "5")
            self.assertEqual(bob.write("others are not held up").status, 202)

    def test_it_can_be_forbidden(self):
        with Server({"rooms.chat-by-message": "false"}) as server:
            bob = Writer(self, "quiet", "bob", server=server).join()
            refused = bob.write("hi")
            self.assertEqual(refused.status, 403)
            self.assertIn("rooms.chat-by-message", refused.get("warning"))

    def test_it_needs_no_msrp_and_passes_the_types_that_are_configured(self):
        with Server({"msrp.listen": [], "rooms.chat-types": ["application/json"]}) as server:
            ann = Writer(self, "bare", "ann", server=server, headers=PHONE + ("Accept: application/sdp, application/json",)).join()
            bob = Writer(self, "bare", "bob", server=server).join()
            self.assertEqual(bob.write("{}", "application/json").status, 202)
            ann.reads("{}")
            self.assertEqual(bob.write("{}", "application/xml").status, 415)

    def test_the_entrance_is_closed_to_it(self):
        with Server({"rooms.pin": "1234"}) as server:
            bob = Writer(self, "doors", "bob", server=server).join()
            self.assertEqual(bob.write("let me in").status, 403)
            ann = Writer(self, "doors", "ann", server=server)
            ann.call.target += ";pin=1234"
            ann.join()
            self.assertEqual(ann.write("inside").status, 202)
            self.assertTrue(bob.reads_nothing())


class WithPasswords(WithUsers):
    options = {"rooms.domains": []}

    def test_who_writes_must_prove_who_it_is(self):
        bob = Writer(self, "vault", "anna", server=self.server)
        call = bob.call
        call.local = f"<sip:anna@example.com>;tag={call.local_tag}"

        def proved(send, method):
            first = call.final(send([]), method)
            self.assertEqual(first.status, 401, method)
            proof = authorization(challenges(first)["SHA-256"], method, call.target, "rabbit hole")
            return send([proof])

        number = proved(lambda more: call.send_invite(sdp(40000), headers=[*PHONE, *more]), "INVITE")
        self.assertEqual(call.final(number).status, 200)
        call.ack(number)
        in_call = call.send("MESSAGE", "in the call", content_type="text/plain")
        self.assertEqual(call.final(in_call, "MESSAGE").status, 202, "the call has proved it")
        call = Call(bob.client, "vault", user="anna")
        call.local = f"<sip:anna@example.com>;tag={call.local_tag}"
        number = proved(lambda more: call.send("MESSAGE", "hi", headers=more, content_type="text/plain"), "MESSAGE")
        self.assertEqual(call.final(number, "MESSAGE").status, 202)
