"""Stops, limits and settings of risk on real daily bars, computed anew and as a user types them.

Run with: python -m pytest Tests/Reference/test_risk.py
TRADEWIND names the command to test; without it, bin/tradewind of this checkout is taken.
"""

import csv
import decimal
import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[2]
TRADEWIND = os.environ.get("TRADEWIND", ROOT / "bin" / "tradewind")
SAMPLE = ROOT / "config" / "sample"
SYMBOLS = ["AAPL", "IBM", "KO", "MSFT"]


def backtest(*words, where=ROOT):
    command = [TRADEWIND, "backtest", "sma-crossover", "--set", "fast=10", "--set", "slow=30", "--no-record", *words]
    return subprocess.run(command, cwd=where, capture_output=True, text=True, timeout=60)


def figures(*words, where=ROOT):
    done = backtest("--json", *words, where=where)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def rows(path):
    with open(path) as file:
        return list(csv.DictReader(file))


def bars(symbol):
    return [(row["time"][:10], *(decimal.Decimal(row[name]) for name in ("open", "high", "low")))
            for row in rows(SAMPLE / f"{symbol}.csv")]


def cents(price):
    return price.quantize(decimal.Decimal("0.01"), decimal.ROUND_HALF_EVEN)


@pytest.mark.parametrize("symbol", SYMBOLS)
@pytest.mark.parametrize("share", ["0.03", "0.05"])
def test_a_stop_fills_at_its_price_or_at_the_open_after_a_gap(tmp_path, symbol, share):
    figures("--csv", f"{symbol}={SAMPLE / symbol}.csv", "--set", "short=true", "--margin", "reg_t", "--stop",
            f"fixed:{decimal.Decimal(share) * 100}%", "--out", tmp_path)
    days = bars(symbol)
    places = {day[0]: place for place, day in enumerate(days)}
    stops = {(row["average_price"]) for row in rows(tmp_path / "orders.csv")
             if row["kind"] == "stop" and row["status"] == "filled"}
    stopped = 0
    for trade in rows(tmp_path / "trades.csv"):
        is_long = trade["side"] == "long"
        entry = decimal.Decimal(trade["entry_price"])
        level = cents(entry * (1 - decimal.Decimal(share) * (1 if is_long else -1)))
        left = (trade["exit_at"][:10], decimal.Decimal(trade["exit_price"]))
        hit = None
        # Guarded from the bar after that of the entry on.
        for day, start, high, low in days[places[trade["entry_at"][:10]] + 1:]:
            if low <= level if is_long else high >= level:
                is_gap = start <= level if is_long else start >= level
                hit = (day, start if is_gap else level)
                break
        if trade["exit_price"] in stops:
            stopped += 1
            assert hit == left
        else:
            # The strategy left at an open before the stop was reached, or there is no such day.
            assert hit is None or left[0] <= hit[0]
    assert stopped >= 3


def test_a_position_takes_no_more_than_its_limit_allows(tmp_path):
    outcome = figures("--csv", SAMPLE, "--allocation", "equal-weight", "--limit", "position_size=0.1", "--out", tmp_path)
    bought = [row for row in rows(tmp_path / "orders.csv") if row["side"] == "buy" and row["status"] == "filled"]
    equities = [float(row["equity"]) for row in rows(tmp_path / "equity.csv")]
    assert len(bought) > 20 and outcome["interventions"]["position size"] >= len(bought)
    assert all(float(row["notional"]) <= 0.1 * max(equities) for row in bought)
    assert all("; trimmed: the position would be more than 10 % of the equity" in row["reason"] for row in bought)


REFUSALS = [
    (["--limit", "position_siez=1"], "did you mean position_size?"),
    (["--limit", "position_size=2"], "position_size must be a number from 0 to 1, or off, not 2"),
    (["--limit", "positions@strategy:sma-crosover=2"], "did you mean sma-crossover?"),
    (["--stop", "trialing:5%"], "did you mean trailing?"),
    (["--stop", "fixed:5x"], "5%, 2.50 or 3atr would be right"),
    (["--target", "5%:60%,10%:60%"], "close more than the whole position"),
    (["--risk", "advancd"], "did you mean advanced?"),
    (["--halt-lift", "soon"], "never, session or 30d would be right"),
    (["--sector", "AAPL"], "AAPL=technology would be right"),
    (["--set", "risk.halt_flatten=dawdown"], "did you mean drawdown?"),
    (["--set", "risk.positoin_size=0.1"], "did you mean risk.position_size?"),
    (["--set", "risk.position_size=7"], "must be a number from 0 to 1, or off"),
]


@pytest.mark.parametrize("words, sentence", REFUSALS, ids=[" ".join(words) for words, _ in REFUSALS])
def test_a_slip_is_answered_with_what_would_be_right(words, sentence):
    done = backtest("--csv", SAMPLE, *words)
    assert done.returncode in (1, 2) and done.stdout == ""
    assert sentence in done.stderr


def test_the_settings_file_holds_where_the_command_line_is_silent(tmp_path):
    file = tmp_path / "tradewind.yaml"
    file.write_text("risk:\n  preset: dynamic\n  var_95: off\n  stops: [trailing:5%]\n")
    given = ["--csv", SAMPLE, "--allocation", "equal-weight"]
    from_file = figures(*given, "--config", file)
    spelt_out = figures(*given, "--risk", "dynamic", "--limit", "var_95=off", "--stop", "trailing:5%")
    assert from_file["orders_hash"] == spelt_out["orders_hash"]
    plain = figures(*given)
    assert from_file["orders_hash"] != plain["orders_hash"]
    overruled = figures(*given, "--config", file, "--risk", "none", "--stop", "none", "--limit", "var_95=off")
    assert overruled["orders_hash"] == plain["orders_hash"]


def test_a_run_is_reproduced_whatever_the_settings_say_by_then(tmp_path):
    file = tmp_path / "tradewind.yaml"
    file.write_text("risk:\n  preset: advanced\n")
    place = ["--config", str(file), "--set", f"backtest.runs={tmp_path / 'runs'}"]
    made = subprocess.run([TRADEWIND, "backtest", "sma-crossover", "--csv", f"IBM={SAMPLE / 'IBM.csv'}", *place],
                          cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert made.returncode == 0, made.stderr
    file.write_text("risk:\n  preset: none\n")
    again = subprocess.run([TRADEWIND, "runs", "reproduce", "last", *place], cwd=tmp_path, capture_output=True,
                           text=True, timeout=60)
    assert again.returncode == 0, again.stdout + again.stderr
