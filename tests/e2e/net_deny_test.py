"""Where the server sends nothing because a stranger says so (net.deny), and how a REFER to no host ends."""

import socket
import unittest

from confab_e2e.name_server import NameServer
from confab_e2e.rawsip import Call, Client
from confab_e2e.server import Server, ServerTest
from confab_e2e.sip_message import sdp
from refer_test import Referrer

HIDDEN = "127.0.0.66"


class NetDeny(unittest.TestCase):
    """Of this machine one address is forbidden to everybody, so that a listener there shows that nothing comes."""

    @classmethod
    def setUpClass(cls):
        cls.names = NameServer({"inside.test": HIDDEN, "private.test": "10.1.2.3", "broken.test": None}).__enter__()
        cls.server = Server({"net.deny": f"private,link-local,{HIDDEN}", "dns.servers": cls.names.address}).start()

    @classmethod
    def tearDownClass(cls):
        try:
            cls.server.stop()
        finally:
            cls.server.kill()
            cls.names.__exit__()

    def setUp(self):
        self.client = Client(self.server.address("udp"))
        self.addCleanup(self.client.close)
        self.hidden = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(self.hidden.close)
        self.hidden.bind((HIDDEN, 0))
        self.hidden.settimeout(0.5)
        self.hidden_port = self.hidden.getsockname()[1]

    def nothing_came(self):
        try:
            self.fail(f"{HIDDEN} got {self.hidden.recv(65536)[:200]}")
        except socket.timeout:
            pass

    def join(self, room):
        call = Call(self.client, room, user="alice")
        self.assertEqual(call.invite(sdp(40000)).status, 200)
        return call

    def test_a_refer_to_a_forbidden_address_is_refused(self):
        alice = self.join("literal")
        for target in (f"<sip:bob@{HIDDEN}:{self.hidden_port}>", "<sip:bob@10.1.2.3>", "<sip:bob@169.254.169.254>",
                       f"<sip:bob@example.org;maddr={HIDDEN}>", "<sip:bob@[ff02::1]>"):
            refused = Referrer(self.client, "literal", "alice", alice).ask(target)
            self.assertEqual(refused.status, 403, target)
            self.assertIn("net.deny", refused.get("warning"))
        alice.bye()
        self.nothing_came()

    def test_a_refer_to_a_name_that_leads_there_ends_in_403(self):
        alice = self.join("names")
        for target in (f"<sip:bob@inside.test:{self.hidden_port}>", "<sip:bob@private.test>"):
            refer = Referrer(self.client, "names", "alice", alice)
            self.assertEqual(refer.ask(target).status, 202)
            line, state = refer.outcome()
            self.assertRegex(line, r"^SIP/2\.0 403 ")
            self.assertEqual(state, "terminated;reason=noresource")
        alice.bye()
        self.nothing_came()
        told = self.server.records("nothing is sent where net.deny forbids it")
        self.assertIn(f"{HIDDEN}:{self.hidden_port}", [one.get("target") for one in told])

    def test_a_refer_to_a_name_that_dns_does_not_know_ends_in_a_failure(self):
        alice = self.join("nowhere")
        for target in ("<sip:bob@nobody.test>", "<sip:bob@nobody.test:5060;transport=tcp>", "<sip:bob@broken.test>"):
            refer = Referrer(self.client, "nowhere", "alice", alice)
            self.assertEqual(refer.ask(target).status, 202)
            self.assertEqual(refer.next()[0], "SIP/2.0 100 Trying")
            line, state = refer.outcome()
            self.assertRegex(line, r"^SIP/2\.0 503 ")
            self.assertEqual(state, "terminated;reason=noresource")
        self.assertIn("nobody.test", {name for name, _kind in self.names.asked})
        alice.bye()

    def test_a_route_or_a_contact_there_is_answered_at_the_source(self):
        call = Call(self.client, "routes", user="alice", contact=f"<sip:alice@{HIDDEN}:{self.hidden_port}>")
        route = f"<sip:{HIDDEN}:{self.hidden_port};lr>"
        number = call.send_invite(sdp(40000), headers=[f"Record-Route: {route}"])
        self.assertEqual(call.final(number).status, 200)
        call.routes = []  # the route is no element of this test
        call.ack(number)
        watch = call.send("SUBSCRIBE", headers=["Event: conference"])
        self.assertEqual(call.final(watch, "SUBSCRIBE").status, 200)
        notify = call.request_from_server("NOTIFY")
        self.assertEqual(notify.get("route"), route)
        self.client.reply(notify, 200)
        call.bye()
        self.nothing_came()

    def test_media_is_not_sent_there(self):
        for host in (HIDDEN, "169.254.169.254", "224.0.0.9", "255.255.255.255"):
            call = Call(self.client, "media", user="alice")
            refused = call.invite(sdp(self.hidden_port, host))
            self.assertEqual(refused.status, 488, host)
            self.assertIn("net.deny", refused.get("warning"), host)
        call = self.join("media")
        rtcp = [f"a=rtcp:{self.hidden_port} IN IP4 {HIDDEN}"]
        self.assertEqual(call.invite(sdp(40000, version=2, lines=rtcp)).status, 488)
        call.bye()
        self.nothing_came()

    def test_no_response_goes_where_a_via_says(self):
        via = self.client.via().replace(";rport", f";rport;maddr={HIDDEN}")
        text = "\r\n".join([f"OPTIONS sip:{HIDDEN} SIP/2.0", via, "Max-Forwards: 70", "From: <sip:a@b>;tag=1",
                            "To: <sip:lunch@host>", "Call-ID: maddr", "CSeq: 1 OPTIONS", "Content-Length: 0", "", ""])
        self.client.send(text)
        self.assertEqual(self.client.expect_response(1, "OPTIONS").status, 403)
        self.nothing_came()


class Neighbours(ServerTest):
    """With the defaults whoever is on this machine may name this machine, as everywhere in these tests."""

    def test_a_caller_of_this_machine_names_it(self):
        with Client(self.server.address("udp")) as client, Client(self.server.address("udp")) as bob:
            alice = Call(client, "here", user="alice")
            self.assertEqual(alice.invite(sdp(40000)).status, 200)
            refer = Referrer(client, "here", "alice", alice)
            self.assertEqual(refer.ask(f"<sip:bob@localhost:{bob.port}>").status, 202)
            bob.reply(bob.expect_request("INVITE"), 603, "Decline")
            self.assertEqual(refer.outcome()[0], "SIP/2.0 603 Decline")
            self.assertEqual(Referrer(client, "here", "alice", alice).ask("<sip:bob@10.1.2.3>").status, 403)
            alice.bye()
