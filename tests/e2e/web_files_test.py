"""Files of a room over HTTP and HTTPS, and what is left of all its links for whoever is put out."""

import os
import socket
import unittest
import urllib.parse

from confab_e2e import jpeg, web
from confab_e2e.chatter import ChattersTest
from confab_e2e.files import File, Push
from confab_e2e.watcher import EXTENSION, NS


def listed(watcher):
    """The URLs of the files that are there, by name."""
    files = watcher.document.iter(EXTENSION + "file")
    return {f.get("name"): f.get("url") for f in files if f.get("status") == "OK"}


def page_of(watcher):
    return next((e.findtext(NS + "uri") for e in watcher.document.iter(NS + "entry") if e.findtext(NS + "purpose") == "web-page"), None)


class WebFilesTest(ChattersTest):
    options = {"web.requests-per-second": 0, "files.min-free": 0, "sip.identity-from": ["127.0.0.1"],
               "rooms.moderators": ["boss@127.0.0.1"]}

    def share(self, room, user, file, watcher):
        """Its URL."""
        push = Push(self.server, room, user, file)
        self.addCleanup(push.close)
        push.share()
        watcher.until(lambda w: file.name in listed(w), f"{file.name} is there")
        return listed(watcher)[file.name]


class Https(WebFilesTest):
    def test_a_file_is_had_over_tls_whole_and_in_parts(self):
        self.joined("secure", "alice")
        file = File("plans.bin", os.urandom(300_000))
        target = urllib.parse.urlsplit(self.share("secure", "alice", file, self.watch("secure", "alice"))).path
        url = f"https://127.0.0.1:{self.server.port('https')}{target}"
        self.assertEqual(web.ask(url).body, file.data)
        for asked, first, end in (("bytes=0-9", 0, 10), ("bytes=250000-", 250_000, 300_000), ("bytes=-5", 299_995, 300_000)):
            part = web.ask(url, headers={"Range": asked})
            self.assertEqual((part.status, part.body), (206, file.data[first:end]), asked)
            self.assertEqual(part.get("Content-Range"), f"bytes {first}-{end - 1}/300000")
        self.assertEqual(web.ask(url, headers={"Range": "bytes=300000-"}).status, 416)
        for asked in ("bytes=0-9", "bytes=300000-"):
            head = web.ask(url, "HEAD", headers={"Range": asked})
            self.assertEqual((head.status, head.get("Content-Length"), head.body), (200, "300000", b""), asked)

    def test_a_browser_saves_a_file_under_a_name_that_shows_its_end(self):
        self.joined("names", "alice")
        file = File("photo\u202egpj.exe", b"MZ" * 500)
        target = urllib.parse.urlsplit(self.share("names", "alice", file, self.watch("names", "alice"))).path
        got = web.ask(f"https://127.0.0.1:{self.server.port('https')}{target}")
        self.assertEqual(got.body, file.data)
        self.assertEqual(got.get("Content-Disposition"), "attachment; filename=\"photogpj.exe\"; filename*=UTF-8''photogpj.exe")


class PutOut(WebFilesTest):
    def test_whoever_is_put_out_has_no_link_that_leads_anywhere(self):
        boss = self.joined("board", "boss", headers=["P-Asserted-Identity: <sip:boss@127.0.0.1>"])
        mallory, alice = self.joined("board", "mallory"), self.joined("board", "alice")
        page, watcher, file = mallory.welcome.text.rpartition(" ")[2], self.watch("board", "alice"), File.random("secret.bin", 12_000_000)
        url, common = self.share("board", "alice", file, watcher), page_of(watcher)
        self.assertEqual(alice.share(jpeg.plain((200, 30, 30))).status, 200)
        screen = mallory.told("alice@127.0.0.1 is sharing").text.rpartition(" ")[2]
        download = self.begin_download(url)
        own = alice.welcome.text.rpartition(" ")[2]
        with web.Events(page + "/events") as events, web.Events(common + "/events") as by_common, web.Events(own + "/events") as stays:
            for one in (events, by_common, stays):
                one.until("people")
            self.assertEqual(boss.say("/kick mallory@127.0.0.1").status, 200)
            self.assertEqual(events.until("over"), "moved")
            self.assertEqual(by_common.until("over"), "moved")
            new_file = stays.until("files", lambda html: urllib.parse.urlsplit(url).path.split("/")[2] not in html)
            self.assertIn(file.name, new_file)
            mallory.client.reply(mallory.call.request_from_server("BYE"), 200)
            stays.until("people", lambda html: "mallory@127.0.0.1" not in html)
        self.assertLess(len(web.read_all(download)), len(file.data), "the download is broken off")
        for link in (page, page + "/events", common, url, screen):
            self.assertEqual(web.ask(link).status, 404, link)
        self.still_have_it(alice, watcher, common, file)

    def begin_download(self, url):
        parts = urllib.parse.urlsplit(url)
        sock = socket.socket()
        self.addCleanup(sock.close)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.settimeout(10)
        sock.connect((parts.hostname, parts.port))
        sock.sendall(f"GET {parts.path} HTTP/1.1\r\nHost: test\r\n\r\n".encode())
        self.assertIn(b"200 OK", sock.recv(2048))
        return sock

    def still_have_it(self, alice, watcher, common, file):
        told = alice.told("The links of screens and files are new").text.rpartition(" ")[2]
        self.assertEqual(told, alice.welcome.text.rpartition(" ")[2], "its own link has stayed")
        watcher.until(lambda w: page_of(w) not in (None, common), "conference-info has a new link of the page")
        self.assertEqual(web.ask(listed(watcher)[file.name]).body, file.data)
        for page in (told, page_of(watcher)):
            html = web.ask(page).text
            self.assertIn(file.name, html)
            self.assertIn('data-screen="', html)

    def test_who_leaves_by_itself_changes_no_link(self):
        self.joined("calm", "alice")
        bob = self.joined("calm", "bob")
        page = bob.welcome.text.rpartition(" ")[2]
        with web.Events(page + "/events") as events:
            events.until("people", lambda html: "bob@127.0.0.1" in html)
            bob.call.bye()
            events.until("people", lambda html: "bob@127.0.0.1" not in html)
        self.assertEqual(web.ask(page).status, 200)


if __name__ == "__main__":
    unittest.main()
