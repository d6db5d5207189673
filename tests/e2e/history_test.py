"""History of rooms that outlives the server (`rooms.history-db`): stopped by SIGTERM, killed, full disk, files that cannot be used."""

import contextlib
import pathlib
import resource
import signal
import sqlite3
import stat
import tempfile
import unittest

from confab_e2e import cpim
from confab_e2e.chatter import AGP, Chatter
from confab_e2e.ports import wait_until
from confab_e2e.server import Server, run_to_end

NAME = "history.db"


def full_disk():
    """In the child: no file grows beyond this; what goes further is refused by the kernel."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))


class HistoryTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="confab-history-")
        self.addCleanup(folder.cleanup)
        self.state = pathlib.Path(folder.name) / "state"
        self.state.mkdir()
        self.file = self.state / NAME

    def server(self, options=None, **how):
        return Server({"rooms.history-db": NAME, "state.directory": str(self.state), **(options or {})}, **how)

    def joined(self, server, *arguments, **how):
        made = Chatter(server, *arguments, **how)
        self.addCleanup(made.close)
        return made.join()

    def is_on_disk(self, text):
        return any(text.encode() in file.read_bytes() for file in self.state.glob(NAME + "*"))

    def say_three(self, server, room="lunch"):
        alice, bob = self.joined(server, room, "alice", "Alice"), self.joined(server, room, "bob")
        for number in range(3):
            data = cpim.wrap(alice.me, alice.room, f"line {number} ü", date=f"2026-01-0{number + 1}T10:00:00Z", headers=[
                ("Subject", "lunch"), ("NS", "x <urn:x>"), ("x.Mark", str(number))])
            self.assertEqual(alice.session.send(data).status, 200)
        html = cpim.wrap(alice.me, alice.room, b"<b>bold</b>", "text/html")
        self.assertEqual(alice.session.send(html).status, 200)
        self.assertEqual(alice.say("between us", to="<sip:bob@127.0.0.1>").status, 200)
        self.assertEqual(alice.say("<isComposing/>", content_type="application/im-iscomposing+xml").status, 200)
        self.assertEqual(alice.say("/help").status, 200)
        return alice, bob

    def read_three(self, server, room="lunch", user="carol"):
        carol = self.joined(server, room, user)
        self.assertTrue(carol.welcome.text.startswith("Welcome!"))
        for number in range(3):
            message = carol.hears(f"line {number} ü")
            self.assertEqual(message.address("From"), ("Alice", "sip:alice@127.0.0.1"))
            self.assertEqual(message.address("To")[1], f"sip:{room}@127.0.0.1")
            self.assertEqual(message.get("DateTime"), f"2026-01-0{number + 1}T10:00:00Z")
            self.assertEqual((message.get("Subject"), message.extension("urn:x", "Mark")), ("lunch", str(number)))
            self.assertEqual(message.extension(AGP, "History"), "yes")
        message = carol.next_said()
        self.assertEqual((message.content_type, message.body), ("text/html", b"<b>bold</b>"))
        return carol


class Restarts(HistoryTest):
    def test_a_room_remembers_after_sigterm(self):
        with self.server() as server:
            self.say_three(server)
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o600)
        for turn in range(2):
            with self.server() as server:
                self.assertTrue(self.read_three(server, user=f"carol{turn}").hears_nothing(), "nothing private, typed or commanded")
        self.assertFalse(self.is_on_disk("between us"))

    def test_a_room_remembers_after_kill_9(self):
        with self.server() as server:
            alice, _ = self.say_three(server)
            self.assertEqual(alice.say("last words").status, 200)
            wait_until(lambda: self.is_on_disk("last words"), 10, "the message is written")
            server.signal(signal.SIGKILL)
            server.wait(5)
            self.assertTrue((self.state / (NAME + "-wal")).exists(), "nobody has tidied up")
            with self.server() as again:
                self.read_three(again).hears("last words")
            server.stop = lambda: None

    def test_a_room_remembers_when_all_have_left_and_others_do_not_know_of_it(self):
        with self.server() as server:
            alice, bob = self.say_three(server)
            for one in (alice, bob):
                one.call.bye()
            wait_until(lambda: server.records("room ended"), 5, "the room ends")
            self.assertTrue(self.read_three(server).hears_nothing())
            self.assertTrue(self.joined(server, "dinner", "dave").hears_nothing())

    def test_no_more_is_kept_than_a_newcomer_is_told(self):
        with self.server({"rooms.history": 5}) as server:
            alice = self.joined(server, "lunch", "alice")
            for number in range(40):
                self.assertEqual(alice.say(f"number {number}").status, 200)
        with contextlib.closing(sqlite3.connect(self.file)) as database:
            self.assertEqual(database.execute("SELECT COUNT(*) FROM messages").fetchone(), (5,))
            self.assertEqual(database.execute("SELECT messages FROM rooms WHERE name = 'lunch@127.0.0.1'").fetchone(), (5,))
        with self.server({"rooms.history": 2}) as server:
            bob = self.joined(server, "lunch", "bob")
            for number in (38, 39):
                bob.hears(f"number {number}")
            self.assertTrue(bob.hears_nothing())

    def test_a_room_may_be_told_to_forget(self):
        quiet = '[room."lunch@127.0.0.1"]\nkeep-history = false\n'
        with self.server() as server:
            self.say_three(server)
        with self.server(config_text=quiet) as server:
            alice = self.joined(server, "lunch", "alice")
            self.assertTrue(alice.hears_nothing())
            self.assertEqual(alice.say("in confidence").status, 200)
            self.joined(server, "lunch", "bob").hears("in confidence")
        self.assertFalse(self.is_on_disk("in confidence") or self.is_on_disk("line 1"), "overwritten too")

    def test_without_the_setting_there_is_no_file(self):
        with self.server({"rooms.history-db": ""}) as server:
            self.say_three(server)
        self.assertFalse(self.file.exists())


class Faults(HistoryTest):
    def test_chat_goes_on_when_the_disk_is_full(self):
        with self.server(before_exec=full_disk) as server:
            alice, bob = self.joined(server, "lunch", "alice"), self.joined(server, "lunch", "bob")
            self.assertEqual(alice.say("kept").status, 200)
            bob.hears("kept")
            for number in range(30):
                text = f"{number} " + "x" * 20_000
                self.assertEqual(alice.say(text).status, 200)
                bob.hears(text)
            said = wait_until(lambda: server.records("the history of rooms cannot be stored or read"), 10, "a warning")
            self.assertIn("look for free space", said[0]["why"])
            self.assertEqual(len(said), 1, "once")
        stopped = server.records("history keeper stopped")[0]
        self.assertEqual(int(stopped["stored"]) + int(stopped["refused by the disk"]), 31)
        self.assertGreater(int(stopped["refused by the disk"]), 0)
        with self.server() as server:
            alice = self.joined(server, "lunch", "alice")
            self.assertIn(alice.next_said().text.split(" ")[0], ("kept", *map(str, range(30))))
            self.assertEqual(alice.say("room again").status, 200)
            wait_until(lambda: self.is_on_disk("room again"), 10, "it is written")

    def test_a_file_that_cannot_be_used_stops_the_start(self):
        cases = {"foreign": (b"Dear diary, " * 100, "is no SQLite database"),
                 "other": (self.another_programs(), "is one of another program"),
                 "newer": (self.a_newer_ones(), "was written by a newer confabd (version 9, this one knows 1)")}
        for name, (content, expected) in cases.items():
            path = self.state / name
            path.write_bytes(content)
            for check in (["--check-config"], []):
                status, out, err = run_to_end(*check, f"--rooms.history-db={path}", f"--state.directory={self.state}",
                                              "--sip.listen=udp://127.0.0.1:0", "--msrp.listen=msrp://127.0.0.1:0")
                self.assertEqual(status, 2, (name, check, err))
                self.assertIn(expected, err)
                self.assertIn("name another file in rooms.history-db", err)
                self.assertNotIn("ready", out)
            self.assertEqual(path.read_bytes(), content, "it is left alone")

    def test_a_folder_that_is_not_there_stops_the_start(self):
        for check in (["--check-config"], []):
            status, _, err = run_to_end(*check, f"--rooms.history-db={self.state}/missing/history.db", "--sip.listen=udp://127.0.0.1:0",
                                        "--msrp.listen=msrp://127.0.0.1:0", f"--state.directory={self.state}")
            self.assertEqual(status, 2)
            self.assertIn("its folder cannot be written (No such file or directory)", err)
        status, _, err = run_to_end("--check-config", "--rooms.history-db=history/")
        self.assertEqual(status, 2)
        self.assertIn("it names a folder", err)

    def test_checking_the_config_makes_nothing(self):
        status, _, err = run_to_end("--check-config", f"--rooms.history-db={self.file}")
        self.assertEqual(status, 0, err)
        self.assertEqual(list(self.state.iterdir()), [])

    def test_two_servers_do_not_share_a_file(self):
        with self.server():
            status, out, err = run_to_end(f"--rooms.history-db={self.file}", f"--state.directory={self.state}",
                                          "--sip.listen=udp://127.0.0.1:0", "--msrp.listen=msrp://127.0.0.1:0")
            self.assertEqual(status, 2)
            self.assertIn("in use by another process", err)
            self.assertNotIn("ready", out)

    def another_programs(self):
        path = self.state / "theirs"
        with contextlib.closing(sqlite3.connect(path)) as database:
            database.execute("CREATE TABLE songs (name TEXT)")
        return path.read_bytes()

    def a_newer_ones(self):
        with self.server():
            pass
        with contextlib.closing(sqlite3.connect(self.file)) as database:
            database.execute("PRAGMA user_version = 9")
            database.execute("PRAGMA journal_mode = DELETE")
        content = self.file.read_bytes()
        self.file.unlink()
        return content


if __name__ == "__main__":
    unittest.main()
