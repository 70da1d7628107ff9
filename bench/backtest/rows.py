"""A million minute bars through every machine, beside vectorbt and backtesting.py on the same bars."""

import sys

import harness
from harness import Row

BARS = 1_000_000
FAST, SLOW = 50, 200
# A run of ours takes milliseconds, and the peers' take seconds.
RUNS_OURS = 5


def peers():
    """The Python with the peers, made when it is first asked for."""
    folder = harness.BUILT / "peers"
    python = folder / "bin" / "python"
    wanted = (harness.ROOT / "scripts" / "pypi-bench.txt").read_text()
    stamp = folder / "stamp"
    if not stamp.exists() or stamp.read_text() != wanted:
        harness.say("bench: installing the peers of the backtest")
        harness.call([sys.executable, "-m", "venv", "--clear", folder])
        harness.call(
            [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--requirement",
             harness.ROOT / "scripts" / "pypi-bench.txt"], timeout=1800)
        stamp.write_text(wanted)
    return python


def bars(ours):
    path = harness.BUILT / f"bars-{BARS}.csv"
    if not path.exists():
        path.write_text(harness.call([ours, "make", BARS]))
    return path


def backtest(runs):
    ours = harness.swift("bench-backtest")
    python = peers()
    path = bars(ours)
    script = harness.BENCH / "backtest" / "peers" / "crossover.py"

    def us():
        return harness.lines(harness.call([ours, "crossover", path, FAST, SLOW, RUNS_OURS]))

    def them(peer):
        return harness.lines(harness.call([python, script, peer, path, FAST, SLOW, 1], timeout=900))

    vectorbt = Row("backtest crossover", "s", "faster", 4, "vectorbt")
    event = Row("backtest crossover, event by event", "s", "faster", 300, "backtesting.py")
    share = Row("backtest share of reading speed", "of summing five columns", "higher", 0.1, "one thread's sum")
    for mine, theirs in harness.alternate(runs, us, lambda: them("vectorbt")):
        seconds = min(each["seconds"] for each in mine)
        vectorbt.ours.append(seconds)
        vectorbt.peer.append(theirs[0]["seconds"])
        share.ours.append(1 / seconds)
        share.peer.append(1 / min(each["sum_seconds"] for each in mine))
        if abs(mine[0]["fills"] - theirs[0]["orders"]) > BARS / 1000:
            raise harness.BenchError(
                f"the sides did not do the same work: {mine[0]['fills']} fills here, {theirs[0]['orders']} orders in "
                "vectorbt")
    for mine, theirs in [(us(), them("backtesting"))]:
        event.ours.append(min(each["seconds"] for each in mine))
        event.peer.append(theirs[0]["seconds"])
    return [vectorbt, event, share]


def memory(runs):
    ours = harness.swift("bench-backtest")
    path = harness.BUILT / "bars-2520.csv"
    if not path.exists():
        path.write_text(harness.call([ours, "make", 2520]))
    row = Row("memory of run 10,000 over run 100", "of resident memory", "absolute", 1.05)
    for _ in range(harness.RUNS_MIN):
        each = harness.lines(harness.call([ours, "repeat", path, 10, 30, 10_000]))[0]
        row.ours.append(each["last_pages"] / each["early_pages"])
    return [row]


BENCHES = {"backtest": backtest, "backtest-memory": memory}
