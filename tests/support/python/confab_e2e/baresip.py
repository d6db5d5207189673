"""A headless baresip: plays a WAV file into its calls and records what it hears.

The source is `aufile`. There is no player that writes files; the `sndfile` filter dumps the decoded stream instead, and
the player is an `aubridge` that nobody reads.
"""

import itertools
import json
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile

from . import audio
from .ports import free_pair, free_port, need, wait_until

CODECS = {  # account codec → (module, rate of the source file)
    "PCMU/8000/1": ("g711.so", 8000),
    "PCMA/8000/1": ("g711.so", 8000),
    "G722/16000/1": ("g722.so", 16000),
    "opus/48000/2": ("opus.so", 48000),
}

CONFIG = """
poll_method		epoll
sip_listen		{host}:{sip_port}
net_interface		{host}
call_local_timeout	20
call_max_calls		4
audio_player		aubridge,nobody
audio_source		aufile,{source}
audio_alert		aubridge,nobody
ausrc_channels		1
auplay_channels		1
ausrc_format		s16
auplay_format		s16
auenc_format		s16
audec_format		s16
audio_buffer		20-160
audio_level		no
jitter_buffer_delay	2-5
rtp_ports		{rtp_first}-{rtp_last}
rtcp_mux		no
module_path		{modules}
module			{codec_module}
module			sndfile.so
module			aubridge.so
module			aufile.so
module			srtp.so
module_tmp		uuid.so
module_tmp		account.so
module_app		menu.so
{chat_modules}module_app		ctrl_tcp.so
ctrl_tcp_listen		{host}:{control_port}
opus_bitrate		28000
snd_path		{recordings}
statmode_default	off
menu_bell		no
ringback_disabled	yes
"""


# To write to a contact, and to show what comes.
CHAT_MODULES = """module_app		contact.so
module			stdio.so
"""


class Baresip:
    """`with Baresip("alice", "G722/16000/1", tone_hz=440) as phone: phone.dial(uri)`

    `contact`: the URI that its messages go to.
    """

    def __init__(self, name, codec, tone_hz, level_db=-20.0, srtp=False, seconds=60, host="127.0.0.1", password="", contact=""):
        if codec not in CODECS:
            raise ValueError(f"{codec}: not one of {', '.join(CODECS)}")
        self.name, self.codec, self.tone_hz, self.level_db = name, codec, tone_hz, level_db
        self.srtp, self.seconds, self.host, self.password = srtp, seconds, host, password
        self.contact = contact
        self.events = []
        self._buffer = b""
        self._tokens = itertools.count(1)
        self._responses = {}
        self._process = self._control = None

    def __enter__(self):
        program = need("baresip", "baresip-core")
        modules = next((p.parent for p in pathlib.Path("/usr/lib").glob("**/baresip/modules/aufile.so")), None)
        if not modules:
            raise AssertionError("baresip has no aufile module: apt-get install baresip-core")
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix=f"confab-baresip-{self.name}-"))
        self.recordings = self._folder / "recordings"
        self.recordings.mkdir()
        module, rate = CODECS[self.codec]
        source = self._folder / "source.wav"
        audio.write_wav(source, audio.tone(self.tone_hz, self.seconds, rate, self.level_db), rate)
        self.sip_port, control_port, rtp = free_port(), free_port(), free_pair()
        (self._folder / "config").write_text(CONFIG.format(
            host=self.host, sip_port=self.sip_port, control_port=control_port, source=source, codec_module=module,
            chat_modules=CHAT_MODULES if self.contact else "",
            recordings=self.recordings, modules=modules, rtp_first=rtp, rtp_last=min(rtp + 40, 65534)))
        self.uri = f"sip:{self.name}@{self.host}:{self.sip_port}"
        options = f";regint=0;audio_codecs={self.codec};answermode=auto;ptime=20" + (";mediaenc=srtp-mand" if self.srtp else "")
        if self.password:
            options += f";auth_user={self.name};auth_pass={self.password}"
        (self._folder / "accounts").write_text(f"<sip:{self.name}@{self.host}:{self.sip_port}>{options}\n")
        (self._folder / "contacts").write_text(f'"contact" <{self.contact}>\n' if self.contact else "")
        self._log = open(self._folder / "log", "wb")
        # stdin is a pipe that stays open: baresip polls it, which /dev/null does not allow.
        self._process = subprocess.Popen([program, "-4", "-f", str(self._folder)], stdin=subprocess.PIPE,
                                         stdout=self._log, stderr=subprocess.STDOUT)
        try:
            self._control = wait_until(lambda: self._connect(control_port), 10, f"{self.name}: baresip's control port")
            # The port opens before the account is there, and calls to it are answered 404 until then.
            wait_until(lambda: f"sip:{self.name}@" in self.command("reginfo").get("data", ""), 10, f"{self.name}: baresip's account")
        except AssertionError as problem:
            self.__exit__(None, None, None, keep=True)
            raise AssertionError(f"{problem}\n{self.log()}") from None
        return self

    def __exit__(self, kind, _value, _trace, keep=False):
        if self._control:
            self._control.close()
        if self._process:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process.stdin.close()
        self._log.close()
        if kind is None and not keep:
            shutil.rmtree(self._folder, ignore_errors=True)
        else:
            print(f"--- {self.name}: baresip's files are in {self._folder}, its log ends:\n{self.log()[-3000:]}")

    def _connect(self, port):
        if self._process.poll() is not None:
            raise AssertionError(f"{self.name}: baresip stopped with status {self._process.returncode}")
        try:
            control = socket.create_connection((self.host, port), timeout=1)
        except OSError:
            return None
        control.setblocking(False)
        return control

    def log(self):
        return (self._folder / "log").read_text(errors="replace")

    def _read(self):
        try:
            while data := self._control.recv(65536):
                self._buffer += data
        except (BlockingIOError, ConnectionError):
            pass
        while b":" in self._buffer:
            size, _, rest = self._buffer.partition(b":")
            length = int(size)
            if len(rest) < length + 1:
                break
            message = json.loads(rest[:length].decode(errors="replace"))
            self._buffer = rest[length + 1:]
            if message.get("event"):
                self.events.append(message)
            else:
                self._responses[message.get("token")] = message

    def command(self, command, params=""):
        """Runs a command of baresip's menu, returns its answer."""
        token = str(next(self._tokens))
        body = json.dumps({"command": command, "params": params, "token": token}).encode()
        self._control.sendall(b"%d:%s," % (len(body), body))

        def answered():
            self._read()
            return self._responses.pop(token, None)

        return wait_until(answered, 5, f"{self.name}: baresip's answer to {command}")

    def saw(self, kind):
        self._read()
        return [event for event in self.events if event.get("type") == kind]

    def dial(self, uri, seconds=10):
        """Calls and waits until the call is established."""
        before = len(self.saw("CALL_ESTABLISHED"))
        self.command("dial", uri)

        def up():
            closed = self.saw("CALL_CLOSED")
            if closed:
                raise AssertionError(f"{self.name}: the call ended: {closed[-1]}\n{self.log()[-2000:]}")
            return len(self.saw("CALL_ESTABLISHED")) > before

        wait_until(up, seconds, f"{self.name}: call to {uri} established")

    def hang_up(self):
        self.command("hangup")

    def message(self, text):
        """SIP MESSAGE, outside of its call, to its `contact`."""
        self.command("message", text)

    def read(self):
        """Texts of the MESSAGEs that came, as (sender, text)."""
        return re.findall(r'^(sip:\S+): "(.*)"$', self.log(), re.MULTILINE)

    def hold(self):
        self.command("hold")

    def resume(self):
        self.command("resume")

    def dtmf(self, digits):
        for digit in digits:
            self.command("sndcode", digit)

    def heard(self):
        """(sound, rate) of what came in so far on the latest call."""
        files = sorted(self.recordings.glob("*-dec.wav"), key=lambda p: p.stat().st_mtime)
        if not files:
            return audio.numpy.zeros(0), 8000
        return audio.read_wav(files[-1])
