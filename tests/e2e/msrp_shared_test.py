"""Chat and files of one client over one connection (RFC 4975 §5.4), without a relay between."""

import unittest

from confab_e2e import msrp
from confab_e2e.chatter import Chatter
from confab_e2e.files import File, Pull, Push
from confab_e2e.server import ServerTest


class OneConnection(ServerTest):
    options = {"files.min-free": 0}

    def joined(self, room, user, tls=True):
        made = Chatter(self.server, room, user, tls=tls).join()
        self.addCleanup(made.close)
        return made

    def over(self, connection, transfer):
        """Invited, and bound by the connection of another session."""
        self.addCleanup(transfer.client.close)
        self.assertEqual(transfer.invite().status, 200)
        transfer.session = msrp.Session(connection, transfer.ours.path, transfer.answer_line()["path"])
        self.assertEqual(transfer.session.keep_alive().status, 200)
        return transfer

    def test_a_file_goes_and_another_comes_while_its_connection_chats(self):
        for tls in (True, False):
            room = f"mixed-{tls}".lower()
            bob, alice = self.joined(room, "bob"), self.joined(room, "alice", tls)
            sent, fetched = File.random("sent.bin", 700_000), File.random("fetched.bin", 500_000)
            Push(self.server, room, "bob", fetched).share().close()
            connection = alice.session.connection
            push = self.over(connection, Push(self.server, room, "alice", sent, tls=tls))
            for number, chunk in enumerate(push.chunks()):
                self.assertEqual(push.session.response(push.session.transmit(chunk)).status, 200)
                self.assertEqual(alice.say(f"part {number}").status, 200)
                bob.hears(f"part {number}")
            pull = self.over(connection, Pull(self.server, room, "alice", fetched.selector(), tls=tls))
            self.assertEqual(bob.say("on its way?").status, 200)
            self.assertEqual(pull.receive(), fetched.data)
            alice.hears("on its way?")
            check = Pull(self.server, room, "bob", sent.selector())
            self.assertEqual(check.fetch(), sent.data)
            check.close()
            push.call.request_from_server("BYE")
            pull.call.request_from_server("BYE", 6)
            self.assertEqual(alice.say("done").status, 200)
            bob.hears("done")

    def test_a_chat_goes_on_when_the_file_whose_session_opened_its_connection_is_through(self):
        bob = self.joined("through", "bob")
        push = Push(self.server, "through", "alice", File.random("first.bin", 200_000))
        self.addCleanup(push.close)
        self.assertEqual(push.invite().status, 200)
        push.connect()
        alice = Chatter(self.server, "through", "alice")
        self.addCleanup(alice.close)
        self.assertEqual(alice.invite().status, 200)
        alice.session = msrp.Session(push.session.connection, alice.ours.path, msrp.remote_media(alice.call.answer)["path"])
        alice.session.keep_alive()
        self.assertTrue(alice.session.next_message().text.startswith("Welcome!"))
        self.assertEqual(push.send().status, 200)
        push.call.request_from_server("BYE")
        for text in ("short", "g" * 100_000):
            self.assertEqual(alice.say(text).status, 200)
            bob.hears(text)
            self.assertEqual(bob.say(f"{text}!").status, 200)
            alice.hears(f"{text}!")
        check = Pull(self.server, "through", "bob", push.file.selector())
        self.assertEqual(check.fetch(), push.file.data)
        check.close()

    def test_a_session_stays_with_the_connection_that_has_it(self):
        bob, alice = self.joined("bound", "bob"), self.joined("bound", "alice")
        push = self.over(alice.session.connection, Push(self.server, "bound", "alice", File("a.txt", b"hello")))
        thief = msrp.Session(bob.session.connection, push.session.local, push.session.remote)
        self.assertEqual(thief.keep_alive().status, 506)
        self.assertEqual(push.send().status, 200)
        self.assertEqual(bob.say("still here").status, 200)


if __name__ == "__main__":
    unittest.main()
