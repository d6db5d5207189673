"""The messages of RFC 4475, over UDP and TCP, with the outcome it asks of a user agent server that knows neither registration nor MESSAGE."""

import os
import pathlib
import re
import socket
import sys

from confab_e2e.rawsip import Client
from confab_e2e.server import ServerTest

FOLDER = pathlib.Path(os.environ.get("CONFAB_VECTORS") or pathlib.Path(__file__).parents[3] / "shared/vectors") / "sip-torture"

SILENCE = None
ACCEPTED = {200, 404, 415, 480, 486, 488, 606}  # understood; what becomes of the call is another matter
BROKEN = {400}
UNKNOWN_METHOD = {405, 501}
LIBERAL = ACCEPTED | BROKEN  # "may be liberal in what it accepts"

# name → (section, outcomes). A response that fits nothing we sent is dropped: SILENCE.
OUTCOMES = {
    "wsinv": ("3.1.1.1", ACCEPTED),
    "intmeth": ("3.1.1.2", UNKNOWN_METHOD),
    "esc01": ("3.1.1.3", ACCEPTED),
    "escnull": ("3.1.1.4", {405}),
    "esc02": ("3.1.1.5", UNKNOWN_METHOD),
    "lwsdisp": ("3.1.1.6", {200}),
    "longreq": ("3.1.1.7", ACCEPTED),
    "dblreq": ("3.1.1.8", {405}),
    "semiuri": ("3.1.1.9", {200}),
    "transports": ("3.1.1.10", {200}),
    "mpart01": ("3.1.1.11", {405, 415}),
    "unreason": ("3.1.1.12", {SILENCE}),
    "noreason": ("3.1.1.13", {SILENCE}),
    "badinv01": ("3.1.2.1", BROKEN | {SILENCE}),  # its Via says nobody to answer to
    "clerr": ("3.1.2.2", BROKEN | {SILENCE}),     # on TCP the rest of the body may still come
    "ncl": ("3.1.2.3", BROKEN | {SILENCE}),       # on TCP the connection may be closed
    "scalar02": ("3.1.2.4", BROKEN | {405}),      # 405 when the method is looked at first
    "scalarlg": ("3.1.2.5", {SILENCE}),
    "quotbal": ("3.1.2.6", LIBERAL),
    "ltgtruri": ("3.1.2.7", LIBERAL | {416}),
    "lwsruri": ("3.1.2.8", LIBERAL | {416, SILENCE}),
    "lwsstart": ("3.1.2.9", LIBERAL | {416, SILENCE}),
    "trws": ("3.1.2.10", LIBERAL | {SILENCE}),
    "escruri": ("3.1.2.11", LIBERAL),
    "baddate": ("3.1.2.12", LIBERAL),
    "regbadct": ("3.1.2.13", BROKEN | {405}),
    "badaspec": ("3.1.2.14", LIBERAL),
    "baddn": ("3.1.2.15", LIBERAL),
    "badvers": ("3.1.2.16", {505, SILENCE}),      # a version that is not 2.0 may not even be recognised as SIP
    "mismatch01": ("3.1.2.17", BROKEN),
    "mismatch02": ("3.1.2.18", BROKEN | UNKNOWN_METHOD),
    "bigcode": ("3.1.2.19", {SILENCE}),
    "badbranch": ("3.2.1", {200, 400}),
    "insuf": ("3.3.1", BROKEN | {SILENCE}),
    "unkscm": ("3.3.2", {416, 400}),
    "novelsc": ("3.3.3", {416, 400}),
    "unksm2": ("3.3.4", BROKEN | {405}),
    "bext01": ("3.3.5", {420}),
    "invut": ("3.3.6", {415}),
    "regaut01": ("3.3.7", {405}),
    "multi01": ("3.3.8", BROKEN),
    "mcl01": ("3.3.9", BROKEN | {SILENCE}),       # on TCP the message has no certain end
    "bcast": ("3.3.10", {SILENCE}),
    "zeromf": ("3.3.11", {200, 483}),
    "cparam01": ("3.3.12", {405}),
    "cparam02": ("3.3.13", {405}),
    "regescrt": ("3.3.14", {405}),
    "sdp01": ("3.3.15", {406} | ACCEPTED),
    "inv2543": ("3.4.1", ACCEPTED),
    "test": ("older draft", LIBERAL | {SILENCE}),
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


class Torture:
    """Vectors share branches, so each transport has a server of its own: none takes one for a retransmission of the other's."""

    def check(self, name, status, transport):
        section, outcomes = OUTCOMES[name]
        said = "no answer" if status is SILENCE else status
        self.assertIn(status, outcomes, f"{name} over {transport}: {said}; RFC 4475 section {section}")

    def answer(self, client, outcomes):
        # a final answer comes at once; where none is asked for, a short wait is enough to see a wrong one
        message = client.take(lambda m: m.is_response and m.status >= 200, 0.5 if SILENCE in outcomes else 3)
        return message.status if message else SILENCE

    def assert_alive(self):
        self.assertTrue(self.server.alive(), "confabd is still there")
        with Client(self.server.address("udp")) as client:
            self.assertTrue(client.is_answered())


class OverTcp(Torture, ServerTest):
    def test_every_vector_is_in_the_table(self):
        self.assertEqual({p.stem for p in FOLDER.glob("*.dat")} - set(OUTCOMES), set())

    def test_every_vector_has_its_outcome_over_tcp(self):
        for path in sorted(FOLDER.glob("*.dat")):
            with self.subTest(path.stem), Client(self.server.address("tcp"), "tcp") as client:
                client.send(path.read_bytes())
                self.check(path.stem, self.answer(client, OUTCOMES[path.stem][1]), "tcp")
        self.assert_alive()


class OverUdp(Torture, ServerTest):
    def test_every_vector_has_its_outcome_over_udp(self):
        for path in sorted(FOLDER.glob("*.dat")):
            data = path.read_bytes()
            with self.subTest(path.stem), Client(self.server.address("udp"), host="127.0.0.5") as client:
                listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                self.addCleanup(listener.close)
                try:  # send from the port that the answer goes to
                    listener.bind(("127.0.0.5", reply_port(data)))
                except OSError:
                    print(f"{path.stem}: port {reply_port(data)} is taken, its answer over UDP is not seen", file=sys.stderr)
                    client.send(data)
                    continue
                listener.setblocking(False)
                client._socket.close()
                client._socket = listener
                client.send(data)
                self.check(path.stem, self.answer(client, OUTCOMES[path.stem][1]), "udp")
        self.assert_alive()
