"""What all benches share: building both sides, running them in turn, and judging the medians."""

import json
import os
import shlex
import shutil
import statistics
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent
BUILT = ROOT / ".build" / "bench"
RUNS_MIN = 5


class BenchError(Exception):
    """Something that a bench needs is not there, or a side did not do its work."""


@dataclass
class Row:
    """One line of the table. `better` tells what the ratio is:

    higher    ours / peer, at least the goal        (messages a second)
    lower     ours / peer, at most the goal         (times)
    faster    peer / ours, at least the goal        (times: how many times as fast)
    absolute  ours alone, at most the goal
    """

    name: str
    unit: str
    better: str
    goal: float
    peer_name: str = ""
    ours: list = field(default_factory=list)
    peer: list = field(default_factory=list)
    reason: str = ""

    def result(self, reasons):
        ours = statistics.median(self.ours)
        peer = statistics.median(self.peer) if self.peer else None
        ratio = {
            "higher": lambda: ours / peer,
            "lower": lambda: ours / peer,
            "faster": lambda: peer / ours,
            "absolute": lambda: ours,
        }[self.better]()
        met = ratio >= self.goal if self.better in ("higher", "faster") else ratio <= self.goal
        sign = "≥" if self.better in ("higher", "faster") else "≤"
        return {
            "name": self.name, "ours": ours, "peer": peer, "peer_name": self.peer_name, "unit": self.unit,
            "ratio": round(ratio, 3), "goal": f"{sign} {self.goal:g}", "met": met,
            "reason": "" if met else reasons.get(self.name, self.reason),
            "runs_ours": self.ours, "runs_peer": self.peer,
        }


def reasons():
    """Why a goal is missed, one line each: the row's name, a colon, the reason."""
    path = BENCH / "reasons"
    lines = path.read_text().splitlines() if path.exists() else []
    pairs = (line.split(": ", 1) for line in lines if ": " in line and not line.startswith("#"))
    return {name.strip(): reason.strip() for name, reason in pairs}


def say(text):
    print(text, flush=True)


def call(command, timeout=300, **more):
    """Runs a command to its end, and gives what it printed."""
    command = [str(part) for part in command]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, **more)
    if done.returncode != 0:
        raise BenchError(f"{shlex.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def call_bytes(command, timeout=300):
    """The same of what prints bytes."""
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, timeout=timeout)
    if done.returncode != 0:
        raise BenchError(f"{shlex.join(str(part) for part in command)} failed")
    return done.stdout


def lines(text):
    """The JSON lines of an output."""
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def swift(product):
    """Builds a product for release, and gives its path. BUILD_PREFIX may hold a command to build under."""
    build = shlex.split(os.environ.get("BUILD_PREFIX", "")) + ["swift", "build", "-c", "release"]
    call(build + ["--product", product], timeout=1800, cwd=ROOT)
    return Path(call(["swift", "build", "-c", "release", "--show-bin-path"], cwd=ROOT).strip()) / product


def cc(name, sources, *flags):
    """Compiles a peer with the system's C compiler, optimised."""
    if not shutil.which("cc"):
        raise BenchError("the peers need a C compiler: apt-get install gcc")
    BUILT.mkdir(parents=True, exist_ok=True)
    call(["cc", "-O2", "-Wall", "-Wextra", *sources, *flags, "-o", BUILT / name])
    return BUILT / name


def alternate(runs, ours, peer):
    """Runs both sides in turn, so that what else the machine does meets both."""
    for _ in range(max(runs, RUNS_MIN)):
        yield ours(), peer()
