"""What is compared: the cases, their goals, and who runs each. Data only."""

from dataclasses import dataclass

ECHO, CONFAB, ASTERISK = "echo", "confab", "asterisk"


@dataclass(frozen=True)
class Goal:
    """`figure` of Confab against `limit`; with `over` set, its ratio to that server's (or, `case:NAME`, to Confab's own of
    another case) in the same run."""
    figure: str
    limit: float
    over: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Case:
    name: str
    title: str
    load: tuple            # confab_load's arguments; media mode unless said
    servers: tuple
    goals: tuple
    seconds: float = 0     # of a window; 0: what the run asks for
    windows: int = 0       # at most so many; 0: what the run asks for
    warmup: float = 3
    kind: str = "load"     # or "idle": no generator at all


def _media(name, title, codec, rooms, legs, servers, goals, *more):
    return Case(name, title, (f"--codec={codec}", f"--rooms={rooms}", f"--legs={legs}", "--call-rate=100", *more), servers, goals)


ALL = (ECHO, CONFAB, ASTERISK)
CPU = "cpu_ms_per_leg_second"
SIXTH = Goal(CPU, 1 / 6, ASTERISK)
MEMORY = Goal("memory_per_leg_kb", 40, unit="KB")


def echo(limit):
    return Goal(CPU, limit, ECHO)


CASES = (
    _media("pcmu-1x100", "PCMU, 1 room × 100, all talking, all mixed", "PCMU", 1, 100, ALL, (echo(1.0), MEMORY)),
    _media("pcmu-25x4", "PCMU, 25 rooms × 4, all talking", "PCMU", 25, 4, ALL, (echo(1.2),)),
    _media("g722-1x100", "G.722, 1 × 100, all talking, all mixed", "G722", 1, 100, ALL, (echo(2.0), SIXTH, MEMORY)),
    _media("g722-25x4", "G.722, 25 × 4, all talking", "G722", 25, 4, ALL, (echo(2.0), SIXTH)),
    _media("g722-3-talk", "G.722, 1 × 100, 3 talk, the others send silence", "G722", 1, 100, ALL, (echo(1.6),), "--talkers=3"),
    _media("srtp-1x100", "PCMU over SDES SRTP, 1 × 100, all talking", "PCMU", 1, 100, (CONFAB,),
           (Goal(CPU, 1.3, "case:pcmu-1x100"),), "--srtp"),
    _media("srtp-25x4", "PCMU over SDES SRTP, 25 × 4, all talking", "PCMU", 25, 4, (CONFAB,),
           (Goal(CPU, 1.3, "case:pcmu-25x4"),), "--srtp"),
    Case("impulse-25x4", "impulse to impulse, PCMU, 25 × 4",
         ("--mode=impulse", "--codec=PCMU", "--rooms=25", "--legs=4", "--call-rate=100"), (CONFAB, ASTERISK),
         (Goal("impulse_p50_ms", 15, unit="ms"), Goal("impulse_p99_ms", 22, unit="ms")), warmup=5),
    Case("opus-1x40", "Opus, 1 × 40, 3 talk: memory", ("--codec=opus", "--rooms=1", "--legs=40", "--talkers=3", "--call-rate=40"),
         (CONFAB,), (), windows=1),
    Case("set-up", "INVITE to BYE without media, 200 calls/s", ("--mode=setup", "--call-rate=200", "--rooms=50"),
         (CONFAB, ASTERISK), (Goal("cpu_ms_per_call", 0.6, unit="ms"),)),
    Case("pcmu-1x1000", "PCMU, 1 room × 1,000, 5 talkers",
         ("--codec=PCMU", "--rooms=1", "--legs=1000", "--talkers=5", "--call-rate=50"), (CONFAB,),
         (Goal("setup_seconds", 30, unit="s"), Goal("lost", 0), Goal("gaps_over_40ms", 0)), windows=2),
    Case("idle", "idle, no leg", (), (CONFAB, ASTERISK), (Goal("server_cpu_percent", 0.1, unit="%"),), seconds=30, windows=1,
         kind="idle"),
    Case("hold-100", "100 legs on hold that send nothing",
         ("--codec=PCMU", "--rooms=1", "--legs=100", "--talkers=0", "--silent=nothing", "--direction=inactive", "--call-rate=100"),
         (CONFAB, ASTERISK), (Goal("server_cpu_percent", 1.0, unit="%"),), seconds=30, windows=1),
)


def arguments(case, seconds):
    """confab_load's arguments of one window, without target, process and ports."""
    if "--mode=setup" in case.load:
        return [*case.load, f"--calls={round(200 * seconds)}", "--warmup=2"]
    return [*case.load, f"--seconds={seconds:g}", f"--warmup={case.warmup:g}"]


def legs(case):
    """How many legs a case has at once."""
    number = {key: int(value) for key, _, value in (a.lstrip("-").partition("=") for a in case.load) if key in ("rooms", "legs")}
    return number.get("rooms", 1) * number.get("legs", 1)
