"""The whole mesh of a paper account: how long a bar takes to become an order, how many strategies it carries, how much
memory it keeps, and how soon it goes on after a kill."""

import json
import shutil
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path

import harness
from harness import Row

sys.path[:0] = [str(harness.ROOT / "Tests" / "System"), str(harness.BENCH / "trading")]

import zmq  # noqa: E402
from commands import commands  # noqa: E402
from paper import PEERS, PaperMesh, by_seconds, crossovers, p99, programs  # noqa: E402
from quotes import quotes  # noqa: E402

# feed, exchange, strategist, portfolio, risk, execution: the exchange closes its part of an instant before strategies
# decide, and the last hop is that to its socket.
HOPS = 6
ORDERS, INSTANT = 400, 20
PAUSE_US = 1000 * INSTANT
MINUTES = 25
# Each of these runs is long and has many samples of its own.
LONG_RUNS = 2
# Bars of a quarter of an hour: a year of minutes takes longer than a bench may.
WEEK, YEAR = 5 * 26, 252 * 26
KILLS = 5


def order(runs):
    watch, chain = (harness.cc(name, [PEERS / f"{name}.c"], "-lzmq") for name in ("watch", "chain"))
    known = programs()
    rows = [Row("bar to order, p50", "µs", "lower", 1.5, f"{HOPS} bare hops and an fdatasync"),
            Row("bar to order, p99", "µs", "lower", 2, f"{HOPS} bare hops and an fdatasync")]

    def ours():
        # It turns at every other bar, so that there is an order in nearly every instant.
        with PaperMesh(known, ["AAPL"], ["sma-crossover fast=1 slow=2 short=true"], 4 * ORDERS,
                       **by_seconds(INSTANT)) as mesh:
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
        with PaperMesh(known, ["A", "B", "C", "D"], crossovers(20), 3000, **by_seconds(INSTANT)) as mesh:
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


BENCHES = {"trading-order": order, "trading-minute": minute, "trading-commands": commands,
           "trading-quotes": quotes, "trading-failover": failover, "trading-memory": memory}
