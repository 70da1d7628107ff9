"""The moving-average crossover in the peers: crossover.py PEER BARS.csv FAST SLOW RUNS prints a JSON line a run.

Reading the file and vectorbt's first runs, which compile, are not counted.
"""

import json
import sys
import time
import warnings

import numpy
import pandas

warnings.filterwarnings("ignore")


def vectorbt_run(engine):
    """On bare arrays: on Series with a time index vectorbt 1.2.0 took twenty seconds for the crossings alone."""
    import vectorbt

    def run(bars, fast, slow):
        close = bars["close"].to_numpy()
        following_open = numpy.append(bars["open"].to_numpy()[1:], numpy.nan)
        quick = vectorbt.MA.run(close, fast).ma.to_numpy()
        long = vectorbt.MA.run(close, slow).ma.to_numpy()
        known = ~numpy.isnan(long[:-1])
        entries, exits = numpy.zeros(len(close), bool), numpy.zeros(len(close), bool)
        entries[1:] = (quick[1:] > long[1:]) & (quick[:-1] <= long[:-1]) & known
        exits[1:] = (quick[1:] < long[1:]) & (quick[:-1] >= long[:-1]) & known
        portfolio = vectorbt.Portfolio.from_signals(
            close, entries, exits, price=following_open, init_cash=100_000, engine=engine)
        return float(portfolio.final_value()), int(portfolio.orders.count())

    return run


def backtesting_run(bars, fast, slow):
    import backtesting
    from backtesting.lib import crossover

    class Crossover(backtesting.Strategy):
        def init(self):
            close = pandas.Series(self.data.Close)
            self.quick = self.I(lambda: close.rolling(fast).mean())
            self.long = self.I(lambda: close.rolling(slow).mean())

        def next(self):
            if crossover(self.quick, self.long):
                self.buy()
            elif crossover(self.long, self.quick):
                self.position.close()

    frame = bars.rename(columns=str.capitalize)
    result = backtesting.Backtest(frame, Crossover, cash=100_000, exclusive_orders=False).run()
    return float(result["Equity Final [$]"]), int(result["# Trades"]) * 2


def backtrader_run(bars, fast, slow):
    import backtrader

    class Crossover(backtrader.Strategy):
        def __init__(self):
            quick = backtrader.indicators.SimpleMovingAverage(self.data.close, period=fast)
            long = backtrader.indicators.SimpleMovingAverage(self.data.close, period=slow)
            self.cross = backtrader.indicators.CrossOver(quick, long)
            self.orders = 0

        def next(self):
            if self.cross[0] > 0 and not self.position:
                self.buy(size=int(0.99 * self.broker.get_cash() / self.data.close[0]))
                self.orders += 1
            elif self.cross[0] < 0 and self.position:
                self.close()
                self.orders += 1

    cerebro = backtrader.Cerebro(stdstats=False)
    cerebro.adddata(backtrader.feeds.PandasData(dataname=bars))
    cerebro.addstrategy(Crossover)
    cerebro.broker.set_cash(100_000)
    strategy = cerebro.run()[0]
    return float(cerebro.broker.get_value()), strategy.orders


def main():
    peer, path, fast, slow, runs = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])
    bars = pandas.read_csv(path, usecols=["time", "open", "high", "low", "close", "volume"], index_col="time")
    bars.index = pandas.to_datetime(bars.index)
    run = {
        "numba": vectorbt_run("numba"), "rust": vectorbt_run("rust"), "backtesting": backtesting_run,
        "backtrader": backtrader_run}[peer]
    if peer in ("numba", "rust"):
        for _ in range(2):
            run(bars, fast, slow)
    for _ in range(runs):
        began = time.perf_counter()
        equity, orders = run(bars, fast, slow)
        seconds = time.perf_counter() - began
        print(json.dumps({"seconds": seconds, "final_equity": equity, "orders": orders, "bars": len(bars)}))


main()
