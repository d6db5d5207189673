"""Files in a room (RFC 5547 over MSRP): pushed, listed, pulled, refused, resumed, as the tests' own MSRP client sees it."""

import os
import pathlib
import unittest

from confab_e2e import msrp, web
from confab_e2e.chatter import Chatter, ChattersTest, certificate
from confab_e2e.files import Delivery, File, Pull, Push, in_call
from confab_e2e.ports import wait_until
from confab_e2e.rawsip import Call, Client
from confab_e2e.watcher import EXTENSION, NS

MEBIBYTE = 1 << 20


class FilesTest(ChattersTest):
    options = {"files.max-size": 8 * MEBIBYTE, "files.room-quota": 16 * MEBIBYTE, "files.min-free": 0}

    def push(self, room, user, file, **how):
        made = Push(self.server, room, user, file, **how)
        self.addCleanup(made.close)
        return made

    def pull(self, room, user, selector, **how):
        made = Pull(self.server, room, user, selector, **how)
        self.addCleanup(made.close)
        return made

    def listed(self, watcher):
        files = watcher.document.find(f"{NS}conference-description/{EXTENSION}resources/{EXTENSION}files")
        return {} if files is None else {f.get("name"): f for f in files}

    def until_listed(self, watcher, name, status="OK"):
        watcher.until(lambda w: name in self.listed(w) and self.listed(w)[name].get("status") == status, f"{name} is {status}")
        return self.listed(watcher)[name]

    def folder(self):
        return pathlib.Path(self.server.folder) / "state/files"

    def on_disk(self, ending):
        return sorted(self.folder().glob(f"confab-*/*.{ending}"))


class Transfers(FilesTest):
    def test_a_file_is_pushed_listed_and_pulled_by_a_newcomer(self):
        alice = self.joined("share", "alice", "Alice")
        watcher = self.watch("share", "alice")
        file = File("Blink.pdf", os.urandom(300_000), "application/pdf")
        push = self.push("share", "alice", file, name="Alice")
        self.assertEqual(push.invite().status, 200)
        self.assertIn("recvonly", push.answer_line()["attributes"])
        self.assertEqual(push.attribute("file-selector"), file.selector())
        self.assertEqual(push.attribute("file-transfer-id"), push.transfer_id)
        alice.told("Alice <alice@127.0.0.1> is uploading file Blink.pdf (300 kB)")
        self.assertEqual(push.send().status, 200)
        alice.told("Alice <alice@127.0.0.1> has uploaded file Blink.pdf (300 kB)")
        shown = self.until_listed(watcher, "Blink.pdf")
        self.assertEqual((shown.get("hash"), shown.get("size")), (file.sha1(), "300000"))
        self.assertEqual(shown.get("sender"), "Alice <sip:alice@127.0.0.1>")
        self.assertEqual(watcher.names(), ["alice"], "a call for a file is no participant's")
        push.call.request_from_server("BYE")
        pull = self.pull("share", "bob", f"hash:{file.sha1()}")
        self.assertEqual(pull.fetch(), file.data)
        self.assertIn("sendonly", pull.answer_line()["attributes"])
        self.assertEqual(pull.attribute("file-selector"), file.selector())
        self.assertEqual(pull.first.get("Content-Type"), "application/pdf")
        pull.call.request_from_server("BYE", 6)
        self.assertEqual(len(self.on_disk("file")), 1)
        alice.call.bye()
        wait_until(lambda: not self.on_disk("file"), 5, "the file goes with its room")

    def test_streams_in_a_participants_call_carry_files_both_ways(self):
        alice, bob = self.joined("inside", "alice"), self.joined("inside", "bob")
        one, two = File.random("one.bin", 70_000), File.random("two.bin", 5)
        first, second = self.push("inside", "alice", one, call=alice.call), self.push("inside", "alice", two, call=alice.call)
        self.assertEqual(in_call(alice, first, second, audio=False).status, 200)
        for push in (first, second):
            self.assertNotEqual(push.answer_line()["port"], 0)
            self.assertEqual(push.attribute("file-transfer-id"), push.transfer_id)
            self.assertEqual(push.send().status, 200)
        self.assertNotEqual(first.answer_line()["path"], second.answer_line()["path"])
        bob.told("alice@127.0.0.1 has uploaded file one.bin")
        bob.told("alice@127.0.0.1 has uploaded file two.bin")
        self.assertEqual(alice.say("still here").status, 200)
        bob.hears("still here")
        pull = self.pull("inside", "bob", 'name:"one.bin"', call=bob.call)
        self.assertEqual(in_call(bob, pull, audio=False).status, 200)
        self.assertEqual(pull.receive(), one.data)
        self.assertEqual(bob.say("me too").status, 200)
        again = self.pull("inside", "bob", 'name:"two.bin"', call=bob.call)
        self.assertEqual(in_call(bob, again, audio=False).status, 200)
        self.assertEqual(again.receive(), two.data)

    def test_a_reinvite_that_repeats_a_stream_leaves_it_alone_and_one_without_it_ends_it(self):
        alice = self.joined("repeat", "alice")
        file = File.random("long.bin", 200_000)
        push = self.push("repeat", "alice", file, call=alice.call)
        self.assertEqual(in_call(alice, push, audio=False).status, 200)
        push.connect()
        chunks = list(push.chunks())
        self.assertEqual(push.session.response(push.session.transmit(chunks[0])).status, 200)
        path = push.answer_line()["path"]
        self.assertEqual(in_call(alice, push, audio=False).status, 200)
        self.assertEqual(push.answer_line()["path"], path)
        for chunk in chunks[1:]:
            self.assertEqual(push.session.response(push.session.transmit(chunk)).status, 200)
        alice.told("alice@127.0.0.1 has uploaded file long.bin")
        other = self.push("repeat", "alice", File.random("other.bin", 200_000), call=alice.call)
        self.assertEqual(in_call(alice, other, audio=False).status, 200)
        other.connect()
        alice.version += 1
        gone = [*alice.ours.lines(chatroom=alice.chatroom), "m=message 0 TCP/TLS/MSRP *"]
        self.assertEqual(alice.call.invite(msrp.description(gone, version=alice.version)).status, 200)
        self.assertTrue(other.session.connection.is_closed_by_peer())
        alice.told("File transfer for other.bin failed")

    def test_a_file_may_be_selected_in_any_way_that_means_one(self):
        self.joined("select", "alice")
        file, twin, other = File("a b.txt", b"one", "text/plain"), File("c.txt", b"two", "text/plain"), File("d.png", b"pictures", "image/png")
        for one in (file, twin, other):
            self.push("select", "alice", one, selector=one.selector(hashes=[one.sha256(), one.sha1()])).share()
        for selector, data in ((f"hash:{file.sha1()}", b"one"), (f"hash:{file.sha1('sha1')}", b"one"), (f"hash:{twin.sha256()}", b"two"),
                               (f'name:"wrong" size:999 hash:{file.sha1()}', b"one"), ('name:"a b.txt"', b"one"), ("size:8", b"pictures"),
                               ("type:image/png", b"pictures"), ('name:"c.txt" type:text/plain size:3', b"two")):
            self.assertEqual(self.pull("select", "bob", selector).fetch(), data, selector)
        for selector, status in (("hash:" + File("x", b"unknown").sha1(), 404), ('name:"none"', 404), ("size:3", 488), ("type:text/plain", 488),
                                 ('name:"c.txt" size:4', 404)):
            self.assertEqual(self.pull("select", "bob", selector).invite().status, status, selector)

    def test_a_range_of_a_file_is_a_message_of_its_own(self):
        self.joined("range", "alice")
        file = File.random("r.bin", 100_000)
        self.push("range", "alice", file).share()
        for wanted, begin, end in (("1-10", 0, 10), ("50001-*", 50_000, 100_000), ("99991-999999", 99_990, 100_000)):
            pull = self.pull("range", "bob", f"hash:{file.sha1()}", more=[f"file-range:{wanted}"])
            self.assertEqual(pull.fetch(), file.data[begin:end], wanted)
            self.assertEqual(pull.first.byte_range[0], 1)
            self.assertEqual(pull.first.byte_range[2], end - begin)
        self.assertEqual(self.pull("range", "bob", f"hash:{file.sha1()}", more=["file-range:100001-*"]).invite().status, 488)

    def test_twenty_at_once(self):
        alice = self.joined("twenty", "alice")
        files = [File.random(f"f{i}.bin", 50_000 + i) for i in range(20)]
        pushes = [self.push("twenty", "alice", file) for file in files]
        for push in pushes:
            self.assertEqual(push.invite().status, 200)
            push.connect()
        rows = [list(push.chunks(size=16_384)) for push in pushes]
        for number in range(len(rows[0])):
            for push, row in zip(pushes, rows):
                push.session.transmit(row[number])
        for push, row in zip(pushes, rows):
            self.assertEqual(push.session.response(row[-1], 20).status, 200)
        for _ in range(20):
            alice.told("alice@127.0.0.1 has uploaded file")
        pulls = [self.pull("twenty", "bob", f"hash:{file.sha1()}") for file in files]
        for pull in pulls:
            self.assertEqual(pull.invite().status, 200)
            pull.connect()
        for pull, file in zip(pulls, files):
            self.assertEqual(pull.receive(), file.data)

    def test_a_file_may_be_empty_and_may_come_over_plain_tcp(self):
        self.joined("small", "alice")
        empty, plain = File("empty", b"", "text/plain"), File("plain.bin", os.urandom(100_000))
        self.push("small", "alice", empty).share()
        self.push("small", "alice", plain, tls=False).share()
        self.assertEqual(self.pull("small", "bob", 'name:"empty"').fetch(), b"")
        self.assertEqual(self.pull("small", "bob", 'name:"plain.bin"', tls=False).fetch(), plain.data)


class Resuming(FilesTest):
    def cut_off(self, room, file, bytes_before, **how):
        """A push that loses its network after so many bytes."""
        push = self.push(room, "alice", file, **how)
        self.assertEqual(push.invite().status, 200)
        push.connect()
        for chunk in push.chunks(data=file.data[:bytes_before], total=len(file.data)):
            chunk.flag = "+"
            self.assertEqual(push.session.response(push.session.transmit(chunk)).status, 200)
        push.session.connection.reset()
        push.call.request_from_server("BYE")
        return push

    def test_a_push_goes_on_after_a_cut_where_it_was(self):
        alice = self.joined("resume", "alice")
        watcher = self.watch("resume", "alice")
        file = File.random("big.bin", 1_000_000)
        self.cut_off("resume", file, 400_000)
        alice.told("File transfer for big.bin failed")
        self.until_listed(watcher, "big.bin", "failed")
        for attempt in (self.push("resume", "bob", file), ):
            self.assertEqual(attempt.invite().status, 200)
            attempt.connect()
            self.assertEqual(attempt.offset(), (200, 0), "another's part is nobody else's")
            attempt.call.bye()
        again = self.push("resume", "alice", file, more=["x-file-offset"])
        self.assertEqual(again.invite().status, 200)
        self.assertEqual(again.attribute("x-file-offset"), "")
        again.connect()
        self.assertEqual(again.offset(), (200, 400_000))
        self.assertEqual(again.send(offset=400_000).status, 200)
        self.assertEqual(again.session.request("FILE_OFFSET").status, 413)
        self.until_listed(watcher, "big.bin")
        self.assertEqual(self.pull("resume", "bob", f"hash:{file.sha1()}").fetch(), file.data)

    def test_what_nobody_brought_a_byte_of_holds_no_place(self):
        self.joined("hold", "alice")
        watcher = self.watch("hold", "alice")
        for number, connects in enumerate((True, False, True)):
            promised = self.push("hold", "mallory", File.random(f"{number}.bin", 7 * MEBIBYTE))
            self.assertEqual(promised.invite().status, 200)
            if connects:
                promised.connect()
                promised.session.connection.reset()
            else:
                promised.call.bye()
            self.until_listed(watcher, f"{number}.bin", "failed")
        self.assertEqual(self.push("hold", "alice", File.random("honest.bin", 5 * MEBIBYTE)).invite().status, 200)

    def test_a_push_goes_on_by_a_range_counted_either_way(self):
        self.joined("ranges", "alice")
        for number, base in enumerate((0, 300_000)):
            file = File.random(f"{number}.bin", 700_000)
            self.cut_off("ranges", file, 300_000)
            self.assertEqual(self.push("ranges", "alice", file, more=["file-range:400001-*"]).invite().status, 488)
            again = self.push("ranges", "alice", file, more=["file-range:300001-700000"])
            self.assertEqual(again.invite().status, 200)
            self.assertEqual(again.attribute("file-range"), "300001-700000")
            self.assertEqual(again.send(offset=300_000, base=base, total=700_000 if base else 400_000).status, 200)
            self.assertEqual(self.pull("ranges", "bob", f"hash:{file.sha1()}").fetch(), file.data)

    def test_who_has_a_dead_connection_takes_its_own_file_over(self):
        self.joined("over", "alice")
        file = File.random("mine.bin", 300_000)
        first = self.push("over", "alice", file)
        self.assertEqual(first.invite().status, 200)
        first.connect()
        chunks = list(first.chunks())
        self.assertEqual(first.session.response(first.session.transmit(chunks[0])).status, 200)
        second = self.push("over", "alice", file)
        self.assertEqual(second.invite().status, 200)
        second.connect()
        self.assertEqual(second.offset(), (200, 65536))
        self.assertEqual(second.send(offset=65536).status, 200)
        self.assertEqual(self.pull("over", "bob", f"hash:{file.sha1()}").fetch(), file.data)

    def test_a_pull_begins_where_the_client_has_it(self):
        self.joined("have", "alice")
        file = File.random("h.bin", 300_000)
        self.push("have", "alice", file).share()
        pull = self.pull("have", "bob", f"hash:{file.sha1()}", more=["x-file-offset"])
        self.assertEqual(pull.fetch(have=123_456), file.data[123_456:])
        self.assertEqual(pull.first.byte_range[0], 123_457)
        self.assertEqual(pull.first.byte_range[2], 300_000)


class Refusals(FilesTest):
    def refused(self, room, file, expected=400, selector=None, **how):
        push = self.push(room, "alice", file, selector=selector)
        self.assertEqual(push.invite().status, 200)
        response = push.send(**how)
        self.assertEqual(response.status, expected, response)
        push.call.request_from_server("BYE")
        return response

    def test_what_is_not_what_was_promised_is_deleted_and_its_sender_told_why(self):
        before = self.on_disk("part") + self.on_disk("file")
        alice = self.joined("lies", "alice")
        watcher = self.watch("lies", "alice")
        file = File.random("lie.bin", 100_000)
        wrong = file.selector(hashes=[File("x", b"other").sha1()])
        response = self.refused("lies", file, selector=wrong)
        self.assertEqual(response.comment, "file hash mismatch")
        alice.told("File transfer for lie.bin failed: file hash mismatch")
        self.until_listed(watcher, "lie.bin", "failed")
        self.refused("lies", file, selector=file.selector(hashes=[file.sha1(), File("x", b"other").sha256()]))
        alice.told("File transfer for lie.bin failed: file hash mismatch")
        self.refused("lies", file, selector=file.selector(size=99_999), expected=413)
        self.refused("lies", file, selector=file.selector(size=100_001))
        self.refused("lies", file, expected=415, content_type="message/cpim")
        self.assertLessEqual(set(self.on_disk("part") + self.on_disk("file")), set(before), "nothing of them is kept")
        self.assertEqual(self.pull("lies", "bob", f"hash:{file.sha1()}").invite().status, 404)

    def test_too_large_too_much_and_too_strange_files_are_refused(self):
        self.joined("limits", "alice")
        def status(selector):
            return self.push("limits", "alice", File(), selector=selector).invite()
        large = status(f'name:"l" size:{8 * MEBIBYTE + 1} hash:{File().sha1()}')
        self.assertEqual(large.status, 413)
        self.assertIn("files.max-size", large.get("warning"))
        self.assertEqual(status('name:"sizeless"').status, 488)
        for number in (1, 2):
            self.assertEqual(status(f'name:"{number}" size:{7 * MEBIBYTE}').status, 200)
        full = status(f'name:"3" size:{7 * MEBIBYTE}')
        self.assertEqual(full.status, 413)
        self.assertIn("files.room-quota", full.get("warning"))
        for attribute, value in (("sendrecv", 488), ("inactive", 488)):
            push = self.push("limits", "alice", File("x", b"x"))
            push.direction = attribute
            self.assertEqual(push.invite().status, value)

    def test_a_file_needs_a_room_that_is_there(self):
        self.assertEqual(self.push("nobody", "alice", File("x", b"x")).invite().status, 404)
        self.assertEqual(self.pull("nobody", "alice", 'name:"x"').invite().status, 404)

    def test_in_a_call_a_file_that_cannot_be_had_is_answered_with_port_0(self):
        alice = self.joined("port0", "alice")
        pull = self.pull("port0", "alice", 'name:"none"', call=alice.call)
        good = File("good.txt", b"good", "text/plain")
        push = self.push("port0", "alice", good, call=alice.call)
        self.assertEqual(in_call(alice, pull, push, audio=False).status, 200)
        self.assertEqual(pull.answer_line()["port"], 0)
        self.assertNotEqual(push.answer_line()["port"], 0)
        self.assertEqual(push.send().status, 200)
        self.assertEqual(alice.say("the call goes on").status, 200)

    def test_names_are_data(self):
        self.joined("names", "alice")
        watcher = self.watch("names", "alice")
        before = {p for p in pathlib.Path(self.server.folder).rglob("*") if "files" not in p.parts}
        names = {"../../etc/passwd": "passwd", "/etc/passwd": "passwd-1", "..": "file", "a\r\nb\tc": "a__b_c", "x" * 300 + ".txt": "x" * 251 + ".txt",
                 "😀 grüße \u202e.txt": "😀 grüße \u202e.txt", '100% "q" <&>': '100% "q" <&>', "passwd": "passwd-2"}
        for name, shown in names.items():
            file = File(name, name.encode(), "text/plain")
            self.push("names", "alice", file).share()
            self.until_listed(watcher, shown)
            self.assertEqual(self.pull("names", "bob", f"hash:{file.sha1()}").fetch(), file.data)
        self.assertEqual({p for p in pathlib.Path(self.server.folder).rglob("*") if "files" not in p.parts}, before)
        for kept in self.on_disk("file"):
            self.assertRegex(kept.name, r"^\d+\.file$")

    def test_garbage_in_a_session_of_a_file_leaves_the_room_alone(self):
        alice = self.joined("garbage", "alice")
        push = self.push("garbage", "alice", File.random("g.bin", 100_000))
        self.assertEqual(push.invite().status, 200)
        push.connect()
        push.session.connection.send(os.urandom(5_000))
        self.assertTrue(push.session.connection.is_closed_by_peer())
        alice.told("File transfer for g.bin failed")
        self.assertEqual(alice.say("still here").status, 200)


class Entrance(FilesTest):
    config_text = """
[room."pin@127.0.0.1"]
pin = "4711"
[room."friends@127.0.0.1"]
allow = ["alice@127.0.0.1"]
"""

    def test_a_pin_and_the_access_rules_cover_files(self):
        owner = Chatter(self.server, "pin", "alice")
        self.addCleanup(owner.close)
        owner.call.target += ";pin=4711"
        owner.join()
        file = File("secret.txt", b"secret", "text/plain")
        self.push("pin", "alice", file).share()  # it takes part
        for transfer in (self.pull("pin", "bob", f"hash:{file.sha1()}"), self.push("pin", "bob", File("x", b"x"))):
            response = transfer.invite()
            self.assertEqual(response.status, 403)
            self.assertIn("PIN", response.get("warning"))
        self.assertEqual(self.pull("pin", "bob", f"hash:{file.sha1()}").with_pin("0000").invite().status, 403)
        self.assertEqual(self.pull("pin", "bob", f"hash:{file.sha1()}").with_pin("4711").fetch(), b"secret")
        self.joined("friends", "alice")
        self.assertEqual(self.pull("friends", "bob", 'name:"x"').invite().status, 403)
        self.assertEqual(self.pull("friends", "alice", 'name:"x"').invite().status, 404)

    def test_who_only_watches_sees_no_files(self):
        self.joined("seen", "alice")
        file = File("s.txt", b"s", "text/plain")
        self.push("seen", "alice", file).share()
        inside, outside = self.watch("seen", "alice"), self.watch("seen", "mallory")
        self.until_listed(inside, "s.txt")
        self.assertEqual(self.listed(outside), {})


class Web(FilesTest):
    def test_a_file_is_had_over_http_by_a_url_that_only_participants_are_told(self):
        alice = self.joined("web", "alice")
        inside, outside = self.watch("web", "alice"), self.watch("web", "mallory")
        file = File("ü & b.txt", os.urandom(200_000), "text/plain")
        self.push("web", "alice", file).share()
        url = self.until_listed(inside, "ü & b.txt").get("url")
        self.assertTrue(alice.told("alice@127.0.0.1 has uploaded file ü & b.txt").text.endswith(": " + url))
        self.assertNotIn(url, "".join(outside.documents))
        whole = web.ask(url)
        self.assertEqual((whole.status, whole.body), (200, file.data))
        rest = web.ask(url, headers={"Range": "bytes=150000-"})
        self.assertEqual((rest.status, rest.body), (206, file.data[150_000:]))
        alice.call.bye()
        wait_until(lambda: web.ask(url).status == 404, 5, "the URL goes with the room")


class Deliveries(FilesTest):
    options = {**FilesTest.options, "files.push": True, "sip.identity-from": ["127.0.0.1"], "rooms.moderators": ["boss@127.0.0.1"]}

    def with_udp(self, room, user):
        """A participant whose phone can be called."""
        made = Chatter(self.server, room, user)
        made.client.close()
        made.client = Client(self.server.address("udp"), "udp")
        made.call = Call(made.client, room, user=user)
        self.addCleanup(made.close)
        return made.join()

    def test_everybody_else_in_the_chat_is_called_with_a_new_file(self):
        alice, bob, carol = (self.with_udp("push", user) for user in ("alice", "bob", "carol"))
        pem, _ = certificate(self.server.folder, "carol")
        file = File("gift.txt", os.urandom(150_000), "text/plain")
        self.push("push", "alice", file, name="Alice").share()
        first = Delivery(bob.client)
        self.assertIn('"Conference File Transfer" <sip:push@', first.invite.get("from"))
        self.assertEqual(first.invite.get("subject"), "File uploaded by Alice <sip:alice@127.0.0.1>")
        self.assertEqual(first.invite.get("x-originator-from"), "sip:alice@127.0.0.1")
        self.assertIn("isfocus", first.invite.get("contact"))
        self.assertIn("sendonly", first.theirs["attributes"])
        self.assertEqual(first.attribute("file-selector"), file.selector())
        self.assertEqual(first.take(), file.data)
        with msrp.Listener(certificate=pem) as listener:
            self.assertEqual(Delivery(carol.client, listener).take(), file.data)
        for one in (bob, carol):
            one.client.reply(one.client.expect_request("BYE", 8), 200)
        self.assertIsNone(alice.client.take(lambda m: m.method == "INVITE", 0.5))
        self.assertEqual(bob.say("nothing has changed").status, 200)
        alice.hears("nothing has changed")
        self.push("push", "bob", File("other", b"x")).share()
        Delivery(alice.client).decline()

    def test_a_file_is_handed_over_with_its_picture(self):
        self.joined("icons", "alice")
        bob = self.joined("icons", "bob")  # by TCP: a datagram would be too large
        file, picture = File("photo.png", os.urandom(5_000), "image/png"), b"\x89PNG\r\n\x1a\n" + os.urandom(3_000)
        push = self.push("icons", "alice", file, more=["file-icon:cid:id2@alice.example.com"])
        self.assertEqual(push.invite(icon=("id2@alice.example.com", "image/png", picture)).status, 200)
        self.assertEqual(push.send().status, 200)
        delivery = Delivery(bob.client)
        (_, _), (head, content) = delivery.parts
        self.assertEqual(content, picture)
        name = delivery.attribute("file-icon").removeprefix("cid:")
        self.assertNotIn("alice", name)
        self.assertIn(f"Content-ID: <{name}>".encode(), head)
        self.assertIn(b"Content-Type: image/png", head)
        self.assertEqual(delivery.take(), file.data)

    def test_who_cannot_take_a_file_is_not_called_with_the_next(self):
        _, bob, carol = (self.with_udp("able", user) for user in ("alice", "bob", "carol"))
        self.push("able", "alice", File("one", b"1")).share()
        Delivery(bob.client).decline(488, "Not Acceptable Here")
        Delivery(carol.client).decline()
        self.push("able", "alice", File("two", b"2")).share()
        Delivery(carol.client).decline()
        self.assertIsNone(bob.client.take(lambda m: m.method == "INVITE", 0.5))

    def test_what_is_brought_to_who_is_put_out_stops(self):
        boss = self.joined("outof", "boss", headers=["P-Asserted-Identity: <sip:boss@127.0.0.1>"])
        bob = self.with_udp("outof", "bob")
        self.push("outof", "alice", File("one", b"1")).share()
        ringing = Delivery(bob.client)
        bob.client.reply(ringing.invite, 180, "Ringing")
        self.assertEqual(boss.say("/kick bob@127.0.0.1").status, 200)
        bob.client.expect_request("CANCEL")

    def test_who_connects_before_its_answer_is_read_gets_the_file(self):
        _, bob = (self.with_udp("early", user) for user in ("alice", "bob"))
        file = File("gift.txt", os.urandom(50_000), "text/plain")
        self.push("early", "alice", file).share()
        self.assertEqual(Delivery(bob.client).take(early=True), file.data)


if __name__ == "__main__":
    unittest.main()
