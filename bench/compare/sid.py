"""A folder with Debian sid and Asterisk in it, made once by debootstrap from the mirror that this machine's apt uses."""

import glob
import os
import re
import shutil
import subprocess
from pathlib import Path

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
STAMP = "etc/confab-compare-complete"


class Skipped(Exception):
    """Why there is no Asterisk here."""


def mirrors_of_list(text):
    """(address, suite) of each `deb` line of sources.list(5)."""
    found = []
    for line in text.splitlines():
        match = re.match(r"\s*deb\s+(?:\[[^\]]*\]\s*)?(\S+)\s+(\S+)", line)
        if match:
            found.append(match.groups())
    return found


def mirrors_of_sources(text):
    """(address, suite) of each enabled deb stanza of the deb822 format (RFC 822 fields, sources.list(5))."""
    found = []
    for stanza in re.split(r"\n\s*\n", "\n".join(l for l in text.splitlines() if not l.startswith("#"))):
        fields, key = {}, ""
        for line in stanza.splitlines():
            if line[:1] in (" ", "\t"):
                fields[key] = fields.get(key, "") + " " + line.strip()
            elif ":" in line:
                key, _, value = line.partition(":")
                key = key.strip().lower()
                fields[key] = value.strip()
        if "deb" in fields.get("types", "").split() and fields.get("enabled", "yes").lower() not in ("no", "false", "0"):
            found += [(address, suite) for address in fields.get("uris", "").split() for suite in fields.get("suites", "").split()]
    return found


def debian_mirror(root="/etc/apt"):
    """The archive that the machine's own Debian comes from: no security or other archives."""
    entries = []
    for path in [f"{root}/sources.list", *sorted(glob.glob(f"{root}/sources.list.d/*.list"))]:
        if os.path.exists(path):
            entries += mirrors_of_list(Path(path).read_text(encoding="utf-8", errors="replace"))
    for path in sorted(glob.glob(f"{root}/sources.list.d/*.sources")):
        entries += mirrors_of_sources(Path(path).read_text(encoding="utf-8", errors="replace"))
    release = re.search(r"^VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text(encoding="utf-8"), re.MULTILINE)
    names = ({release.group(1)} if release else set()) | {"stable", "testing", "sid", "unstable"}
    for address, suite in entries:
        if suite in names and address.startswith(("http://", "https://", "file:")):
            return address
    return None


def run(command, log, **how):
    with open(log, "ab") as out:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, check=False, **how)
    if done.returncode != 0:
        last = Path(log).read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
        raise Skipped(f"{os.path.basename(command[0])} failed ({' '.join(last)}); see {log}")


def check_means():
    if os.geteuid() != 0:
        raise Skipped("making and entering a debootstrap folder needs root")
    for program, package in (("debootstrap", "debootstrap"), ("chroot", "coreutils")):
        if shutil.which(program) is None:
            raise Skipped(f"{program} is not installed (apt-get install {package})")


def ready(cache):
    return (cache / "sid" / STAMP).exists()


def make(cache, say=print):
    """The folder; made when it is not there. Raises Skipped."""
    root, log = cache / "sid", cache / "sid.log"
    if os.geteuid() != 0:
        raise Skipped("entering a debootstrap folder needs root")
    if ready(cache):
        return root
    check_means()
    mirror = debian_mirror()
    if mirror is None:
        raise Skipped("apt's sources name no Debian archive")
    cache.mkdir(parents=True, exist_ok=True)
    say("making a folder with Debian sid and Asterisk; a few minutes, once")
    shutil.rmtree(root, ignore_errors=True)  # of a run that was cut off
    keyring = [f"--keyring={KEYRING}"] if os.path.exists(KEYRING) else []
    log.write_bytes(b"")
    run(["debootstrap", "--variant=minbase", *keyring, "sid", str(root), mirror], log, timeout=1200)
    install_asterisk(root, log)
    (root / STAMP).write_text("made by bench/compare; remove the whole folder to make it anew\n", encoding="utf-8")
    return root


def install_asterisk(root, log):
    # No service starts in there, and names resolve as they do outside.
    policy = root / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
    policy.chmod(0o755)
    if os.path.exists("/etc/resolv.conf"):
        (root / "etc/resolv.conf").unlink(missing_ok=True)
        shutil.copyfile("/etc/resolv.conf", root / "etc/resolv.conf")
    # What the machine says of proxies and dates holds in there as well.
    settings = subprocess.run(["apt-config", "dump", "Acquire"], capture_output=True, text=True, check=False).stdout
    kept = [l for l in settings.splitlines() if re.match(r"Acquire::(http|https|Check-Valid-Until|Check-Date|Retries)\b", l)]
    (root / "etc/apt/apt.conf.d/90machine").write_text("\n".join(kept) + "\n", encoding="utf-8")
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    run(["chroot", str(root), "apt-get", "update", "-qq"], log, env=environment, timeout=300)
    run(["chroot", str(root), "apt-get", "install", "-y", "-qq", "--no-install-recommends", "asterisk"], log, env=environment,
        timeout=900)
    run(["chroot", str(root), "apt-get", "clean"], log, env=environment, timeout=60)
