"""The web server: a room's page, what everybody is told with it, and clients that mean harm."""

import os
import random
import re
import time
import unittest

from confab_e2e import web
from confab_e2e.chatter import Chatter, ChattersTest
from confab_e2e.phone import Phone
from confab_e2e.ports import wait_until
from confab_e2e.server import Server
from confab_e2e.watcher import NS

NOWHERE = "/room/" + "x" * 32


class WebTest(ChattersTest):
    def base(self, scheme="http"):
        return f"{scheme}://127.0.0.1:{self.server.port(scheme)}"

    @staticmethod
    def page_of(watcher):
        for entry in watcher.document.iter(NS + "entry"):
            if entry.findtext(NS + "purpose") == "web-page":
                return entry.findtext(NS + "uri")
        return None


class Rooms(WebTest):
    options = {"web.requests-per-second": 0}

    def test_participants_are_told_the_url_and_nobody_else(self):
        alice = self.joined("told", "alice", "Alice")
        url = re.search(r"This room on the web: (http\S+)$", alice.welcome.text)[1]
        self.assertRegex(url, r"^http://127\.0\.0\.1:\d+/room/[A-Za-z0-9_-]{32}$")
        self.assertEqual(alice.say("/page").status, 200)
        self.assertEqual(alice.told("http").text, url)
        bob = self.joined("told", "bob", "Bob")
        self.assertNotEqual(bob.welcome.text.rpartition(" ")[2], url, "each has its own")
        common = self.page_of(self.watch("told", "alice"))
        self.assertNotEqual(common, url, "a document is for all who watch")
        for page in (url, common):
            self.assertIn("told@127.0.0.1", web.ask(page).text)
        outsider = self.watch("told", "eve")
        self.assertIsNone(self.page_of(outsider))
        for page in (url, common):
            self.assertNotIn(page, outsider.documents[-1])

    def test_the_page_shows_who_is_there_and_follows(self):
        alice = self.joined("live", "alice", "Alice & <Co>")
        url = alice.welcome.text.rpartition(" ")[2]
        with web.Events(url + "/events") as events:
            events.until("people", lambda html: "Alice &amp; &lt;Co&gt;" in html)
            bob = self.joined("live", "bob", "Bob")
            events.until("people", lambda html: "Bob" in html and "bob@127.0.0.1" in html)
            self.assertEqual(bob.session.nickname("Bobby").status, 200)
            events.until("people", lambda html: "Bobby" in html)
            page = web.ask(url).text
            self.assertIn("Bobby", page)
            self.assertIn("live@127.0.0.1", page)
            bob.call.bye()
            events.until("people", lambda html: "Bobby" not in html)
            alice.call.bye()
            events.until("over")
        self.assertEqual(web.ask(url).status, 404)

    def test_the_page_shows_who_speaks(self):
        alice = self.joined("talk", "alice")
        with web.Events(alice.welcome.text.rpartition(" ")[2] + "/events") as events, Phone(self.server) as bob:
            bob.dial("talk")
            html = events.until("people", lambda html: html.count("<li") == 2)
            legs = re.findall(r'id="leg-(\d+)"', html)
            bob.rtp.tone_hz = 440
            self.assertEqual(events.until("talking", lambda data: data), legs[1])
            bob.rtp.tone_hz = None
            events.until("talking", lambda data: not data)

    def test_rooms_do_not_share_their_tokens(self):
        one, other = self.joined("one", "alice"), self.joined("other", "alice")
        urls = [who.welcome.text.rpartition(" ")[2] for who in (one, other)]
        self.assertNotEqual(*urls)
        for url, name in zip(urls, ("one@127.0.0.1", "other@127.0.0.1")):
            self.assertIn(name, web.ask(url).text)

    def test_https_serves_the_same_with_the_servers_certificate(self):
        alice = self.joined("secure", "alice")
        path = web.ask(alice.welcome.text.rpartition(" ")[2]) and "/room/" + alice.welcome.text.rpartition("/")[2]
        self.assertIn("secure@127.0.0.1", web.ask(self.base("https") + path).text)
        with web.Events(self.base("https") + path + "/events") as events:
            events.until("people", lambda html: "alice@127.0.0.1" in html)
        sock, _ = web.connect(self.base("https"))
        with sock:
            self.assertIn(sock.version(), ("TLSv1.2", "TLSv1.3"))

    def test_every_answer_keeps_its_url_to_itself(self):
        alice = self.joined("headers", "alice")
        for url in (alice.welcome.text.rpartition(" ")[2], self.base() + NOWHERE):
            answer = web.ask(url)
            self.assertEqual((answer.get("Cache-Control"), answer.get("Referrer-Policy"), answer.get("X-Content-Type-Options")),
                             ("no-store", "no-referrer", "nosniff"))
            self.assertIn("default-src 'none'", answer.get("Content-Security-Policy"))
            self.assertIn("frame-ancestors 'none'", answer.get("Content-Security-Policy"))

    def test_what_a_page_needs_is_asked_for_once(self):
        for path in ("/style.css", "/page.js", "/icon.svg"):
            first = web.ask(self.base() + path)
            self.assertEqual(first.status, 200)
            again = web.ask(self.base() + path, headers={"If-None-Match": first.get("ETag")})
            self.assertEqual((again.status, again.body), (304, b""))

    def test_other_sites_may_not_show_it(self):
        url = self.joined("foreign", "alice").welcome.text.rpartition(" ")[2]
        self.assertEqual(web.ask(url, headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}).status, 403)
        self.assertEqual(web.ask(url, headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}).status, 200)


class BadInput(WebTest):
    options = {"web.requests-per-second": 0}

    def status(self, data, **how):
        got = web.raw(self.base(), data, **how)
        return int(got.split()[1]) if got.startswith(b"HTTP/1.1 ") else got

    def still_serves(self):
        self.assertEqual(web.ask(self.base() + "/style.css").status, 200)

    def test_unknown_paths_and_tokens_are_404(self):
        for path in ("/", NOWHERE, NOWHERE + "/events", "/screen?image=x.jpg", "/screen/" + "x" * 32 + ".jpg", "/file/" + "x" * 32 + "/a",
                     "/../../etc/passwd", "/%2e%2e/etc/passwd", "/conference/room@host/screensharing?image=x.jpg"):
            self.assertEqual(web.ask(self.base() + path).status, 404, path)

    def test_only_reading_is_allowed(self):
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            answer = web.ask(self.base() + "/style.css", method)
            self.assertEqual((answer.status, answer.get("Allow")), (405, "GET, HEAD"), method)
        head = web.ask(self.base() + "/style.css", "HEAD")
        self.assertEqual((head.status, head.body), (200, b""))

    def test_bad_requests_are_refused_and_the_connection_is_closed(self):
        for what, data, status in (
                ("no host", b"GET / HTTP/1.1\r\n\r\n", 400), ("nonsense", b"\x00\x01\x02\r\n\r\n", 400),
                ("SIP", b"OPTIONS sip:a@b SIP/2.0\r\n\r\n", 505), ("a body", b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 413),
                ("a long target", b"GET /" + b"a" * 4000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
                ("a large head", b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 3000 + b"\r\n", 431),
                ("an endless head", b"GET / HTTP/1.1\r\nX: " + b"y" * 200_000, 431)):
            self.assertEqual(self.status(data), status, what)
        self.still_serves()

    def test_garbage_in_the_clear_and_instead_of_tls(self):
        numbers = random.Random(6)
        for _ in range(60):
            data = numbers.randbytes(numbers.randrange(1, 2000)) + b"\r\n\r\n"
            for scheme in ("http", "https"):
                sock, _ = web.connect(self.base(scheme).replace("https", "http"))
                with sock:
                    sock.sendall(data)
        self.still_serves()

    def test_a_mutated_request_never_hurts(self):
        numbers = random.Random(7)
        good = f"GET {NOWHERE} HTTP/1.1\r\nHost: a\r\nRange: bytes=0-5\r\nIf-None-Match: \"x\"\r\nConnection: close\r\n\r\n".encode()
        for _ in range(150):
            data = bytearray(good)
            for _ in range(numbers.randrange(1, 6)):
                data[numbers.randrange(len(data))] = numbers.randrange(256)
            sock, _ = web.connect(self.base())
            with sock:
                sock.settimeout(0.2)
                sock.sendall(bytes(data))
                web.read_all(sock)
        self.still_serves()

    def test_requests_that_trickle_are_cut_off_and_hold_nobody_up(self):
        slow = [web.connect(self.base())[0] for _ in range(40)]
        began = time.monotonic()
        try:
            for sock in slow:
                sock.settimeout(0.01)
                sock.sendall(b"GET / HTTP/1.1\r\nHost: ")
            ended = set()
            while len(ended) < len(slow) and time.monotonic() - began < 40:
                self.still_serves()
                for sock in set(slow) - ended:
                    try:
                        sock.sendall(b"a")
                        if sock.recv(100).startswith(b"HTTP/1.1 408"):
                            ended.add(sock)
                    except TimeoutError:
                        pass
                    except OSError:
                        ended.add(sock)
                time.sleep(0.2)
            self.assertEqual(len(ended), len(slow))
        finally:
            for sock in slow:
                sock.close()

    def test_connections_of_one_address_are_counted(self):
        held = []
        try:
            for _ in range(64):
                sock, _ = web.connect(self.base())
                sock.sendall(b"GET /icon.svg HTTP/1.1\r\nHost: a\r\n\r\n")
                held.append(sock)
                self.assertTrue(sock.recv(100).startswith(b"HTTP/1.1 200"))
            self.assertEqual(self.status(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"), 429)
        finally:
            for sock in held:
                sock.close()
        wait_until(lambda: self.status(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") == 404, 10, "room again")

    def test_several_requests_on_one_connection_are_answered_in_order(self):
        got = web.raw(self.base(), b"GET /style.css HTTP/1.1\r\nHost: a\r\n\r\nGET /page.js HTTP/1.1\r\nHost: a\r\n\r\n"
                                   b"GET /icon.svg HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        kinds = re.findall(rb"Content-Type: (\S+?)[;\r]", got)
        self.assertEqual(kinds, [b"text/css", b"text/javascript", b"image/svg+xml"])


class Limits(WebTest):
    options = {"web.requests-per-second": 5}

    def test_whoever_asks_too_often_waits(self):
        answers = [web.ask(self.base() + "/icon.svg") for _ in range(60)]
        refused = [a for a in answers if a.status == 429]
        self.assertTrue(refused)
        self.assertEqual(refused[0].get("Retry-After"), "5")
        self.assertEqual(answers[0].status, 200)


class Listeners(unittest.TestCase):
    def test_a_unix_socket_and_a_public_url_for_a_proxy(self):
        with Server({"web.listen": "", "msrp.listen": "", "log.level": "info"}) as server:
            self.assertEqual([r for r in server.records("listening") if r["transport"] in ("http", "https", "unix")], [])
        folder = os.path.join("/tmp", f"confab-web-{os.getpid()}")
        options = {"web.listen": f"unix:{folder}.sock", "web.public-url": "https://chat.example.com/rooms/"}
        with Server(options) as server:
            self.assertTrue(os.path.exists(f"{folder}.sock"))
            alice = Chatter(server, "proxied", "alice").join()
            self.assertRegex(alice.welcome.text, r"https://chat\.example\.com/rooms/room/[A-Za-z0-9_-]{32}$")
            alice.close()
        self.assertFalse(os.path.exists(f"{folder}.sock"))


if __name__ == "__main__":
    unittest.main()
