"""Indicators over a million bars, beside TA-Lib's C core through its Python wheel."""

import array
import random
import statistics

import harness
from harness import Row

PEER = "TA-Lib 0.8"
COUNT = 1_000_000
# Where memory lies, and so how quick it is, differs from start to start and stays so: many starts of few runs each.
STARTS_MIN, RUNS = 15, 3
SEED = 20261121


def bars(path):
    """The columns open, high, low, close, volume of a random walk and the closes of another one, one after the other."""
    generator = random.Random(SEED)
    columns = [array.array("d") for _ in range(6)]
    price, second = 100.0, 50.0
    for _ in range(COUNT):
        before = price
        price *= 1 + (generator.random() - 0.5) * 0.002
        second *= 1 + (generator.random() - 0.5) * 0.002
        high = max(before, price) * (1 + generator.random() * 0.001)
        low = min(before, price) * (1 - generator.random() * 0.001)
        volume = 100.0 + int(generator.random() * 10_000)
        for column, number in zip(columns, (before, high, low, price, volume, second)):
            column.append(number)
    with open(path, "wb") as file:
        for column in columns:
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
    mean = Row("indicators, the mean of all ratios", "times", "higher", 1.5, PEER)
    for mine, theirs in harness.alternate(
        max(runs, STARTS_MIN), lambda: harness.lines(harness.call([ours, data, str(RUNS)])),
        lambda: harness.lines(harness.call([python, peer, data, str(RUNS)]))
    ):
        times = {each["name"]: each["ms"] for each in mine}
        for each in theirs:
            row = rows.setdefault(
                each["name"], Row(f"indicator {each['name']}, a million bars", "ms", "faster", 0.8, PEER))
            row.ours.append(times[each["name"]])
            row.peer.append(each["ms"])
        mean.ours.append(statistics.mean(each["ms"] / times[each["name"]] for each in theirs))
        mean.peer.append(1)
    return [*rows.values(), mean]


BENCHES = {"indicators": indicators}
