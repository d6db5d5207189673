"""What people see: headless Chromium opens the pages while a script shares its screen. CONFAB_SHOTS=folder keeps screenshots."""

import http.server
import os
import pathlib
import threading
import unittest

from confab_e2e import jpeg, web
from confab_e2e.browser import Browser
from confab_e2e.chatter import Chatter
from confab_e2e.files import File, Push
from confab_e2e.ports import free_port, wait_until
from confab_e2e.server import Server, ServerTest

RED, GREEN = (200, 30, 30), (30, 160, 60)
SHOTS = os.environ.get("CONFAB_SHOTS")


def keep(name, png):
    if SHOTS:
        pathlib.Path(SHOTS, name + ".png").write_bytes(png)


class PageTest(ServerTest):
    options = {"web.requests-per-second": 0, "rooms.moderators": ["boss@127.0.0.1"], "sip.identity-from": ["127.0.0.1"]}

    def joined(self, *arguments, **how):
        made = Chatter(self.server, *arguments, **how)
        self.addCleanup(made.close)
        return made.join()

    def seen(self, browser, name, colour):
        """The middle of the window has that colour, within what JPEG makes of it."""
        def is_seen():
            png = browser.screenshot()
            pixels = jpeg.pixels(png)
            height, width = pixels.shape[:2]
            middle = pixels[height // 2 - 20:height // 2 + 20, width // 2 - 20:width // 2 + 20].mean(axis=(0, 1))
            return png if abs(middle - colour).max() < 24 else None
        keep(name, wait_until(is_seen, 20, f"{name}: {colour} in the middle of the window"))


class Pages(PageTest):
    def test_the_screen_page_shows_who_shares_and_each_new_picture_without_a_reload(self):
        alice, bob = self.joined("design", "alice", "Alice Wonder"), self.joined("design", "bob", "Bob")
        self.assertEqual(alice.share(jpeg.plain(RED, 160, 90)).status, 200)
        url = bob.told("Alice Wonder <alice@127.0.0.1> is sharing").text.rpartition(" ")[2]
        with Browser() as browser:
            browser.open(url)
            browser.run("window.unchanged = true")
            self.seen(browser, "screen-red", RED)
            self.assertIn("Alice Wonder <alice@127.0.0.1>", browser.text("header"))
            self.assertIn("design@127.0.0.1", browser.text("header"))
            self.assertEqual(alice.share(jpeg.plain(GREEN, 160, 90)).status, 200)
            self.seen(browser, "screen-green", GREEN)
            self.assertTrue(browser.run("return window.unchanged"), "it was never loaded again")
            self.assertEqual(browser.text("#state"), "live")
            self.assertEqual(browser.run("return document.getElementById('picture').naturalWidth"), 1280)
            for step in range(3):
                self.assertEqual(alice.share(jpeg.desktop(step)).status, 200)
            browser.until("return document.body.dataset.shown >= 5", "the newest picture")
            keep("screen-desktop", browser.screenshot())
            self.full_size(browser)
            browser.until("return /\\d+ s ago/.test(document.getElementById('state').innerText)", "its age")
            browser.until("return document.getElementById('state').innerText == 'not shared any more'", "it is over")
            keep("screen-gone", browser.screenshot())
            self.assertEqual(alice.share(jpeg.plain(RED, 160, 90)).status, 200)
            self.seen(browser, "screen-again", RED)

    def full_size(self, browser):
        browser.run("document.getElementById('fit').click()")
        width = browser.run("return document.getElementById('picture').getBoundingClientRect().width")
        self.assertEqual(width, 1280)
        self.assertIn("fit=0", browser.run("return location.href"))
        browser.run("document.getElementById('fit').click()")

    def test_the_rooms_page_shows_people_and_screens_and_follows(self):
        alice = self.joined("room", "alice", "Alice Wonder")
        url = alice.welcome.text.rpartition(" ")[2]
        with Browser(dark=True, phone=True) as browser:
            browser.open(url)
            browser.until("return document.querySelectorAll('#people li').length == 1", "alice is shown")
            self.assertIn("Alice Wonder", browser.text("#people"))
            bob = self.joined("room", "bob", "<img src=x onerror=document.title='owned'>")
            browser.until("return document.querySelectorAll('#people li').length == 2", "bob is shown")
            self.assertIn("onerror", browser.text("#people"), "a name is shown as it is")
            self.assertEqual(browser.run("return document.title"), "room@127.0.0.1")
            self.assertEqual(bob.share(jpeg.desktop(2)).status, 200)
            browser.until("const i = document.querySelector('#screens img'); return i && i.complete && i.naturalWidth == 1280",
                          "the screen is shown")
            first = browser.run("return document.querySelector('#screens img').src")
            self.assertEqual(bob.share(jpeg.desktop(5)).status, 200)
            browser.until(f"return document.querySelector('#screens img').src != '{first}'", "and its next picture")
            keep("room-dark-phone", browser.screenshot())
            self.assertLessEqual(browser.run("return document.documentElement.scrollWidth"), 390, "nothing is wider than a phone")
            alice.call.bye()
            browser.until("return document.querySelectorAll('#people li').length == 1", "alice has left")
            bob.call.bye()
            browser.until("return document.getElementById('state').innerText == 'the room has ended'", "it says so")

    def test_the_rooms_page_shows_a_file_once_it_is_there_and_its_link_gives_it(self):
        alice = self.joined("files", "alice", "Alice Wonder")
        with Browser() as browser:
            browser.open(alice.welcome.text.rpartition(" ")[2])
            browser.until("return document.querySelectorAll('#people li').length == 1", "alice is shown")
            browser.run("window.unchanged = true")
            file = File("x\u202egpj.exe", b"plan" * 37_759)
            push = Push(self.server, "files", "alice", file)
            self.addCleanup(push.close)
            push.share()
            browser.until("return document.querySelector('#files a')", "the file is shown")
            shown = browser.text("#files")
            for part in ("xgpj.exe", "151 kB", "alice@127.0.0.1"):
                self.assertIn(part, shown)
            self.assertTrue(browser.run("return window.unchanged"), "it was never loaded again")
            self.assertEqual(web.ask(browser.run("return document.querySelector('#files a').href")).body, file.data)
            keep("room-file", browser.screenshot())

    def test_the_page_of_who_stays_goes_on_when_somebody_is_put_out_whose_own_page_is_over(self):
        boss = self.joined("board", "boss", headers=["P-Asserted-Identity: <sip:boss@127.0.0.1>"])
        alice, mallory = self.joined("board", "alice"), self.joined("board", "mallory")
        file = File("plan.txt", b"plan" * 1_000)
        push = Push(self.server, "board", "alice", file)
        self.addCleanup(push.close)
        push.share()
        with Browser() as stays, Browser() as goes:
            for browser, who in ((stays, alice), (goes, mallory)):
                browser.open(who.welcome.text.rpartition(" ")[2])
                browser.until("return document.querySelector('#files a')", "the file is shown")
                browser.run("window.unchanged = true")
            before = stays.run("return document.querySelector('#files a').href")
            self.assertEqual(goes.run("return document.querySelector('#files a').href"), before)
            self.assertEqual(boss.say("/kick mallory@127.0.0.1").status, 200)
            goes.until("return document.getElementById('state').innerText == 'this link is void, the room has a new one'", "it says so")
            stays.until(f"return document.querySelector('#files a').href != '{before}'", "the file has a new link")
            self.assertEqual(web.ask(before).status, 404)
            self.assertEqual(web.ask(stays.run("return document.querySelector('#files a').href")).body, file.data)
            mallory.client.reply(mallory.call.request_from_server("BYE"), 200)
            self.joined("board", "bob", "Bob")
            stays.until("return document.querySelector('#people').innerText.includes('Bob')", "and who comes later")
            self.assertEqual(stays.text("#state"), "live")
            self.assertTrue(stays.run("return window.unchanged"), "it was never loaded again")
            self.assertNotIn("Bob", goes.text("#people"))
            keep("room-after-somebody-was-put-out", stays.screenshot())

    def test_a_page_whose_stream_is_refused_asks_why_and_tries_again_or_says_that_the_room_has_ended(self):
        port = free_port()
        options = {"web.listen": f"http://127.0.0.1:{port}"}
        first = Server(options).start()
        self.addCleanup(first.kill)
        alice = Chatter(first, "room", "alice", "Alice Wonder").join()
        url = alice.welcome.text.rpartition(" ")[2]
        with Browser() as browser:
            browser.open(url)
            browser.until("return document.getElementById('state').innerText == 'live'", "it follows")
            first.kill()
            busy = BusyServer(port)  # as a proxy in front may answer
            try:
                wait_until(lambda: busy.asked.count("GET") >= 2, 30, "it asks for the stream again after a 503")
                self.assertIn("HEAD", busy.asked, "and why that was refused")
                self.assertEqual(browser.text("#state"), "connection lost, trying again")
            finally:
                busy.close()
            with Server(options):
                browser.until("return document.getElementById('state').innerText == 'the room has ended'", "it says so", 60)


class BusyServer:
    """Answers 503 to everything, and keeps what methods it was asked with."""

    def __init__(self, port):
        asked = self.asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.command)
                self.send_response(503)
                self.send_header("Retry-After", "1")
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_HEAD = do_GET

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


if __name__ == "__main__":
    unittest.main()
