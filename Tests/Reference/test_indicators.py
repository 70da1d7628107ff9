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


def middle(b, period):
    return (windows(b.high, period).max(axis=1) + windows(b.low, period).min(axis=1)) / 2


def ichimoku(b):
    def later(numbers):
        return np.concatenate([np.full(26, np.nan), numbers[:-26]])

    conversion, base, wide = middle(b, 9), middle(b, 26), middle(b, 52)
    lines = [conversion, base, later((conversion + base) / 2), later(wide)]
    return [np.where(np.isnan(lines[3]), np.nan, line) for line in lines]


def supertrend(b):
    stop, trend = talib.SUPERTREND(b.high, b.low, b.close, 10, 3.0)
    return [stop, np.where(np.isnan(stop), np.nan, np.where(trend > 0, 1, -1))]


def bollinger(x, period, factor):
    upper, middle, lower = talib.BBANDS(x, period, factor, factor)
    return [upper, middle, lower], [(x - lower) / (upper - lower), (upper - lower) / middle]


def linear_regression(x, period):
    rows = windows(x, period)
    line = np.arange(period)
    explained = [np.corrcoef(line, row)[0, 1] ** 2 if not np.isnan(row).any() else np.nan for row in rows]
    return [talib.LINEARREG(x, period), talib.LINEARREG_SLOPE(x, period), explained]


def bars_volatility(variance, period):
    return [np.sqrt(windows(variance, period).mean(axis=1) * 252)]


def realised(b, period):
    moves = np.diff(np.log(b.close), prepend=np.nan)
    return [windows(moves, period).std(axis=1, ddof=1) * np.sqrt(252)]


def rogers_satchell(b):
    return (np.log(b.high / b.close) * np.log(b.high / b.open) + np.log(b.low / b.close) * np.log(b.low / b.open))


def yang_zhang(b, n):
    gaps = np.concatenate([[np.nan], np.log(b.open[1:] / b.close[:-1])])
    k = 0.34 / (1.34 + (n + 1) / (n - 1))
    variance = (
        windows(gaps, n).var(axis=1, ddof=1) + k * windows(np.log(b.close / b.open), n).var(axis=1, ddof=1)
        + (1 - k) * windows(rogers_satchell(b), n).mean(axis=1))
    return [np.sqrt(variance * 252)]


def flags(columns, lookback):
    """TA-Lib's 100, -100 and 0 as 1, -1 and 0, and nothing before the first."""
    out = []
    for column in columns:
        numbers = np.asarray(column, dtype=float) / 100
        numbers[:lookback] = np.nan
        out.append(numbers)
    return out


def levels(b, left, right, kept):
    highs, lows, out = [], [], np.full((2, len(b)), np.nan)
    for at in range(left + right, len(b)):
        window = slice(at - left - right, at + 1)
        for side, sign, found in ((b.high, 1, highs), (b.low, -1, lows)):
            rest = sign * np.delete(side[window], left)
            if sign * side[at - right] > rest.max():
                found.append(side[at - right])
                del found[:-kept]
        below = [low for low in lows if low <= b.close[at]]
        above = [high for high in highs if high >= b.close[at]]
        if below and above:
            out[:, at] = max(below), min(above)
    return list(out)


def candles(function, lookback):
    return lambda b, o: flags([getattr(talib, function)(b.open, b.high, b.low, b.close)], lookback)


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
    ("wma", {}, lambda b, o: [talib.WMA(b.close, 20)]),
    ("rma", {}, lambda b, o: [talib.RMA(b.close, 14)]),
    ("dema", {}, lambda b, o: [talib.DEMA(b.close, 20)]),
    ("tema", {}, lambda b, o: [talib.TEMA(b.close, 20)]),
    ("hma", {}, lambda b, o: [talib.HMA(b.close, 20)]),
    ("hma", {"period": 15}, lambda b, o: [talib.HMA(b.close, 15)]),
    ("kama", {}, lambda b, o: [talib.KAMA(b.close, 10)]),
    ("vwma", {}, lambda b, o: [talib.VWMA(b.close, b.volume, 20)]),
    ("stoch", {"period": 5}, lambda b, o: talib.STOCH(b.high, b.low, b.close, 5, 3, 0, 3, 0)),
    ("stoch", {}, lambda b, o: talib.STOCH(b.high, b.low, b.close, 14, 3, 0, 3, 0)),
    ("stoch_rsi", {}, lambda b, o: talib.STOCHRSI(b.close, 14, 14, 3, 0)),
    ("macd", {}, lambda b, o: talib.MACD(b.close)),
    ("macd", {"fast": 5, "slow": 50, "signal": 3}, lambda b, o: talib.MACD(b.close, 5, 50, 3)),
    ("ppo", {}, lambda b, o: [talib.PPO(b.close, 12, 26, 1)]),
    ("roc", {}, lambda b, o: [talib.ROC(b.close, 10)]),
    ("momentum", {}, lambda b, o: [talib.MOM(b.close, 10)]),
    ("cci", {}, lambda b, o: [talib.CCI(b.high, b.low, b.close, 20)]),
    ("cci", {"period": 5}, lambda b, o: [talib.CCI(b.high, b.low, b.close, 5)]),
    ("williams_r", {}, lambda b, o: [talib.WILLR(b.high, b.low, b.close, 14)]),
    ("aroon", {}, lambda b, o: talib.AROON(b.high, b.low, 14)),
    ("ichimoku", {}, lambda b, o: ichimoku(b)),
    ("sar", {}, lambda b, o: [talib.SAR(b.high, b.low, 0.02, 0.2)]),
    ("sar", {"acceleration": 0.1, "most": 0.15}, lambda b, o: [talib.SAR(b.high, b.low, 0.1, 0.15)]),
    ("supertrend", {}, lambda b, o: supertrend(b)),
    ("bollinger", {}, lambda b, o: bollinger(b.close, 20, 2.0)[0]),
    ("bollinger_position", {}, lambda b, o: bollinger(b.close, 20, 2.0)[1]),
    ("keltner", {}, lambda b, o: talib.KC(b.high, b.low, b.close, 20, 10, 2.0)),
    ("keltner", {"period": 5, "range_period": 14}, lambda b, o: talib.KC(b.high, b.low, b.close, 5, 14, 2.0)),
    ("donchian", {}, lambda b, o: talib.DONCHIAN(b.high, b.low, 20)),
    ("realised_volatility", {}, lambda b, o: realised(b, 20)),
    ("parkinson", {}, lambda b, o: bars_volatility(np.log(b.high / b.low) ** 2 / (4 * np.log(2)), 20)),
    ("garman_klass", {}, lambda b, o: bars_volatility(
        np.log(b.high / b.low) ** 2 / 2 - (2 * np.log(2) - 1) * np.log(b.close / b.open) ** 2, 20)),
    ("rogers_satchell", {}, lambda b, o: bars_volatility(rogers_satchell(b), 20)),
    ("yang_zhang", {}, lambda b, o: yang_zhang(b, 20)),
    ("obv", {}, lambda b, o: [talib.OBV(b.close, b.volume)]),
    ("ad", {}, lambda b, o: [talib.AD(b.high, b.low, b.close, b.volume)]),
    ("cmf", {}, lambda b, o: [talib.CMF(b.high, b.low, b.close, b.volume, 20)]),
    ("mfi", {}, lambda b, o: [talib.MFI(b.high, b.low, b.close, b.volume, 14)]),
    ("median", {}, lambda b, o: [np.median(windows(b.close, 20), axis=1)]),
    ("median", {"period": 7}, lambda b, o: [talib.PERCENTILE(b.close, 7, 50.0)]),
    ("rank", {}, lambda b, o: [talib.PERCENTRANK(b.close, 100)]),
    ("linreg", {}, lambda b, o: linear_regression(b.close, 14)),
    ("correlation", {}, lambda b, o: [talib.CORREL(b.close, o.close, 30)]),
    ("beta", {}, lambda b, o: [talib.BETA(o.close, b.close, 60)]),
    ("swings", {}, lambda b, o: flags(talib.FRACTAL(b.high, b.low, 2, 2), 4)),
    ("swings", {"left": 5, "right": 3}, lambda b, o: flags(talib.FRACTAL(b.high, b.low, 5, 3), 8)),
    ("levels", {}, lambda b, o: levels(b, 5, 5, 20)),
    ("doji", {}, candles("CDLDOJI", 10)),
    ("hammer", {}, candles("CDLHAMMER", 11)),
    ("shooting_star", {}, candles("CDLSHOOTINGSTAR", 11)),
    ("engulfing", {}, candles("CDLENGULFING", 2)),
    ("harami", {}, candles("CDLHARAMI", 11)),
    ("morning_star", {}, candles("CDLMORNINGSTAR", 12)),
    ("evening_star", {}, candles("CDLEVENINGSTAR", 12)),
    ("three_soldiers", {}, candles("CDL3WHITESOLDIERS", 12)),
    ("three_crows", {}, candles("CDL3BLACKCROWS", 13)),
    ("piercing", {}, candles("CDLPIERCING", 11)),
    ("dark_cloud", {}, candles("CDLDARKCLOUDCOVER", 11)),
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
