"""The moving-average crossover on real daily bars in backtesting.py, backtrader and vectorbt, each under its own
assumptions, and in Tradewind under the same: every trade, and the final equity to the cent.

backtesting.py fills at the next open in whole shares; backtrader in whole shares, at the next open or at the deciding
bar's close; vectorbt in fractions, at the close or at the next open. The averages and the crossings are each peer's
own. Where averages are exactly equal a peer's rounding would decide, so the pairs here have no such bar.

Run with: python -m pytest Tests/Reference/test_peers.py
TRADEWIND names the command to test; without it, bin/tradewind of this checkout is taken.
"""

import csv
import json
import os
import pathlib
import subprocess
import warnings

import pandas
import pytest

ROOT = pathlib.Path(__file__).parents[2]
TRADEWIND = os.environ.get("TRADEWIND", ROOT / "bin" / "tradewind")
SAMPLE = ROOT / "config" / "sample"
CASH = 100_000
CASES = [
    (symbol, fast, slow) for symbol in ("AAPL", "IBM", "KO", "MSFT") for fast, slow in ((5, 20), (10, 30), (20, 50))]
FEES_BPS = [0, 20]
# A price and a profit are floating-point numbers there: a millionth of a dollar a share, and half a cent.
PRICE, CENT = 1e-6, 0.005


def bars(symbol):
    frame = pandas.read_csv(SAMPLE / f"{symbol}.csv", index_col="time", parse_dates=True)
    return frame[["open", "high", "low", "close", "volume"]]


def ours(folder, symbol, fast, slow, fill, whole, bps):
    command = [
        TRADEWIND, "backtest", "sma-crossover", "--csv", f"{symbol}={SAMPLE / symbol}.csv", "--set", f"fast={fast}",
        "--set", f"slow={slow}", "--cash", f"{CASH}", "--fill", fill, "--commission", f"{bps}bps", "--json", "--out",
        folder, *(["--whole-shares"] if whole else [])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    with open(folder / "trades.csv") as file:
        trades = [
            (row["entry_at"][:10], row["exit_at"][:10], float(row["quantity"]), float(row["entry_price"]),
             float(row["exit_price"]), float(row["profit"]))
            for row in csv.DictReader(file)]
    return trades, json.loads(done.stdout)["final_equity"]


def day(moment):
    return str(pandas.Timestamp(moment).date())


def backtesting_run(symbol, fast, slow, fill, bps):
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

    frame = bars(symbol).rename(columns=str.capitalize)
    stats = backtesting.Backtest(frame, Crossover, cash=CASH, commission=bps / 10_000).run()
    trades = [
        (day(trade.EntryTime), day(trade.ExitTime), trade.Size, trade.EntryPrice, trade.ExitPrice, trade.PnL)
        for trade in stats["_trades"].itertuples()]
    return trades, stats["Equity Final [$]"]


def backtrader_run(symbol, fast, slow, fill, bps):
    import backtrader

    trades = []

    class Crossover(backtrader.Strategy):
        def __init__(self):
            quick = backtrader.indicators.SimpleMovingAverage(self.data.close, period=fast)
            long = backtrader.indicators.SimpleMovingAverage(self.data.close, period=slow)
            self.cross = backtrader.indicators.CrossOver(quick, long)
            self.entry = None

        def trade(self, crossed, price):
            # As many whole shares as the cash pays for, commission included.
            if crossed > 0 and not self.position:
                self.buy(size=int(self.broker.get_cash() / (price * (1 + bps / 10_000))))
            elif crossed < 0 and self.position:
                self.close()

        def next_open(self):
            # Its own way of sizing by the open at which the order will fill: indicators still stand at the bar before.
            if fill == "next_open":
                self.trade(self.cross[0], self.data.open[0])

        def next(self):
            if fill == "close":
                self.trade(self.cross[0], self.data.close[0])

        def notify_order(self, order):
            assert order.status not in (order.Margin, order.Rejected), "an order is too large for the cash"
            if order.status != order.Completed:
                return
            done = order.executed
            # Told at the next bar: an order that fills at the close of its own bar bears the date of that one.
            at = backtrader.num2date(done.dt) if fill == "next_open" else backtrader.num2date(order.created.dt)
            if order.isbuy():
                self.entry = (day(at), done.price, done.size, done.comm)
            else:
                since, price, size, comm = self.entry
                trades.append((since, day(at), size, price, done.price, done.pnl - comm - done.comm))

    frame = bars(symbol)
    if fill == "close":
        # What is decided at a close it carries out when the next bar comes: one more, that stands still.
        frame.loc[frame.index[-1] + pandas.Timedelta(days=1)] = [frame["close"].iloc[-1]] * 4 + [0]
    cerebro = backtrader.Cerebro(stdstats=False, cheat_on_open=fill == "next_open")
    cerebro.adddata(backtrader.feeds.PandasData(dataname=frame))
    cerebro.addstrategy(Crossover)
    cerebro.broker.set_cash(CASH)
    cerebro.broker.setcommission(commission=bps / 10_000)
    cerebro.broker.set_coc(fill == "close")
    cerebro.run()
    return trades, cerebro.broker.get_value()


def vectorbt_run(symbol, fast, slow, fill, bps):
    import numpy
    import vectorbt

    frame = bars(symbol)
    quick, long = vectorbt.MA.run(frame["close"], fast), vectorbt.MA.run(frame["close"], slow)
    price = frame["close"]
    entries, exits = quick.ma_crossed_above(long), quick.ma_crossed_below(long)
    if fill == "next_open":
        price = frame["open"]
        entries, exits = (signal.shift(1, fill_value=False).astype(bool) for signal in (entries, exits))
    portfolio = vectorbt.Portfolio.from_signals(
        frame["close"], entries, exits, price=price, init_cash=CASH, fees=bps / 10_000, size=numpy.inf)
    closed = portfolio.trades.records[portfolio.trades.records["status"] == 1]
    trades = [
        (day(frame.index[trade.entry_idx]), day(frame.index[trade.exit_idx]), trade.size, trade.entry_price,
         trade.exit_price, trade.pnl)
        for trade in closed.itertuples()]
    return trades, portfolio.final_value()


PEERS = {
    "backtesting": (backtesting_run, ["next_open"], True),
    "backtrader": (backtrader_run, ["next_open", "close"], True),
    "vectorbt": (vectorbt_run, ["next_open", "close"], False),
}


@pytest.mark.parametrize("bps", FEES_BPS)
@pytest.mark.parametrize("symbol, fast, slow", CASES)
@pytest.mark.parametrize("peer, fill", [(peer, fill) for peer, (_, fills, _) in PEERS.items() for fill in fills])
def test_trades_and_equity_equal_the_peers(tmp_path, peer, fill, symbol, fast, slow, bps):
    run, _, whole = PEERS[peer]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs, their_equity = run(symbol, fast, slow, fill, bps)
    mine, equity = ours(tmp_path, symbol, fast, slow, fill, whole, bps)
    assert theirs, "nothing is traded, so nothing is tested"
    assert [trade[:2] for trade in mine] == [trade[:2] for trade in theirs]
    for (*_, quantity, entry, exit, profit), (*_, size, their_entry, their_exit, their_profit) in zip(mine, theirs):
        assert quantity == pytest.approx(size, abs=0 if whole else 1e-6)
        assert entry == pytest.approx(their_entry, abs=PRICE)
        assert exit == pytest.approx(their_exit, abs=PRICE)
        assert profit == pytest.approx(their_profit, abs=CENT)
    assert equity == pytest.approx(their_equity, abs=CENT)


def test_no_pair_of_averages_is_ever_equal():
    for symbol, fast, slow in CASES:
        # Prices have six digits: whole numbers, in which a tie is a tie.
        close = (bars(symbol)["close"] * 10**6).round().astype("int64")
        difference = close.rolling(fast).sum() * slow - close.rolling(slow).sum() * fast
        assert (difference.dropna() != 0).all(), f"{symbol} {fast} {slow}"
