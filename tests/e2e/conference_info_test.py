"""Who is in a room, as its watchers are told (RFC 4575 over RFC 6665). Every document is checked against the schema."""

import re
import socket
import time

from confab_e2e import sipp
from confab_e2e.linphone import Linphone
from confab_e2e.phone import Phone
from confab_e2e.ports import wait_until
from confab_e2e.rawsip import Call, Client
from confab_e2e.registrar import Registrar
from confab_e2e.server import ServerTest
from confab_e2e.sip_message import Message, sdp, write
from confab_e2e.watcher import NS, Watcher, check_schema


class Watching(ServerTest):
    def client(self, transport="udp"):
        client = Client(self.server.address(transport), transport)
        self.addCleanup(client.close)
        return client

    def join(self, room, user, transport="udp"):
        call = Call(self.client(transport), room, user=user)
        self.assertEqual(call.invite(sdp(40000)).status, 200)
        return call

    def test_a_watcher_sees_the_whole_room_at_once_over_every_transport(self):
        alice = self.join("all", "alice")
        for transport in ("udp", "tcp", "tls"):
            watcher = Watcher(self.client(transport), "all").subscribe()
            self.assertEqual(watcher.names(), ["alice"])
            self.assertEqual(watcher.document.get("state"), "full")
            self.assertEqual(watcher.version, 1)
            self.assertEqual(watcher.text("conference-state/user-count"), "1")
            self.assertEqual(watcher.text("conference-state/active"), "true")
            self.assertEqual(watcher.text("conference-description/conf-uris/entry/uri"), watcher.document.get("entity"))
            self.assertEqual(watcher.of("alice", "endpoint/status"), "connected")
            self.assertEqual(watcher.of("alice", "endpoint/joining-method"), "dialed-in")
            self.assertEqual(watcher.of("alice", "endpoint/media/type"), "audio")
            self.assertTrue(watcher.state.startswith("active;expires="), watcher.state)
        alice.bye()

    def test_there_is_no_race_between_the_invite_and_a_subscription(self):
        for number in range(20):
            room = f"race{number}"
            client = self.client()
            call = Call(client, room, user="alice")
            call.invite(sdp(40000))  # the ACK has just left
            watcher = Watcher(client, room).subscribe()
            watcher.until(lambda w: w.names() == ["alice"], "alice is listed")
            call.bye()

    def test_comings_goings_and_hold_are_told(self):
        alice = self.join("news", "alice")
        watcher = Watcher(self.client(), "news").subscribe()
        bob = self.join("news", "bob")
        watcher.until(lambda w: w.names() == ["alice", "bob"], "bob came")
        bob.invite(sdp(40000, version=2, direction="sendonly"))
        watcher.until(lambda w: w.of("bob", "endpoint/status") == "on-hold", "bob holds")
        bob.invite(sdp(40000, version=3))
        watcher.until(lambda w: w.of("bob", "endpoint/status") == "connected", "bob is back")
        bob.bye()
        watcher.until(lambda w: w.of("bob", "endpoint/disconnection-method") == "departed", "bob left")
        watcher.until(lambda w: w.names() == ["alice"], "bob is gone")
        alice.bye()

    def test_the_end_of_the_room_is_told_and_ends_the_subscription(self):
        alice = self.join("short", "alice")
        watcher = Watcher(self.client(), "short").subscribe()
        alice.bye()
        watcher.until(lambda w: w.text("conference-state/user-count") == "0", "nobody is left")
        self.assertEqual(watcher.names(), [])
        while not watcher.state.startswith("terminated"):
            watcher.next()
        self.assertEqual(watcher.state, "terminated;reason=noresource")
        self.assertEqual(Watcher(self.client(), "short").request().status, 480, "no such room any more")

    def test_a_fetch_gets_one_document_with_a_body(self):
        alice = self.join("fetched", "alice")
        watcher = Watcher(self.client(), "fetched").subscribe(expires=0)
        self.assertEqual(watcher.names(), ["alice"])
        self.assertEqual(watcher.state, "terminated;reason=timeout")
        alice.bye()

    def test_a_refresh_repeats_the_whole_and_an_unsubscribe_ends_it(self):
        alice = self.join("again", "alice")
        watcher = Watcher(self.client(), "again").subscribe()
        response = watcher.request(expires=60)
        self.assertEqual((response.status, response.get("expires")), (200, "60"))
        watcher.next()
        self.assertEqual((watcher.version, watcher.names()), (2, ["alice"]))
        self.assertEqual(watcher.request(expires=0).status, 200)
        watcher.next()
        self.assertEqual(watcher.state, "terminated;reason=timeout")
        bob = self.join("again", "bob")
        self.assertIsNone(watcher.client.take(lambda m: m.method == "NOTIFY", 0.6))
        bob.bye()
        alice.bye()

    def test_an_hour_is_the_most(self):
        alice = self.join("hour", "alice")
        response = Watcher(self.client(), "hour").request(expires=100000)
        self.assertEqual(response.get("expires"), "3600")
        alice.bye()

    def test_what_cannot_be_watched_is_refused(self):
        alice = self.join("known", "alice")
        self.assertEqual(Watcher(self.client(), "unknown").request().status, 480)
        response = Watcher(self.client(), "known").request(event="presence")
        self.assertEqual(response.status, 489)
        self.assertIn("conference", response.words("allow-events"))
        client = self.client()
        self.assertEqual(client.request("SUBSCRIBE", "known", ("Event: conference", "Accept: text/plain")).status, 406)
        alice.bye()

    def test_a_watcher_that_says_481_is_dropped(self):
        alice = self.join("drop", "alice")
        watcher = Watcher(self.client(), "drop").subscribe()
        bob = self.join("drop", "bob")
        watcher.next(status=481)
        bob.bye()
        self.assertIsNone(watcher.client.take(lambda m: m.method == "NOTIFY", 0.8))
        alice.bye()

    def test_changes_within_a_fifth_of_a_second_are_one_notify(self):
        alice = self.join("burst", "alice")
        watcher = Watcher(self.client(), "burst").subscribe()
        others = [self.join("burst", f"user{i}") for i in range(10)]
        watcher.until(lambda w: len(w.users) == 11, "all are listed")
        self.assertLess(len(watcher.documents), 8)
        for call in [*others, alice]:
            call.bye()

    def test_odd_names_stay_text(self):
        client = self.client()
        call = Call(client, "odd", user="a&b")
        call.local = f'"<b> & \\"c\\" ]]>" <sip:a&b@{client.uri_host}>;tag={call.local_tag}'
        self.assertEqual(call.invite(sdp(40000)).status, 200)
        watcher = Watcher(self.client(), "odd").subscribe()
        self.assertEqual(watcher.of("a&b", "display-text"), '<b> & "c" ]]>')
        call.bye()

    def test_anonymous_callers_are_each_one_of_their_own(self):
        calls = []
        for _ in range(2):
            client = self.client()
            call = Call(client, "hidden")
            call.local = f'"Anonymous" <sip:anonymous@anonymous.invalid>;tag={call.local_tag}'
            self.assertEqual(call.invite(sdp(40000)).status, 200)
            calls.append(call)
        self.assertEqual(len(Watcher(self.client(), "hidden").subscribe().users), 2)
        for call in calls:
            call.bye()

    def test_sipp_watches_a_room(self):
        alice = self.join("sipp", "alice")
        for transport in ("u1", "t1"):
            sipp.run(sipp.SCENARIOS / "in_a_room/watch.xml", self.server.address("udp" if transport == "u1" else "tcp"), "sipp", transport)
        alice.bye()

    def test_a_phone_with_media_is_seen_until_it_hangs_up(self):
        with Phone(self.server, tone_hz=440) as phone:
            phone.dial("heard")
            watcher = Watcher(self.client(), "heard").subscribe()
            self.assertEqual(watcher.text("conference-state/user-count"), "1")

    def test_a_room_is_watched_in_the_dialog_of_a_call_until_that_ends(self):
        for transport in ("udp", "tcp"):
            room = f"own-{transport}"
            alice, bob = self.join(room, "alice", transport), self.join(room, "bob")
            watcher = Watcher(alice.client, room)
            watcher.dialog = alice
            watcher.subscribe()
            watcher.until(lambda w: w.names() == ["alice", "bob"], "both are listed")
            self.assertTrue(watcher.state.startswith("active;expires="), watcher.state)
            alice.invite(sdp(40000, version=2, direction="sendonly"))
            watcher.until(lambda w: w.of("alice", "endpoint/status") == "on-hold", "the call goes on beside it")
            alice.bye()
            while not watcher.state.startswith("terminated"):
                watcher.next()
            self.assertEqual(watcher.state, "terminated;reason=noresource")
            bob.bye()

    def test_audio_is_named_and_its_source_told(self):
        with Phone(self.server, tone_hz=440) as phone:
            phone.dial("sourced")
            watcher = Watcher(self.client(), "sourced").subscribe()
            (name,) = watcher.names()
            watcher.until(lambda w: w.of(name, "endpoint/media/src-id"), "its SSRC is known")
            self.assertRegex(watcher.of(name, "endpoint/media/src-id"), r"^\d+$")
        call = Call(self.client(), "sourced", user="alice")
        self.assertEqual(call.invite(sdp(40000) + "a=label:desk\r\n").status, 200)
        watcher = Watcher(self.client(), "sourced").subscribe()
        self.assertEqual(watcher.of("alice", "endpoint/media/label"), "desk")
        self.assertIsNone(watcher.of("alice", "endpoint/media/src-id"), "it sent nothing")
        call.bye()

    def test_linphone_watches_the_room_it_is_in(self):
        with Registrar(self.server.address("udp")) as registrar, \
                Linphone("lina", ("PCMU", 8000), 440, registrar=registrar) as lina:
            self.assertTrue(registrar.registered.wait(10))
            lina.dial(self.server.uri("friends"))
            wait_until(lambda: "from state CreationPending to Created" in lina.debug_log(), 10,
                       "linphonec has read its first document")
            bob = self.join("friends", "bob")
            wait_until(lambda: re.search(r"articipant .*sip:bob@127\.0\.0\.1", lina.debug_log()), 10,
                       "linphonec has read of bob")
            bob.bye()
            self.assertNotIn("Error while parsing conference-info", lina.debug_log())


class Large(ServerTest):
    """Documents that are too large for UDP (RFC 3261 §18.1.1)."""

    def setUp(self):
        self.calls = []
        for number in range(12):
            client = Client(self.server.address("udp"))
            self.addCleanup(client.close)
            self.calls.append(Call(client, "crowd", user=f"user{number}"))
            self.assertEqual(self.calls[-1].invite(sdp(40000)).status, 200)
        self.client = Client(self.server.address("udp"))
        self.addCleanup(self.client.close)

    def tearDown(self):
        for call in self.calls:
            call.bye()

    def watcher(self):
        """One whose Contact leaves the transport open."""
        watcher = Watcher(self.client, "crowd")
        watcher.dialog.contact = f"<sip:watcher@{self.client.host_port}>"
        return watcher

    def tcp_beside_udp(self):
        """A listener on the port of the client's own; another client where somebody has that."""
        for _ in range(20):
            try:
                return socket.create_server((self.client.host, self.client.port))
            except OSError:
                self.client = Client(self.server.address("udp"))
                self.addCleanup(self.client.close)
        return self.fail("no port is free by TCP and UDP")

    def test_they_come_by_tcp_where_the_watcher_has_it(self):
        with self.tcp_beside_udp() as listener:
            listener.settimeout(5)
            watcher = self.watcher()
            self.assertEqual(watcher.request().status, 200)
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(5)
                data = b""
                while b"</conference-info>" not in data:
                    data += connection.recv(65536)
                notify = Message(data)
                self.assertEqual(notify.method, "NOTIFY")
                self.assertTrue(notify.get("via").startswith("SIP/2.0/TCP "), notify.get("via"))
                self.assertNotIn("transport=tcp", notify.get("contact"))
                self.assertGreater(len(data), 1300)
                check_schema(notify.body)
                self.assertEqual(notify.body.count("<user "), 12)
                names = ("Via", "From", "To", "Call-ID", "CSeq")
                lines = [f"{name}: {notify.get(name.lower())}" for name in names]
                connection.sendall(write("SIP/2.0 200 OK", lines))
                self.assertIsNone(self.client.take(lambda m: m.method == "NOTIFY", 0.5), "by UDP as well")

    def test_they_come_by_udp_where_nobody_listens(self):
        watcher = self.watcher().subscribe()
        self.assertEqual(len(watcher.users), 12)


class Names(ServerTest):
    options = {"sip.identity-from": ["127.0.0.5"], "rooms.notify-partial": "folding"}

    def test_who_claims_a_verified_name_is_a_user_of_its_own_whoever_was_first(self):
        def client(host="127.0.0.1"):
            made = Client(self.server.address("udp"), "udp", host)
            self.addCleanup(made.close)
            return made
        name, claimed = "sip:alice@127.0.0.1", "sip:alice@127.0.0.1;unverified"
        first = Call(client(), "claimed", user="alice")
        self.assertEqual(first.invite(sdp(40000)).status, 200)
        folding = Watcher(client(), "claimed").subscribe(headers=("User-Agent: folding/1.0",))
        whole = Watcher(client(), "claimed").subscribe()
        self.assertEqual(set(whole.users), {name}, "nobody has a better right to it")
        herself = Call(client("127.0.0.5"), "claimed", user="alice")
        self.assertEqual(herself.invite(sdp(40000), headers=[f"P-Asserted-Identity: <{name}>"]).status, 200)
        second = Call(client(), "claimed", user="alice")
        self.assertEqual(second.invite(sdp(40000)).status, 200)
        for watcher in (folding, whole):
            watcher.until(lambda w: w.text("conference-state/user-count") == "2" and set(w.users) == {name, claimed}
                          and len(w.users[claimed].findall(NS + "endpoint")) == 2, "they are told apart")
            self.assertEqual(len(watcher.users[name].findall(NS + "endpoint")), 1)
        herself.bye()
        for watcher in (folding, whole):
            watcher.until(lambda w: set(w.users) == {name} and len(w.users[name].findall(NS + "endpoint")) == 2,
                          "the name is theirs again")
        for call in (first, second):
            call.bye()

class Partial(ServerTest):
    options = {"rooms.notify-partial": "folding"}

    def test_agents_that_are_known_to_follow_get_what_changed(self):
        def client():
            made = Client(self.server.address("udp"), "udp")
            self.addCleanup(made.close)
            return made
        calls = []
        for i in range(5):
            calls.append(Call(client(), "part", user=f"user{i}"))
            self.assertEqual(calls[-1].invite(sdp(40000)).status, 200)
        folding = Watcher(client(), "part").subscribe(headers=("User-Agent: folding/1.0",))
        whole = Watcher(client(), "part").subscribe(headers=("User-Agent: blink",))
        folding.until(lambda w: len(w.users) == 5, "all are listed")
        whole.until(lambda w: len(w.users) == 5, "all are listed")
        time.sleep(0.5)
        calls[0].bye()
        for watcher in (folding, whole):
            watcher.until(lambda w: len(w.users) == 4, "one left")
            self.assertFalse(watcher.needs_refresh)
        self.assertEqual(folding.document.get("state"), "partial")
        self.assertIn('state="deleted"', folding.documents[-1])
        self.assertNotIn("user3", folding.documents[-1])
        self.assertEqual(whole.document.get("state"), "full")
        self.assertEqual(folding.names(), whole.names())
        for call in calls[1:]:
            call.bye()
