"""One occupant of a MUC room (RFC 6120, XEP-0045), as far as a load needs: a machine without a socket."""

import enum
from xml.sax.saxutils import escape

OWNER_FORM = (
    "<iq type='set' id='config' to='{room}'><query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'>"
    "<field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#roomconfig</value></field>"
    # Who comes and goes is told to nobody else: joining 1,000 occupants would be a million presences.
    "<field var='muc#roomconfig_presencebroadcast'><value>moderator</value></field>"
    "</x></query></iq>")


class State(enum.Enum):
    LOGGING_IN = 1
    BINDING = 2
    JOINING = 3
    CONFIGURING = 4
    JOINED = 5
    REFUSED = 6


class Occupant:
    """Logs in by SASL ANONYMOUS, joins `room` as `nick`; the one who makes the room also configures it."""

    def __init__(self, domain, room, nick, tally):
        self.domain, self.room, self.nick, self.tally = domain, room, nick, tally
        self.state, self._held = State.LOGGING_IN, b""

    def __str__(self):
        return f"{self.nick} in {self.room} ({self.state.name})"

    @property
    def ready(self):
        return self.state is State.JOINED

    def begin(self):
        return (f"<?xml version='1.0'?><stream:stream to='{self.domain}' version='1.0' xmlns='jabber:client' "
                "xmlns:stream='http://etherx.jabber.org/streams'>").encode()

    def say(self, text):
        return f"<message type='groupchat' to='{self.room}'><body>{escape(text)}</body></message>".encode()

    def on_bytes(self, data):
        self._held += data
        if self.state is State.JOINED:
            # Whole messages are counted and dropped; what is no message goes with them.
            whole = self._held.rfind(b"</message>") + 1
            if whole:
                self.tally.note(self._held[:whole])
                self._held = self._held[whole:]
            return b""
        return self._step()

    def _take(self, mark):
        """Whether `mark` came; what came up to it is done with."""
        at = self._held.find(mark)
        if at < 0:
            return False
        self._held = self._held[at + len(mark):]
        return True

    def _step(self):
        if b"<stream:error" in self._held or b"<failure" in self._held or b"type='error'" in self._held:
            self.state = State.REFUSED
            return b""
        if self.state is State.LOGGING_IN:
            if b"<success" in self._held:
                self._held, self.state = b"", State.BINDING
                return self.begin()
            return b"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>" if self._take(b"</stream:features>") else b""
        if self.state is State.BINDING:
            if self._take(b"</stream:features>"):
                return b"<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"
            if not self._take(b"</bind></iq>"):
                return b""
            self.state = State.JOINING
            return (f"<presence to='{self.room}/{self.nick}'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x>"
                    "</presence>").encode()
        if self.state is State.JOINING and b"code='110'" in self._held and b"</presence>" in self._held:
            made = b"code='201'" in self._held
            self._held, self.state = b"", State.CONFIGURING if made else State.JOINED
            return OWNER_FORM.format(room=self.room).encode() if made else b""
        if self.state is State.CONFIGURING and b"id='config'" in self._held and b"type='result'" in self._held:
            self._held, self.state = b"", State.JOINED
        return b""
