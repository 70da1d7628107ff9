"""The whole mesh of a paper account: how long a bar takes to become an order, how many strategies it carries, how much
memory it keeps, and how soon it goes on after a kill."""

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import harness
from harness import Row

sys.path.append(str(harness.ROOT / "Tests" / "System"))

import zmq  # noqa: E402

PEERS = harness.BENCH / "trading" / "peers"
SERVICES = ("exchange", "strategist", "portfolio", "risk", "execution")
# feed, exchange, strategist, portfolio, risk, execution: the exchange closes its part of an instant before strategies
# decide, and the last hop is that to its socket.
HOPS = 6
ORDERS, PAUSE_US = 400, 20_000
MINUTES = 25
# Each of these runs is long and has many samples of its own.
LONG_RUNS = 2
# Bars of a quarter of an hour: a year of minutes takes longer than a bench may.
WEEK, YEAR = 5 * 26, 252 * 26
KILLS = 5


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


def crossovers(count):
    """So many strategies, no two alike."""
    return [f"sma-crossover fast={3 + number % 10} slow={20 + number}" for number in range(count)]


def p99(spans):
    return statistics.quantiles(spans, n=100)[98]


def order(runs):
    watch, chain = (harness.cc(name, [PEERS / f"{name}.c"], "-lzmq") for name in ("watch", "chain"))
    known = programs()
    rows = [Row("bar to order, p50", "µs", "lower", 1.5, f"{HOPS} bare hops and an fdatasync"),
            Row("bar to order, p99", "µs", "lower", 2, f"{HOPS} bare hops and an fdatasync")]

    def ours():
        # It turns at every other bar, so that there is an order in nearly every instant.
        with PaperMesh(known, ["AAPL"], ["sma-crossover fast=1 slow=2 short=true"], 4 * ORDERS, 60e6 / PAUSE_US) as mesh:
            return mesh.watch(watch, "trading/venue/", ORDERS, 20)

    def peer():
        folder = Path(tempfile.mkdtemp(prefix="c", dir=harness.BUILT))
        try:
            return [float(line) for line in harness.call([chain, folder, HOPS, ORDERS, PAUSE_US]).split()]
        finally:
            shutil.rmtree(folder)

    for mine, theirs in harness.alternate(runs, ours, peer):
        for row, figure in zip(rows, (statistics.median, p99)):
            row.ours.append(figure(mine))
            row.peer.append(figure(theirs))
    return rows


def minute(runs):
    watch = harness.cc("watch", [PEERS / "watch.c"], "-lzmq")
    known = programs()
    rows = []
    for symbols, strategies in ((500, 30), (50, 100)):
        row = Row(f"minute of {symbols} symbols decided by {strategies} strategies, longest", "ms", "absolute", 250)
        for _ in range(LONG_RUNS):
            with PaperMesh(known, [f"S{number:03}" for number in range(symbols)], crossovers(strategies),
                           MINUTES + 45, 60 / 0.3) as mesh:
                # The averages are warm after forty minutes; from then on all strategies have something to say.
                row.ours.append(max(mesh.watch(watch, "trading/step/", MINUTES, 40)) / 1000)
        rows.append(row)
    return rows


def kept(known, bars):
    """Megabytes of all processes at the end of a replay."""
    with PaperMesh(known, ["A", "B", "C", "D"], crossovers(3), bars, 0, **{"feed.span": "15m"}) as mesh:
        with zmq.Socket(zmq.SUB, connect=mesh.address("execution", "trading"), subscribe=b"trading/step/") as socket:
            mesh.feed()
            steps, last = 0, time.monotonic()
            # The first ones may be gone before a subscription stands.
            while steps < bars and (steps < 0.9 * bars or time.monotonic() - last < 3):
                frame = socket.receive()
                if frame is not None:
                    steps, last = steps + frame.startswith(b"trading/step/"), time.monotonic()
                elif time.monotonic() - last > 60:
                    raise harness.BenchError(f"the replay stands still after {steps} of {bars} instants")
        return mesh.memory()


def memory(runs):
    known = programs()
    row = Row("memory of a paper mesh after a year", "MB", "lower", 1.1, "after a week")
    for _ in range(LONG_RUNS):
        row.ours.append(kept(known, YEAR))
        row.peer.append(kept(known, WEEK))
    return [row]


def failover(runs):
    known = programs()
    tradewind = str(harness.swift("tradewind"))
    row = Row("strategist of 20 strategies killed: until trading goes on, longest", "s", "absolute", 2)
    for _ in range(LONG_RUNS):
        with PaperMesh(known, ["A", "B", "C", "D"], crossovers(20), 3000, 60 / 0.02) as mesh:
            with zmq.Socket(zmq.SUB, connect=mesh.address("execution", "trading"), subscribe=b"trading/step/") as socket:
                mesh.feed()
                gaps = [gap(mesh, socket) for _ in range(KILLS)]
            asked = harness.call([tradewind, "transcript", "export", mesh.folder / "state/execution/all"])
            ids = [message["venue_request"]["order"]["id"] for message in
                   (json.loads(line)["message"] for line in asked.splitlines()) if "venue_request" in message]
            if not ids or len(ids) != len(set(ids)):
                raise harness.BenchError(f"of {len(ids)} orders {len(set(ids))} are different")
            row.ours.append(max(gaps))
    return [row]


def gap(mesh, socket):
    """How long nothing is decided after the strategist was killed and started again at once."""
    steps = 0
    while steps < 100:
        steps += socket.receive() is not None
    mesh.running["strategist"].send_signal(signal.SIGKILL)
    mesh.running["strategist"].wait(10)
    begun = last = time.monotonic()
    mesh.start("strategist")
    longest = 0
    while last - begun < 3:
        if socket.receive() is not None:
            longest, last = max(longest, time.monotonic() - last), time.monotonic()
        elif time.monotonic() - last > 20:
            raise harness.BenchError("20 s after the strategist was killed nothing goes on")
    return longest


BENCHES = {"trading-order": order, "trading-minute": minute, "trading-failover": failover, "trading-memory": memory}
