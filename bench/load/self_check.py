#!/usr/bin/env python3
"""Runs confab_load and confab_udp_echo against a server of known behaviour and checks what they report.

The server answers each INVITE and passes the RTP of each leg on to the next one of its room, a fixed time later, so what
must come out is known: nothing lost, and no impulse heard sooner than that time. Its watchers get one document of a known
length for each call that changes, begins or ends. It hands the offered SRTP key back as its
own, so that what it passes back to the only leg of a room opens there.

    self_check.py FOLDER-OF-THE-PROGRAMS
"""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import threading

DELAY_S = 0.025
DOCUMENT_BYTES = 2000


class Rtp(asyncio.DatagramProtocol):
    """The server's end of one leg."""

    def __init__(self, room, peer):
        self.room, self.peer = room, peer

    def connection_made(self, transport):
        self.transport = transport
        self.room.append(self)

    def datagram_received(self, data, _):
        heirs = self.room[(self.room.index(self) + 1) % len(self.room)]
        asyncio.get_running_loop().call_later(DELAY_S, heirs.transport.sendto, data, heirs.peer)


class Watchers:
    """Subscriptions to rooms, over UDP and TCP. In a room called `gap…` each third document is left out."""

    def __init__(self):
        self.by_room, self.answered = {}, 0

    def add(self, room, lines, reply):
        def line(name):
            return next(l for l in lines if l.startswith(name + ": "))

        to, sender = line("To").partition(": ")[2], line("From").partition(": ")[2]
        one = {"reply": reply, "cseq": 0, "version": 0,
               "head": [line("Via"), f"From: {to};tag=server", f"To: {sender}", line("Call-ID")]}
        self.by_room.setdefault(room, []).append(one)
        self.tell(room, one, "full")

    def tell_all(self, room):
        for one in self.by_room.get(room, []):
            self.tell(room, one, "partial")

    def tell(self, room, one, state):
        one["cseq"] += 1
        one["version"] += 1
        if room.startswith("gap") and one["version"] % 3 == 0:
            return
        root = f'<conference-info state="{state}" version="{one["version"]}"><users><user entity="sip:a"/></users>'
        body = root + " " * (DOCUMENT_BYTES - len(root))
        one["reply"]("\r\n".join(["NOTIFY sip:w@127.0.0.1 SIP/2.0", *one["head"], f"CSeq: {one['cseq']} NOTIFY",
                                  "Subscription-State: active", f"Content-Length: {len(body)}", "", body]).encode())


class Sip(asyncio.DatagramProtocol):
    def __init__(self):
        self.rooms, self.tasks, self.watchers = {}, set(), Watchers()

    async def on_connection(self, reader, writer):
        """A watcher's TCP connection: nobody sends it a body."""
        try:
            while True:
                text = (await reader.readuntil(b"\r\n\r\n")).decode()
                await self.on_message(text, None, writer.write)
        except asyncio.IncompleteReadError:
            writer.close()

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, source):
        task = asyncio.get_running_loop().create_task(
            self.on_message(data.decode(), source, lambda out: self.transport.sendto(out, source)))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def on_message(self, text, source, send):
        head, body = text.split("\r\n\r\n", 1)
        lines = head.split("\r\n")
        method = lines[0].split()[0]
        if method == "SIP/2.0" and any(l.endswith(" NOTIFY") for l in lines):
            self.watchers.answered += 1
        if method in ("ACK", "SIP/2.0"):
            return
        fields = [l for l in lines if re.match(r"(Via|From|Call-ID|CSeq): ", l)]
        to = next(l for l in lines if l.startswith("To: "))
        fields.append(to if ";tag=" in to else to + ";tag=server")
        name = re.match(r"\w+ sip:([^@]+)@", lines[0]).group(1)
        status, sdp = "200 OK", ""
        if method == "INVITE" and name.startswith("full"):
            status = "486 Busy Here"
        elif method == "INVITE":
            self.transport.sendto(("SIP/2.0 100 Trying\r\n" + "\r\n".join(fields) + "\r\n\r\n").encode(), source)
            sdp = await self.answer(name, body)
        if method == "SUBSCRIBE" and name.startswith("full"):
            status = "480 Temporarily Unavailable"
        reply = ["SIP/2.0 " + status, *fields, f"Contact: <sip:{name}@127.0.0.1:{self.port()}>;isfocus",
                 f"Content-Length: {len(sdp)}", "", sdp]
        send("\r\n".join(reply).encode())
        if method == "SUBSCRIBE" and status == "200 OK" and ";tag=" not in to:
            self.watchers.add(name, lines, send)
        elif method in ("INVITE", "BYE") and status == "200 OK":
            self.watchers.tell_all(name)

    def port(self):
        return self.transport.get_extra_info("sockname")[1]

    async def answer(self, name, offer):
        port = int(re.search(r"m=audio (\d+)", offer).group(1))
        room = self.rooms.setdefault(name, [])
        _, leg = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: Rtp(room, ("127.0.0.1", port)), local_addr=("127.0.0.1", 0))
        ours = leg.transport.get_extra_info("sockname")[1]
        return offer.replace(f"m=audio {port}", f"m=audio {ours}")


def serve(started):
    async def run():
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Sip, local_addr=("127.0.0.1", 0))
        started["port"] = transport.get_extra_info("sockname")[1]
        sip = transport.get_protocol()
        started["watchers"] = sip.watchers
        await asyncio.start_server(sip.on_connection, "127.0.0.1", started["port"])
        started["event"].set()
        await asyncio.Event().wait()

    asyncio.run(run())


def free_ports(count):
    """The first of `count` UDP ports in a row that are free right now."""
    for first in range(42000, 48000, count):
        held = []
        try:
            for port in range(first, first + count):
                held.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
                held[-1].bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
        finally:
            for s in held:
                s.close()
    raise SystemExit("no free ports")


def load(folder, port, *arguments):
    run = subprocess.run([os.path.join(folder, "confab_load"), f"--target=127.0.0.1:{port}", "--warmup=0.5",
                          "--call-rate=200", *arguments], stdout=subprocess.PIPE, timeout=60, check=False)
    return json.loads(run.stdout)


FAILED = []


def expect(what, true, report):
    print(("ok      " if true else "FAILED  ") + what)
    if not true:
        FAILED.append(what)
        print(json.dumps(report, indent=1))


def check_calls(folder, port):
    pid = f"--pid={os.getpid()}"
    # Lateness is the machine's, and not asserted: only what has to hold on a slow one too.
    for codec in ("PCMU", "G722", "opus", "speex"):
        r = load(folder, port, f"--room-prefix=m{codec}", "--legs=4", "--rooms=2", f"--codec={codec}", "--seconds=2", pid)
        got = r["received"]
        expect(f"{codec}: all legs up, all hear, nothing lost",
               r["established"] == 8 and got["legs_without_packets"] == 0 and got["lost"] == 0
               and got["rooms_heard"] == 2 and r["cpu_ms_per_leg_second"] > 0, r)
    r = load(folder, port, "--room-prefix=quiet", "--legs=4", "--talkers=0", "--seconds=2")
    expect("a room without talkers is not heard", r["received"]["rooms_heard"] == 0 and r["received"]["packets"] > 0, r)
    r = load(folder, port, "--room-prefix=mute", "--legs=3", "--talkers=1", "--silent=nothing", "--seconds=2")
    expect("silent legs send nothing", r["received"]["legs_without_packets"] == 2 and not r["valid"], r)
    r = load(folder, port, "--room-prefix=sealed", "--legs=1", "--rooms=3", "--srtp", "--seconds=2")
    expect("SRTP opens", r["established"] == 3 and r["received"]["unauthentic"] == 0
           and r["received"]["rooms_heard"] == 3, r)
    r = load(folder, port, "--room-prefix=mixed", "--legs=2", "--srtp", "--seconds=1")
    expect("SRTP under a wrong key does not", r["received"]["unauthentic"] > 0 and not r["valid"], r)
    r = load(folder, port, "--mode=impulse", "--room-prefix=i", "--legs=2", "--rooms=5", "--seconds=4")
    expect("impulses take as long as the server holds them",
           r["impulse"]["samples"] >= 10 and r["impulse"]["p50_ms"] >= DELAY_S * 1000 - 1, r)
    print("        p50 %(p50_ms)s ms, p99 %(p99_ms)s ms, %(missed)s missed" % r["impulse"])
    r = load(folder, port, "--mode=setup", "--room-prefix=s", "--calls=100", pid)
    expect("set-up: all calls answered", r["established"] == 100 and r["answer"]["samples"] == 100, r)
    r = load(folder, port, "--mode=setup", "--room-prefix=full", "--calls=5")
    expect("set-up: refusals are counted by status", r["failures"] == {"486": 5} and not r["valid"], r)


def check_watchers(folder, port, server):
    ours = ("--mode=watch", "--legs=3", "--rooms=2", "--watchers=5", "--seconds=1", "--settle=1.5", f"--pid={os.getpid()}")
    for transport in ("udp", "tcp"):
        for change in ("hold", "rejoin"):
            before = server.answered
            r = load(folder, port, *ours, f"--room-prefix=w{transport}{change}", f"--watch-transport={transport}",
                     f"--change={change}", "--change-rate=6")
            w = r["watch"]
            expect(f"watchers over {transport}, {change}: each is told each change once, and answers",
                   r["valid"] and w["subscribed"] == 10 and w["changes"] == 6 and w["told"]["notifies"] == 30
                   and w["told"]["partial"] == 30 and w["first"]["full"] == 10 and server.answered - before >= 40, r)
            expect("        and bytes are counted with their headers",
                   DOCUMENT_BYTES < w["bytes_per_notify"] < DOCUMENT_BYTES + 600
                   and w["notifies_per_change_and_watcher"] == 1, r)
    r = load(folder, port, *ours, "--rooms=1", "--room-prefix=gap", "--change-rate=4")
    expect("watchers: a document that was left out is noticed", r["watch"]["told"]["version_gaps"] > 0 and not r["valid"], r)
    r = load(folder, port, *ours, "--room-prefix=full", "--change-rate=4")
    expect("watchers: refusals are told", r["watch"]["subscribed"] == 0 and "480" in r["watch"]["failures"], r)


def check_echo(folder):
    first = free_ports(20)
    echo = subprocess.Popen([os.path.join(folder, "confab_udp_echo"), f"--first-port={first}", "--ports=20"],
                            stdout=subprocess.PIPE)
    try:
        assert echo.stdout.readline() == b"ready\n"
        r = load(folder, first, "--mode=echo", "--legs=20", "--seconds=2", f"--pid={echo.pid}")
        expect("echo: each packet comes back", r["received"]["lost"] == 0 and r["received"]["legs_without_packets"] == 0
               and r["cpu_ms_per_leg_second"] > 0, r)
    finally:
        echo.terminate()
        echo.wait()


def main():
    folder = sys.argv[1]
    started = {"event": threading.Event()}
    threading.Thread(target=serve, args=(started,), daemon=True).start()
    started["event"].wait()
    check_calls(folder, started["port"])
    check_watchers(folder, started["port"], started["watchers"])
    check_echo(folder)
    sys.exit(1 if FAILED else 0)


main()
