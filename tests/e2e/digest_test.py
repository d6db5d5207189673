"""Who is asked for a password, and what the operator is told of the file with the passwords."""

import hashlib
import pathlib
import re
import tempfile
import unittest

from confab_e2e.baresip import Baresip
from confab_e2e.ports import wait_until
from confab_e2e.rawsip import Call, Client
from confab_e2e.server import Server, run_to_end
from confab_e2e.sip_message import sdp
from confab_e2e.watcher import Watcher

HASHES = {"SHA-256": hashlib.sha256, "MD5": hashlib.md5}
USERS = """# for tests
anna@example.com:rabbit hole
ben@example.com:teacup
"""


def hashed(algorithm, *parts):
    return HASHES[algorithm](":".join(parts).encode()).hexdigest()


def challenges(response):
    """algorithm → parameters, in the order they came in (RFC 7616 §3.3)."""
    found = {}
    for value in response.all("www-authenticate"):
        parameters = {name: quoted or plain for name, quoted, plain in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', value)}
        found[parameters["algorithm"]] = parameters
    return found


def authorization(challenge, method, uri, password, user="anna", count=1):
    """RFC 7616 §3.4.1."""
    algorithm, realm, nonce = (challenge[name] for name in ("algorithm", "realm", "nonce"))
    secret, request = hashed(algorithm, user, realm, password), hashed(algorithm, method, uri)
    response = hashed(algorithm, secret, nonce, f"{count:08x}", "cnonce", "auth", request)
    return (f'Authorization: Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{uri}", algorithm={algorithm}, '
            f'qop=auth, nc={count:08x}, cnonce="cnonce", response="{response}"')


class WithUsers(unittest.TestCase):
    options = {}

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        users = pathlib.Path(folder.name) / "users"
        users.write_text(USERS)
        users.chmod(0o600)
        options = dict(self.options)
        text = options.pop("config_text", "")
        self.server = Server({"sip.users-file": users, **options}, config_text=text)
        self.server.start()
        self.addCleanup(self.server.__exit__, None, None, None)


class Asking(WithUsers):
    def test_a_caller_is_let_in_by_each_algorithm_as_the_user_it_is(self):
        for transport in ("udp", "tcp"):
            for algorithm in HASHES:
                with self.subTest(algorithm, transport=transport), Client(self.server.address(transport), transport) as client:
                    call = Call(client, user="someone-else")
                    asked = call.invite(sdp(40000))
                    self.assertEqual(asked.status, 401, asked.first_line)
                    self.assertEqual(list(challenges(asked)), ["SHA-256", "MD5"])
                    answer = authorization(challenges(asked)[algorithm], "INVITE", call.room_uri, "rabbit hole")
                    self.assertEqual(call.invite(sdp(40000), (answer,)).status, 200)
                    self.assertEqual(call.bye().status, 200)
        peers = {record.get("peer") for record in self.server.records() if record.get("peer")}
        self.assertEqual(peers, {"sip:anna@example.com"})

    def test_wrong_passwords_and_unknown_users_are_refused_alike(self):
        with Client(self.server.address("udp")) as client:
            answers = []
            for user in ("anna", "nobody"):
                call = Call(client)
                asked = challenges(call.invite(sdp(40000)))
                answer = authorization(asked["SHA-256"], "INVITE", call.room_uri, "wrong", user)
                answers.append(call.invite(sdp(40000), (answer,)).first_line)
            self.assertEqual(answers, ["SIP/2.0 403 Forbidden"] * 2)

    def test_what_was_overheard_is_of_no_use(self):
        with Client(self.server.address("udp")) as client, Client(self.server.address("udp")) as thief:
            call = Call(client)
            asked = challenges(call.invite(sdp(40000)))
            answer = authorization(asked["SHA-256"], "INVITE", call.room_uri, "rabbit hole")
            self.assertEqual(call.invite(sdp(40000), (answer,)).status, 200)
            again = Call(thief).invite(sdp(40000), (answer,))
            self.assertEqual(again.status, 401)
            self.assertEqual({c.get("stale") for c in challenges(again).values()}, {"true"})
            call.bye()


ROOMS = """
[sip]
authenticate = "rooms"

[room."board@127.0.0.1"]
authenticate = "required"
"""


class PerRoom(WithUsers):
    def setUp(self):
        self.options = {"config_text": ROOMS}
        super().setUp()

    def test_only_a_room_that_wants_to_know_asks(self):
        with Client(self.server.address("udp")) as client:
            call = Call(client, "lunch", user="someone")
            self.assertEqual(call.invite(sdp(40000)).status, 200)
            self.assertEqual(Watcher(client, "lunch", user="someone").subscribe().names(), ["someone"])
            call.bye()
            board = Call(client, "board", user="someone")
            asked = challenges(board.invite(sdp(40000)))
            self.assertEqual(list(asked), ["SHA-256", "MD5"])
            answer = authorization(asked["SHA-256"], "INVITE", board.room_uri, "rabbit hole")
            self.assertEqual(board.invite(sdp(40000), (answer,)).status, 200)
            self.assertEqual(Watcher(client, "board", user="someone").request().status, 401)
            board.bye()
        def joined():
            return {(r.get("room").partition("@")[0], r.get("peer").partition("@")[0]) for r in self.server.records("call joined")}
        wait_until(lambda: joined() == {("lunch", "sip:someone"), ("board", "sip:anna")}, 5, "who has joined which room is in the log")


class Guesses(WithUsers):
    options = {"sip.password-tries": "3"}

    def try_password(self, user, password):
        with Client(self.server.address("udp")) as client:
            call = Call(client)
            asked = challenges(call.invite(sdp(40000)))
            response = call.invite(sdp(40000), (authorization(asked["SHA-256"], "INVITE", call.room_uri, password, user),))
            if response.status == 200:
                call.bye()
            return response

    def test_after_some_wrong_passwords_of_a_user_the_right_one_is_not_looked_at_either(self):
        for _ in range(3):
            response = self.try_password("anna", "wrong")
            self.assertEqual((response.status, response.get("retry-after")), (403, ""))
        response = self.try_password("anna", "rabbit hole")
        self.assertEqual(response.status, 403)
        self.assertTrue(0 < int(response.get("retry-after")) <= 600)
        self.assertEqual(self.try_password("ben", "teacup").status, 200)
        told = self.server.records("too many wrong passwords; more from there are not looked at for a while")
        self.assertEqual([r["user"] for r in told], ["anna@example.com"])


class Md5Alone(WithUsers):
    """What phones need that give up when SHA-256 is offered, in whatever place; baresip 1.0 is one."""

    options = {"sip.digest-algorithms": "MD5"}

    def test_baresip_answers_with_md5(self):
        with Baresip("ben", "PCMU/8000/1", 440, password="teacup") as ben:
            ben.dial(self.server.uri("lunch"))
            wait_until(lambda: any(r.get("peer") == "sip:ben@example.com" for r in self.server.records()), 5, "ben in the log")
            ben.hang_up()

    def test_baresip_with_a_wrong_password_stays_outside(self):
        with Baresip("ben", "PCMU/8000/1", 440, password="wrong") as ben:
            ben.command("dial", self.server.uri("lunch"))
            wait_until(lambda: ben.saw("CALL_CLOSED"), 10, "the end of ben's call")
            self.assertIn("403", ben.saw("CALL_CLOSED")[0]["param"])

    def test_sha_256_is_refused_where_it_was_not_offered(self):
        with Client(self.server.address("udp")) as client:
            call = Call(client)
            asked = challenges(call.invite(sdp(40000)))
            self.assertEqual(list(asked), ["MD5"])
            answer = authorization({**asked["MD5"], "algorithm": "SHA-256"}, "INVITE", call.room_uri, "rabbit hole")
            self.assertEqual(call.invite(sdp(40000), (answer,)).status, 403)


class UsersFile(unittest.TestCase):
    def stops_with(self, text, *words, options=(), named=True):
        with tempfile.TemporaryDirectory() as folder:
            users = pathlib.Path(folder) / "users"
            if text is not None:
                users.write_text(text)
            status, _, log = run_to_end(f"--sip.users-file={users}", "--sip.listen=udp://127.0.0.1:0", f"--state.directory={folder}", *options)
            self.assertEqual(status, 2, log)
            for word in (*((str(users),) if named else ()), *words):
                self.assertIn(word, log)
            self.assertNotIn("secret", log)

    def test_what_is_wrong_is_told_with_its_line(self):
        self.stops_with(None, "cannot be read")
        self.stops_with("# nobody\n", "holds no users")
        self.stops_with(USERS, "sip.digest-algorithms", options=("--sip.digest-algorithms=[]",), named=False)
        self.stops_with("\nanna:secret\n", "users:2: ")
        self.stops_with("anna@example.com:secret\nanna@example.com:secret2\n", "users:2: ", "a second time")

    def test_a_room_cannot_ask_without_users(self):
        with tempfile.TemporaryDirectory() as folder:
            config = pathlib.Path(folder) / "conf"
            config.write_text(ROOMS)
            status, _, log = run_to_end(f"--config-file={config}", "--sip.listen=udp://127.0.0.1:0", f"--state.directory={folder}")
            self.assertEqual(status, 2, log)
            self.assertIn("rooms.authenticate", log)
            self.assertIn("sip.users-file", log)

    def test_everybody_may_call_when_nobody_is_asked(self):
        with tempfile.TemporaryDirectory() as folder:
            users = pathlib.Path(folder) / "users"
            users.write_text(USERS)
            with Server({"sip.users-file": users, "sip.authenticate": "none"}) as server, Client(server.address("udp")) as client:
                call = Call(client)
                self.assertEqual(call.invite(sdp(40000)).status, 200)
                call.bye()

    def test_a_file_that_all_can_read_is_warned_of(self):
        with tempfile.TemporaryDirectory() as folder:
            users = pathlib.Path(folder) / "users"
            users.write_text(USERS)
            users.chmod(0o644)
            with Server({"sip.users-file": users}) as server:
                self.assertTrue(any("users file" in r.get("message", r.get("msg", "")) for r in server.records()))


if __name__ == "__main__":
    unittest.main()
