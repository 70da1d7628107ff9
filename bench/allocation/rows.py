"""Allocators on 500 instruments and 2,520 days, beside PyPortfolioOpt; both sides have to agree before times count."""

import array
import math
import random

import harness
from harness import Row

PEER = "PyPortfolioOpt 1.6"
COUNT, DAYS = 500, 2521
SEED = 20261121
# What the peer's solver leaves; HRP solves nothing.
TOLERANCES = {"hrp": 1e-9, "min-variance": 2e-4, "black-litterman": 2e-4}


def closes(path):
    """Closes of a market with ten sectors, day by day."""
    generator = random.Random(SEED)
    market = [generator.uniform(0.5, 1.5) for _ in range(COUNT)]
    sector = [generator.uniform(0.3, 1.0) for _ in range(COUNT)]
    noise = [generator.uniform(0.008, 0.025) for _ in range(COUNT)]
    drift = [generator.uniform(-0.0002, 0.0008) for _ in range(COUNT)]
    prices = [100.0] * COUNT
    numbers = array.array("d")
    for _ in range(DAYS):
        numbers.extend(prices)
        whole = generator.gauss(0, 0.008)
        parts = [generator.gauss(0, 0.008) for _ in range(10)]
        for i in range(COUNT):
            change = drift[i] + market[i] * whole + sector[i] * parts[i % 10] + generator.gauss(0, noise[i])
            prices[i] *= math.exp(change)
    with open(path, "wb") as file:
        numbers.tofile(file)
    return path


def allocation(runs):
    python = harness.ROOT / ".venv" / "bin" / "python"
    if not python.exists():
        raise harness.BenchError("the rival comes from PyPI: scripts/bootstrap tests makes .venv with it")
    harness.BUILT.mkdir(parents=True, exist_ok=True)
    data = harness.BUILT / f"closes-{COUNT}-{DAYS}-{SEED}.f64"
    if not data.exists():
        closes(data)
    ours = harness.swift("bench-allocation")
    peer = harness.BENCH / "allocation" / "pypfopt_peer.py"
    rows = {}
    for mine, theirs in harness.alternate(
        runs, lambda: harness.lines(harness.call([ours, data, DAYS, COUNT])),
        lambda: harness.lines(harness.call([python, peer, data, DAYS, COUNT]))
    ):
        own = {each["name"]: each for each in mine}
        for each in theirs:
            name = each["name"]
            apart = max(abs(a - b) for a, b in zip(own[name]["weights"], each["weights"], strict=True))
            if apart > TOLERANCES[name]:
                raise harness.BenchError(f"{name}: the two sides differ by {apart:.2g}")
            row = rows.setdefault(
                name, Row(f"{name}, {COUNT} instruments, {DAYS - 1:,} days", "ms", "faster", 5, PEER))
            row.ours.append(own[name]["ms"])
            row.peer.append(each["ms"])
    return list(rows.values())


BENCHES = {"allocation": allocation}
