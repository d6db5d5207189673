"""Files in a room by the settings of an operator, and what a crash leaves on the disk."""

import pathlib
import shutil
import signal
import unittest

from confab_e2e.chatter import Chatter
from confab_e2e.files import File, Pull, Push
from confab_e2e.ports import wait_until
from confab_e2e.server import Server


class Settings(unittest.TestCase):
    def test_files_go_after_their_time_and_types_are_held_to(self):
        with Server({"files.keep": "1s", "files.types": '["text/*"]', "files.min-free": 0}) as server:
            alice = Chatter(server, "short", "alice").join()
            self.addCleanup(alice.close)
            refused = Push(server, "short", "alice", File("x.bin", b"x"))
            self.addCleanup(refused.close)
            self.assertEqual(refused.invite().status, 488)
            file = File("x.txt", b"x", "text/plain")
            push = Push(server, "short", "alice", file).share()
            self.addCleanup(push.close)
            wait_until(lambda: not list(pathlib.Path(server.folder).glob("state/files/*/*.file")), 10, "the file is removed")
            pull = Pull(server, "short", "alice", f"hash:{file.sha1()}")
            self.addCleanup(pull.close)
            self.assertEqual(pull.invite().status, 404)

    def test_a_nearly_full_disk_takes_nothing(self):
        with Server({"files.min-free": 1 << 40}) as server:
            alice = Chatter(server, "full", "alice").join()
            self.addCleanup(alice.close)
            push = Push(server, "full", "alice", File("x", b"x"))
            self.addCleanup(push.close)
            response = push.invite()
            self.assertEqual((response.status, bool(response.get("retry-after"))), (503, True))

    def test_without_files_a_call_for_them_finds_nothing(self):
        with Server({"files.max-size": 0}) as server:
            alice = Chatter(server, "none", "alice").join()
            self.addCleanup(alice.close)
            push = Push(server, "none", "alice", File("x", b"x"))
            self.addCleanup(push.close)
            self.assertEqual(push.invite().status, 488)
            self.assertFalse(list(pathlib.Path(server.folder).glob("state/files")))

    def test_a_crash_leaves_no_orphan_and_the_next_start_touches_nothing_else(self):
        server = Server({"files.min-free": 0}).start()
        self.addCleanup(server.kill)
        self.addCleanup(shutil.rmtree, server.folder, True)
        folder = pathlib.Path(server.folder) / "state/files"
        alice = Chatter(server, "crash", "alice").join()
        self.addCleanup(alice.close)
        done = Push(server, "crash", "alice", File("done.txt", b"done", "text/plain")).share()
        push = Push(server, "crash", "alice", File.random("half.bin", 500_000))
        self.addCleanup(done.close)
        self.addCleanup(push.close)
        self.assertEqual(push.invite().status, 200)
        push.connect()
        for chunk in list(push.chunks())[:3]:
            self.assertEqual(push.session.response(push.session.transmit(chunk)).status, 200)
        left = wait_until(lambda: list(folder.glob("confab-*/*.part")), 5, "a temporary file")
        self.assertTrue(list(folder.glob("confab-*/*.file")))
        (folder / "thesis.part").write_text("not the server's")
        (left[0].parent / "notes.txt").write_text("not the server's")
        server.signal(signal.SIGKILL)
        server.wait(5)
        with Server({"files.min-free": 0, "files.directory": folder}) as again:
            self.assertEqual(list(folder.glob("confab-*/*.part")) + list(folder.glob("confab-*/*.file")), [])
            self.assertTrue((folder / "thesis.part").exists() and (left[0].parent / "notes.txt").exists())
            bob = Chatter(again, "crash", "bob").join()
            self.addCleanup(bob.close)
            fresh = Push(again, "crash", "bob", File("new.txt", b"new", "text/plain")).share()
            self.addCleanup(fresh.close)
            self.assertEqual(len(list(folder.glob("confab-*/*.file"))), 1)
        self.assertEqual(list(folder.glob("confab-*/*.file")), [], "a stop in order leaves nothing either")


if __name__ == "__main__":
    unittest.main()
