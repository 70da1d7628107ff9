"""Backtests beside others on the same bars: one strategy on a million bars, a sweep, a portfolio, and memory."""

import importlib.util
import statistics
from pathlib import Path

import harness
from harness import Row

BARS = 1_000_000
# Rivals that need a minute and more for them get the first of these bars, and are counted by the bar.
BARS_SLOW = 50_000
FAST, SLOW = 50, 200
EVENTS = 10_000_000
# A run of ours takes milliseconds, and the peers' take seconds.
RUNS_OURS = 5

HERE = Path(__file__).parent
spec = importlib.util.spec_from_file_location("installed", HERE / "installed.py")
installed = importlib.util.module_from_spec(spec)
spec.loader.exec_module(installed)


def made(ours, name, *words):
    """Bars that our side invents, the same for all."""
    path = harness.BUILT / name
    if not path.exists():
        harness.BUILT.mkdir(parents=True, exist_ok=True)
        path.write_text(harness.call([ours, *words]))
    return path


def shorter(path, bars):
    short = path.with_name(f"{path.stem}-first-{bars}.csv")
    if not short.exists():
        with open(path) as file:
            short.write_text("".join(line for _, line in zip(range(bars + 1), file)))
    return short


def peer(folder, script, *words, timeout=900):
    return harness.lines(
        harness.call([installed.python(folder), HERE / "peers" / script, *words], timeout=timeout))


def least(runs, key="seconds"):
    return min(each[key] for each in runs)


def same(what, ours, theirs, tolerance):
    if abs(ours - theirs) > tolerance * abs(theirs):
        raise harness.BenchError(f"the sides did not do the same work: {what} is {ours} here, and {theirs} there")


def crossover(runs):
    ours = harness.swift("bench-backtest")
    path = made(ours, f"bars-{BARS}.csv", "make", BARS)
    short = shorter(path, BARS_SLOW)

    def us():
        return harness.lines(harness.call([ours, "crossover", path, FAST, SLOW, RUNS_OURS]))

    def them():
        return min(
            (peer("vectorbt", "crossover.py", engine, path, FAST, SLOW, RUNS_OURS) for engine in ("numba", "rust")),
            key=least)

    vectorbt = Row("backtest crossover", "s", "faster", 4, "vectorbt, the quicker of its engines")
    share = Row("backtest share of reading speed", "of summing five columns", "higher", 0.1, "one thread's sum")
    for mine, theirs in harness.alternate(runs, us, them):
        vectorbt.ours.append(least(mine))
        vectorbt.peer.append(least(theirs))
        share.ours.append(1 / least(mine))
        share.peer.append(1 / least(mine, "sum_seconds"))
        # In a million bars about a hundred pairs of averages are equal, and its rounding decides there.
        same("the number of fills", mine[0]["fills"], theirs[0]["orders"], 0.002)

    per_bar = statistics.median(vectorbt.ours) / BARS * 1e9
    others = [
        ("backtesting.py", 300, "vectorbt", ["crossover.py", "backtesting", path, FAST, SLOW, 1]),
        ("backtrader", 2000, "vectorbt", ["crossover.py", "backtrader", short, FAST, SLOW, 1]),
        ("NautilusTrader", 2000, "nautilus", ["nautilus.py", short, FAST, SLOW]),
    ]
    rows = [vectorbt, share]
    for name, goal, folder, words in others:
        row = Row(f"backtest crossover, {name}", "ns a bar", "faster", goal, name)
        row.ours.append(per_bar)
        for each in peer(folder, *words):
            row.peer.append(each["seconds"] / each["bars"] * 1e9)
        rows.append(row)
    return rows


def sweep(runs):
    ours = harness.swift("bench-backtest")
    path = made(ours, "days-2520.csv", "make-daily", 2520, 1)

    def us():
        return harness.lines(harness.call([ours, "sweep", path, RUNS_OURS]))

    plain = Row("sweep of 10,000 pairs, numpy", "s", "faster", 3, "numpy, with the same figures")
    memory = Row("sweep of 10,000 pairs: memory", "MB", "absolute", 100)
    for mine, theirs in harness.alternate(runs, us, lambda: peer("vectorbt", "sweep.py", "numpy", path, 1)):
        plain.ours.append(least(mine))
        plain.peer.append(least(theirs))
        memory.ours.append(max(each["peak_mb"] for each in mine))
        same("the sum of final equities", mine[0]["equity"], theirs[0]["equity"], 1e-6)
        same("the sum of Sharpe ratios", mine[0]["sharpe"], theirs[0]["sharpe"], 1e-6)
    vectorbt = Row("sweep of 10,000 pairs", "s", "faster", 8, "vectorbt, the quicker of its engines, final equity only")
    vectorbt.ours = plain.ours
    engines = [peer("vectorbt", "sweep.py", engine, path, 2) for engine in ("numba", "rust")]
    for each in engines:
        same("the sum of final equities", mine[0]["equity"], each[0]["equity"], 1e-6)
    vectorbt.peer = [each["seconds"] for each in min(engines, key=least)]
    return [vectorbt, plain, memory]


def momentum(runs):
    ours = harness.swift("bench-backtest")
    path = made(ours, "universe-500.csv", "make-daily", 2520, 500)

    def us():
        return harness.lines(harness.call([ours, "momentum", path, RUNS_OURS]))

    def them():
        return [peer("vectorbt", "momentum.py", name, path, count) for name, count in (("numpy", 20), ("vectorbt", 3))]

    plain = Row("momentum of 500 symbols, numpy", "s", "faster", 0.7, "numpy, for just this")
    vectorbt = Row("momentum of 500 symbols", "s", "faster", 10, "vectorbt")
    for mine, (numpys, vectorbts) in harness.alternate(runs, us, them):
        plain.ours.append(least(mine))
        plain.peer.append(least(numpys))
        vectorbt.ours.append(least(mine))
        vectorbt.peer.append(least(vectorbts))
        for theirs in (numpys, vectorbts):
            same("the final equity", mine[0]["final_equity"], theirs[0]["final_equity"], 1e-6)
            same("the number of orders", mine[0]["fills"], theirs[0]["orders"], 0.01)
    rows = [vectorbt, plain]
    for name, folder, script in (
            ("bt", "vectorbt", ["momentum.py", "bt", path, 1]),
            ("zipline-reloaded", "zipline", ["zipline_momentum.py", path])):
        row = Row(f"momentum of 500 symbols, {name}", "s", "faster", 10, name)
        row.ours = plain.ours
        theirs = peer(folder, *script)
        row.peer = [each["seconds"] for each in theirs]
        rows.append(row)
    return rows


def events(runs):
    ours = harness.swift("bench-backtest")
    path = harness.BUILT / f"events-{EVENTS}.bin"
    if not path.exists():
        path.write_bytes(harness.call_bytes([ours, "make-events", EVENTS]))
    row = Row("quotes and trades, queues and latencies", "s", "faster", 1, "hftbacktest")

    def us():
        return harness.lines(harness.call([ours, "events", path, 2]))

    for mine, theirs in harness.alternate(runs, us, lambda: peer("hftbacktest", "events.py", path, 2)):
        row.ours.append(least(mine))
        row.peer.append(least(theirs))
        # What happens behind the best prices it sees and ours does not.
        same("the number of orders", mine[0]["orders"], theirs[0]["orders"], 0.01)
        same("the number of fills", mine[0]["fills"], theirs[0]["fills"], 0.01)
    return [row]


def memory(runs):
    ours = harness.swift("bench-backtest")
    path = made(ours, "days-2520.csv", "make-daily", 2520, 1)
    row = Row("memory of run 10,000 over run 100", "of resident memory", "absolute", 1.05)
    for _ in range(harness.RUNS_MIN):
        each = harness.lines(harness.call([ours, "repeat", path, 10, 30, 10_000]))[0]
        row.ours.append(each["last_pages"] / each["early_pages"])
    return [row]


def rules(runs):
    ours = harness.swift("bench-backtest")
    path = made(ours, f"bars-{BARS}.csv", "make", BARS)
    row = Row("rules in YAML over a million bars", "s", "lower", 3, "the same strategy in Swift")
    for _ in range(runs):
        each = harness.lines(harness.call([ours, "rules", path, RUNS_OURS]))
        row.ours.append(least(each, "rules_seconds"))
        row.peer.append(least(each, "swift_seconds"))
        if any(run["rules_hash"] != run["swift_hash"] for run in each):
            raise harness.BenchError("the rules and their twin in Swift did not trade alike")
    return [row]


BENCHES = {"backtest": crossover, "rules": rules, "sweep": sweep, "momentum": momentum, "events": events, "backtest-memory": memory}
