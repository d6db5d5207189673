"""How a room is run: by the keys of its moderator, and by its clock."""

import unittest

from confab_e2e.rawsip import Call, Client
from confab_e2e.server import Server
from confab_e2e.sip_message import sdp
from confab_e2e.watcher import Watcher

MODERATED = {"sip.identity-from": ["127.0.0.1"], "rooms.moderators": ["mod@127.0.0.1"]}


class Moderation(unittest.TestCase):
    def client(self, server):
        client = Client(server.address("udp"))
        self.addCleanup(client.close)
        return client

    def call(self, server, user, room="lunch", headers=()):
        call = Call(self.client(server), room, user=user)
        return call, call.invite(sdp(40000), headers=headers)

    def joined(self, server, user, room="lunch", headers=()):
        call, response = self.call(server, user, room, headers)
        self.assertEqual(response.status, 200)
        return call

    def moderator(self, server):
        return self.joined(server, "mod", headers=["P-Asserted-Identity: <sip:mod@127.0.0.1>"])

    def are_in(self, server, *names, room="lunch"):
        """Waits until the room has them: a call is answered before that."""
        watcher = Watcher(self.client(server), room).subscribe()
        watcher.until(lambda w: all(w.of(name, "endpoint/status") == "connected" for name in names), f"{names} are in")
        return watcher

    def press(self, call, keys):
        for key in keys:
            number = call.send("INFO", f"Signal={key}\r\nDuration=160\r\n", content_type="application/dtmf-relay")
            self.assertEqual(call.final(number, "INFO").status, 200)

    def is_hung_up(self, call, reason, seconds=5.0):
        bye = call.request_from_server("BYE", seconds)
        call.client.reply(bye, 200)
        self.assertIn(f'text="{reason}"', bye.get("reason"))

    def test_the_last_who_came_is_put_out_and_kept_out(self):
        with Server(MODERATED) as server:
            mod, bob, carol = self.moderator(server), self.joined(server, "bob"), self.joined(server, "carol")
            watcher = self.are_in(server, "mod", "bob", "carol")
            self.press(bob, "*5")
            self.press(mod, "*5")
            self.is_hung_up(carol, "you were put out of the conference")
            watcher.until(lambda w: w.of("carol", "endpoint/disconnection-method") == "booted", "carol was put out")
            self.assertEqual(watcher.of("carol", "endpoint/disconnection-info/by"), "sip:mod@127.0.0.1")
            self.assertEqual(watcher.of("carol", "endpoint/disconnection-info/reason"), "you were put out of the conference")
            _, response = self.call(server, "carol")
            self.assertEqual(response.status, 403)
            self.assertIn("put out", response.get("warning"))
            other = self.joined(server, "carol", "dinner")
            for call in (mod, bob, other):
                call.bye()

    def test_who_was_put_out_may_come_back_at_once_where_nobody_is_kept_out(self):
        with Server({**MODERATED, "rooms.kick-ban": "0s"}) as server:
            mod, bob = self.moderator(server), self.joined(server, "bob")
            self.are_in(server, "mod", "bob")
            self.press(mod, "*5")
            self.is_hung_up(bob, "you were put out of the conference")
            for call in (self.joined(server, "bob"), mod):
                call.bye()

    def test_all_are_unmuted_but_those_who_muted_themselves(self):
        with Server(MODERATED) as server:
            mod, bob, carol = self.moderator(server), self.joined(server, "bob"), self.joined(server, "carol")
            watcher = self.are_in(server, "mod", "bob", "carol")
            self.press(bob, "*6")
            self.press(mod, "*2")
            watcher.until(lambda w: all(w.of(name, "endpoint/status") == "muted-via-focus" for name in ("bob", "carol")),
                          "both are muted")
            self.press(mod, "*4")
            watcher.until(lambda w: w.of("carol", "endpoint/status") == "connected", "carol may speak")
            self.assertEqual(watcher.of("bob", "endpoint/status"), "muted-via-focus")
            self.assertEqual(watcher.of("bob", "endpoint/media/status"), "recvonly")
            for call in (mod, bob, carol):
                call.bye()

    def test_the_moderator_ends_the_conference_by_dialling_twice(self):
        with Server(MODERATED) as server:
            mod, bob = self.moderator(server), self.joined(server, "bob")
            watcher = Watcher(self.client(server)).subscribe()
            self.press(mod, "*8*8")
            for call in (mod, bob):
                self.is_hung_up(call, "the conference was ended")
            watcher.until(lambda w: w.state.startswith("terminated"), "the subscription ends")
            self.assertIn("noresource", watcher.state)
            commands = server.records("command")
            self.assertEqual([(r["what"], r["by"], r["result"]) for r in commands], [("end", "sip:mod@127.0.0.1", "done")])

    def test_a_room_ends_after_its_longest_duration(self):
        text = '[room."short@127.0.0.1"]\nmax-duration = "2s"\n'
        with Server(config_text=text) as server:
            bob, carol = self.joined(server, "bob", "short"), self.joined(server, "carol", "lunch")
            watcher = Watcher(self.client(server), "short").subscribe()
            self.is_hung_up(bob, "the longest duration of a conference is over", 10)
            watcher.until(lambda w: w.state.startswith("terminated"), "the subscription ends")
            again = self.joined(server, "bob", "short")
            again.bye()
            carol.bye()


if __name__ == "__main__":
    unittest.main()
