"""What operators rely on: a kernel that forbids io_uring is told plainly, wire traces, log levels, a call event a line."""

import ctypes
import json
import pathlib
import signal
import socket
import struct
import subprocess
import tempfile
import unittest

from confab_e2e import audio
from confab_e2e.phone import Phone
from confab_e2e.rawsip import Call, Client
from confab_e2e.server import Server, daemon_path
from confab_e2e.sip_message import sdp

IO_URING_SETUP = 425  # the same number on every architecture
ALLOW, ERRNO_EPERM = 0x7FFF0000, 0x00050001
LOAD_SYSCALL_NUMBER, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, FILTER_MODE = 22, 38, 2


def forbid_io_uring():
    """In the child, before it becomes the daemon: io_uring_setup fails with EPERM, as in many containers."""
    rules = [(LOAD_SYSCALL_NUMBER, 0, 0, 0), (JUMP_IF_EQUAL, 0, 1, IO_URING_SETUP),
             (RETURN, 0, 0, ERRNO_EPERM), (RETURN, 0, 0, ALLOW)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *rule) for rule in rules))
    program = ctypes.create_string_buffer(struct.pack("HL", len(rules), ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 or libc.prctl(PR_SET_SECCOMP, FILTER_MODE, program, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


class Kernel(unittest.TestCase):
    def test_a_machine_that_forbids_io_uring_is_told_plainly(self):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([daemon_path(), "--media.io=uring", "--sip.listen=udp://127.0.0.1:0", f"--state.directory={folder}"],
                                  preexec_fn=forbid_io_uring, capture_output=True, text=True, timeout=20, check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("io_uring", done.stderr.splitlines()[-1])
        self.assertNotIn("ready", done.stdout)

    def test_it_takes_epoll_with_one_warning_where_io_uring_is_forbidden_and_carries_a_call(self):
        for options, forbid, warnings in (({}, True, 1), ({"media.io": "epoll"}, False, 0)):
            with self.subTest(**options), Server(options, before_exec=forbid_io_uring if forbid else None) as server:
                with Phone(server, tone_hz=440) as alice, Phone(server, tone_hz=1000) as bob:
                    for phone in (alice, bob):
                        phone.dial("lunch")
                    heard = alice.rtp.listen(2)
                    self.assertAlmostEqual(audio.median_tone_db(heard, 8000, 1000), -20, delta=4)
                lines = [line for line in server.log_lines if "no io_uring" in line]
                self.assertEqual(len(lines), warnings, lines)
                self.assertTrue(any('"epoll"' in line for line in server.log_lines))


class Connections(unittest.TestCase):
    def test_more_connections_than_a_default_table_holds_leave_room_for_another(self):
        with Server() as server:
            idle = [socket.create_connection(server.address("tcp")) for _ in range(1100)]
            try:
                with Client(server.address("tcp"), "tcp") as client:
                    self.assertTrue(client.is_answered())
            finally:
                for connection in idle:
                    connection.close()

    def test_a_peer_without_a_certificate_of_the_ca_is_refused_when_peers_are_verified(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("known", "stranger"):
                subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={name}",
                                "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.crt"], capture_output=True, check=True)
                both = pathlib.Path(f"{folder}/{name}.crt").read_text() + pathlib.Path(f"{folder}/{name}.key").read_text()
                pathlib.Path(f"{folder}/{name}.pem").write_text(both)
            with Server({"tls.verify-peers": "true", "tls.ca-file": f"{folder}/known.crt"}) as server:
                self.assertTrue(self.admitted(server, f"{folder}/known.pem"))
                self.assertFalse(self.admitted(server, f"{folder}/stranger.pem"))
                self.assertFalse(self.admitted(server, None))

    @staticmethod
    def admitted(server, certificate):
        try:
            with Client(server.address("tls"), "tls", certificate=certificate) as client:
                return client.is_answered()
        except (OSError, AssertionError):  # closed in the handshake, or never answered
            return False

    def test_a_call_that_was_not_acknowledged_gets_its_bye_when_the_server_leaves(self):
        with Server() as server, Client(server.address("udp")) as client:
            call = Call(client)
            self.assertEqual(call.final(call.send_invite(sdp(40000))).status, 200)
            server.signal(signal.SIGTERM)
            call.request_from_server("BYE", 6)
            self.assertEqual(server.wait(6), 0)


class Logs(unittest.TestCase):
    def events(self, server):
        return [json.loads(line) for line in server.log_lines if line.startswith("{")]

    def test_each_call_event_is_one_line_with_room_leg_and_peer(self):
        with Server() as server, Phone(server) as phone:
            phone.dial("lunch")
            phone.hang_up()
            server.stop()
            told = {e["message"]: e for e in self.events(server) if "leg" in e}
            for message in ("call offered", "call joined", "call ended"):
                self.assertIn(message, told)
                self.assertTrue(told[message]["room"].startswith("lunch@"), told[message])
                self.assertTrue(told[message]["peer"].startswith("sip:"), told[message])

    def test_wire_traces_show_sip_and_rtp_both_ways(self):
        with Server({"log.trace": "sip,rtp"}) as server, Phone(server, tone_hz=440) as phone:
            phone.dial("lunch")
            phone.rtp.listen(1.0)
            phone.hang_up()
            server.stop()
            text = "\n".join(server.log_lines)
            for part in ("INVITE sip:lunch@", "SIP/2.0 200", "BYE sip:", "ssrc="):
                self.assertIn(part, text)

    def test_without_a_trace_no_message_is_written_down(self):
        with Server() as server, Phone(server) as phone:
            phone.dial("lunch")
            phone.hang_up()
            server.stop()
            self.assertNotIn("SIP/2.0 200", "\n".join(server.log_lines))


if __name__ == "__main__":
    unittest.main()
