"""A headless linphonec, for Speex and as a watcher (RFC 4575): plays a WAV file into its call and records what it hears.

Its sound card is "files"; it is driven through its prompt on standard input.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import time

from . import audio
from .ports import free_pair, free_port, need, wait_until

CONFIG = """[sip]
sip_port={sip_port}
sip_tcp_port=0
sip_tls_port=0
guess_hostname=0
contact="{name}" <sip:{name}@127.0.0.1>
register_only_when_network_is_up=0
use_ipv6=0
ipv6_migration_done=1
bind_address=127.0.0.1
verify_server_certs=0
media_encryption=none

[rtp]
audio_rtp_port={rtp_port}
audio_jitt_comp=40
bind_address=127.0.0.1

[sound]
echocancellation=0
agc=0
eq_active=0
playback_gain_db=0
mic_gain_db=0

[net]
mtu=0
bind_address=127.0.0.1
firewall_policy=0

[video]
capture=0
display=0
automatically_initiate=0
automatically_accept=0

[misc]
log_collection_upload_server_url=
version_check_url_root=
"""

# It subscribes to a room that it calls from a registered account, and not otherwise.
ACCOUNT = """
[sip]
default_proxy=0

[proxy_0]
reg_proxy=<sip:{registrar};transport=udp>
reg_identity=sip:{name}@127.0.0.1
reg_expires=600
reg_sendregister=1
publish=0

[misc]
conference_event_package_enabled=1
"""

# Messages keep no port of their URI: an account with a route leads them to the server.
ROUTE = """
[sip]
default_proxy=0

[proxy_0]
reg_proxy=<sip:{route};transport=udp>
reg_route=<sip:{route};transport=udp;lr>
reg_identity=sip:{name}@127.0.0.1
reg_sendregister=0
publish=0
"""

ALL_CODECS = (("opus", 48000), ("speex", 16000), ("speex", 8000), ("speex", 32000), ("PCMU", 8000), ("PCMA", 8000),
              ("GSM", 8000), ("G722", 8000), ("G729", 8000))


class Linphone:
    """`with Linphone("carol", ("speex", 16000), tone_hz=700) as phone: phone.dial(uri)`

    With a `route` (host:port) all it sends goes there. With a `Registrar` it watches the room that it calls, and `debug_log` tells what it makes of that.
    """

    def __init__(self, name, codec, tone_hz, level_db=-20.0, seconds=60, auto_answer=False, registrar=None, route=""):
        self.name, self.codec, self.tone_hz, self.level_db = name, codec, tone_hz, level_db
        self.seconds, self.auto_answer, self.registrar, self.route = seconds, auto_answer, registrar, route
        self._process = None
        self._output = []

    def __enter__(self):
        program = need("linphonec", "linphone-cli")
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix=f"confab-linphone-{self.name}-"))
        self.sip_port = free_port()
        self.uri = f"sip:{self.name}@127.0.0.1:{self.sip_port}"
        source, self._recording = self._folder / "source.wav", self._folder / "heard.wav"
        rate = self.codec[1]
        audio.write_wav(source, audio.tone(self.tone_hz, self.seconds, rate, self.level_db), rate)
        config = CONFIG.format(sip_port=self.sip_port, rtp_port=free_pair(), name=self.name)
        for number, (mime, codec_rate) in enumerate(ALL_CODECS):
            config += f"\n[audio_codec_{number}]\nmime={mime}\nrate={codec_rate}\nenabled={int((mime, codec_rate) == self.codec)}\n"
        if self.registrar:
            config += ACCOUNT.format(registrar=self.registrar.address, name=self.name)
        if self.route:
            config += ROUTE.format(route=self.route, name=self.name)
        (self._folder / "rc").write_text(config)
        # linphonec wants these for its database and says so at length when they are absent.
        (self._folder / ".local/share/linphone").mkdir(parents=True)
        (self._folder / ".config/linphone").mkdir(parents=True)
        command = [program, "-c", str(self._folder / "rc")] + (["-a"] if self.auto_answer else [])
        if self.registrar:
            command += ["-d", "6", "-l", str(self._folder / "debug")]
        environment = {"HOME": str(self._folder), "PATH": os.environ.get("PATH", "/usr/bin"), "LC_ALL": "C", "TERM": "dumb"}
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                         env=environment, cwd=self._folder)
        threading.Thread(target=self._collect, daemon=True).start()
        try:
            wait_until(lambda: "linphonec>" in self.log(), 20, f"{self.name}: linphonec's prompt")
            self._say("soundcard use files")
            self._say(f"play {source}")
            self._say(f"record {self._recording}")
        except AssertionError as problem:
            self.__exit__(AssertionError, None, None)
            raise AssertionError(f"{problem}\n{self.log()[-2000:]}") from None
        return self

    def __exit__(self, kind, _value, _trace):
        try:
            self._say("quit")
            self._process.wait(5)
        except (OSError, AssertionError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        self._process.stdin.close()
        if kind is None:
            shutil.rmtree(self._folder, ignore_errors=True)
        else:
            print(f"--- {self.name}: linphonec's files are in {self._folder}, its output ends:\n{self.log()[-3000:]}")

    def _collect(self):
        for line in iter(lambda: os.read(self._process.stdout.fileno(), 65536), b""):
            self._output.append(line.decode(errors="replace"))
        self._process.stdout.close()

    def _say(self, line):
        if self._process.poll() is not None:
            raise AssertionError(f"{self.name}: linphonec stopped with status {self._process.returncode}\n{self.log()}")
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()
        time.sleep(0.2)  # its prompt drops what comes while it works on the line before

    def log(self):
        return "".join(self._output)

    def debug_log(self):
        return (self._folder / "debug").read_text(errors="replace")

    def dial(self, uri, seconds=15):
        """Calls and waits until linphonec says that the call is connected."""
        said = len(self.log())
        self._say(f"call {uri}")

        def decided():
            news = self.log()[said:]
            return "connected" in news or re.search(r"Call \d+ with .* (ended|error|failed)", news)

        wait_until(decided, seconds, f"{self.name}: call to {uri} connected")
        if "connected" not in self.log()[said:]:
            raise AssertionError(f"{self.name}: the call failed\n{self.log()[-2000:]}")

    def message(self, uri, text):
        """SIP MESSAGE, outside of its call."""
        self._say(f"chat {uri} {text}")

    def read(self):
        """Texts of the MESSAGEs that came, as (sender, text)."""
        return re.findall(r"Message received from (\S+): (.*)", self.log())

    def hang_up(self):
        self._say("terminate")

    def heard(self):
        """(sound, rate) of what came in; complete only after `hang_up`, linphonec buffers."""
        if not self._recording.exists() or self._recording.stat().st_size < 64:
            return audio.numpy.zeros(0), self.codec[1]
        return audio.read_wav(self._recording)
