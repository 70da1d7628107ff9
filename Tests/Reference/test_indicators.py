"""The indicators of Tradewind against TA-Lib, and against plain formulas where TA-Lib has none.

Run with: python -m pytest Tests/Reference/test_indicators.py
TRADEWIND names the command to test; without it, bin/tradewind of this checkout is taken.

Every figure must agree to 1e-9 of itself, or of the mean size of its series where it is smaller, from the very first
value on; and where the reference has no value, there must be none.
"""

import csv
import datetime
import json
import os
import pathlib
import subprocess

import numpy as np
import pytest
import talib

ROOT = pathlib.Path(__file__).parents[2]
TRADEWIND = os.environ.get("TRADEWIND", ROOT / "bin" / "tradewind")
TOLERANCE = 1e-9
SEED = int(os.environ.get("TRADEWIND_SEED", "20261121"))
COLUMNS = ("open", "high", "low", "close", "volume")


class Bars:
    """The columns of a file, as the command and the reference see them."""

    def __init__(self, path, interval="1d"):
        self.path, self.interval = path, interval
        with open(path) as file:
            rows = list(csv.DictReader(file))
        for column in COLUMNS:
            setattr(self, column, np.array([float(row[column]) for row in rows]))
        # The date of the session in New York, which is five or four hours behind UTC.
        self.session = np.array([row["time"][:10] for row in rows])

    def __len__(self):
        return len(self.close)


def random_bars(path, seed, count=3000):
    """A random walk of one-minute bars, with a few flat ones and with gaps."""
    random = np.random.default_rng(seed)
    close = 50 * np.exp(np.cumsum(random.standard_normal(count) * 0.004))
    open_ = np.concatenate([[50.0], close[:-1]]) * np.exp(random.standard_normal(count) * 0.001)
    high = np.maximum(open_, close) * (1 + random.random(count) * 0.003)
    low = np.minimum(open_, close) * (1 - random.random(count) * 0.003)
    volume = random.integers(1, 1_000_000, count)
    # From noon UTC on, ten hours a day, so that a date in UTC is a date in New York.
    moments = [
        datetime.datetime(2024, 1, 1, 12) + datetime.timedelta(days=at // 600, minutes=at % 600)
        for at in range(count)
    ]
    with open(path, "w") as file:
        file.write("symbol,time,open,high,low,close,volume\n")
        for at, moment in enumerate(moments):
            prices = ",".join(f"{column[at]:.6f}" for column in (open_, high, low, close))
            file.write(f"R,{moment:%Y-%m-%dT%H:%M:%SZ},{prices},{volume[at]}\n")
    return path


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    """Real prices and random ones; each with another series of the same times."""
    folder = tmp_path_factory.mktemp("bars")
    sample = ROOT / "config" / "sample"
    names = ["random", "other"]
    made = {name: Bars(random_bars(folder / f"{name}.csv", SEED + at), "1m") for at, name in enumerate(names)}
    real = {name: Bars(sample / f"{name}.csv") for name in ("AAPL", "KO", "MSFT")}
    return [(real["AAPL"], real["MSFT"]), (real["KO"], real["MSFT"]), (made["random"], made["other"])]


def ours(name, bars, other, settings):
    command = [TRADEWIND, "indicators", "run", name, "--csv", bars.path, "--interval", bars.interval, "--json"]
    command += ["--other", other.path]
    for key, value in settings.items():
        command += ["--set", f"{key}={value}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    columns = [np.array(numbers, dtype=float) for key, numbers in answer.items() if key not in ("name", "warm_up")]
    return answer["warm_up"], columns


def agree(mine, theirs, where):
    assert len(mine) == len(theirs), f"{where}: {len(mine)} figures, where {len(theirs)} are right"
    nothing = np.isnan(theirs)
    wrong = np.flatnonzero(np.isnan(mine) != nothing)
    assert wrong.size == 0, f"{where}: bar {wrong[0]}: {mine[wrong[0]]}, where {theirs[wrong[0]]} is right"
    scale = np.mean(np.abs(theirs[~nothing])) if (~nothing).any() else 0
    allowed = TOLERANCE * np.maximum(np.abs(theirs), scale)
    wrong = np.flatnonzero(np.abs(mine - theirs) > allowed)
    assert wrong.size == 0, (
        f"{where}: bar {wrong[0]}: {mine[wrong[0]]!r}, where {theirs[wrong[0]]!r} is right; "
        f"{wrong.size} of {len(mine)} differ")


def windows(numbers, period):
    """Row i is the window that ends at bar i; rows before the first whole window are NaN."""
    out = np.full((len(numbers), period), np.nan)
    out[period - 1:] = np.lib.stride_tricks.sliding_window_view(numbers, period)
    return out


def session_vwap(b):
    typical = (b.high + b.low + b.close) / 3
    price, deviation = np.empty(len(b)), np.empty(len(b))
    for session in dict.fromkeys(b.session):
        at = np.flatnonzero(b.session == session)
        volume = np.cumsum(b.volume[at])
        price[at] = np.cumsum(typical[at] * b.volume[at]) / volume
        for count, place in enumerate(at, 1):
            squares = (typical[at[:count]] - price[place]) ** 2
            deviation[place] = np.sqrt(np.average(squares, weights=b.volume[at[:count]])) if count > 1 else 0
    return [price, deviation]


def anchored_vwap(b, anchor):
    typical = ((b.high + b.low + b.close) / 3)[anchor:]
    price = np.cumsum(typical * b.volume[anchor:]) / np.cumsum(b.volume[anchor:])
    return [np.concatenate([np.full(anchor, np.nan), price])]


def zscore(x, period):
    rows = windows(x, period)
    return [(x - rows.mean(axis=1)) / rows.std(axis=1)]


# One line for each: the name, settings, and what is right for bars `b` and another series `o`, as a list of columns.
# Columns that the reference does not know may be left out at the end.
CASES = [
    ("sma", {}, lambda b, o: [talib.SMA(b.close, 20)]),
    ("sma", {"period": 300}, lambda b, o: [talib.SMA(b.close, 300)]),
    ("ema", {}, lambda b, o: [talib.EMA(b.close, 20)]),
    ("ema", {"period": 200}, lambda b, o: [talib.EMA(b.close, 200)]),
    ("rsi", {}, lambda b, o: [talib.RSI(b.close, 14)]),
    ("rsi", {"period": 2}, lambda b, o: [talib.RSI(b.close, 2)]),
    ("di", {}, lambda b, o: [talib.PLUS_DI(b.high, b.low, b.close, 14), talib.MINUS_DI(b.high, b.low, b.close, 14)]),
    ("adx", {}, lambda b, o: [talib.ADX(b.high, b.low, b.close, 14)]),
    ("adx", {"period": 5}, lambda b, o: [talib.ADX(b.high, b.low, b.close, 5)]),
    ("true_range", {}, lambda b, o: [talib.TRANGE(b.high, b.low, b.close)]),
    ("atr", {}, lambda b, o: [talib.ATR(b.high, b.low, b.close, 14)]),
    ("atr", {"period": 3}, lambda b, o: [talib.ATR(b.high, b.low, b.close, 3)]),
    ("natr", {}, lambda b, o: [talib.NATR(b.high, b.low, b.close, 14)]),
    ("vwap", {}, lambda b, o: session_vwap(b)),
    ("anchored_vwap", {}, lambda b, o: [talib.VWAP(b.high, b.low, b.close, b.volume)]),
    ("anchored_vwap", {"anchor": 100}, lambda b, o: anchored_vwap(b, 100)),
    ("std", {}, lambda b, o: [windows(b.close, 20).std(axis=1)]),
    ("std", {"period": 50}, lambda b, o: [talib.STDDEV(b.close, 50)]),
    ("std", {"period": 10, "degrees": 1}, lambda b, o: [windows(b.close, 10).std(axis=1, ddof=1)]),
    ("zscore", {}, lambda b, o: zscore(b.close, 20)),
    ("highest", {}, lambda b, o: [talib.MAX(b.close, 20)]),
    ("highest", {"period": 1}, lambda b, o: [b.close]),
    ("lowest", {}, lambda b, o: [talib.MIN(b.close, 20)]),
    ("lowest", {"period": 300}, lambda b, o: [talib.MIN(b.close, 300)]),
]


@pytest.mark.parametrize("name, settings, right", CASES, ids=lambda each: str(each) if not callable(each) else "")
def test_is_equal_to_the_reference(name, settings, right, data):
    for bars, other in data:
        warm_up, columns = ours(name, bars, other, settings)
        reference = right(bars, other)
        assert len(columns) >= len(reference)
        for at, (mine, theirs) in enumerate(zip(columns, reference)):
            agree(mine, np.asarray(theirs, dtype=float), f"{name} {settings}, output {at}, {bars.path.name}")
        first = np.flatnonzero(~np.isnan(columns[0]))[0] + 1
        assert first >= warm_up, f"{name}: a value at bar {first}, though it says {warm_up}"


def test_every_indicator_is_compared():
    listed = json.loads(subprocess.run(
        [TRADEWIND, "indicators", "list", "--json"], check=True, capture_output=True, text=True, timeout=60).stdout)
    assert {each["name"] for each in listed} == {name for name, _, _ in CASES}
