"""The moving-average crossover of Tradewind on real daily bars against an independent computation, and backtesting.py.

Run with: python -m pytest Tests/Reference/test_backtest.py
TRADEWIND names the command to test; without it, bin/tradewind of this checkout is taken.
"""

import csv
import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[2]
TRADEWIND = os.environ.get("TRADEWIND", ROOT / "bin" / "tradewind")
SAMPLE = ROOT / "config" / "sample"
CASH = 100_000
CASES = [("IBM", 10, 20), ("IBM", 20, 50), ("IBM", 50, 200), ("AAPL", 10, 20), ("AAPL", 20, 50)]
MODES = ["next_open whole", "close whole", "close fractions"]
FEES_BPS = [0, 20]


def run(folder, file, symbol, fast, slow, *more):
    command = [
        TRADEWIND, "backtest", "sma-crossover", "--csv", f"{symbol}={file}", "--set", f"fast={fast}", "--set",
        f"slow={slow}", "--cash", f"{CASH}", "--json", "--out", folder, "--no-record", *more,
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), list(csv.DictReader(open(folder / "trades.csv")))


def options(mode, bps):
    fill, shares = mode.split()
    return ["--fill", fill, "--commission", f"{bps}bps"] + (["--whole-shares"] if shares == "whole" else [])


def millionths(text):
    whole, _, part = text.partition(".")
    return int(whole) * 10**6 + int(part.ljust(6, "0"))


def half_even(dividend, divisor):
    quotient, rest = divmod(dividend, divisor)
    return quotient + (2 * rest > divisor or 2 * rest == divisor and quotient % 2)


def exact(path, fast, slow, mode, bps):
    """The same trades in whole numbers, each average summed anew at each bar."""
    rows = list(csv.DictReader(open(path)))
    opens = [millionths(row["open"]) for row in rows]
    closes = [millionths(row["close"]) for row in rows]
    lot = 10**9 if mode.endswith("whole") else 1
    cash, held, entry, side, trades = CASH * 10**6, 0, None, 0, []

    def worth(price, quantity):
        return half_even(price * quantity, 10**9)

    def fee(amount):
        return half_even(amount * bps, 10**4)

    def trade(crossed, bar, price):
        nonlocal cash, held, entry
        if crossed > 0 and not held:
            # As many as the cash pays for, fee included: a guess, corrected share by share.
            held = cash * 10**13 // (price * (10**4 + bps)) // lot * lot
            while worth(price, held) + fee(worth(price, held)) > cash:
                held -= lot
            most = cash * 10**9 // price
            while held + lot <= most and worth(price, held + lot) + fee(worth(price, held + lot)) <= cash:
                held += lot
            cash -= worth(price, held) + fee(worth(price, held))
            entry = (bar, price, held)
        elif crossed < 0 and held:
            cash += worth(price, held) - fee(worth(price, held))
            trades.append((*entry, bar, price))
            held = 0

    pending = 0
    for bar in range(len(rows)):
        if mode.startswith("next_open") and pending:
            trade(pending, bar, opens[bar])
        pending = 0
        if bar >= slow - 1:
            difference = sum(closes[bar - fast + 1:bar + 1]) * slow - sum(closes[bar - slow + 1:bar + 1]) * fast
            now = (difference > 0) - (difference < 0) or side
            pending = now if side and now != side else 0
            side = now
        if mode.startswith("close") and pending:
            trade(pending, bar, closes[bar])
    final = cash + worth(closes[-1], held)
    return rows, trades, final


@pytest.mark.parametrize("bps", FEES_BPS)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("symbol, fast, slow", CASES)
def test_trades_and_equity_are_exact(tmp_path, symbol, fast, slow, mode, bps):
    path = SAMPLE / f"{symbol}.csv"
    rows, trades, final = exact(path, fast, slow, mode, bps)
    assert trades, "nothing is traded, so nothing is tested"
    figures, ours = run(tmp_path, path, symbol, fast, slow, *options(mode, bps))
    assert figures["closed_trades"] == len(trades)
    for (entry, entry_price, quantity, exit, exit_price), trade in zip(trades, ours, strict=True):
        assert trade["entry_at"][:10] == rows[entry]["time"]
        assert trade["exit_at"][:10] == rows[exit]["time"]
        assert millionths(trade["entry_price"]) == entry_price
        assert millionths(trade["exit_price"]) == exit_price
        assert round(float(trade["quantity"]) * 10**9) == quantity
    assert figures["final_equity"] == final / 10**6


def test_the_same_run_has_the_same_hash_and_another_one_has_not(tmp_path):
    path = SAMPLE / "IBM.csv"
    first, _ = run(tmp_path, path, "IBM", 10, 20)
    again, _ = run(tmp_path, path, "IBM", 10, 20)
    other, _ = run(tmp_path, path, "IBM", 10, 21)
    assert first["orders_hash"] == again["orders_hash"] != other["orders_hash"]
