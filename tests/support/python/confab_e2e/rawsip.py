"""A SIP client that sends exactly what a test says, over UDP, TCP or TLS, and never more than that.

It retransmits nothing and answers nothing by itself: what comes in waits in `inbox` until the test asks for it.
"""

import secrets
import select
import socket
import ssl
import time

from . import sip_message
from .sip_message import Message


class Client:
    """One socket towards one server address; `certificate`: a PEM file with its key, for TLS."""

    def __init__(self, address, transport="udp", host=None, certificate=None):
        self.address, self.transport = tuple(address), transport
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        host = host or ("::1" if family == socket.AF_INET6 else "127.0.0.1")
        self.inbox = []
        self._stream = b""
        self.closed = False
        self._socket = socket.socket(family, socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM)
        self._socket.bind((host, 0))
        if transport != "udp":
            self._socket.settimeout(10)
            self._socket.connect(self.address)
            # Nagle would hold each second request back, as after an ACK, until the server's delayed ACK of TCP: 40 ms.
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if transport == "tls":
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
                if certificate:
                    context.load_cert_chain(certificate)
                self._socket = context.wrap_socket(self._socket)
        self.host, self.port = self._socket.getsockname()[:2]
        self.uri_host = f"[{self.host}]" if ":" in self.host else self.host
        self.host_port = f"{self.uri_host}:{self.port}"
        self._socket.setblocking(False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _readable(self, seconds):
        waiting = select.poll()  # select() knows no descriptor above 1,023
        waiting.register(self._socket, select.POLLIN)
        return waiting.poll(max(0.0, seconds) * 1000)

    def close(self):
        self._socket.close()
        self.closed = True

    @property
    def server_host_port(self):
        host, port = self.address[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def send(self, data):
        if isinstance(data, str):
            data = data.encode()
        if self.transport == "udp":
            try:
                self._socket.sendto(data, self.address)
            except ConnectionRefusedError:  # an ICMP error about an earlier datagram
                self._socket.sendto(data, self.address)
            return
        self._socket.settimeout(10)
        try:
            self._socket.sendall(data)
        finally:
            self._socket.setblocking(False)

    def poll(self, seconds=0.0):
        """Takes in what arrives within `seconds`; returns at the first arrival."""
        if self.closed:
            return
        pending = getattr(self._socket, "pending", lambda: 0)()
        if not pending and not self._readable(seconds):
            return
        try:
            while True:
                data = self._socket.recv(65536)
                if self.transport == "udp":
                    if data.strip(b"\r\n\0"):
                        self.inbox.append(Message(data))
                    continue
                if not data:
                    self.close()
                    break
                self._stream += data
        except (BlockingIOError, ssl.SSLWantReadError):
            pass
        except (ConnectionError, ssl.SSLError):
            if self.transport != "udp":
                self.close()
        self._frame()

    def _frame(self):
        """RFC 3261 §18.3: on a stream Content-Length ends a message."""
        while True:
            self._stream = self._stream.lstrip(b"\r\n")
            head, separator, rest = self._stream.partition(b"\r\n\r\n")
            if not separator:
                return
            length = int(Message(head + separator).get("content-length", "0") or 0)
            if len(rest) < length:
                return
            self.inbox.append(Message(head + separator + rest[:length]))
            self._stream = rest[length:]

    def take(self, wanted, seconds=5.0):
        """Removes and returns the first message that `wanted` accepts; None when none comes."""
        end = time.monotonic() + seconds
        while True:
            for i, message in enumerate(self.inbox):
                if wanted(message):
                    return self.inbox.pop(i)
            left = end - time.monotonic()
            if left <= 0 or (self.closed and not self.inbox):
                return None
            self.poll(left)

    def forget_responses(self):
        """Provisional ones that nobody asked for: with thousands of calls on one client all later searches pass them."""
        self.inbox[:] = [m for m in self.inbox if not m.is_response]

    def expect(self, wanted, what, seconds=5.0):
        message = self.take(wanted, seconds)
        if message is None:
            raise AssertionError(f"{what} did not come within {seconds} s; in the inbox: {self.inbox}")
        return message

    def expect_request(self, method, seconds=5.0):
        return self.expect(lambda m: m.method == method, f"a {method} request", seconds)

    def expect_response(self, cseq, method, seconds=5.0, final=True):
        return self.expect(lambda m: m.is_response and m.cseq == (cseq, method) and (m.status >= 200 or not final),
                           f"a {'final ' if final else ''}response to {cseq} {method}", seconds)

    def via(self, branch=None):
        return f"Via: SIP/2.0/{self.transport.upper()} {self.host_port};branch={branch or sip_message.branch()};rport"

    def request(self, method, user="lunch", headers=(), body="", uri=None, call_id=None, cseq=1, contact=True, seconds=5.0):
        """A request outside of any dialog; returns its final response."""
        scheme_host = self.server_host_port
        lines = [self.via(), "Max-Forwards: 70", f"From: <sip:tester@{self.uri_host}>;tag={secrets.token_hex(4)}",
                 f"To: <sip:{user}@{scheme_host}>", f"Call-ID: {call_id or secrets.token_hex(8)}", f"CSeq: {cseq} {method}"]
        if contact:
            lines.append(f"Contact: <sip:tester@{self.host_port};transport={self.transport}>")
        self.send(sip_message.write(f"{method} {uri or f'sip:{user}@{scheme_host}'} SIP/2.0", [*lines, *headers], body))
        return self.expect_response(cseq, method, seconds)

    def reply(self, request, status, reason="OK", headers=(), body=""):
        """A response with what RFC 3261 §8.2.6 copies from the request."""
        lines = [f"Via: {v}" for v in request.all("via")]
        lines += [f"{name}: {request.get(name.lower())}" for name in ("From", "To", "Call-ID", "CSeq")]
        lines += [f"Record-Route: {v}" for v in request.all("record-route")]
        lines.append(f"Contact: <sip:tester@{self.host_port};transport={self.transport}>")
        self.send(sip_message.write(f"SIP/2.0 {status} {reason}", [*lines, *headers], body))

    def is_answered(self):
        """The server still answers OPTIONS."""
        return self.request("OPTIONS", headers=("Accept: application/sdp",)).status == 200


class Call:
    """The caller's side of one INVITE dialog (RFC 3261 §12); sends what it is told, in order."""

    def __init__(self, client, room="lunch", user="tester", contact=None, host=None):
        self.client, self.room = client, room
        self.call_id, self.local_tag, self.remote_tag = secrets.token_hex(10), secrets.token_hex(5), ""
        self.cseq, self._unheard = 0, {}
        self.target = self.room_uri = f"sip:{room}@{host or client.server_host_port}"
        self.routes = []
        self.local = f"<sip:{user}@{client.uri_host}>;tag={self.local_tag}"
        self.contact = contact or f"<sip:{user}@{client.host_port};transport={client.transport}>"
        self.answer = None

    def _headers(self, method, cseq, branch, extra, to_tag=True):
        tag = f";tag={self.remote_tag}" if self.remote_tag and to_tag else ""
        lines = [self.client.via(branch), "Max-Forwards: 70", f"From: {self.local}", f"To: <{self.room_uri}>{tag}",
                 f"Call-ID: {self.call_id}", f"CSeq: {cseq} {method}", *(f"Route: {r}" for r in self.routes)]
        if method in ("INVITE", "UPDATE", "ACK", "SUBSCRIBE", "REFER"):
            lines.append(f"Contact: {self.contact}")
        return [*lines, *extra]

    def send(self, method, body="", headers=(), cseq=None, branch=None, content_type="application/sdp", to_tag=True):
        """Any request of this dialog; returns its CSeq number."""
        if cseq is None:
            self.cseq += 1
            cseq = self.cseq
        extra = list(headers)
        if body and not any(h.lower().startswith("content-type") for h in extra):
            extra.append(f"Content-Type: {content_type}")
        message = sip_message.write(f"{method} {self.target} SIP/2.0", self._headers(method, cseq, branch, extra, to_tag), body)
        self._unheard[cseq, method] = message
        self.client.send(message)
        return cseq

    def send_invite(self, body="", headers=()):
        self.invite_branch = sip_message.branch()
        return self.send("INVITE", body, headers, branch=self.invite_branch)

    def final(self, cseq, method="INVITE", seconds=5.0):
        """The final response; a first 2xx to INVITE completes the dialog's state."""
        end = time.monotonic() + seconds
        self._repeat_until_heard(cseq, method, seconds)
        response = self.client.expect(
            lambda m: self._is_answer(m, cseq, method) and m.status >= 200,
            f"a final response to {cseq} {method} of {self.call_id}", max(0.0, end - time.monotonic()))
        if method == "INVITE":
            if 200 <= response.status < 300:
                self.learn(response)
            else:
                self._acknowledge_failure(response, cseq)
        return response

    def _is_answer(self, message, cseq, method):
        return message.is_response and message.cseq == (cseq, method) and message.get("call-id") == self.call_id

    def _repeat_until_heard(self, cseq, method, seconds):
        """A datagram may be lost: sent again after 0.5 s, 1 s, ... until any response is here (RFC 3261 §17.1.1.2)."""
        sent, wait, end = self._unheard.pop((cseq, method), None), 0.5, time.monotonic() + seconds
        while sent is not None and self.client.transport == "udp":
            heard = self.client.take(lambda m: self._is_answer(m, cseq, method), min(wait, end - time.monotonic()))
            if heard is not None:
                self.client.inbox.insert(0, heard)
            if heard is not None or time.monotonic() >= end:
                return
            self.client.send(sent)
            wait *= 2

    def learn(self, response):
        if not self.remote_tag:
            self.routes = list(reversed([r for v in response.all("record-route") for r in v.split(",")]))
        self.remote_tag = response.tag("to")
        self.target = response.contact_uri() or self.target
        if response.body:
            self.answer = sip_message.Sdp(response.body)

    def _acknowledge_failure(self, response, cseq):
        """RFC 3261 §17.1.1.3: same branch, the response's To."""
        lines = [self.client.via(self.invite_branch), "Max-Forwards: 70", f"From: {self.local}", f"To: {response.get('to')}",
                 f"Call-ID: {self.call_id}", f"CSeq: {cseq} ACK"]
        self.client.send(sip_message.write(f"ACK {self.target} SIP/2.0", lines))

    def ack(self, cseq=None, body=""):
        self.send("ACK", body, cseq=cseq or self.cseq)

    def invite(self, body="", headers=(), ack_body="", seconds=5.0):
        """INVITE or re-INVITE, final response, ACK."""
        cseq = self.send_invite(body, headers)
        response = self.final(cseq, seconds=seconds)
        if response.status < 300:
            self.ack(cseq, ack_body)
        return response

    def bye(self, seconds=5.0):
        return self.final(self.send("BYE"), "BYE", seconds)

    def request_from_server(self, method, seconds=5.0):
        return self.client.expect(lambda m: m.method == method and m.get("call-id") == self.call_id,
                                  f"a {method} from the server in {self.call_id}", seconds)
