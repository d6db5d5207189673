"""Who a caller is without a password: by its TLS certificate, or by the word of a proxy that is listed."""

import pathlib
import subprocess
import tempfile
import unittest

from confab_e2e.rawsip import Call, Client
from confab_e2e.server import Server, run_to_end
from confab_e2e.sip_message import sdp
from confab_e2e.watcher import Watcher

CONFIG = """
[rooms]
moderators = ["alice@example.com"]

[room."board@127.0.0.1"]
allow = ["alice@example.com", "bob@example.com"]
"""


class Authority:
    """A certificate authority of the openssl command line; `ca` is its PEM file."""

    def __init__(self, folder, name):
        self.folder, self.name = pathlib.Path(folder), name
        self.ca = self.folder / f"{name}.crt"
        self.run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj", f"/CN={name}",
                 "-keyout", self.folder / f"{name}.key", "-out", self.ca)

    @staticmethod
    def run(*command):
        subprocess.run(["openssl", *command], capture_output=True, check=True)

    def issue(self, names):
        """Certificate and key in one PEM file; `names` as in "URI:sip:alice@example.com"."""
        stem = self.folder / f"{self.name}-{len(list(self.folder.iterdir()))}"
        paths = {kind: stem.with_suffix(f".{kind}") for kind in ("key", "csr", "ext", "crt", "pem")}
        self.run("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=phone",
                 "-keyout", paths["key"], "-out", paths["csr"])
        paths["ext"].write_text(f"subjectAltName={names}\n")
        self.run("x509", "-req", "-in", paths["csr"], "-CA", self.ca, "-CAkey", self.folder / f"{self.name}.key", "-CAcreateserial",
                 "-days", "1", "-extfile", paths["ext"], "-out", paths["crt"])
        paths["pem"].write_text(paths["crt"].read_text() + paths["key"].read_text())
        return paths["pem"]


class Certificates(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.known, cls.other = Authority(folder.name, "known"), Authority(folder.name, "other")

    def call(self, server, certificate, room="lunch", user="someone"):
        client = Client(server.address("tls"), "tls", certificate=certificate)
        self.addCleanup(client.close)
        call = Call(client, room, user=user)
        return call, call.invite(sdp(40000))

    def test_a_certificate_of_a_user_wins_over_from_opens_rooms_and_moderates(self):
        with Server({"tls.ca-file": self.known.ca}, config_text=CONFIG) as server:
            alice, response = self.call(server, self.known.issue("URI:sip:alice@example.com"), "board", "mallory")
            self.assertEqual(response.status, 200)
            watching = Client(server.address("tls"), "tls", certificate=self.known.issue("URI:sip:bob@example.com"))
            self.addCleanup(watching.close)
            watcher = Watcher(watching, "board", user="nobody").subscribe()
            self.assertEqual(watcher.names(), ["alice"])
            self.assertEqual(watcher.of("alice", "roles/entry"), "moderator")
            _, response = self.call(server, self.known.issue("URI:sip:carol@example.com"), "board", "alice")
            self.assertEqual(response.status, 403)
            alice.bye()
        self.assertFalse(server.records("the access lists of rooms go by From, which anybody can write"))

    def test_a_certificate_lets_a_participant_refer_from_another_device(self):
        with Server({"tls.ca-file": self.known.ca}) as server:
            alice, response = self.call(server, self.known.issue("URI:sip:alice@example.com"))
            self.assertEqual(response.status, 200)
            for certificate, wanted in ((self.known.issue("URI:sip:alice@example.com"), 202), (self.known.issue("URI:sip:carol@example.com"), 403),
                                        (self.other.issue("URI:sip:alice@example.com"), 403)):
                client = Client(server.address("tls"), "tls", certificate=certificate)
                self.addCleanup(client.close)
                refer = Call(client, "lunch", user="alice")
                number = refer.send("REFER", headers=["Refer-To: <sip:nobody@example.org;method=BYE>", "Refer-Sub: false"])
                self.assertEqual(refer.final(number, "REFER").status, wanted)
            alice.bye()

    def test_a_peer_without_a_certificate_that_is_believed_is_served_as_nobody(self):
        with Server({"tls.ca-file": self.known.ca}, config_text=CONFIG) as server:
            watching = Client(server.address("udp"))
            self.addCleanup(watching.close)
            for certificate in (None, self.other.issue("URI:sip:alice@example.com"), self.known.issue("URI:sip:example.com,DNS:example.com")):
                call, response = self.call(server, certificate, user="alice")
                self.assertEqual(response.status, 200)
                watcher = Watcher(watching, "lunch").subscribe()
                self.assertEqual(watcher.of("alice", "roles/entry"), "participant")
                call.bye()

    def test_a_certificate_of_a_domain_vouches_for_its_users_where_the_operator_says_so(self):
        options = {"tls.ca-file": self.known.ca, "sip.identity-from-tls": "domains", "tls.verify-peers": "true"}
        users = self.folder / "users"
        users.write_text("ben@example.com:teacup\n")
        users.chmod(0o600)
        with Server({**options, "sip.users-file": users}) as server:
            proxy = self.known.issue("DNS:127.0.0.1,URI:sip:127.0.0.1")
            call, response = self.call(server, proxy, user="carol")  # carol@127.0.0.1
            self.assertEqual(response.status, 200)
            call.bye()
            _, response = self.call(server, self.known.issue("URI:sip:example.org"), user="carol")
            self.assertEqual(response.status, 401)

    def test_domains_cannot_be_believed_without_an_authority(self):
        status, _, log = run_to_end("--sip.identity-from-tls=domains", "--sip.listen=udp://127.0.0.1:0", f"--state.directory={self.folder}")
        self.assertEqual(status, 2, log)
        self.assertIn("tls.ca-file", log)


class Proxies(unittest.TestCase):
    """RFC 3325: P-Asserted-Identity counts from listed peers, and is nothing from any other."""

    asserted = ["P-Asserted-Identity: <sip:alice@example.com>"]

    def statuses(self, server):
        with Client(server.address("udp")) as client:
            call = Call(client, "board", user="someone")
            response = call.invite(sdp(40000), self.asserted)
            if response.status == 200:
                call.bye()
            watched = Watcher(client, "board", user="someone").request(headers=self.asserted)
            return response.status, watched.status

    def test_a_listed_peer_is_believed(self):
        with Server({"sip.identity-from": ["127.0.0.1"]}, config_text=CONFIG) as server:
            self.assertEqual(self.statuses(server)[0], 200)
            self.assertIn("sip:alice@example.com", {record.get("peer") for record in server.records()})

    def test_another_peer_is_not(self):
        for options in ({}, {"sip.identity-from": ["192.0.2.0/24"]}):
            with self.subTest(options), Server(options, config_text=CONFIG) as server:
                self.assertEqual(self.statuses(server)[0], 403)
                self.assertNotIn("sip:alice@example.com", {record.get("peer") for record in server.records()})

    def test_a_header_of_another_peer_replaces_no_password(self):
        with tempfile.TemporaryDirectory() as folder:
            users = pathlib.Path(folder) / "users"
            users.write_text("alice@example.com:wonderland\n")
            users.chmod(0o600)
            with Server({"sip.users-file": users, "sip.identity-from": ["192.0.2.0/24"]}) as server:
                self.assertEqual(self.statuses(server), (401, 401))


if __name__ == "__main__":
    unittest.main()
