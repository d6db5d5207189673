"""Asterisk as a conference server and nothing else: any caller reaches the ConfBridge that the user part names."""

import os
import shutil

CONFIG = "/etc/asterisk-compare"
STATE = "/var/lib/asterisk-compare"
MAIN = CONFIG + "/asterisk.conf"

FILES = {
    "asterisk.conf": """[directories]
astetcdir => {config}
astmoddir => {modules}
astvarlibdir => /var/lib/asterisk
astdbdir => {state}
astkeydir => {state}
astdatadir => /usr/share/asterisk
astagidir => {state}
astspooldir => {state}
astrundir => {state}
astlogdir => {state}
[options]
maxfiles = 65536
verbose = 0
""",
    # What finds no configuration of its own in this folder declines to load.
    "modules.conf": """[modules]
autoload = yes
noload = res_stir_shaken.so
noload = chan_iax2.so
noload = chan_unistim.so
noload = pbx_dundi.so
noload = res_snmp.so
noload = app_jack.so
noload = chan_console.so
""",
    "logger.conf": "[general]\n[logfiles]\nconsole => error\n",
    "rtp.conf": "[general]\nrtpstart = {first_port}\nrtpend = {last_port}\n",
    "pjsip.conf": """[global]
type = global
endpoint_identifier_order = anonymous
[transport-udp]
type = transport
protocol = udp
bind = 127.0.0.1:{port}
[anonymous]
type = endpoint
transport = transport-udp
context = rooms
disallow = all
allow = g722,ulaw
direct_media = no
""",
    "extensions.conf": """[rooms]
exten => _.,1,Answer()
 same => n,ConfBridge(${{EXTEN}},room,caller)
 same => n,Hangup()
""",
    "confbridge.conf": """[general]
[room]
type = bridge
max_members = 2000
[caller]
type = user
quiet = yes
announce_user_count = no
announce_join_leave = no
announce_only_user = no
music_on_hold_when_empty = no
""",
}


def modules_folder(root):
    found = sorted(root.glob("usr/lib/*/asterisk/modules"))
    return "/" + str(found[0].relative_to(root)) if found else "/usr/lib/asterisk/modules"


def write(root, port, first_port, last_port):
    """Writes the files into the folder, owned by its user asterisk; state of earlier runs goes."""
    words = {"config": CONFIG, "state": STATE, "modules": modules_folder(root), "port": port, "first_port": first_port,
             "last_port": last_port}
    folder, state = root / CONFIG[1:], root / STATE[1:]
    shutil.rmtree(state, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    state.mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text.format(**words), encoding="utf-8")
    user, group = owner(root)
    os.chown(state, user, group)


def owner(root):
    for line in (root / "etc/passwd").read_text(encoding="utf-8").splitlines():
        fields = line.split(":")
        if fields[0] == "asterisk":
            return int(fields[2]), int(fields[3])
    raise RuntimeError("the folder has no user asterisk")
