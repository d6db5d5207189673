"""What operators rely on: a kernel that forbids io_uring is told plainly, wire traces, log levels, a call event a line."""

import ctypes
import json
import struct
import subprocess
import tempfile
import unittest

from confab_e2e.phone import Phone
from confab_e2e.server import Server, daemon_path

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
            done = subprocess.run([daemon_path(), "--sip.listen=udp://127.0.0.1:0", f"--state.directory={folder}"],
                                  preexec_fn=forbid_io_uring, capture_output=True, text=True, timeout=20, check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("io_uring", done.stderr.splitlines()[-1])
        self.assertNotIn("ready", done.stdout)


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
