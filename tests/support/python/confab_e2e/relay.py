"""kamailio as an MSRP relay (RFC 4976) on the loopback, for clients that stand behind one.

    with Relay() as relay:
        path = relay.register(connection, own_uri)   # AUTH with Digest; the URI that stands before our own in a=path
"""

import hashlib
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile

from .msrp_wire import Chunk, token
from .ports import free_port, need, wait_until

USER, PASSWORD, REALM = "alice", "xyz123", "relay"
MODULES = "/usr/lib/x86_64-linux-gnu/kamailio/modules"

# What a frame's way is: a client that has registered sends outwards, by To-Path; everybody else means the client whose
# session is first in To-Path. Where the peer connected to the relay, what goes outwards takes its connection.
CONFIG = """
debug=2
log_stderror=yes
fork=yes
children=1
tcp_children=1
auto_aliases=no
dns=no
rev_dns=no
tcp_accept_no_cl=yes
tcp_rd_buf_size=262144
enable_tls={tls}
{listen}
mpath="{modules}/"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "auth.so"
loadmodule "htable.so"
loadmodule "cfgutils.so"
loadmodule "xlog.so"
{load_tls}
loadmodule "msrp.so"
modparam("htable", "htable", "msrp=>size=8;autoexpire=600;")
{tls_parameters}

request_route {{
  sl_send_reply("403", "No SIP here");
  exit;
}}

event_route[msrp:frame-in] {{
  xinfo("MSRP $msrp(method) from $msrp(srcaddr), $msrp(nexthops) hops\\n");
  msrp_reply_flags("1");
  if (msrp_is_reply()) {{
    exit;  # of the next hop alone
  }}
  if ($msrp(method) == "AUTH") {{
    if (!pv_www_authenticate("{realm}", "{password}", "0", "AUTH")) {{
      if (auth_get_www_authenticate("{realm}", "1", "$var(challenge)")) {{
        msrp_reply("401", "Unauthorized", "$var(challenge)");
      }} else {{
        msrp_reply("500", "Server Error");
      }}
      exit;
    }}
    $var(session) = "s" + $RANDOM + "x" + $RANDOM;
    $sht(msrp=>$var(session)::address) = $msrp(srcaddr);
    $sht(msrp=>$var(session)::socket) = $msrp(srcsock);
    msrp_reply("200", "OK", "Use-Path: {scheme}://127.0.0.1:{port}/$var(session);tcp\\r\\nExpires: 600\\r\\n");
    exit;
  }}
  $var(session) = $msrp(sessid);
  if ($sht(msrp=>$var(session)::address) == $null) {{
    msrp_reply("481", "Session does not exist");
    exit;
  }}
  if ($msrp(method) == "SEND") {{
    msrp_reply("200", "OK");
  }}
  if ($sht(msrp=>$var(session)::address) == $msrp(srcaddr)) {{
    if ($sht(msrp=>$var(session)::peer) != $null) {{
      msrp_relay_flags("1");
      msrp_set_dst("$sht(msrp=>$var(session)::peer)", "$sht(msrp=>$var(session)::peersocket)");
    }}
  }} else {{
    $sht(msrp=>$var(session)::peer) = $msrp(srcaddr);
    $sht(msrp=>$var(session)::peersocket) = $msrp(srcsock);
    msrp_relay_flags("1");
    msrp_set_dst("$sht(msrp=>$var(session)::address)", "$sht(msrp=>$var(session)::socket)");
  }}
  msrp_relay();
}}
"""


class Relay:
    """`pem`: a certificate with its key; then the relay speaks TLS, on both sides, and TCP not at all."""

    def __init__(self, pem=None):
        self.scheme, self._pem = "msrps" if pem else "msrp", pem
        self._process = None

    def __enter__(self):
        kamailio = need("kamailio", "kamailio kamailio-tls-modules")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="confab-relay-"))
        self.port = free_port()
        tls = self._pem is not None
        parameters = ""
        if tls:
            (self.folder / "tls.cfg").write_text(
                f"[server:default]\nmethod = TLSv1.2+\nprivate_key = {self._pem}\ncertificate = {self._pem}\n"
                f"[client:default]\nmethod = TLSv1.2+\nverify_certificate = no\nprivate_key = {self._pem}\ncertificate = {self._pem}\n")
            parameters = f'modparam("tls", "config", "{self.folder}/tls.cfg")'
        config = self.folder / "kamailio.cfg"
        config.write_text(CONFIG.format(
            tls="yes" if tls else "no", listen=f"listen={'tls' if tls else 'tcp'}:127.0.0.1:{self.port}", modules=MODULES,
            load_tls='loadmodule "tls.so"' if tls else "", tls_parameters=parameters, realm=REALM, password=PASSWORD,
            scheme=self.scheme, port=self.port))
        self.log = open(self.folder / "log", "w+b")
        self._process = subprocess.Popen([kamailio, "-f", str(config), "-DD", "-E", "-m", "32", "-M", "4", "-Y", str(self.folder)],
                                         stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, cwd=self.folder)
        try:
            wait_until(self._listens, 10, "kamailio listens")
        except AssertionError:
            print(self.log_text()[-4000:])
            self.__exit__()
            raise
        return self

    def _listens(self):
        if self._process.poll() is not None:
            raise AssertionError(f"kamailio stopped with status {self._process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def __exit__(self, *_):
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log_text(self):
        return (self.folder / "log").read_text(errors="replace")

    @property
    def uri(self):
        return f"{self.scheme}://127.0.0.1:{self.port};tcp"

    def register(self, connection, own_uri):
        """RFC 4976 §5.1: AUTH, 401, AUTH with Digest, 200; the URI of its Use-Path."""
        answer = self._auth(connection, own_uri)
        if answer.status != 401:
            raise AssertionError(f"AUTH: {answer}, expected 401")
        challenge = dict(part.strip().partition("=")[::2] for part in
                         answer.get("WWW-Authenticate").partition("Digest ")[2].split(","))
        nonce = challenge["nonce"].strip('"')
        parts = [f'username="{USER}"', f'realm="{REALM}"', f'nonce="{nonce}"', f'uri="{self.uri}"']
        ha1, ha2 = md5(f"{USER}:{REALM}:{PASSWORD}"), md5(f"AUTH:{self.uri}")
        if "qop" in challenge:
            cnonce = token()
            response = md5(f"{ha1}:{nonce}:00000001:{cnonce}:auth:{ha2}")
            parts += ["qop=auth", "nc=00000001", f'cnonce="{cnonce}"']
        else:
            response = md5(f"{ha1}:{nonce}:{ha2}")
        answer = self._auth(connection, own_uri, [("Authorization", "Digest " + ", ".join([*parts, f'response="{response}"']))])
        if answer.status != 200 or not answer.get("Use-Path"):
            raise AssertionError(f"AUTH: {answer}, expected 200 with Use-Path")
        return answer.get("Use-Path")

    def _auth(self, connection, own_uri, headers=()):
        chunk = Chunk(token(), "AUTH", headers=[("To-Path", self.uri), ("From-Path", own_uri), *headers])
        connection.send(chunk.write())
        return connection.expect(lambda c: c.is_response and c.transaction == chunk.transaction, "the relay's answer to AUTH")


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()
