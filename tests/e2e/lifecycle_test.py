"""Start, stop and what the operator is told."""

import pathlib
import signal
import socket
import tempfile
import time
import unittest

from confab_e2e.phone import Phone
from confab_e2e.server import Server, run_to_end

ALL_KEYS = ("sip.listen", "sip.trusted-peers", "sip.max-legs", "media.first-port", "media.codecs", "media.srtp",
            "media.rtp-timeout", "rooms.domains", "rooms.announcements", "rooms.music-on-hold", "state.directory",
            "log.level", "log.format", "log.trace", "scheduler.policy", "tls.certificate")


class Stopping(unittest.TestCase):
    def test_sigterm_ends_calls_with_bye_and_exits_with_0(self):
        with Server() as server, Phone(server, tone_hz=440) as one, Phone(server, transport="tcp") as two, \
                Phone(server, transport="tls") as three:
            for phone in (one, two, three):
                phone.dial("lunch")
            begin = time.monotonic()
            server.signal(signal.SIGTERM)
            for phone in (one, two, three):
                phone.answer_bye()
            self.assertEqual(server.wait(6), 0)
            self.assertLess(time.monotonic() - begin, 5.5)

    def test_a_phone_that_does_not_answer_the_bye_holds_nothing_up(self):
        with Server() as server, Phone(server, tone_hz=440) as phone:
            phone.dial("lunch")
            begin = time.monotonic()
            server.signal(signal.SIGTERM)
            phone.call.request_from_server("BYE")
            phone.ended = True
            self.assertEqual(server.wait(6), 0)
            self.assertLess(time.monotonic() - begin, 5.5)

    def test_a_second_sigterm_stops_at_once(self):
        with Server() as server, Phone(server) as phone:
            phone.dial("lunch")
            server.signal(signal.SIGTERM)
            phone.call.request_from_server("BYE")
            phone.ended = True
            begin = time.monotonic()
            server.signal(signal.SIGTERM)
            server.wait(3)
            self.assertLess(time.monotonic() - begin, 1.5)

    def test_an_idle_server_stops_quickly(self):
        with Server() as server:
            begin = time.monotonic()
            server.stop()
            self.assertLess(time.monotonic() - begin, 3)


class Starting(unittest.TestCase):
    def test_ready_is_the_only_line_on_standard_output(self):
        with Server() as server:
            for transport in ("udp", "tcp", "tls"):
                self.assertGreater(server.port(transport), 0)
            server.stop()
            self.assertEqual(server.stdout_lines, ["ready"])

    def test_a_certificate_is_made_at_the_first_start_said_so_and_kept(self):
        with tempfile.TemporaryDirectory() as folder:
            options = {"state.directory": folder}
            with Server(options) as server:
                log = "\n".join(server.log_lines)
                self.assertIn("self-signed", log.lower())
            first = {p.name: p.read_bytes() for p in pathlib.Path(folder).rglob("*.pem")}
            self.assertTrue(first, f"PEM files in {folder}")
            for path in pathlib.Path(folder).rglob("*key*"):
                self.assertEqual(path.stat().st_mode & 0o077, 0, f"{path} is private")
            with Server(options) as server, Phone(server, transport="tls") as phone:
                phone.dial("safe")
            self.assertEqual(first, {p.name: p.read_bytes() for p in pathlib.Path(folder).rglob("*.pem")})

    def test_a_taken_port_is_said_with_its_address_and_the_status_is_not_0(self):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as taken, tempfile.TemporaryDirectory() as folder:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            status, out, err = run_to_end(f"--sip.listen=tcp://{address}", f"--state.directory={folder}")
            self.assertNotEqual(status, 0)
            self.assertIn(address, err)
            self.assertNotIn("ready", out)

    def test_calls_over_ipv6(self):
        with Server({"media.address": "::"}, listen="udp://[::1]:0,tcp://[::1]:0") as server:
            for transport in ("udp", "tcp"):
                with Phone(server, tone_hz=440, transport=transport, family="v6") as phone:
                    phone.dial("six")
                    self.assertIn(":", phone.call.answer.audio()["host"])
                    self.assertGreater(len(phone.rtp.listen(1.0)), 4000, "RTP over IPv6 came back")


class CommandLine(unittest.TestCase):
    def check(self, text, *flags):
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
            file.write(text)
            file.flush()
            return (*run_to_end("--check-config", f"--config-file={file.name}", *flags), file.name)

    def test_a_good_config_is_good(self):
        status, _, err, _ = self.check('[rooms]\nmusic-on-hold = false\n')
        self.assertEqual(status, 0, err)

    def test_bad_configs_are_refused_with_file_line_and_key(self):
        table = (
            ("an unknown key", '[rooms]\n\nmusik = true\n', "musik", 3),
            ("a key set twice", '[log]\nlevel = "info"\nlevel = "debug"\n', "level", 3),
            ("a wrong type", '[sip]\nmax-legs = "many"\n', "max-legs", 2),
            ("out of range", '[media]\nfirst-port = 80\n', "first-port", 2),
            ("no TOML", '[media\n', "", 1),
        )
        for what, text, key, line in table:
            with self.subTest(what):
                status, _, err, name = self.check(text)
                self.assertEqual(status, 2, err)
                self.assertIn(key, err)
                self.assertIn(name, err)
                self.assertRegex(err, rf"\b{line}\b", "the line")

    def test_bad_flags_are_refused(self):
        for flag in ("--media.threads=minus-one", "--no.such-key=1", "--wonder"):
            with self.subTest(flag):
                status, _, err = run_to_end(flag)
                self.assertEqual(status, 2, err)
                self.assertIn(flag.partition("=")[0].lstrip("-"), err)

    def test_a_config_file_that_is_not_there_is_said(self):
        status, _, err = run_to_end("--config-file=/nonexistent/confab.conf")
        self.assertEqual(status, 2, err)
        self.assertIn("/nonexistent/confab.conf", err)

    def test_help_lists_every_key(self):
        status, out, _ = run_to_end("--help")
        self.assertEqual(status, 0)
        for key in ALL_KEYS:
            self.assertIn(key, out)
