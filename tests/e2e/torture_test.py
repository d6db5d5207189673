"""The messages of RFC 4475, over UDP and TCP, with the outcome it asks of a user agent server that knows neither registration nor MESSAGE."""

import contextlib
import os
import pathlib
import re
import shutil
import socket
import sys
import unittest

from confab_e2e.rawsip import Client
from confab_e2e.server import Server

FOLDER = pathlib.Path(os.environ.get("CONFAB_VECTORS") or pathlib.Path(__file__).parents[3] / "shared/vectors") / "sip-torture"

SILENCE = None
CLOSED = "the connection closed"
ACCEPTED = {200, 404, 415, 480, 486, 488, 606}  # understood; what becomes of the call is another matter
BROKEN = {400}
UNKNOWN_METHOD = {405, 501}
LIBERAL = ACCEPTED | BROKEN  # "could attempt to ignore" what is wrong

# name → (section, outcomes). A response is never answered, whatever is wrong with it: SILENCE.
OUTCOMES = {
    "wsinv": ("3.1.1.1", ACCEPTED | {481}),       # its To has a tag: a request within a dialog we do not have, RFC 3261 §12.2.2
    "intmeth": ("3.1.1.2", UNKNOWN_METHOD),
    "esc01": ("3.1.1.3", ACCEPTED),
    "escnull": ("3.1.1.4", {405}),                # a REGISTER, as are all others with 405 alone
    "esc02": ("3.1.1.5", UNKNOWN_METHOD),
    "lwsdisp": ("3.1.1.6", {200}),
    "longreq": ("3.1.1.7", ACCEPTED),
    "dblreq": ("3.1.1.8", {405}),
    "semiuri": ("3.1.1.9", {200}),
    "transports": ("3.1.1.10", {200}),
    "mpart01": ("3.1.1.11", {403, 404, 415}),
    "unreason": ("3.1.1.12", {SILENCE}),
    "noreason": ("3.1.1.13", {SILENCE}),
    "badinv01": ("3.1.2.1", BROKEN),
    "clerr": ("3.1.2.2", BROKEN),
    "ncl": ("3.1.2.3", BROKEN),
    "scalar02": ("3.1.2.4", BROKEN | {405}),      # 405 when the method is looked at first
    "scalarlg": ("3.1.2.5", {SILENCE}),
    "quotbal": ("3.1.2.6", LIBERAL),
    "ltgtruri": ("3.1.2.7", LIBERAL),
    "lwsruri": ("3.1.2.8", LIBERAL),
    "lwsstart": ("3.1.2.9", LIBERAL),
    "trws": ("3.1.2.10", LIBERAL),
    "escruri": ("3.1.2.11", LIBERAL),
    "baddate": ("3.1.2.12", LIBERAL),
    "regbadct": ("3.1.2.13", BROKEN | {405}),
    "badaspec": ("3.1.2.14", LIBERAL),
    "baddn": ("3.1.2.15", LIBERAL),
    "badvers": ("3.1.2.16", {505}),
    "mismatch01": ("3.1.2.17", BROKEN),
    "mismatch02": ("3.1.2.18", BROKEN | UNKNOWN_METHOD),
    "bigcode": ("3.1.2.19", {SILENCE}),
    "badbranch": ("3.2.1", {200}),
    "insuf": ("3.3.1", BROKEN),
    "unkscm": ("3.3.2", {416}),
    "novelsc": ("3.3.3", {416}),
    "unksm2": ("3.3.4", BROKEN | {405}),
    "bext01": ("3.3.5", {420}),
    "invut": ("3.3.6", {415}),
    "regaut01": ("3.3.7", {405}),
    "multi01": ("3.3.8", BROKEN),
    "mcl01": ("3.3.9", BROKEN),
    "bcast": ("3.3.10", {SILENCE}),
    "zeromf": ("3.3.11", {200}),                  # 483 is for those who would forward it
    "cparam01": ("3.3.12", {405}),
    "cparam02": ("3.3.13", {405}),
    "regescrt": ("3.3.14", {405}),
    "sdp01": ("3.3.15", {406}),
    "inv2543": ("3.4.1", ACCEPTED),
    "test": ("older draft", LIBERAL | {SILENCE}),
}


# Where TCP differs. What cannot be read as SIP at all leaves no certain place where the next message starts: the connection closes
# without an answer, as RFC 4475 §3.1.2.3 suggests. A start line that is not whole yet looks like one that is wrong: SILENCE until
# the connection's timeout.
OVER_TCP = {
    "badinv01": {CLOSED},
    "badvers": {CLOSED},
    "baddn": {SILENCE},
    "clerr": {SILENCE},             # the rest of the body may still come
    "inv2543": {CLOSED},            # no Content-Length, which a stream needs (RFC 3261 §18.3)
    "longreq": {CLOSED},            # its Via has no branch
    "ltgtruri": {CLOSED},
    "lwsruri": {CLOSED},
    "lwsstart": {SILENCE},
    "trws": {CLOSED},
    "unksm2": {CLOSED},
}


def reply_port(data):
    """Where an answer goes without rport: the port of the topmost Via, else 5060 (RFC 3261 §18.2.2)."""
    via = re.search(rb"^(?:via|v)[ \t]*:([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)", data, re.IGNORECASE | re.MULTILINE)
    port = re.search(rb"[\w.]+[ \t\r\n]*:[ \t\r\n]*(\d+)", via[1]) if via else None
    return int(port[1]) if port else 5060


def setUpModule():
    if not list(FOLDER.glob("*.dat")):
        print(f"SKIP: no *.dat in {FOLDER}; set CONFAB_VECTORS to the folder that holds sip-torture", file=sys.stderr)
        sys.stderr.flush()
        os._exit(77)  # CTest's SKIP_RETURN_CODE: shown as skipped, not as passed


class Torture(unittest.TestCase):
    """Vectors share branches and Call-IDs, so each has a server of its own: none is taken for the retransmission of another."""

    def check(self, name, status, outcomes, transport):
        said = "no answer" if status is SILENCE else status
        self.assertIn(status, outcomes, f"{name} over {transport}: {said}; RFC 4475 section {OUTCOMES[name][0]}")

    def answer(self, client, outcomes):
        # a final answer comes at once; where none is asked for, a short wait is enough to see a wrong one
        message = client.take(lambda m: m.is_response and m.status >= 200, 0.5 if SILENCE in outcomes else 3)
        if message:
            return message.status
        return CLOSED if client.closed else SILENCE

    @contextlib.contextmanager
    def server(self, transport):
        server = Server(listen=f"udp://127.0.0.1:0,{transport}://127.0.0.1:0" if transport != "udp" else "udp://127.0.0.1:0").start()
        try:
            yield server
            self.assertTrue(server.alive(), "confabd is still there")
            with Client(server.address("udp")) as client:
                self.assertTrue(client.is_answered())
        finally:
            server.kill()
            shutil.rmtree(server.folder, ignore_errors=True)

    def test_every_vector_is_in_the_table(self):
        self.assertEqual({p.stem for p in FOLDER.glob("*.dat")} - set(OUTCOMES), set())

    def test_every_vector_has_its_outcome_over_tcp(self):
        for path in sorted(FOLDER.glob("*.dat")):
            outcomes = OVER_TCP.get(path.stem, OUTCOMES[path.stem][1])
            with self.subTest(path.stem), self.server("tcp") as server, Client(server.address("tcp"), "tcp") as client:
                client.send(path.read_bytes())
                self.check(path.stem, self.answer(client, outcomes), outcomes, "tcp")

    def test_every_vector_has_its_outcome_over_udp(self):
        for path in sorted(FOLDER.glob("*.dat")):
            data, outcomes = path.read_bytes(), OUTCOMES[path.stem][1]
            with self.subTest(path.stem), self.server("udp") as server, Client(server.address("udp"), host="127.0.0.5") as client:
                # send from the port that the answer goes to
                listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                self.addCleanup(listener.close)
                listener.bind(("127.0.0.5", reply_port(data)))
                listener.setblocking(False)
                client._socket.close()
                client._socket = listener
                client.send(data)
                self.check(path.stem, self.answer(client, outcomes), outcomes, "udp")
                listener.close()
