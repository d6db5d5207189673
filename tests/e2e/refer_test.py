"""People are called into a room and put out of it by REFER (RFC 3515, RFC 4579 §5.5 and §5.11)."""

import re
import unittest

from confab_e2e.baresip import Baresip
from confab_e2e.linphone import Linphone
from confab_e2e.ports import wait_until
from confab_e2e.rawsip import Call, Client
from confab_e2e.server import Server, ServerTest
from confab_e2e.sip_message import sdp
from confab_e2e.watcher import Watcher


class Referrer:
    """Sends a REFER, in the dialog of `call` or on its own, and follows what becomes of it."""

    def __init__(self, client, room, user, call=None):
        self.client, self.dialog = client, call or Call(client, room, user=user)
        self.event = None

    def ask(self, refer_to, headers=()):
        self.number = self.dialog.send("REFER", headers=[f"Refer-To: {refer_to}", *headers])
        response = self.dialog.final(self.number, "REFER")
        if response.status == 202 and not self.dialog.remote_tag:
            self.dialog.learn(response)
        return response

    def next(self, seconds=10.0):
        """(status line, Subscription-State) of the next NOTIFY, answered."""
        notify = self.client.expect(
            lambda m: m.method == "NOTIFY" and m.get("call-id") == self.dialog.call_id
            and m.get("event").startswith("refer"), "a NOTIFY about the REFER", seconds)
        self.client.reply(notify, 200)
        if notify.get("content-type") != "message/sipfrag;version=2.0":
            raise AssertionError(f"Content-Type: {notify.get('content-type')}")
        return notify.body.strip(), notify.get("subscription-state")

    def outcome(self):
        """The last status line; every one before was provisional."""
        while True:
            line, state = self.next()
            if state.startswith("terminated"):
                return line, state
            if not line.startswith("SIP/2.0 1"):
                raise AssertionError(f"{line} was not the last: {state}")


class Referring(ServerTest):
    def client(self, transport="udp", host=None):
        client = Client(self.server.address(transport), transport, host)
        self.addCleanup(client.close)
        return client

    def join(self, room, user, transport="udp"):
        call = Call(self.client(transport), room, user=user)
        self.assertEqual(call.invite(sdp(40000)).status, 200)
        return call

    def test_a_phone_is_called_in_and_put_out_again(self):
        for transport in ("udp", "tcp"):
            room = f"guests-{transport}"
            alice = self.join(room, "alice", transport)
            watcher = Watcher(self.client(), room).subscribe()
            with Linphone("lina", ("PCMU", 8000), 440, auto_answer=True) as lina:
                refer = Referrer(alice.client, room, "alice", alice)
                self.assertEqual(refer.ask(f"<{lina.uri};method=INVITE>").status, 202)
                self.assertEqual(refer.next()[0], "SIP/2.0 100 Trying")
                line, state = refer.outcome()
                self.assertRegex(line, r"^SIP/2\.0 200 ")
                self.assertEqual(state, "terminated;reason=noresource")
                watcher.until(lambda w: w.of("lina", "endpoint/status") == "connected", "lina is in")
                self.assertEqual(watcher.of("lina", "endpoint/joining-method"), "dialed-out")
                self.assertEqual(refer.ask(f"<{lina.uri}>;method=BYE").status, 202)
                self.assertRegex(refer.outcome()[0], r"^SIP/2\.0 200 ")
                watcher.until(lambda w: w.of("lina", "endpoint/disconnection-method") == "booted", "lina is put out")
                wait_until(lambda: re.search(r"ended|terminated", lina.log()), 10, "linphonec hears of its end")
                self.assertEqual(refer.ask(f"<{lina.uri}>;method=BYE").status, 202)
                self.assertRegex(refer.outcome()[0], r"^SIP/2\.0 404 ")
            alice.bye()

    def test_a_participant_asks_outside_its_call_and_the_invitation_says_who_wants_it(self):
        alice = self.join("letters", "alice")
        bob = self.client()
        refer = Referrer(self.client(), "letters", "alice")
        self.assertEqual(refer.ask(f"<sip:bob@{bob.host_port}?Route=%3Csip:evil.example%3E>").status, 202)
        self.assertEqual(refer.next()[0], "SIP/2.0 100 Trying")
        invite = bob.expect_request("INVITE")
        self.assertIn('"Conference Call" <sip:letters@', invite.get("from"))
        self.assertTrue(invite.get("contact").endswith(";isfocus"), invite.get("contact"))
        self.assertEqual(invite.get("subject"), "Join conference request from sip:alice@127.0.0.1")
        self.assertEqual(invite.get("referred-by"), "<sip:alice@127.0.0.1>")
        self.assertEqual(invite.get("x-orig-from"), "sip:alice@127.0.0.1")
        self.assertFalse(invite.get("route"))
        self.assertIn("m=audio", invite.body)
        bob.reply(invite, 180, "Ringing", headers=[])
        self.assertEqual(refer.next()[0], "SIP/2.0 180 Ringing")
        bob.reply(invite, 486, "Busy Here")
        self.assertEqual(refer.next(), ("SIP/2.0 486 Busy Here", "terminated;reason=noresource"))
        alice.bye()

    def test_an_early_unsubscribe_takes_the_invitation_back(self):
        alice = self.join("second-thoughts", "alice")
        bob = self.client()
        refer = Referrer(alice.client, "second-thoughts", "alice", alice)
        self.assertEqual(refer.ask(f"<sip:bob@{bob.host_port}>").status, 202)
        refer.next()
        invite = bob.expect_request("INVITE")
        bob.reply(invite, 180, "Ringing")
        self.assertEqual(refer.next()[0], "SIP/2.0 180 Ringing")
        number = alice.send("SUBSCRIBE", headers=["Event: refer", "Expires: 0"])
        self.assertEqual(alice.final(number, "SUBSCRIBE").status, 200)
        self.assertEqual(refer.next()[1], "terminated;reason=timeout")
        bob.reply(bob.expect_request("CANCEL"), 200)
        bob.reply(invite, 487, "Request Terminated")
        alice.bye()

    def test_an_invitation_that_rings_is_ended_by_bye(self):
        alice = self.join("ringing", "alice")
        bob = self.client()
        refer = Referrer(alice.client, "ringing", "alice", alice)
        self.assertEqual(refer.ask(f"<sip:bob@{bob.host_port}>").status, 202)
        invite = bob.expect_request("INVITE")
        bob.reply(invite, 180, "Ringing")
        other = Referrer(self.client(), "ringing", "alice")
        self.assertEqual(other.ask(f"<sip:bob@{bob.host_port};method=BYE>").status, 202)
        self.assertRegex(other.outcome()[0], "^SIP/2.0 200 ")
        bob.reply(bob.expect_request("CANCEL"), 200)
        bob.reply(invite, 487, "Request Terminated")
        self.assertRegex(refer.outcome()[0], r"^SIP/2\.0 [45]")
        alice.bye()

    def test_no_news_for_who_wants_none(self):
        alice = self.join("quiet", "alice")
        bob = self.client()
        refer = Referrer(alice.client, "quiet", "alice", alice)
        response = refer.ask(f"<sip:bob@{bob.host_port}>", headers=["Refer-Sub: false", "Supported: norefersub"])
        self.assertEqual((response.status, response.get("refer-sub")), (202, "false"))
        bob.reply(bob.expect_request("INVITE"), 603, "Decline")
        self.assertIsNone(alice.client.take(lambda m: m.method == "NOTIFY", 0.5))
        alice.bye()

    def test_strangers_are_refused(self):
        alice = self.join("closed", "alice")
        refer = Referrer(self.client(), "closed", "mallory")
        self.assertEqual(refer.ask("<sip:bob@example.org>").status, 403)
        self.assertEqual(refer.ask("<sip:alice@127.0.0.1;method=BYE>").status, 403)
        elsewhere = Referrer(self.client(host="127.0.0.2"), "closed", "alice")
        self.assertEqual(elsewhere.ask("<sip:bob@example.org>").status, 403, "her name from another address")
        self.assertEqual(Referrer(self.client(), "nowhere", "alice").ask("<sip:bob@example.org>").status, 480)
        alice.bye()

    def test_a_room_that_calls_itself_is_stopped(self):
        alice = self.join("loop", "alice")
        refer = Referrer(alice.client, "loop", "alice", alice)
        refused = refer.ask(f"<{self.server.uri('loop')}>")
        self.assertEqual(refused.status, 403)
        self.assertIn("a room of this server", refused.get("warning"))
        # A room that is not there yet: known when the call comes back.
        self.assertEqual(refer.ask(f"<{self.server.uri('other-loop')}>").status, 202)
        self.assertEqual(refer.outcome(), ("SIP/2.0 482 Loop Detected", "terminated;reason=noresource"))
        alice.bye()

    def test_a_flood_of_refers_leaves_the_server_to_others(self):
        alice = self.join("dam", "alice")
        flood = self.client(host="127.0.0.4")
        for _ in range(5):
            for _ in range(200):
                call = Call(flood, "dam", user="mallory")
                call.send("REFER", headers=["Refer-To: <sip:bob@example.org>"])
            flood.poll()
        bob = self.join("dam", "bob")
        refer = Referrer(bob.client, "dam", "bob", bob)
        self.assertEqual(refer.ask("<sip:nobody@example.org;method=BYE>").status, 202)
        refer.outcome()
        wait_until(lambda: flood.poll(0.1) or any(m.status == 503 for m in flood.inbox), 5, "503 to the flood")
        answers = {m.status: m for m in flood.inbox}
        self.assertLessEqual(set(answers), {403, 503}, "strangers, and too many of them")
        self.assertEqual(answers[503].get("retry-after"), "5")
        self.assertLess(sum(m.status == 403 for m in flood.inbox), 100)
        bob.bye()
        alice.bye()

    def test_what_cannot_be_read_is_refused_and_a_thousand_a_second_are_turned_away(self):
        alice = self.join("flood", "alice")
        client = self.client(host="127.0.0.3")
        for target, status in (("<sip:a b@c>", 400), ("<tel:+123>", 416), ("<sip:a@b;method=MESSAGE>", 488)):
            self.assertEqual(Referrer(client, "flood", "alice").ask(target).status, status)
        answers = {}
        for _ in range(1000):
            response = Referrer(client, "flood", "alice").ask("<tel:+123>")
            answers.setdefault(response.status, response)
        self.assertEqual(sorted(answers), [416, 503])
        self.assertEqual(answers[503].get("retry-after"), "5")
        refer = Referrer(alice.client, "flood", "alice", alice)
        self.assertEqual(refer.ask("<sip:nobody@example.org;method=BYE>").status, 202, "others are not held up")
        refer.outcome()
        alice.bye()

    def test_baresip_is_called_in_and_heard(self):
        alice = self.join("talk", "alice")
        with Baresip("ben", "PCMU/8000/1", 440) as ben:
            refer = Referrer(alice.client, "talk", "alice", alice)
            self.assertEqual(refer.ask(f"<{ben.uri}>").status, 202)
            self.assertRegex(refer.outcome()[0], r"^SIP/2\.0 200 ")
            wait_until(lambda: ben.saw("CALL_ESTABLISHED"), 10, "baresip is in the call")
            self.assertEqual(refer.ask(f"<{ben.uri}>;method=BYE").status, 202)
            self.assertRegex(refer.outcome()[0], r"^SIP/2\.0 200 ")
            wait_until(lambda: ben.saw("CALL_CLOSED"), 10, "baresip is put out")
        alice.bye()

    def test_baresip_calls_somebody_in(self):
        with Baresip("abel", "PCMU/8000/1", 440) as abel, Baresip("ben", "PCMU/8000/1", 700) as ben:
            abel.dial(self.server.uri("transfer"))
            watcher = Watcher(self.client(), "transfer").subscribe()
            abel.command("transfer", ben.uri)  # REFER in its call's dialog
            wait_until(lambda: ben.saw("CALL_ESTABLISHED"), 10, "ben is called")
            watcher.until(lambda w: w.of("ben", "endpoint/status") == "connected", "ben is in")
            self.assertEqual(watcher.of("ben", "endpoint/joining-method"), "dialed-out")
            self.assertEqual(watcher.of("ben", "endpoint/referred/by"), abel.uri)
            ben.hang_up()

    def test_whoever_is_put_out_is_shown_as_leaving_and_then_as_gone(self):
        alice, bob = self.join("slow", "alice"), self.join("slow", "bob")
        watcher = Watcher(self.client(), "slow").subscribe()
        refer = Referrer(alice.client, "slow", "alice", alice)
        self.assertEqual(refer.ask("<sip:bob@127.0.0.1;method=BYE>").status, 202)
        bob.client.reply(bob.client.expect_request("BYE"), 200)
        watcher.until(lambda w: w.of("bob", "endpoint/status") == "disconnecting", "bob is asked to go")
        watcher.until(lambda w: w.of("bob", "endpoint/status") == "disconnected", "bob is gone")
        self.assertEqual(watcher.of("bob", "endpoint/disconnection-method"), "booted")
        self.assertIn("alice", watcher.of("bob", "endpoint/disconnection-info/reason"))
        alice.bye()


class Rules(unittest.TestCase):
    """Servers with rules of their own."""

    def refer(self, client, call, target):
        return Referrer(client, call.room, "alice", call).ask(target, headers=["Refer-Sub: false"])

    def test_the_bounds_are_the_operators(self):
        with Server({"rooms.max-invitations": "1", "rooms.calls-per-hour": "2", "sip.refers-per-second": "1"}) as server:
            client, bob = Client(server.address("udp")), Client(server.address("udp"))
            self.addCleanup(client.close)
            self.addCleanup(bob.close)
            alice = Call(client, "tight", user="alice")
            self.assertEqual(alice.invite(sdp(40000)).status, 200)
            target = f"<sip:bob@{bob.host_port}>"
            self.assertEqual(self.refer(client, alice, target).status, 202)
            refused = self.refer(client, alice, target)
            self.assertEqual(refused.status, 503)
            self.assertIn("too many invitations", refused.get("warning"))
            for _ in range(2):
                bob.reply(bob.expect_request("INVITE"), 603, "Decline")
                bob.expect_request("ACK")
                wait_until(lambda: not self.ringing(server), 5, "the room knows that nobody rings")
                response = self.refer(client, alice, target)
                if response.status == 503:
                    break
            self.assertIn("too many calls in an hour", response.get("warning"))
            self.assertEqual({self.refer(client, alice, target).status for _ in range(4)}, {503})
            alice.bye()

    @staticmethod
    def ringing(server):
        return len(server.records("calling")) - len(server.records("invitation over"))

    def test_calls_stay_within_the_domains_listed(self):
        with Server({"sip.dial-to": ["127.0.0.1"]}) as server:
            client = Client(server.address("udp"))
            self.addCleanup(client.close)
            alice = Call(client, "narrow", user="alice")
            self.assertEqual(alice.invite(sdp(40000)).status, 200)
            refer = Referrer(client, "narrow", "alice", alice)
            refused = refer.ask("<sip:900@premium.example>")
            self.assertEqual(refused.status, 403)
            self.assertIn("does not call there", refused.get("warning"))
            alice.bye()

    def test_nobody_may_where_the_operator_says_so(self):
        with Server({"rooms.refer": "nobody"}) as server:
            client = Client(server.address("udp"))
            self.addCleanup(client.close)
            alice = Call(client, "stern", user="alice")
            self.assertEqual(alice.invite(sdp(40000)).status, 200)
            self.assertEqual(Referrer(client, "stern", "alice", alice).ask("<sip:bob@127.0.0.1>").status, 403)
            alice.bye()
