"""A flood of quotes beside the trading: nothing of it may be lost, and orders may not wait for it."""

import subprocess

import harness
from harness import Row
from paper import PEERS, PaperMesh, by_seconds, p99, programs

SYMBOLS = [f"Q{number}" for number in range(10)]
PER_SECOND, SECONDS = 50_000, 60
# An instant lasts so many milliseconds on the wall.
INSTANT = 20
ORDERS, WARM_UP = SECONDS * 1000 // INSTANT, 20
RUNS = 2


def mesh(known, quotes):
    """It turns at every other bar, so that there is an order in nearly every instant."""
    return PaperMesh(known, SYMBOLS, ["sma-crossover fast=1 slow=2 short=true"], 3 * ORDERS,
                     **by_seconds(INSTANT), **{"feed.quotes": quotes})


def flooded(known, watch, count):
    """Microseconds of the orders, how many quotes were lost, and in how many seconds a minute's quotes came."""
    with mesh(known, PER_SECOND * INSTANT // 1000) as running:
        counting = subprocess.Popen(
            [count, running.address("feed", "market"), str(PER_SECOND * SECONDS)], stdout=subprocess.PIPE, text=True)
        try:
            spans = running.watch(watch, "trading/venue/", ORDERS, WARM_UP)
            out, _ = counting.communicate(timeout=60)
        finally:
            counting.kill()
            counting.wait(10)
        if counting.returncode != 0:
            raise harness.BenchError(f"counting the quotes ended with {counting.returncode}")
    lost, seconds = out.split()
    return spans, int(lost), float(seconds)


def quotes(runs):
    watch, count = (harness.cc(name, [PEERS / f"{name}.c"], "-lzmq") for name in ("watch", "count"))
    known = programs()
    rate = f"{PER_SECOND:,} quotes a second"
    lost = Row(f"{rate} for a minute: lost", "quotes", "absolute", 0)
    # What the feed could not keep up with would come later.
    took = Row(f"{rate} for a minute: taken in", "s", "absolute", SECONDS * 1.01)
    waits = Row(f"bar to order beside {rate}, p99", "µs", "lower", 1.5, "without quotes")
    for _ in range(RUNS):
        spans, missing, seconds = flooded(known, watch, count)
        lost.ours.append(missing)
        took.ours.append(seconds)
        waits.ours.append(p99(spans))
        with mesh(known, 0) as running:
            waits.peer.append(p99(running.watch(watch, "trading/venue/", ORDERS, WARM_UP)))
    return [lost, took, waits]
