"""The same load on either server: who joins which room, who says something when, and what it cost."""

import time

import participant
import peers
import prosody
import servers
import text
import xmpp
from confab_e2e import msrp, rawsip

SETTLE_S = 2.0
AT_ONCE = 50  # who join a room at the same time
PATIENCE_S = 20.0  # for the last deliveries


def join_prosody(server, loop, case, tally):
    """Lists of peers by room. The first of a room makes it; then some join at once, and all wait until all are in."""
    rooms = []
    for r in range(case.rooms):
        room = []
        for i in range(case.members):
            machine = xmpp.Occupant(prosody.DOMAIN, f"room{r}@{prosody.ROOMS}", f"member{i}", tally)
            room.append(peers.Peer(loop, "127.0.0.1", server.port, machine))
            if i == 0 or i % AT_ONCE == 0 or i + 1 == case.members:
                wait_for(loop, room)
        rooms.append(room)
    return rooms


def wait_for(loop, room):
    def waiting():
        return [p.machine for p in room if not p.machine.ready and p.machine.state is not xmpp.State.REFUSED]

    loop.run_while(waiting, 60, f"joining of {room[-1].machine} and others")
    refused = [p.machine for p in room if not p.machine.ready]
    if refused:
        raise peers.Failed(f"refused: {refused[0]}")


def join_confab(server, loop, case, tally):
    host, _, port = server.target.rpartition(":")
    client = rawsip.Client((host, int(port)))
    loop.also_close.append(client)
    rooms = []
    for r in range(case.rooms):
        room = []
        for i in range(case.members):
            machine = participant.join(client, f"room{r}", f"member{i}", tally)
            room.append(peers.Peer(loop, msrp.uri_host(machine.uri), msrp.uri_port(machine.uri), machine))
            loop.run_while(lambda m=machine: not m.ready, 30, f"joining of {machine}")
        rooms.append(room)
    return rooms


JOIN = {"prosody": join_prosody, "confab": join_confab}
# Prosody sends a message back to its sender as well (XEP-0045 §7.4), a room of Confab does not.
ECHO = {"prosody": 1, "confab": 0}


def say(loop, rooms, count, rate):
    """One message after the other, room after room, each from the next member; the latest that one was sent, in ms."""
    start, latest = time.monotonic(), 0.0
    for k in range(count):
        due = start + k / rate
        loop.run(due)
        latest = max(latest, time.monotonic() - due)
        room = rooms[k % len(rooms)]
        speaker = room[(k // len(rooms)) % len(room)]
        speaker.send(speaker.machine.say(text.make()))
    return latest * 1000


def run(server, case, deliveries_per_second, seconds):
    """The report of one window."""
    tally = text.Tally()
    with peers.Loop() as loop:
        began = time.monotonic()
        rooms = JOIN[server.name](server, loop, case, tally)
        joined = time.monotonic() - began
        loop.run(time.monotonic() + SETTLE_S)
        tally.reset()
        rate = deliveries_per_second / case.members
        count = max(2, round(rate * seconds))
        expected = count * (case.members - 1 + ECHO[server.name])
        ours, before, start = time.process_time(), servers.cpu_seconds(server.pid), time.monotonic()
        latest = say(loop, rooms, count, rate)
        end = time.monotonic() + PATIENCE_S
        while tally.delivered < expected and time.monotonic() < end:
            loop.run(time.monotonic() + 0.02)
        loop.run(time.monotonic() + 0.5)
        used, passed, generator = servers.cpu_seconds(server.pid) - before, time.monotonic() - start, time.process_time() - ours
    doubts = []
    if tally.delivered != expected:
        doubts.append(f"{tally.delivered} of {expected} messages were delivered")
    if generator > 0.9 * passed:
        doubts.append("the generator was busy all the time")
    return {"valid": not doubts, "doubts": doubts, "messages": count, "delivered": tally.delivered, "seconds": round(passed, 3),
            "joining_seconds": round(joined, 2), "latest_send_ms": round(latest, 1), "server_cpu_ms": round(used * 1000, 2),
            "cpu_us_per_delivery": round(used * 1e6 / max(1, tally.delivered), 2), "p50_ms": tally.percentile(0.5),
            "p99_ms": tally.percentile(0.99), "generator_cpu_percent": round(100 * generator / passed, 1)}
