"""Chat in a room (RFC 4975, RFC 7701): who hears what, as the tests' own MSRP client sees it."""

import unittest

from confab_e2e import cpim, msrp
from confab_e2e.chatter import AGP, ChattersTest, is_status
from confab_e2e.ports import wait_until
from confab_e2e.rawsip import Client
from confab_e2e.watcher import NS, Watcher

ISCOMPOSING = '<?xml version="1.0"?><isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing"><state>active</state></isComposing>'


class ChatTest(ChattersTest):
    def watch(self, room):
        client = Client(self.server.address("tcp"), "tcp")
        self.addCleanup(client.close)
        return Watcher(client, room).subscribe()

    def media(self, watcher, name):
        user = next(u for e, u in watcher.users.items() if e.partition(":")[2].startswith(name + "@"))
        return sorted(m.text for m in user.findall(f"{NS}endpoint/{NS}media/{NS}type"))


class Calls(ChatTest):
    def test_a_call_may_be_chat_alone(self):
        alice = self.chatter("only", "alice", "Alice")
        self.assertEqual(alice.invite().status, 200)
        theirs = msrp.remote_media(alice.call.answer)
        self.assertEqual((theirs["protocol"], theirs["setup"]), ("TCP/TLS/MSRP", "passive"))
        self.assertIn("message/cpim", theirs["accept"])
        self.assertEqual(set(theirs["chatroom"]), {"nickname", "private-messages", "com.ag-projects.screen-sharing"})
        self.assertEqual(alice.connect().connection.fingerprint.upper(), theirs["fingerprint"].upper())
        welcome = alice.session.next_message()
        self.assertTrue(welcome.text.startswith("Welcome! You are the first participant"), welcome.text)
        self.assertIn("sip:only@127.0.0.1", welcome.text.lower().replace("sip: ", "sip:"))
        self.assertEqual(welcome.address("From")[1], "sip:only@127.0.0.1")
        self.assertEqual(welcome.address("To")[1], "sip:alice@127.0.0.1")
        watcher = self.watch("only")
        watcher.until(lambda w: self.media(w, "alice") == ["message"], "alice has chat and nothing else")
        alice.call.bye()
        self.assertTrue(alice.session.connection.is_closed_by_peer())
        watcher.until(lambda w: w.text("conference-state/user-count") == "0", "alice left")

    def test_a_call_may_be_audio_and_chat(self):
        alice = self.chatter("both", "alice")
        self.assertEqual(alice.invite(audio=True).status, 200)
        alice.connect()
        alice.skip(1)
        bob = self.joined("both", "bob")
        watcher = self.watch("both")
        watcher.until(lambda w: self.media(w, "alice") == ["audio", "message"], "both are shown")
        self.assertEqual(bob.say("hi").status, 200)
        alice.hears("hi")

    def test_chat_is_added_to_an_audio_call_and_removed(self):
        bob = self.joined("later", "bob")
        alice = self.chatter("later", "alice")
        self.assertEqual(alice.invite(audio=True, chat=False).status, 200)
        watcher = self.watch("later")
        watcher.until(lambda w: "alice" in w.names() and self.media(w, "alice") == ["audio"], "audio")
        bob.told("alice@127.0.0.1 has joined the room with audio")
        paths = []
        for _ in range(2):
            self.assertEqual(alice.invite(audio=True).status, 200)
            paths.append(msrp.remote_media(alice.call.answer)["path"])
            alice.connect()
            self.assertIn("There is one more participant", alice.session.next_message().text)
            bob.told("alice@127.0.0.1 has added chat")
            watcher.until(lambda w: self.media(w, "alice") == ["audio", "message"], "and chat")
            self.assertEqual(bob.say("hi").status, 200)
            alice.hears("hi")
            self.assertEqual(alice.invite(audio=True, chat=False).status, 200)
            bob.told("alice@127.0.0.1 has removed chat")
            watcher.until(lambda w: self.media(w, "alice") == ["audio"], "without chat")
            self.assertTrue(alice.session.connection.is_closed_by_peer())
        self.assertNotEqual(paths[0], paths[1], "a session id is of one connection")

    def test_a_reinvite_that_changes_nothing_leaves_the_chat_alone(self):
        alice, bob = self.joined("same", "alice"), self.joined("same", "bob")
        alice.skip(1)
        path = msrp.remote_media(alice.call.answer)["path"]
        self.assertEqual(alice.call.invite(alice.describe(fresh=False)).status, 200)
        self.assertEqual(msrp.remote_media(alice.call.answer)["path"], path)
        self.assertEqual(bob.say("still there?").status, 200)
        alice.hears("still there?")


class Messages(ChatTest):
    def test_all_others_hear_a_message_once_and_so_do_the_senders_other_devices(self):
        alice = self.joined("all", "alice", "Alice")
        others = [self.joined("all", user, tls=tls) for user, tls in (("bob", True), ("carol", False), ("alice", True))]
        response = alice.say("grüße", headers=[("Subject", "greetings"), ("NS", "x <urn:x>"), ("x.Mark", "7")], success="yes",
                             message_id="mess1")
        self.assertEqual(response.status, 200)
        self.assertEqual(alice.session.next_report("mess1").get("Status"), "000 200 OK")
        for other in others:
            message = other.hears("grüße")
            self.assertEqual(message.address("From"), ("Alice", "sip:alice@127.0.0.1"))
            self.assertEqual(message.address("To")[1], "sip:all@127.0.0.1")
            self.assertTrue(message.get("DateTime"))
            self.assertEqual((message.get("Subject"), message.extension("urn:x", "Mark")), ("greetings", "7"))
            self.assertIn("text/plain", message.content_type)
            self.assertTrue(other.hears_nothing())
        while alice.session.connection.take(lambda c: c.method == "SEND", 0.3) is not None:
            pass  # status lines
        self.assertEqual(alice.session.connection.inbox, [])

    def test_html_and_images_pass_and_lines_may_end_in_lf(self):
        alice, bob = self.joined("types", "alice"), self.joined("types", "bob")
        for kind, body in (("text/html", b"<b>hi</b>"), ("image/png", bytes(range(256))), ("text/plain", b"a\r\n\r\n-------b$\r\n")):
            data = cpim.wrap(alice.me, alice.room, body, kind, line_end="\n")
            self.assertEqual(alice.session.send(data).status, 200)
            message = bob.next_said()
            self.assertEqual((message.content_type, message.body), (kind, body))

    def test_who_asks_whether_a_message_arrived_is_told_by_each_who_answers_and_nobody_else_is(self):
        """RFC 5438: the room carries the question and the answers, and keeps neither for newcomers."""
        alice, bob, carol = (self.joined("imdn", user) for user in ("alice", "bob", "carol"))
        for one in (alice, bob):
            one.told("carol@127.0.0.1 has joined")
        asked = [("NS", "imdn <urn:ietf:params:imdn>"), ("imdn.Message-ID", "34jk324j"),
                 ("imdn.Disposition-Notification", "positive-delivery, display")]
        self.assertEqual(alice.say("read me", headers=asked).status, 200)
        for one in (bob, carol):
            question = one.hears("read me")
            self.assertEqual(question.extension("urn:ietf:params:imdn", "Message-ID"), "34jk324j")
            self.assertEqual(question.extension("urn:ietf:params:imdn", "Disposition-Notification"), "positive-delivery, display")
        answer = ('<?xml version="1.0" encoding="UTF-8"?><imdn xmlns="urn:ietf:params:xml:ns:imdn"><message-id>34jk324j</message-id>'
                  f'<datetime>{question.get("DateTime")}</datetime><delivery-notification><status><delivered/></status>'
                  '</delivery-notification></imdn>').encode()
        for to in (question.address("From")[1], "sip:imdn@127.0.0.1"):
            wrapped = cpim.wrap(bob.me, f"<{to}>", answer, "message/imdn+xml", inner=[("Content-Disposition", "notification")])
            self.assertEqual(bob.session.send(wrapped).status, 200)
            told = alice.next_said()
            self.assertEqual((told.content_type, told.body), ("message/imdn+xml", answer))
            self.assertIn(("Content-Disposition", "notification"), told.inner)
            self.assertEqual(told.address("From")[1], "sip:bob@127.0.0.1")
        self.assertEqual(carol.next_said().content_type, "message/imdn+xml", "the one to the room")
        self.assertTrue(carol.hears_nothing())
        dave = self.joined("imdn", "dave")
        dave.hears("read me")
        self.assertTrue(dave.hears_nothing())

    def test_a_private_message_is_for_that_person_and_the_senders_devices(self):
        alice, alices = self.joined("private", "alice"), self.joined("private", "alice")
        bob, bobs = self.joined("private", "bob"), self.joined("private", "bob")
        carol = self.joined("private", "carol")
        deaf = self.joined("private", "dave", chatroom="")
        for one in (alices, bob, bobs, carol):
            one.told("dave@127.0.0.1 has joined")
        self.assertEqual(alice.say("psst", to="<sip:bob@127.0.0.1>").status, 200)
        for one in (alices, bob, bobs):
            message = one.hears("psst")
            self.assertEqual(message.address("To")[1], "sip:bob@127.0.0.1")
            self.assertEqual(message.address("From")[1], "sip:alice@127.0.0.1")
        for one in (carol, deaf):
            self.assertTrue(one.hears_nothing())
        self.assertEqual(alice.say("who?", to="<sip:nobody@127.0.0.1>").status, 404)
        self.assertEqual(alice.say("psst", to="<sip:dave@127.0.0.1>").status, 428)
        for one in (alices, bob, carol, deaf):
            self.assertTrue(one.hears_nothing(0.2))

    def test_nobody_speaks_in_anothers_name(self):
        alice, bob, carol = (self.joined("forged", user) for user in ("alice", "bob", "carol"))
        bob.told("carol@127.0.0.1 has joined")
        for forged in ("<sip:bob@127.0.0.1>", "Bob <sip:bob@127.0.0.1>", "<sip:alice@example.com>", "<sip:forged@127.0.0.1>", "<mailto:a@b>"):
            data = cpim.wrap(forged, alice.room, "I am Bob")
            self.assertEqual(alice.session.send(data).status, 403, forged)
        for own in ("<SIP:alice@127.0.0.1>", "<sip:%61lice@127.0.0.1;transport=tls>"):
            self.assertEqual(alice.session.send(cpim.wrap(own, alice.room, own)).status, 200)
            self.assertEqual(bob.hears(own).address("From")[1], "sip:alice@127.0.0.1")
            carol.hears(own)

    def test_that_somebody_types_is_passed_on_and_not_kept(self):
        alice, bob = self.joined("typing", "alice"), self.joined("typing", "bob")
        self.assertEqual(alice.say(ISCOMPOSING, content_type="application/im-iscomposing+xml").status, 200)
        self.assertEqual(bob.hears(ISCOMPOSING).content_type, "application/im-iscomposing+xml")
        carol = self.joined("typing", "carol")
        self.assertTrue(carol.hears_nothing())

    def test_a_newcomer_reads_what_was_said(self):
        alice, bob = self.joined("past", "alice", "Alice"), self.joined("past", "bob")
        for number in range(3):
            data = cpim.wrap(alice.me, alice.room, f"line {number}", date=f"2026-01-0{number + 1}T10:00:00Z")
            self.assertEqual(alice.session.send(data).status, 200)
        self.assertEqual(alice.say("psst", to="<sip:bob@127.0.0.1>").status, 200)
        self.assertEqual(alice.session.nickname("The boss").status, 200)
        carol = self.joined("past", "carol")
        for number in range(3):
            message = carol.hears(f"line {number}")
            self.assertEqual(message.address("From"), ("Alice", "sip:alice@127.0.0.1"))
            self.assertEqual(message.get("DateTime"), f"2026-01-0{number + 1}T10:00:00Z")
            self.assertEqual(message.extension(AGP, "History"), "yes")
        self.assertTrue(carol.hears_nothing())
        self.assertIsNone(bob.hears("line 0").extension(AGP, "History"))


class People(ChatTest):
    options = {"sip.identity-from": ["127.0.0.1"]}

    def test_whoever_is_verified_is_shown_by_that_name(self):
        bob = self.joined("verified", "bob")
        alice = self.joined("verified", "extension7", headers=["P-Asserted-Identity: <sip:alice@example.com>"])
        for own in ("<sip:alice@example.com>", "<sip:extension7@127.0.0.1>"):
            self.assertEqual(alice.session.send(cpim.wrap(own, alice.room, own)).status, 200)
            self.assertEqual(bob.hears(own).address("From")[1], "sip:alice@example.com")
        self.assertEqual(bob.say("psst", to="<sip:alice@example.com>").status, 200)
        alice.hears("psst")

    def test_who_hides_is_not_named_though_it_is_verified(self):
        bob = self.joined("privacy", "bob")
        alice = self.joined("privacy", "alice", headers=["P-Asserted-Identity: <sip:alice@example.com>", "Privacy: id"])
        self.assertEqual(alice.say("guess who").status, 200)
        self.assertNotIn("alice@example.com", str(bob.hears("guess who").headers))

    def test_who_claims_a_verified_name_gets_nothing_that_is_meant_for_it(self):
        bob, forger = self.joined("rivals", "bob"), self.joined("rivals", "alice")
        alice = self.joined("rivals", "alice", headers=["P-Asserted-Identity: <sip:alice@127.0.0.1>"])
        forger.told("alice@127.0.0.1 has joined")
        bob.told("alice@127.0.0.1 has joined")
        bob.told("alice@127.0.0.1 has joined")
        self.assertEqual(bob.say("psst", to="<sip:alice@127.0.0.1>").status, 200)
        alice.hears("psst")
        self.assertTrue(forger.hears_nothing())
        self.assertEqual(forger.say("I am Alice").status, 200)
        self.assertEqual(bob.hears("I am Alice").address("From")[1], "sip:alice@127.0.0.1;unverified")
        self.assertEqual(alice.say("so am I").status, 200)
        self.assertEqual(bob.hears("so am I").address("From")[1], "sip:alice@127.0.0.1")

    def test_anonymous_people_are_told_apart(self):
        bob, secret = self.joined("hidden", "bob"), []
        for text in ("one", "two"):
            made = self.chatter("hidden", "anonymous")
            made.call.local = f"<sip:anonymous@anonymous.invalid>;tag={made.call.local_tag}"
            made.me = "<sip:anonymous@anonymous.invalid>"
            made.join()
            self.assertEqual(made.say(text).status, 200)
            secret.append((made, bob.hears(text).address("From")[1]))
        self.assertNotEqual(secret[0][1], secret[1][1])
        for number, (made, shown) in enumerate(secret):
            self.assertEqual(bob.say(f"for {number}", to=f"<{shown}>").status, 200)
        for number, (made, _) in enumerate(secret):
            while (message := made.next_said()).text in ("one", "two"):
                pass
            self.assertEqual(message.text, f"for {number}")
            self.assertTrue(made.hears_nothing(0.2))

    def test_nobody_but_the_room_writes_status_lines_or_history(self):
        alice, bob = self.joined("fake", "alice"), self.joined("fake", "bob")
        for name, value in (("Message-Type", "status"), ("History", "yes")):
            headers = [("NS", f"agp <{AGP}>"), (f"agp.{name}", value), ("agp.Mood", "good")]
            self.assertEqual(alice.say("Bob was put out", headers=headers).status, 200)
            message = bob.hears("Bob was put out")
            self.assertIsNone(message.extension(AGP, name))
            self.assertEqual(message.extension(AGP, "Mood"), "good")

    def test_a_crowd_hears_everything_once_and_in_order(self):
        crowd = [self.joined("crowd", f"user{number}", tls=number % 2 == 0) for number in range(60)]
        for number in range(20):
            self.assertEqual(crowd[number % 2].say(f"line {number}").status, 200)
        for at, one in enumerate(crowd):
            for number in range(20):
                if number % 2 != at:
                    self.assertEqual(one.next_said().text, f"line {number}")
            self.assertIsNone(one.session.connection.take(lambda c: c.method == "SEND", 0))


class Doors(ChatTest):
    config_text = """
[rooms]
lobby = "lobby"
[room."vault@127.0.0.1"]
pin = "4285"
[room."3000@127.0.0.1"]
pin = "4285"
"""

    def press(self, call, keys):
        for key in keys:
            number = call.send("INFO", f"Signal={key}\r\nDuration=160\r\n", content_type="application/dtmf-relay")
            self.assertEqual(call.final(number, "INFO").status, 200)

    def at_the_door(self, room):
        alice = self.chatter(room, "alice")
        self.assertEqual(alice.invite(audio=True).status, 200)
        alice.connect()
        self.assertEqual(alice.say("let me in").status, 403)
        self.assertEqual(alice.session.nickname("Queen").status, 403)
        return alice

    def inside(self, room):
        bob = self.chatter(room, "bob")
        bob.call.target += ";pin=4285"
        return bob.join()

    def test_who_is_at_the_entrance_is_not_heard_and_then_let_in(self):
        bob = self.inside("vault")
        alice = self.at_the_door("vault")
        self.assertEqual(bob.say("is there anybody?").status, 200)
        self.assertTrue(alice.hears_nothing())
        self.press(alice.call, "4285#")
        self.assertIn("There is one more participant", alice.session.next_message().text)
        alice.hears("is there anybody?")
        self.assertEqual(alice.say("me").status, 200)
        bob.hears("me")

    def test_chat_goes_along_from_the_lobby_to_the_room(self):
        bob = self.inside("3000")
        alice = self.at_the_door("lobby")
        self.press(alice.call, "3000#")
        wait_until(lambda: any(r["room"].startswith("3000@") for r in self.server.records("at the entrance")), 5, "the room asks for its PIN")
        self.press(alice.call, "4285#")
        self.assertIn("There is one more participant", alice.session.next_message().text)
        bob.told("alice@127.0.0.1 has joined the room with audio and chat")
        alice.room = bob.room
        self.assertEqual(alice.say("me").status, 200)
        self.assertEqual(bob.hears("me").address("To")[1], "sip:3000@127.0.0.1")
        self.assertEqual(bob.say("you").status, 200)
        alice.hears("you")


class Limited(ChatTest):
    options = {"rooms.history": 2, "msrp.max-message": 50_000}

    def test_so_many_messages_are_kept(self):
        alice = self.joined("short", "alice")
        for text in ("one", "two", "three"):
            alice.say(text)
        bob = self.joined("short", "bob")
        bob.hears("two")
        bob.hears("three")
        self.assertTrue(bob.hears_nothing())

    def test_what_is_too_large_is_refused_and_the_session_goes_on(self):
        alice, bob = self.joined("large", "alice"), self.joined("large", "bob")
        self.assertIn("max-size:50000", msrp.remote_media(alice.call.answer)["attributes"])
        self.assertEqual(alice.say("x" * 60_000).status, 413)
        self.assertEqual(alice.say("x" * 60_000, size=2000).status, 413)
        self.assertEqual(alice.say("x" * 60_000, size=2000, open_range=True).status, 413)
        self.assertEqual(alice.say("small").status, 200)
        bob.hears("small")
        self.assertEqual(alice.say("y" * 49_000).status, 200)
        bob.hears("y" * 49_000)


class Names(ChatTest):
    def test_a_nickname_is_set_changed_shared_and_cleared(self):
        alice, bob = self.joined("nick", "alice", "Alice"), self.joined("nick", "bob", "Bob")
        second = self.joined("nick", "alice")
        watcher = self.watch("nick")
        for name, shown in (("Queen of Hearts", "Queen of Hearts"), ('the "A" \\ ü', 'the "A" \\ ü'), ("", "Alice")):
            self.assertEqual(alice.session.nickname(name).status, 200)
            self.assertEqual(alice.say(f"as {shown}").status, 200)
            self.assertEqual(bob.hears(f"as {shown}").address("From"), (shown, "sip:alice@127.0.0.1"))
            watcher.until(lambda w, s=shown: s in {e.text for e in w.users["sip:alice@127.0.0.1"].iter(NS + "display-text")},
                          f"{shown} is shown")
        self.assertEqual(bob.session.nickname("Jack").status, 200)
        for taken in ("Jack", "jAcK", "Bob"):
            self.assertEqual(alice.session.nickname(taken).status, 425, taken)
        self.assertEqual(alice.session.nickname("Twin").status, 200)
        self.assertEqual(second.session.nickname("Twin").status, 200, "of the same person")
        self.assertEqual(bob.session.nickname("twin").status, 425)
        for bad in ("tab\there", " "):
            self.assertEqual(bob.session.nickname(bad).status, 424, bad)
        self.assertEqual(bob.session.request("NICKNAME", [("Use-Nickname", "unquoted")]).status, 424)
        self.assertEqual(bob.session.request("NICKNAME").status, 400)
        alice.call.bye()
        second.call.bye()
        bob.told("Twin <alice@127.0.0.1> has left")
        self.assertEqual(bob.session.nickname("Twin").status, 200, "it is free again")

    def test_comings_and_goings_are_told(self):
        alice = self.joined("news", "alice", "Alice")
        bob = self.joined("news", "bob", "Bob")
        line = alice.told("Bob <bob@127.0.0.1> has joined the room with chat")
        self.assertTrue(is_status(line))
        self.assertEqual(line.address("From")[1], "sip:news@127.0.0.1")
        second = self.joined("news", "bob")
        second.call.bye()
        self.assertTrue(alice.hears_nothing(), "a second device is no news")
        bob.call.bye()
        alice.told("Bob <bob@127.0.0.1> has left the room after 00:0")


class Commands(ChatTest):
    options = {"sip.identity-from": ["127.0.0.1"], "rooms.moderators": ["mod@127.0.0.1"]}

    def moderator(self, room):
        return self.joined(room, "mod", headers=["P-Asserted-Identity: <sip:mod@127.0.0.1>"])

    def ask(self, who, command):
        self.assertEqual(who.say(command).status, 200)

    def test_everybody_may_ask_for_help_who_is_there_and_a_name(self):
        alice, bob = self.joined("ask", "alice", "Alice"), self.joined("ask", "bob")
        alice.told("bob@127.0.0.1 has joined")
        self.ask(alice, "/help")
        text = alice.told("/help").text
        self.assertIn("/nick", text)
        self.assertNotIn("/kick", text)
        self.ask(alice, "/who")
        self.assertEqual(alice.told("Alice").text, "Alice <alice@127.0.0.1>\nbob@127.0.0.1")
        self.ask(alice, "/nick Queen")
        alice.told("You are called Queen.")
        for command in ("/subject mine", "/kick bob", "/mute bob", "/lock", "/unlock", "/unmute bob"):
            self.ask(alice, command)
            alice.told("Only moderators may do that.")
        self.assertTrue(bob.hears_nothing(), "answers are for the one who asked")
        for text in ("/me waves", "/etc/passwd", "//"):
            self.ask(alice, text)
            self.assertEqual(bob.hears(text).address("From")[0], "Queen")

    def test_a_moderator_runs_the_room(self):
        mod, bob, carol = self.moderator("run"), self.joined("run", "bob", "Bob"), self.joined("run", "carol")
        watcher = self.watch("run")
        self.ask(mod, "/help")
        self.assertIn("/kick", mod.told("/help").text)
        self.ask(mod, "/subject Lunch & <dinner>")
        bob.told("mod@127.0.0.1 has set the subject: Lunch & <dinner>")
        watcher.until(lambda w: w.text("conference-description/subject") == "Lunch & <dinner>", "the subject is shown")
        self.ask(mod, "/mute bob")
        mod.told("Done.")
        watcher.until(lambda w: w.of("bob", "endpoint/status") == "muted-via-focus", "bob is muted")
        self.ask(mod, "/unmute Bob")
        mod.told("Done.")
        self.ask(mod, "/kick nobody")
        mod.told("Not done: nobody is called that.")
        self.ask(mod, "/lock")
        mod.told("Done.")
        self.assertEqual(self.chatter("run", "dave").invite().status, 403)
        self.ask(mod, "/unlock")
        mod.told("Done.")
        self.ask(mod, "/kick carol@127.0.0.1")
        mod.told("Done.")
        bye = carol.call.request_from_server("BYE")
        carol.client.reply(bye, 200)
        self.assertTrue(carol.session.connection.is_closed_by_peer())
        bob.told("carol@127.0.0.1 has left")





if __name__ == "__main__":
    unittest.main()
