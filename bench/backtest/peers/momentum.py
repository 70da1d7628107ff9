"""The monthly top twenty in the peers: momentum.py PEER BARS.csv RUNS prints a JSON line a run.

At each month's first bar the twenty symbols that rose most over 252 bars, without the latest 21, get equal parts of the
equity at that bar's close. Reading the file and making a matrix of it are not counted, nor is what compiles.
"""

import json
import sys
import time
import warnings

import numpy
import pandas

warnings.filterwarnings("ignore")
CASH, LOOKBACK, SKIP, TOP = 100_000.0, 252, 21, 20


def months(frame):
    """The rows at which a month begins."""
    month = frame.index.to_numpy().astype("datetime64[M]")
    return numpy.flatnonzero(numpy.append(True, month[1:] != month[:-1]))


def chosen(close, row):
    """The best of a row, by the return that is known there."""
    gains = close[row - SKIP] / close[row - LOOKBACK] - 1
    return numpy.argsort(-gains, kind="stable")[:TOP]


def numpy_run(frame):
    close = frame.to_numpy()
    rows = [row for row in months(frame) if row >= LOOKBACK]
    gains = numpy.full(close.shape, numpy.nan)
    gains[LOOKBACK:] = close[LOOKBACK - SKIP:-SKIP] / close[:-LOOKBACK] - 1
    equity = numpy.full(len(close), CASH)
    orders, held = 0, numpy.empty(0, int)
    for row, end in zip(rows, [*rows[1:], len(close) - 1]):
        best = numpy.argsort(-gains[row], kind="stable")[:TOP]
        orders += len(best) + len(numpy.setdiff1d(held, best))
        shares = equity[row] / TOP / close[row, best]
        equity[row + 1:end + 1] = close[row + 1:end + 1, best] @ shares
        held = best
    returns = equity[1:] / equity[:-1] - 1
    mark = numpy.maximum.accumulate(equity)
    # What a report would begin with.
    returns.mean() / returns.std(ddof=1) * 252**0.5, (1 - equity / mark).max()
    return equity[-1], orders


def vectorbt_run(frame):
    import vectorbt

    close = frame.to_numpy()
    targets = numpy.full(close.shape, numpy.nan)
    for row in months(frame):
        if row >= LOOKBACK:
            targets[row] = 0
            targets[row, chosen(close, row)] = 1 / TOP
    portfolio = vectorbt.Portfolio.from_orders(
        close, targets, size_type="targetpercent", group_by=True, cash_sharing=True, call_seq="auto", init_cash=CASH)
    return float(portfolio.final_value()), int(portfolio.orders.count())


def bt_run(frame):
    import bt

    close = frame.to_numpy()
    targets = pandas.DataFrame(0.0, index=frame.index, columns=frame.columns)
    rows = [row for row in months(frame) if row >= LOOKBACK]
    for row in rows:
        targets.iloc[row, chosen(close, row)] = 1 / TOP
    strategy = bt.Strategy("momentum", [bt.algos.WeighTarget(targets.iloc[rows]), bt.algos.Rebalance()])
    backtest = bt.Backtest(strategy, frame, initial_capital=CASH, integer_positions=False, progress_bar=False)
    result = bt.run(backtest)
    return float(backtest.strategy.value), len(result.get_transactions())


def main():
    peer, path, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
    bars = pandas.read_csv(path, usecols=["symbol", "time", "close"])
    frame = bars.pivot(index="time", columns="symbol", values="close")
    frame = frame[sorted(frame.columns, key=lambda name: int(name[1:]))]
    frame.index = pandas.to_datetime(frame.index)
    run = {"numpy": numpy_run, "vectorbt": vectorbt_run, "bt": bt_run}[peer]
    if peer != "bt":
        run(frame)
    for _ in range(runs):
        began = time.perf_counter()
        equity, orders = run(frame)
        seconds = time.perf_counter() - began
        print(json.dumps({"seconds": seconds, "final_equity": float(equity), "orders": int(orders)}))


main()
