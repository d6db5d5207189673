"""Chat under load: many sessions, readers that are slow, large messages to many, and the memory that all that may take."""

import hashlib
import pathlib
import resource
import select
import socket
import ssl
import unittest

from confab_e2e import cpim, msrp
from confab_e2e.chatter import ChattersTest
from confab_e2e.msrp_wire import Framer
from confab_e2e.ports import wait_until
from confab_e2e.rawsip import Call, Client

KIB, MIB = 1024, 1 << 20


class LoadTest(ChattersTest):
    def memory(self, line):
        """Bytes, of /proc/PID/status."""
        for one in pathlib.Path(f"/proc/{self.server.pid}/status").read_text(encoding="ascii").splitlines():
            if one.startswith(line + ":"):
                return int(one.split()[1]) * KIB
        raise AssertionError(f"no {line} in /proc/PID/status")

    def begin_peak(self):
        """The highest resident size is counted from now on; what it is now."""
        pathlib.Path(f"/proc/{self.server.pid}/clear_refs").write_text("5", encoding="ascii")
        return self.memory("VmRSS")

    def is_sanitized(self):
        """Its allocator keeps what was freed, so its memory says nothing."""
        return "libasan" in pathlib.Path(f"/proc/{self.server.pid}/maps").read_text(encoding="ascii")

    def closings(self):
        return [r.get("why") for r in self.server.records("MSRP connection closed")]


class Many(LoadTest):
    SESSIONS, MEMBERS, BLOCK = 10_000, 10, 500

    def rest(self, sessions):
        """Whoever said nothing for a minute is asked whether it is there (an empty SEND)."""
        for _, session in sessions:
            session.connection.poll()
            while asked := session.connection.take(lambda c: c.method == "SEND" and c.body is None, 0):
                session.respond(asked)

    def join(self, client, number):
        """The calls of a block, then their connections, and what the server's memory grew by these."""
        calls = []
        for i in range(number, number + self.BLOCK):
            call, ours = Call(client, f"many{i // self.MEMBERS}", user=f"m{i}"), msrp.Offer()
            self.assertEqual(call.invite(msrp.description(ours.lines()), seconds=20).status, 200)
            client.forget_responses()
            calls.append((call, ours))
        before = self.memory("VmRSS")
        made = [(call, msrp.Session.open(ours, call.answer)) for call, ours in calls]
        for _, session in made:
            self.addCleanup(session.connection.close)
        return made, self.memory("VmRSS") - before

    def test_ten_thousand_sessions_rest_in_little_memory_and_all_are_served(self):
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.assertGreater(most, self.SESSIONS + 100, f"{self.SESSIONS} connections are more than `ulimit -Hn` allows: raise it")
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        client = Client(self.server.address("tcp"), "tcp")
        self.addCleanup(client.close)
        sessions, grown = [], 0
        while len(sessions) < self.SESSIONS:
            made, more = self.join(client, len(sessions))
            sessions += made
            grown += more
            self.rest(sessions)
        for i in range(0, self.SESSIONS, self.MEMBERS):
            room = sessions[i:i + self.MEMBERS]
            call, speaker = room[i // self.MEMBERS % self.MEMBERS]
            text = f"is anybody there? {i}"
            self.assertEqual(speaker.say(text, call.local.partition(";tag")[0], f"<{call.room_uri}>", seconds=20).status, 200)
            for _, other in room:
                while other is not speaker and other.next_message(20).text != text:
                    pass  # the welcome and who joined
            if i % 1_000 == 0:
                self.rest(sessions)
        self.assertTrue(client.is_answered())
        newcomer = self.joined("many0", "late")
        self.assertIn("There are 10 more participants", newcomer.welcome.text)
        if not self.is_sanitized():
            self.assertLess(grown / self.SESSIONS, 40 * KIB)


class SlowReaders(LoadTest):
    options = {"msrp.max-message": MIB}

    def mute_reader(self, room, user):
        """It takes in no more than the kernel does for it, which is little."""
        reader = self.chatter(room, user, tls=False)
        self.assertEqual(reader.invite().status, 200)
        uri = msrp.remote_media(reader.call.answer)["path"][0]
        plain = socket.socket()
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * KIB)
        plain.connect((msrp.uri_host(uri), msrp.uri_port(uri)))
        reader.session = msrp.Session(msrp.Connection(plain), reader.ours.path, msrp.remote_media(reader.call.answer)["path"])
        reader.session.keep_alive()
        reader.welcome = reader.session.next_message()
        return reader

    def test_one_that_reads_nothing_is_closed_with_a_reason_and_nobody_waits_for_it(self):
        alice, bob = self.joined("stuck", "alice"), self.joined("stuck", "bob")
        stuck = self.mute_reader("stuck", "stuck")
        bob.told("stuck@127.0.0.1 has joined")
        for i in range(8):  # twice what may wait for one
            text = f"{i}" + "x" * 900_000
            self.assertEqual(alice.say(text, size=65_536).status, 200)
            bob.hears(text, 20)
        wait_until(lambda: "the peer reads too slowly: too much waits for it" in self.closings(), 10, "the reason in the log")
        self.assertTrue(stuck.session.connection.is_closed_by_peer(20))
        self.assertEqual(alice.say("and on").status, 200)
        bob.hears("and on")

    def test_one_that_is_merely_slow_hears_several_of_the_largest_messages(self):
        alice, slow = self.joined("slow", "alice"), self.mute_reader("slow", "slow")
        before = len(self.closings())
        texts = [f"{i}" + "y" * 1_000_000 for i in range(3)]
        for text in texts:
            self.assertEqual(alice.say(text, size=65_536).status, 200)
        self.assertEqual(alice.say("small").status, 200)
        slow.hears("small", 20)  # which waits for none of the large
        self.assertEqual(sorted(slow.next_said(20).text for _ in texts), texts)
        self.assertEqual(len(self.closings()), before)


class Unfinished(LoadTest):
    """A room may keep 2 MiB of what has not come whole."""

    options = {"msrp.max-message": MIB, "msrp.max-unfinished": 8 * MIB}

    def begun(self, chatter):
        """A message that stays unfinished; the response to what has come of it, and how to give it up."""
        chunks = list(chatter.session.chunks(cpim.wrap(chatter.me, chatter.room, "u" * 1_000_000), 900_000, last_flag="#"))
        return chatter.session.response(chatter.session.transmit(chunks[0]), 20).status, chunks[-1]

    def test_what_has_no_room_gets_413_and_other_rooms_have_theirs(self):
        peers = [self.joined("full", f"peer{i}") for i in range(3)]
        begun = [self.begun(p) for p in peers]
        self.assertEqual([status for status, _ in begun], [200, 200, 413])
        self.assertEqual(peers[2].say("small ones fit beside it").status, 200)
        peers[1].hears("small ones fit beside it")
        stranger = self.joined("other", "stranger")
        self.assertEqual(self.begun(stranger)[0], 200)
        peers[0].session.transmit(begun[0][1])
        self.assertEqual(peers[0].session.response(begun[0][1]).status, 200)
        self.assertEqual(peers[2].say("z" * 1_000_000, size=65_536).status, 200, "there is room again")
        peers[1].hears("z" * 1_000_000, 20)


class Reader:
    """What comes to one recipient, without answers; the order in which messages became whole, and their digests."""

    def __init__(self, chatter):
        connection = chatter.session.connection
        self.socket, self.framer = connection._socket, Framer()
        self.bodies, self.whole = {}, []

    def read(self):
        try:
            while data := self.socket.recv(65_536):
                for chunk in self.framer.feed(data):
                    self.note(chunk)
            raise AssertionError("the server closed the connection of a recipient")
        except (BlockingIOError, ssl.SSLWantReadError):
            pass

    def note(self, chunk):
        if chunk.method != "SEND" or chunk.body is None:
            return
        state = self.bodies.setdefault(chunk.message_id, [0, hashlib.sha256(), b""])
        if not state[0]:
            state[2] = chunk.body[:2_000]
        assert chunk.byte_range[0] == state[0] + 1, "one message's chunks come in order"
        state[0] += len(chunk.body)
        state[1].update(chunk.body.rpartition(b"\r\n\r\n")[2] if state[0] == len(chunk.body) else chunk.body)
        if chunk.flag == "$":
            self.whole.append((b"small among large" in state[2], state[0], state[1].hexdigest()))


class Large(LoadTest):
    RECIPIENTS = 50

    def read_all(self, readers, done):
        """Reads all of them as bytes come, until each is done."""
        waiting = {r.socket.fileno(): r for r in readers}
        poll = select.poll()
        for number in waiting:
            poll.register(number, select.POLLIN)
        for reader in readers:
            reader.read()  # what TLS holds already
        while left := [n for n, r in waiting.items() if not done(r)]:
            ready = poll.poll(20_000)
            self.assertTrue(ready, f"{len(left)} recipients wait for more and nothing comes for 20 s")
            for number, _ in ready:
                waiting[number].read()

    def test_ten_mebibytes_reach_fifty_in_bounded_memory_and_a_small_message_overtakes_them(self):
        alice = self.joined("large", "alice")
        readers = [Reader(self.joined("large", f"r{i}")) for i in range(self.RECIPIENTS)]
        body = cpim.wrap(alice.me, alice.room, b"L" * (10 * MIB - 1_000), "image/png")
        before = self.begin_peak()
        self.assertEqual(alice.session.send(body, size=65_536, seconds=60).status, 200)
        self.assertEqual(alice.say("small among large", seconds=60).status, 200)
        self.read_all(readers, lambda r: len(r.whole) and any(w[1] > 10 * MIB - 2_000 for w in r.whole))
        grown = self.memory("VmHWM") - before
        wanted = hashlib.sha256(body.rpartition(b"\r\n\r\n")[2]).hexdigest()
        for reader in readers:
            large = [i for i, w in enumerate(reader.whole) if w[1] > 10 * MIB - 2_000]
            small = [i for i, w in enumerate(reader.whole) if w[0]]
            self.assertEqual((len(large), len(small)), (1, 1))
            self.assertLess(small[0], large[0], "the small one was said after it and is whole before it")
            self.assertEqual(reader.whole[large[0]][2], wanted)
        print(f"the server grew by {grown / MIB:.1f} MiB")
        if not self.is_sanitized():
            # The body as it came and as it is passed on; for each recipient what the kernel has not taken, and its copy under way.
            self.assertLess(grown, 2 * 10 * MIB + self.RECIPIENTS * 3 * 64 * KIB + 16 * MIB)


if __name__ == "__main__":
    unittest.main()
