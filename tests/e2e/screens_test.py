"""Screens shared by chat: pictures in, URLs out, and who is told of them."""

import base64
import os
import pathlib
import re
import tempfile
import unittest

from confab_e2e import cpim, jpeg, web
from confab_e2e.chatter import Chatter
from confab_e2e.ports import wait_until
from confab_e2e.rawsip import Client
from confab_e2e.server import Server, ServerTest
from confab_e2e.watcher import EXTENSION, Watcher

RED, GREEN = jpeg.plain((200, 30, 30)), jpeg.plain((30, 160, 60))


def image_of(url):
    """The plain picture of a screen's page."""
    return re.sub(r"/screen\?image=", "/screen/", url)


class ScreenTest(ServerTest):
    options = {"web.requests-per-second": 0}

    def joined(self, *arguments, **how):
        made = Chatter(self.server, *arguments, **how)
        self.addCleanup(made.close)
        return made.join()

    def watch(self, room, user="watcher"):
        client = Client(self.server.address("tcp"), "tcp")
        self.addCleanup(client.close)
        return Watcher(client, room, user).subscribe()

    @staticmethod
    def screen(watcher, name):
        """The screen's URL in the last document, which has it last in its user."""
        user = next(u for e, u in watcher.users.items() if e.partition(":")[2].startswith(name + "@"))
        found = user.find(EXTENSION + "screen_image_url")
        if found is not None:
            assert list(user)[-1] is found, "it is the last element of its user"
        return found.text if found is not None else None

    def both(self, room):
        alice, bob = self.joined(room, "alice", "Alice"), self.joined(room, "bob")
        alice.told("bob@127.0.0.1 has joined")
        return alice, bob

    def first_picture(self, alice, bob):
        """The URL that bob reads."""
        self.assertEqual(alice.share(RED).status, 200)
        return bob.told("Alice <alice@127.0.0.1> is sharing the screen at http").text.rpartition(" ")[2]

    def shared(self, room):
        """Somebody who shares, who hears of it, and the URL."""
        alice, bob = self.both(room)
        return alice, bob, self.first_picture(alice, bob)


class Sharing(ScreenTest):
    def test_the_answer_says_that_the_room_takes_screens(self):
        alice = self.joined("offers")
        self.assertIn("com.ag-projects.screen-sharing", alice.call.answer.text())

    def test_a_screen_is_shown_to_participants_by_chat_and_by_conference_info(self):
        alice, bob = self.both("shown")
        insider, outsider = self.watch("shown", "bob"), self.watch("shown", "eve")
        url = self.first_picture(alice, bob)
        insider.until(lambda w: "alice" in w.names() and self.screen(w, "alice") == url, "bob sees the URL")
        outsider.until(lambda w: set(w.names()) == {"alice", "bob"}, "eve sees people")
        self.assertNotIn("/screen", outsider.documents[-1])
        page = web.ask(url)
        self.assertEqual((page.status, page.get("Content-Type")), (200, "text/html; charset=utf-8"))
        self.assertIn("Alice &lt;alice@127.0.0.1&gt;", page.text)
        picture = web.ask(image_of(url))
        self.assertEqual((picture.status, picture.get("Content-Type"), picture.body), (200, "image/jpeg", RED))
        alice.told("Alice <alice@127.0.0.1> is sharing the screen at")
        self.assertTrue(bob.hears_nothing(), "pictures are for nobody's chat")

    def test_a_picture_may_be_raw_or_base64_in_any_chunks(self):
        alice, _, url = self.shared("forms")
        for number, (body, size) in enumerate(((GREEN, 100), (base64.b64encode(RED), None), (base64.encodebytes(GREEN), 333),
                                               (base64.b64encode(RED).rstrip(b"="), 64))):
            response = alice.share(body, size=size, open_range=number % 2 == 1, success="yes", message_id=f"picture{number}")
            self.assertEqual(response.status, 200)
            self.assertEqual(alice.session.next_report(f"picture{number}").get("Status"), "000 200 OK")
            expected = RED if number % 2 else GREEN
            wait_until(lambda: web.ask(image_of(url)).body == expected, 5, f"picture {number}")

    def test_the_url_stays_and_the_newest_picture_wins(self):
        alice, bob, url = self.shared("newest")
        with web.Events(re.sub(r"\?image=(.*)\.jpg", r"/\1/events", url)) as events:
            first = int(events.until("frame").split()[0])
            for picture in (GREEN, RED, GREEN):
                self.assertEqual(alice.share(picture).status, 200)
            events.until("frame", lambda data: int(data.split()[0]) == first + 3)
        self.assertEqual(web.ask(image_of(url)).body, GREEN)
        self.assertTrue(bob.hears_nothing(), "the room is told once")

    def test_what_is_no_picture_of_a_sane_size_is_refused(self):
        alice, _, url = self.shared("refused")
        for what, body, status in (("HTML", b"<html><script>alert(1)</script>", 415), ("nothing", b"", 415), ("cut short", GREEN[:-2], 415),
                                   ("base64 of nonsense", base64.b64encode(b"nonsense"), 415),
                                   ("an absurd size", GREEN.replace(b"\xff\xc0\0\x11\x08\0\xa0\x01\0", b"\xff\xc0\0\x11\x08\xff\xff\xff\xff"), 413)):
            self.assertEqual(alice.share(body).status, status, what)
        self.assertEqual(web.ask(image_of(url)).body, RED)
        self.assertEqual(alice.say("still here").status, 200)

    def test_nobody_shares_in_the_name_of_another(self):
        alice, bob, url = self.shared("forged")
        data = cpim.wrap("<sip:alice@127.0.0.1>", bob.room, GREEN, "application/blink-screensharing")
        self.assertEqual(bob.session.send(data).status, 403)
        self.assertEqual(web.ask(image_of(url)).body, RED)

    def test_two_share_at_once(self):
        alice, bob, url = self.shared("two")
        self.assertEqual(bob.share(GREEN).status, 200)
        other = alice.told("bob@127.0.0.1 is sharing the screen at http").text.rpartition(" ")[2]
        self.assertNotEqual(url, other)
        self.assertEqual((web.ask(image_of(url)).body, web.ask(image_of(other)).body), (RED, GREEN))

    def test_a_screen_without_pictures_is_withdrawn_and_may_come_back(self):
        alice, bob = self.both("quiet")
        watcher = self.watch("quiet", "bob")
        url = self.first_picture(alice, bob)
        watcher.until(lambda w: "alice" in w.names() and self.screen(w, "alice"), "the URL is there")
        with web.Events(re.sub(r"\?image=(.*)\.jpg", r"/\1/events", url), seconds=20) as events:
            events.until("gone")
            bob.told("Alice <alice@127.0.0.1> stopped sharing the screen", seconds=15)
            watcher.until(lambda w: self.screen(w, "alice") is None, "the URL is gone")
            self.assertEqual((web.ask(url).status, web.ask(image_of(url)).status), (404, 404))
            self.assertEqual(alice.share(GREEN).status, 200)
            events.until("frame")
        bob.told(f"Alice <alice@127.0.0.1> is sharing the screen at {url}")
        self.assertEqual(web.ask(image_of(url)).body, GREEN)

    def test_a_screen_goes_with_whoever_shares_it_and_all_goes_with_the_room(self):
        alice, bob, url = self.shared("leaving")
        room = bob.say("/page").status == 200 and bob.told("http").text
        self.assertEqual(web.ask(room).status, 200)
        alice.call.bye()
        bob.told("Alice <alice@127.0.0.1> stopped sharing the screen")
        wait_until(lambda: web.ask(url).status == 404, 5, "the screen is gone")
        with web.Events(room + "/events") as events:
            bob.call.bye()
            events.until("over")
        self.assertEqual(web.ask(room).status, 404)


class Without(ScreenTest):
    options = {"screens.share": False}

    def test_a_server_that_wants_no_screens_does_not_say_the_word_and_takes_none(self):
        alice = self.joined("none")
        self.assertNotIn("screen-sharing", alice.call.answer.text())
        self.assertEqual(alice.share(RED).status, 415)


THEIRS = ["home%40/DSC_1.jpg", "mine/IMG_2024.jpg", "mine/holiday.jpg", "note_1.jpg"]


class OnDisk(unittest.TestCase):
    def test_the_newest_picture_is_kept_on_disk_while_it_is_shared_and_what_was_left_is_removed(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name in ("old%40host/alice%40host_3.jpg", "old%40host/alice%40host_4.jpg.tmp", "mine/holiday.jpg", "mine/IMG_2024.jpg", "home%40/DSC_1.jpg", "note_1.jpg"):
                (root / name).parent.mkdir(exist_ok=True)
                (root / name).write_bytes(b"x")
            with Server({"screens.directory": folder}) as server:
                self.assertEqual(self.files(root), THEIRS)
                alice = Chatter(server, "disk", "alice").join()
                for picture in (RED, GREEN):
                    self.assertEqual(alice.share(picture).status, 200)
                kept = wait_until(lambda: [f for f in self.files(root) if f.startswith("disk%40127.0.0.1/alice%40127.0.0.1_") and f.endswith(".jpg")], 5, "a file")
                wait_until(lambda: (root / kept[0]).read_bytes() == GREEN, 5, "the newest picture")
                self.assertEqual((root / kept[0]).stat().st_mode & 0o777, 0o600)
                self.assertEqual((root / kept[0]).parent.stat().st_mode & 0o777, 0o700)
                alice.call.bye()
                wait_until(lambda: self.files(root) == THEIRS, 5, "it is gone with who shared it")
                alice.close()

    @staticmethod
    def files(root):
        # Unlike rglob, this does not mind a folder that goes away while it looks.
        return sorted(str(pathlib.Path(folder, name).relative_to(root)) for folder, _, names in os.walk(root) for name in names)


if __name__ == "__main__":
    unittest.main()
