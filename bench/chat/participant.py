"""One chat participant of a Confab room (RFC 4975, RFC 7701), as far as a load needs: SIP by the tests' own client, then a machine
without a socket."""

from confab_e2e import cpim, msrp, rawsip, sip_message
from confab_e2e.msrp_wire import Chunk, Framer, token


class Participant:
    """`call` is its INVITE dialog; the session is bound by an empty SEND."""

    def __init__(self, call, ours, theirs, tally):
        self.call, self.tally = call, tally
        self._ours, self._theirs, self._framer = ours.path, theirs["path"], Framer()
        self.uri = theirs["path"][0]
        self._binding = token()
        self.ready, self.refused = False, 0

    def __str__(self):
        return f"{self.call.local} in {self.call.room} ({'bound' if self.ready else 'not bound'})"

    def _send(self, transaction, headers, body=None):
        paths = [("To-Path", " ".join(self._theirs)), ("From-Path", self._ours), ("Message-ID", token())]
        return Chunk(transaction, "SEND", headers=[*paths, *headers], body=body).write()

    def begin(self):
        return self._send(self._binding, [])

    def say(self, text):
        body = cpim.wrap(self.call.local.partition(";tag")[0], f"<{self.call.room_uri}>", text)
        return self._send(token(), [("Byte-Range", f"1-{len(body)}/{len(body)}"), ("Failure-Report", "yes"),
                                    ("Content-Type", "message/cpim")], body)

    def on_bytes(self, data):
        out = b""
        for chunk in self._framer.feed(data):
            if chunk.is_response:
                self.ready = self.ready or (chunk.transaction == self._binding and chunk.status == 200)
                self.refused += chunk.status != 200
            elif chunk.method == "SEND":
                if chunk.body:
                    self.tally.note(chunk.body)
                if chunk.get("Failure-Report", "yes") == "yes":
                    out += Chunk(chunk.transaction, status=200, comment="OK",
                                 headers=[("To-Path", chunk.from_path[0]), ("From-Path", self._ours)]).write()
        return out


def join(client, room, user, tally):
    """INVITE with `m=message` alone over one SIP socket that all share."""
    call, ours = rawsip.Call(client, room, user=user), msrp.Offer(client.host)
    answer = call.invite(msrp.description(ours.lines(chatroom="nickname private-messages")), seconds=20)
    client.forget_responses()
    if answer.status != 200:
        raise RuntimeError(f"INVITE of {user} to {room}: {answer.first_line}")
    return Participant(call, ours, msrp.remote_media(sip_message.Sdp(answer.body)), tally)
