"""Ten thousand pairs of averages in the peers: sweep.py PEER BARS.csv RUNS prints a JSON line a run.

Fast 1 to 100, slow 101 to 200, in at the next open after a crossing above and out after one below. Reading the file is
not counted, nor is what compiles. vectorbt gives the final equity alone, in parts of as many columns as suit it best:
its Sharpe ratios take three times as long again. numpy gives the daily equity, and of it what a sweep shows.
"""

import json
import sys
import time
import warnings

import numpy
import pandas

warnings.filterwarnings("ignore")
CASH, FASTEST, SLOWEST = 100_000.0, 100, 200
# Of 250, 500, 1000, 2500 and 10000 the quickest.
COLUMNS = 500


def averages(close):
    """Every moving average, by its length."""
    sums = numpy.concatenate([[0.0], numpy.cumsum(close)])
    rows = numpy.full((SLOWEST + 1, len(close)), numpy.nan)
    for length in range(1, SLOWEST + 1):
        rows[length, length - 1:] = (sums[length:] - sums[:-length]) / length
    return rows


def vectorbt_run(engine):
    import vectorbt

    def run(open_, close):
        following_open = numpy.append(open_[1:], numpy.nan)[:, None]
        rows = numpy.ascontiguousarray(averages(close).T)
        pairs = [(fast, slow) for fast in range(1, FASTEST + 1) for slow in range(FASTEST + 1, SLOWEST + 1)]
        equity, orders = 0.0, 0
        for start in range(0, len(pairs), COLUMNS):
            fast, slow = numpy.array(pairs[start:start + COLUMNS]).T
            quick, long = rows[:, fast], rows[:, slow]
            above, below = quick > long, quick < long
            entries, exits = numpy.zeros(above.shape, bool), numpy.zeros(above.shape, bool)
            known = ~numpy.isnan(long[:-1])
            entries[1:], exits[1:] = above[1:] & ~above[:-1] & known, below[1:] & ~below[:-1] & known
            portfolio = vectorbt.Portfolio.from_signals(
                close[:, None], entries, exits, price=following_open, init_cash=CASH, engine=engine)
            equity += float(numpy.sum(portfolio.final_value()))
            orders += len(portfolio.orders.records_arr)
        return equity, orders, 0.0

    return run


def numpy_run(open_, close):
    rows, count = averages(close), len(close)
    total, orders, sharpes = 0.0, 0, 0.0
    growth = numpy.append(1.0, close[1:] / close[:-1])
    first, last = close / open_, numpy.append(1.0, open_[1:] / close[:-1])
    for slow in range(FASTEST + 1, SLOWEST + 1):
        above = rows[1:FASTEST + 1, slow - 1:] > rows[slow, slow - 1:]
        # Before the first crossing upwards nothing is held.
        side = numpy.zeros((FASTEST, count), bool)
        side[:, slow - 1:] = above
        begun = numpy.zeros((FASTEST, count), bool)
        begun[:, slow:] = above[:, 1:] & ~above[:, :-1]
        side &= numpy.logical_or.accumulate(begun, axis=1)
        # Held at the close of a bar if decided at the one before.
        held = numpy.zeros((FASTEST, count), bool)
        held[:, 1:] = side[:, :-1]
        before = numpy.zeros((FASTEST, count), bool)
        before[:, 1:] = held[:, :-1]
        enters, leaves = held & ~before, before & ~held
        factor = numpy.where(enters, first, numpy.where(leaves, last, numpy.where(held, growth, 1.0)))
        equity = CASH * numpy.cumprod(factor, axis=1)
        returns = factor - 1
        deviation = returns.std(axis=1, ddof=1)
        numpy.divide(returns.mean(axis=1), deviation, out=deviation, where=deviation > 0)
        sharpes += float(deviation.sum()) * 252**0.5
        (1 - equity / numpy.maximum.accumulate(equity, axis=1)).max(axis=1)
        orders += int(enters.sum()) + int(leaves.sum())
        total += float(equity[:, -1].sum())
    return total, orders, sharpes


def main():
    peer, path, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
    bars = pandas.read_csv(path, usecols=["open", "close"])
    open_, close = bars["open"].to_numpy(), bars["close"].to_numpy()
    run = numpy_run if peer == "numpy" else vectorbt_run(peer)
    if peer != "numpy":
        run(open_, close)
    for _ in range(runs):
        began = time.perf_counter()
        equity, orders, sharpe = run(open_, close)
        print(json.dumps({
            "seconds": time.perf_counter() - began, "equity": equity, "orders": orders, "sharpe": sharpe}))


main()
