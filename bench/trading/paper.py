"""A paper account's mesh in a folder of its own, for benches."""

import os
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

import harness

PEERS = harness.BENCH / "trading" / "peers"
SERVICES = ("exchange", "strategist", "portfolio", "risk", "execution")


def environment():
    return {key: value for key, value in os.environ.items() if not key.startswith("TRADEWIND_")}


class PaperMesh:
    """Relay, services and feed in a folder of their own, on an invented market; a `with` statement ends them."""

    def __init__(self, programs, symbols, strategies, bars, speed, **more):
        harness.BUILT.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix="t", dir=harness.BUILT))
        self.programs = programs
        settings = {
            "mesh.folder": self.folder / "run", "state.folder": self.folder / "state", "mesh.transport": "ipc",
            "mesh.replay": "true", "mesh.feeds": "feed.1", "feed.source": "synthetic", "feed.span": "1m",
            "feed.symbols": ",".join(symbols), "feed.bars": bars, "feed.calendar": "none",
            "feed.followers": ",".join(name if name == "strategist" else f"{name}.1" for name in SERVICES),
            "trading.strategies": ",".join(strategies), "backtest.margin": "reg_t", "risk.preset": "basic",
            "backtest.allocation": "equal-weight", **more}
        self.words = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
        self.speed = speed
        self.running = {}

    def __enter__(self):
        for name in ("relay", *SERVICES):
            self.start(name)
        return self

    def __exit__(self, *error):
        for process in self.running.values():
            process.kill()
            process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, name, *words):
        self.running[name] = subprocess.Popen(
            [self.programs[name], *self.words, *words], cwd=self.folder, env=environment(), stderr=subprocess.DEVNULL)

    def feed(self):
        self.start("feed", "--set", f"feed.speed={self.speed}")

    def address(self, owner, lane):
        return f"ipc://{self.folder}/run/{owner}.1.{lane}"

    def watch(self, program, prefix, count, warm_up):
        """Microseconds from each instant's first bar to the message that begins so, without those of the beginning."""
        watching = subprocess.Popen(
            [program, self.address("feed", "market"), self.address("execution", "trading"), prefix,
             str(count + warm_up)], stdout=subprocess.PIPE, text=True)
        self.feed()
        out, _ = watching.communicate(timeout=140)
        spans = [float(line) for line in out.split()][warm_up:]
        if len(spans) < count // 2:
            raise harness.BenchError(f"only {len(spans)} of {count} instants were seen")
        return spans

    def memory(self):
        return sum(resident(process.pid) for process in self.running.values())


def resident(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise harness.BenchError(f"process {pid} has ended")


def programs():
    return {name: str(harness.swift(name)) for name in ("relay", "feed", *SERVICES)}


def by_seconds(instant):
    """Bars of a second, one in so many milliseconds on the wall: a session of minutes would be over after eight seconds, and
    the night behind it takes its time too."""
    return {"speed": 1000 / instant, "feed.span": "1s", "risk.orders_a_minute": 100_000}


def crossovers(count):
    """So many strategies, no two alike."""
    return [f"sma-crossover fast={3 + number % 10} slow={20 + number}" for number in range(count)]


def p99(spans):
    return statistics.quantiles(spans, n=100)[98]
