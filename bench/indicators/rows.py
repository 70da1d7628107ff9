"""Indicators over a million bars, beside TA-Lib's C core through its Python wheel."""

import array
import random

import harness
from harness import Row

PEER = "TA-Lib 0.8"
COUNT = 1_000_000
SEED = 20261121


def bars(path):
    """The columns high, low, close of a random walk, one after the other."""
    generator = random.Random(SEED)
    high, low, close = array.array("d"), array.array("d"), array.array("d")
    price = 100.0
    for _ in range(COUNT):
        price *= 1 + (generator.random() - 0.5) * 0.002
        close.append(price)
        high.append(price * (1 + generator.random() * 0.001))
        low.append(price * (1 - generator.random() * 0.001))
    with open(path, "wb") as file:
        for column in (high, low, close):
            column.tofile(file)
    return path


def indicators(runs):
    python = harness.ROOT / ".venv" / "bin" / "python"
    if not python.exists():
        raise harness.BenchError("the rival comes from PyPI: scripts/bootstrap tests makes .venv with it")
    harness.BUILT.mkdir(parents=True, exist_ok=True)
    data = bars(harness.BUILT / "bars.f64")
    ours = harness.swift("bench-indicators")
    peer = harness.BENCH / "indicators" / "talib_peer.py"
    rows = {}
    for mine, theirs in harness.alternate(
        runs, lambda: harness.lines(harness.call([ours, data])),
        lambda: harness.lines(harness.call([python, peer, data]))
    ):
        times = {each["name"]: each["ms"] for each in mine}
        for each in theirs:
            row = rows.setdefault(
                each["name"], Row(f"indicator {each['name']}, a million bars", "ms", "faster", 1, PEER))
            row.ours.append(times[each["name"]])
            row.peer.append(each["ms"])
    return list(rows.values())


BENCHES = {"indicators": indicators}
