"""Who may enter a room, as its section of the config file says, and how many."""

import tempfile
import unittest

from confab_e2e.rawsip import Call, Client
from confab_e2e.server import Server, run_to_end
from confab_e2e.sip_message import sdp
from confab_e2e.watcher import Watcher

CONFIG = """
[rooms]
deny = ["mallory@127.0.0.1"]

[room."board@127.0.0.1"]
allow = ["alice@127.0.0.1"]

[room."small@127.0.0.1"]
max-participants = 1
"""


class Access(unittest.TestCase):
    def call(self, server, room, user):
        client = Client(server.address("udp"))
        self.addCleanup(client.close)
        call = Call(client, room, user=user)
        return call, call.invite(sdp(40000))

    def test_rooms_admit_whom_their_sections_name(self):
        with Server(config_text=CONFIG) as server:
            alice, response = self.call(server, "board", "alice")
            self.assertEqual(response.status, 200)
            _, response = self.call(server, "board", "bob")
            self.assertEqual(response.status, 403)
            self.assertIn("access rules", response.get("warning"))
            _, response = self.call(server, "lunch", "mallory")
            self.assertEqual(response.status, 403)
            bob, response = self.call(server, "lunch", "bob")
            self.assertEqual(response.status, 200)
            client = Client(server.address("udp"))
            self.addCleanup(client.close)
            self.assertEqual(Watcher(client, "board", user="bob").request().status, 403)
            self.assertEqual(Watcher(client, "board", user="alice").subscribe().names(), ["alice"])
            self.assertTrue(server.records("the access lists of rooms go by From, which anybody can write"))
            alice.bye()
            bob.bye()

    def test_a_full_room_is_busy(self):
        with Server(config_text=CONFIG) as server:
            alice, response = self.call(server, "small", "alice")
            self.assertEqual(response.status, 200)
            _, response = self.call(server, "small", "bob")
            self.assertEqual(response.status, 486)
            self.assertIn("full", response.get("warning"))
            alice.bye()

    def test_a_moderator_locks_the_room_and_mutes_the_others_by_its_keys(self):
        options = {"sip.identity-from": ["127.0.0.1"], "rooms.moderators": ["mod@127.0.0.1"]}
        with Server(options) as server:
            client = Client(server.address("udp"))
            self.addCleanup(client.close)
            mod = Call(client, "lunch", user="mod")
            self.assertEqual(mod.invite(sdp(40000), headers=["P-Asserted-Identity: <sip:mod@127.0.0.1>"]).status, 200)
            bob, _ = self.call(server, "lunch", "bob")
            watching = Client(server.address("udp"))
            self.addCleanup(watching.close)
            watcher = Watcher(watching, "lunch").subscribe()
            self.assertEqual(watcher.of("mod", "roles/entry"), "moderator")
            self.assertEqual(watcher.of("bob", "roles/entry"), "participant")

            def press(call, keys):
                for key in keys:
                    number = call.send("INFO", f"Signal={key}\r\nDuration=160\r\n", content_type="application/dtmf-relay")
                    self.assertEqual(call.final(number, "INFO").status, 200)

            press(mod, "*1")
            watcher.until(lambda w: w.text("conference-state/locked") == "true", "the room is locked")
            self.assertEqual(self.call(server, "lunch", "carol")[1].status, 403)
            press(mod, "*2")
            watcher.until(lambda w: w.of("bob", "endpoint/status") == "muted-via-focus", "bob is muted")
            self.assertEqual(watcher.of("mod", "endpoint/status"), "connected")
            press(bob, "*1")
            press(mod, "*1")
            watcher.until(lambda w: w.text("conference-state/locked") == "false", "the room is open")
            carol, response = self.call(server, "lunch", "carol")
            self.assertEqual(response.status, 200)
            for call in (mod, bob, carol):
                call.bye()

    def test_a_section_that_cannot_be_read_is_named(self):
        for text, said in (('[room."board"]\nallow = []\n', 'such as [room."sales@example.com"]'),
                           ('[room."a@b"]\ndomains = []\n', "key domains of room a@b"),
                           ('[room."a@b"]\nallow = ["x y"]\n', "key allow of room a@b")):
            with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
                file.write(text)
                file.flush()
                status, _, errors = run_to_end("--check-config", f"--config-file={file.name}")
                self.assertEqual(status, 2, errors)
                self.assertIn(said, errors)
