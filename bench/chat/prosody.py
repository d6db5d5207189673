"""Prosody with a MUC component on the loopback, in a folder of its own: no accounts, nothing stored on disk."""

import os
import shutil
import socket
import subprocess
import time

import servers

DOMAIN = "chat.localhost"
ROOMS = "rooms.chat.localhost"

CONFIG = """
run_as_root = true
data_path = "{folder}/data"
pidfile = "{folder}/pid"
log = {{ warn = "{folder}/log" }}
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ }}
c2s_direct_tls_ports = {{ {port} }}
s2s_ports = {{ }}
component_ports = {{ }}
modules_enabled = {{ "disco"; "saslauth"; "tls"; "posix" }}
modules_disabled = {{ "s2s"; "offline" }}
storage = "memory"
c2s_require_encryption = true
ssl = {{ certificate = "{folder}/cert.pem"; key = "{folder}/key.pem" }}
c2s_direct_tls_ssl = {{ certificate = "{folder}/cert.pem"; key = "{folder}/key.pem" }}
VirtualHost "{domain}"
  authentication = "anonymous"
Component "{rooms}" "muc"
"""


def certificate(folder):
    """Self-signed, ECDSA like Confab's own."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    f"/CN={DOMAIN}", "-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"], check=True, stderr=subprocess.DEVNULL)


class Prosody(servers.Server):
    name = "prosody"

    def launch(self, _legs):
        if not shutil.which("prosody"):
            raise servers.CannotStart("prosody is not installed (apt-get install prosody)")
        self.port = servers.free_port()
        os.mkdir(f"{self.folder}/data")
        certificate(self.folder)
        config = f"{self.folder}/prosody.cfg.lua"
        with open(config, "w", encoding="utf-8") as f:
            f.write(CONFIG.format(folder=self.folder, port=self.port, domain=DOMAIN, rooms=ROOMS))
        with open(f"{self.folder}/out", "wb") as out:
            self.spawn(["prosody", "-F", "--config", config], stdout=out, stderr=out, cwd=self.folder)
        end = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise servers.CannotStart(f"prosody did not start: {self.log()}") from None
                time.sleep(0.1)

    def version(self):
        done = subprocess.run(["prosodyctl", "about"], capture_output=True, text=True, check=False)
        first = next((l for l in done.stdout.splitlines() if l.startswith("Prosody")), "Prosody")
        return f"{first.strip()}, MUC with its default settings, TLS, users without accounts, nothing stored"
