"""The features of Tradewind against their formulas in numpy and pandas.

Run with: python -m pytest Tests/Reference/test_features.py
TRADEWIND names the command to test; without it, bin/tradewind of this checkout is taken.

Every figure must agree to 1e-9 of itself, or of the mean size of its series where it is smaller, from the very first
value on; and where the formula has no value, there must be none.
"""

import csv
import json
import os
import pathlib
import subprocess

import numpy as np
import pandas as pd
import pytest
import scipy.special
import scipy.stats
import talib

ROOT = pathlib.Path(__file__).parents[2]
TRADEWIND = os.environ.get("TRADEWIND", ROOT / "bin" / "tradewind")
TOLERANCE = 1e-9
SEED = int(os.environ.get("TRADEWIND_SEED", "20261121"))
SECTORS = {"AAPL": "tech", "IBM": "tech", "MSFT": "tech", "KO": "drinks", "A": "x", "B": "x", "C": "y", "D": "y", "E": "z"}


class Stock:
    """The bars of one symbol, with what was quoted while each lasted, and what most formulas need."""

    def __init__(self, frame, quotes=None):
        self.frame, self.quotes = frame, quotes
        for column in ("open", "high", "low", "close", "volume"):
            setattr(self, column[0], frame[column])
        self.r = np.log(self.c / self.c.shift(1))
        self.move = self.c / self.c.shift(1) - 1
        self.side = np.sign(self.move).replace(0, np.nan).ffill().fillna(0)
        self.typical = (self.h + self.l + self.c) / 3

    def ta(self, function, *columns, **settings):
        """A function of TA-Lib, by the names of the columns."""
        found = getattr(talib, function)(*(getattr(self, name).to_numpy() for name in columns), **settings)
        if isinstance(found, (tuple, list)):
            return [pd.Series(each, self.c.index) for each in found]
        return pd.Series(found, self.c.index)


class Market:
    def __init__(self, stocks, arguments):
        self.stocks, self.arguments = stocks, arguments

    def panel(self, formula):
        """A formula's values with a column for each symbol and a row for each instant."""
        return pd.DataFrame({name: formula(stock) for name, stock in self.stocks.items()})


def run(*words):
    done = subprocess.run([TRADEWIND, "features", *words], capture_output=True, text=True, timeout=120)
    return done


def answers(market, *words):
    done = run("compute", *market.arguments, "--json", *words)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    index = pd.MultiIndex.from_tuples([(row["symbol"], row["time"]) for row in found["rows"]])
    return pd.DataFrame([row["values"] for row in found["rows"]], index, found["features"], dtype=float)


def sample():
    folder = ROOT / "config" / "sample"
    stocks = {name: Stock(pd.read_csv(folder / f"{name}.csv").set_index("time")) for name in ("AAPL", "IBM", "KO", "MSFT")}
    sectors = [word for name in stocks for word in ("--sector", f"{name}={SECTORS[name]}")]
    return Market(stocks, ["--csv", str(folder), *sectors])


def invented(folder):
    """Minutes of five symbols: missing bars, flat stretches without volume, quotes."""
    random = np.random.default_rng(SEED)
    stocks, arguments = {}, []
    start = pd.Timestamp("2024-03-04T15:00:00")
    for name in "ABCDE":
        rows, quotes, price, before = [], [], 40.0, 0
        for minute in range(900):
            flat = (minute // 40 + ord(name)) % 9 == 4
            opened = price if flat else price * (1 + random.uniform(-0.003, 0.003))
            close = round(price if flat else opened * (1 + random.uniform(-0.01, 0.01)), 4)
            reach = 0 if flat else random.uniform(0, 0.005)
            opened = round(opened, 4)
            high, low = round(max(opened, close) * (1 + reach), 4), round(min(opened, close) * (1 - reach), 4)
            price = close
            if random.random() < 0.05:
                continue
            at = start + pd.Timedelta(minutes=minute)
            rows.append((at.isoformat() + "Z", opened, high, low, close, 0 if flat else int(random.integers(100, 9000))))
            for second in sorted(random.choice(59, random.integers(0, 4), replace=False)):
                half = round(price * random.uniform(0, 0.001), 4)
                sizes = [int(random.integers(0, 9)), int(random.integers(0, 9))]
                quotes.append((len(rows) - 1, (at + pd.Timedelta(seconds=int(second))).isoformat() + "Z",
                               round(price - half, 4), sizes[0], round(price + half, 4), sizes[1]))
        columns = ["time", "open", "high", "low", "close", "volume"]
        frame = pd.DataFrame(rows, columns=columns)
        frame.insert(0, "symbol", name)
        frame.to_csv(folder / f"{name}.csv", index=False)
        told = pd.DataFrame(quotes, columns=["bar", "time", "bid", "bid_size", "ask", "ask_size"])
        told.insert(0, "symbol", name)
        told.drop(columns="bar").to_csv(folder / f"{name}.quotes", index=False)
        frame = frame.set_index("time").astype({"volume": float})
        told = told.astype({"bid_size": float, "ask_size": float})
        stocks[name] = Stock(frame, told.assign(time=frame.index[told["bar"]]))
        arguments += ["--csv", f"{name}={folder / (name + '.csv')}", "--quotes", f"{name}={folder / (name + '.quotes')}"]
        arguments += ["--sector", f"{name}={SECTORS[name]}"]
    return Market(stocks, [*arguments, "--span", "1m"])


@pytest.fixture(scope="session")
def markets(tmp_path_factory):
    found = [sample(), invented(tmp_path_factory.mktemp("minutes"))]
    return [(market, answers(market)) for market in found]


def span(s):
    """The range of a bar; nothing where it has none."""
    return (s.h - s.l).where(s.h > s.l)


def change(bars):
    return lambda s: s.c / s.c.shift(bars) - 1


def mean_distance(period):
    return lambda s: s.c / s.c.rolling(period).mean() - 1


def bands(s):
    return s.ta("BBANDS", "c", timeperiod=20, nbdevup=2.0, nbdevdn=2.0)


def defined(numbers, where):
    return numbers.where(where)


def moved(s):
    """Whether the close has changed since the first bar."""
    return s.c.diff().abs().cumsum() > 0


def ranged(s):
    """Whether there has been any true range after the first bar."""
    return s.ta("TRANGE", "h", "l", "c").cumsum() > 0


def windows(x, period):
    """Row i is the window that ends at bar i; NaN before the first whole one."""
    out = np.full((len(x), period), np.nan)
    if len(x) >= period:
        out[period - 1:] = np.lib.stride_tricks.sliding_window_view(x.to_numpy(), period)
    return out


def deviation(x, period, ddof=1):
    """That of each window by itself: a running one has rounding of what left it. Exactly 0 where all are equal."""
    rows = windows(x, period)
    found = np.where(rows.max(axis=1) == rows.min(axis=1), 0, rows.std(axis=1, ddof=ddof))
    return pd.Series(np.where(np.isnan(rows).any(axis=1), np.nan, found), x.index)


def mean(x, period):
    return pd.Series(windows(x, period).mean(axis=1), x.index)


def stretch(s, period):
    """Whether the last bars had different closes; where not, rounding alone would decide."""
    return s.c.rolling(period).max() > s.c.rolling(period).min()


def line(s):
    """Slope and R² of the line through 20 logarithmic closes."""
    def fit(window):
        found = scipy.stats.linregress(np.arange(20), window) if np.ptp(window) > 0 else None
        return (0.0, 0.0) if found is None else (found.slope, found.rvalue ** 2)

    logarithms = np.log(s.c)
    fits = [fit(logarithms.iloc[at - 19:at + 1].to_numpy()) if at >= 19 else (np.nan, np.nan) for at in range(len(s.c))]
    return [pd.Series(each, s.c.index) for each in zip(*fits)]


def flows(s):
    return (s.v * ((s.c - s.l) - (s.h - s.c)) / span(s)).fillna(0)


def money(s):
    """Sums over 14 bars of the money that moved at a rising and at a falling typical price."""
    went, moved = s.typical * s.v, np.sign(s.typical.diff())
    sums = [defined(went.where(moved == sign, 0), moved.notna()).rolling(14).sum() for sign in (1, -1)]
    return sums


def share(part, whole, period):
    below = whole.rolling(period).sum()
    return part.rolling(period).sum() / below.where(below > 0)


def pearson(x, y, period):
    """The correlation of windows; nothing where one of both does not move."""
    moves = (x.rolling(period).max() > x.rolling(period).min()) & (y.rolling(period).max() > y.rolling(period).min())
    return defined(x.rolling(period).corr(y), moves & y.rolling(period).count().eq(period))


def parkinson(s):
    return np.log(s.h / s.l) ** 2 / (4 * np.log(2))


def garman_klass(s):
    return np.log(s.h / s.l) ** 2 / 2 - (2 * np.log(2) - 1) * np.log(s.c / s.o) ** 2


def rogers_satchell(s):
    return np.log(s.h / s.c) * np.log(s.h / s.o) + np.log(s.l / s.c) * np.log(s.l / s.o)


def of_year(variance, period=21):
    return np.sqrt(mean(variance, period).clip(lower=0) * 252)


def yang_zhang(s):
    n = 21
    k = 0.34 / (1.34 + (n + 1) / (n - 1))
    gaps, bodies = np.log(s.o / s.c.shift(1)), np.log(s.c / s.o)
    variance = deviation(gaps, n) ** 2 + k * deviation(bodies, n) ** 2 + (1 - k) * mean(rogers_satchell(s), n)
    return np.sqrt(variance * 252)


def moment(function):
    def of(window):
        return function(window) if np.ptp(window) > 0 else np.nan

    return lambda s: s.r.rolling(63).apply(of, raw=True)


def amihud(s):
    each = (1e6 * s.move.abs() / (s.c * s.v)).where(s.v > 0).dropna()
    return each.rolling(21).mean().reindex(s.c.index)


def roll(s):
    pairs = pd.DataFrame({"x": s.r, "y": s.r.shift(1)}).dropna()
    covariance = pairs["x"].rolling(21).cov(pairs["y"], ddof=0)
    return (2 * np.sqrt((-covariance).clip(lower=0))).reindex(s.c.index)


def corwin_schultz(s):
    before = s.frame.shift(1)
    gap = (s.l - before["close"]).clip(lower=0) + (s.h - before["close"]).clip(upper=0)
    high, low = s.h - gap, s.l - gap
    beta = np.log(before["high"] / before["low"]) ** 2 + np.log(high / low) ** 2
    gamma = np.log(np.maximum(before["high"], high) / np.minimum(before["low"], low)) ** 2
    scale = 3 - 2 * np.sqrt(2)
    alpha = (np.sqrt(2 * beta) - np.sqrt(beta)) / scale - np.sqrt(gamma / scale)
    return (2 * (np.exp(alpha) - 1) / (1 + np.exp(alpha))).clip(lower=0).rolling(21).mean()


def abdi_ranaldo(s):
    middle, close = (np.log(s.h) + np.log(s.l)) / 2, np.log(s.c).shift(1)
    product = (close - middle.shift(1)) * (close - middle)
    return 2 * np.sqrt(mean(product, 21).clip(lower=0))


def price_impact(s):
    flow = (s.side * np.sqrt(s.c * s.v)).where(s.move.notna())
    variance = flow.rolling(21).var(ddof=0)
    return 1e6 * s.r.rolling(21).cov(flow, ddof=0) / variance.where(flow.rolling(21).max() > flow.rolling(21).min())


def bulk(s):
    sigma = deviation(s.r, 21, ddof=0)
    part = scipy.special.ndtr(s.r / sigma.where(sigma > 0)) * 2 - 1
    return defined(part.where(sigma > 0, 0) * s.v, sigma.notna()), s.v.where(sigma.notna())


def variance_ratio(s):
    single = s.r.rolling(63).var(ddof=0).where(stretch(s, 64))
    return np.log(s.c / s.c.shift(5)).rolling(63).var(ddof=0) / (5 * single)


def quoted(formula):
    """The mean over the quotes of each bar."""
    def of(s):
        if s.quotes is None:
            return pd.Series(np.nan, s.c.index)
        return pd.Series(formula(s.quotes).to_numpy(), s.quotes["time"]).dropna().groupby(level=0).mean().reindex(s.c.index)

    return of


def last_quoted(formula):
    def of(s):
        if s.quotes is None:
            return pd.Series(np.nan, s.c.index)
        return formula(s.quotes.groupby("time").last().reindex(s.c.index), s)

    return of


def mid(q):
    return (q["bid"] + q["ask"]) / 2


def sizes(q):
    both = q["bid_size"] + q["ask_size"]
    return both.where(both > 0)


# One line for each feature of a symbol's own bars.
OWN = {
    "return_1": change(1), "return_5": change(5), "return_21": change(21), "return_63": change(63),
    "momentum_252_21": lambda s: s.c.shift(21) / s.c.shift(252) - 1,
    "gap": lambda s: s.o / s.c.shift(1) - 1,
    "intraday_return": lambda s: s.c / s.o - 1,
    "body": lambda s: (s.c - s.o) / span(s),
    "close_location": lambda s: (2 * s.c - s.h - s.l) / span(s),
    "high_distance_252": lambda s: s.c / s.h.rolling(252).max() - 1,
    "low_distance_252": lambda s: s.c / s.l.rolling(252).min() - 1,
    "sma_distance_20": mean_distance(20), "sma_distance_50": mean_distance(50), "sma_distance_200": mean_distance(200),
    "rsi_14": lambda s: defined(s.ta("RSI", "c", timeperiod=14) / 100, moved(s)),
    "macd_histogram": lambda s: s.ta("MACD", "c")[2] / s.c,
    "bollinger_position_20": lambda s: defined((s.c - bands(s)[2]) / (bands(s)[0] - bands(s)[2]), stretch(s, 20)),
    "bollinger_width_20": lambda s: defined((bands(s)[0] - bands(s)[2]) / bands(s)[1], stretch(s, 20)),
    "stochastic_14": lambda s: (s.c - s.l.rolling(14).min()) / (s.h.rolling(14).max() - s.l.rolling(14).min()).replace(0, np.nan),
    "cci_20": lambda s: defined(
        s.ta("CCI", "h", "l", "c", timeperiod=20) / 100, s.typical.rolling(20).max() > s.typical.rolling(20).min()),
    "adx_14": lambda s: defined(s.ta("ADX", "h", "l", "c", timeperiod=14) / 100, ranged(s)),
    "di_difference_14": lambda s: defined(
        (s.ta("PLUS_DI", "h", "l", "c", timeperiod=14) - s.ta("MINUS_DI", "h", "l", "c", timeperiod=14)) / 100, ranged(s)),
    "aroon_25": lambda s: (lambda found: found[1] - found[0])(s.ta("AROON", "h", "l", timeperiod=25)) / 100,
    "trend_slope_20": lambda s: line(s)[0],
    "trend_fit_20": lambda s: line(s)[1],
    "volume_ratio_20": lambda s: s.v / s.v.rolling(20).mean().replace(0, np.nan),
    "volume_zscore_63": lambda s: (s.v - s.v.rolling(63).mean()) / s.v.rolling(63).std(ddof=0).replace(0, np.nan),
    "volume_trend_5_63": lambda s: s.v.rolling(5).mean() / s.v.rolling(63).mean() - 1,
    "obv_change_21": lambda s: share(np.sign(s.move) * s.v, s.v.where(s.move.notna()), 21),
    "mfi_14": lambda s: money(s)[0] / sum(money(s)).where(sum(money(s)) > 0),
    "cmf_20": lambda s: share(flows(s), s.v, 20),
    "vwap_distance_20": lambda s: s.c / share(s.typical * s.v, s.v, 20) - 1,
    "dollar_volume_21": lambda s: np.log((s.c * s.v).rolling(21).mean().replace(0, np.nan)),
    "price_volume_correlation_21": lambda s: pearson(s.r, s.v, 21),
    "volatility_21": lambda s: deviation(s.r, 21) * np.sqrt(252),
    "volatility_63": lambda s: deviation(s.r, 63) * np.sqrt(252),
    "volatility_ratio_5_63": lambda s: deviation(s.r, 5) / deviation(s.r, 63),
    "parkinson_21": lambda s: of_year(parkinson(s)),
    "garman_klass_21": lambda s: of_year(garman_klass(s)),
    "rogers_satchell_21": lambda s: of_year(rogers_satchell(s)),
    "yang_zhang_21": yang_zhang,
    "natr_14": lambda s: s.ta("NATR", "h", "l", "c", timeperiod=14) / 100,
    "range_ratio_14": lambda s: s.ta("TRANGE", "h", "l", "c") / s.ta("ATR", "h", "l", "c", timeperiod=14),
    "downside_volatility_63": lambda s: np.sqrt((s.r.clip(upper=0) ** 2).rolling(63).mean() * 252),
    "skew_63": moment(scipy.stats.skew),
    "kurtosis_63": moment(scipy.stats.kurtosis),
    "amihud_21": amihud, "roll_spread_21": roll, "corwin_schultz_21": corwin_schultz, "abdi_ranaldo_21": abdi_ranaldo,
    "price_impact_21": price_impact,
    "tick_imbalance_21": lambda s: share((s.side * s.v).where(s.move.notna()), s.v.where(s.move.notna()), 21),
    "bulk_imbalance_21": lambda s: share(*bulk(s), 21),
    "vpin_21": lambda s: share(bulk(s)[0].abs(), bulk(s)[1], 21),
    "zero_returns_21": lambda s: defined((s.move == 0).astype(float), s.move.notna()).rolling(21).mean(),
    "variance_ratio_5_63": variance_ratio,
    "autocorrelation_21": lambda s: pearson(s.r, s.r.shift(1), 21),
    "quoted_spread": quoted(lambda q: (q["ask"] - q["bid"]) / mid(q)),
    "quote_imbalance": quoted(lambda q: (q["bid_size"] - q["ask_size"]) / sizes(q)),
    "microprice_offset": last_quoted(
        lambda q, s: (q["bid"] * q["ask_size"] + q["ask"] * q["bid_size"]) / sizes(q) / mid(q) - 1),
    "effective_spread": last_quoted(lambda q, s: 2 * (s.c - mid(q)).abs() / mid(q)),
}


def ranks(panel):
    known = panel.count(axis=1)
    return panel.rank(axis=1).sub(1).div(known.where(known >= 2) - 1, axis=0)


def zscores(panel):
    spread = panel.std(axis=1, ddof=0).where(panel.max(axis=1) > panel.min(axis=1))
    return panel.sub(panel.mean(axis=1), axis=0).div(spread, axis=0)


def less_market(panel):
    return panel.sub(panel.mean(axis=1).where(panel.count(axis=1) >= 2), axis=0)


def less_sector(panel):
    sectors = [SECTORS[name] for name in panel]
    parts = [less_market(part) for _, part in panel.T.groupby(sectors).__iter__() for part in [part.T]]
    return pd.concat(parts, axis=1)[panel.columns]


def among(name, function):
    return lambda market: function(market.panel(OWN[name]))


def beside(kind, measure):
    """A measure of each symbol's returns and those of its company, over the last 63 instants at which both are known."""
    def of(market):
        moves = market.panel(OWN["return_1"])
        columns = {}
        for name in moves:
            others = [other for other in moves if SECTORS[other] == SECTORS[name] and other != name]
            if kind == "market":
                company = moves.mean(axis=1).where(moves.count(axis=1) >= 2)
            else:
                company = moves[others].mean(axis=1) if others else pd.Series(np.nan, moves.index)
            pairs = pd.DataFrame({"own": moves[name], "company": company}).dropna()
            columns[name] = measure(pairs["own"], pairs["company"]).reindex(moves.index)
        return pd.DataFrame(columns)

    return of


def beta(own, company):
    return own.rolling(63).cov(company, ddof=0) / company.rolling(63).var(ddof=0)


def own_volatility(own, company):
    rest = own.rolling(63).var(ddof=0) - own.rolling(63).cov(company, ddof=0) ** 2 / company.rolling(63).var(ddof=0)
    return np.sqrt(rest.clip(lower=0) * 252)


# And for each that relates symbols.
ACROSS = {
    "relative_strength_63": among("return_63", less_market),
    "sector_strength_63": among("return_63", less_sector),
    "return_zscore_21": among("return_21", zscores),
    "rank_return_21": among("return_21", ranks),
    "rank_momentum": among("momentum_252_21", ranks),
    "rank_volatility_21": among("volatility_21", ranks),
    "rank_dollar_volume_21": among("dollar_volume_21", ranks),
    "market_beta_63": beside("market", beta),
    "market_correlation_63": beside("market", lambda own, company: pearson(own, company, 63)),
    "own_volatility_63": beside("market", own_volatility),
    "sector_correlation_63": beside("sector", lambda own, company: pearson(own, company, 63)),
}


def agree(mine, theirs, where):
    assert len(mine) == len(theirs), f"{where}: {len(mine)} figures, where {len(theirs)} are right"
    nothing = np.isnan(theirs)
    wrong = np.flatnonzero(np.isnan(mine) != nothing)
    assert wrong.size == 0, (
        f"{where}: bar {wrong[0]}: {mine[wrong[0]]}, where {theirs[wrong[0]]} is right; {wrong.size} such")
    scale = np.mean(np.abs(theirs[~nothing])) if (~nothing).any() else 0
    allowed = TOLERANCE * np.maximum(np.abs(theirs), scale)
    wrong = np.flatnonzero(np.abs(mine - theirs) > allowed)
    assert wrong.size == 0, (
        f"{where}: bar {wrong[0]}: {mine[wrong[0]]!r}, where {theirs[wrong[0]]!r} is right; "
        f"{wrong.size} of {len(mine)} differ")


@pytest.mark.parametrize("name", [*OWN, *ACROSS])
def test_is_equal_to_the_formula(name, markets):
    known = 0
    for market, found in markets:
        panel = market.panel(OWN[name]) if name in OWN else ACROSS[name](market)
        for symbol, stock in market.stocks.items():
            right = panel[symbol].reindex(stock.c.index).to_numpy(dtype=float)
            agree(found.loc[symbol][name].to_numpy(), right, f"{name} of {symbol}")
            known += np.count_nonzero(~np.isnan(right))
    assert known > 500


def test_every_feature_is_compared():
    listed = json.loads(run("list", "--json").stdout)
    assert {each["name"] for each in listed["features"]} == {*OWN, *ACROSS}
    assert len({each["group"] for each in listed["features"]}) == 6


def stability(now, reference):
    edges = np.unique(np.quantile(reference, np.arange(1, 10) / 10))
    shares = [
        np.maximum(np.bincount(np.searchsorted(edges, each, side="left"), minlength=len(edges) + 1) / len(each), 1e-4)
        for each in (now, reference)]
    return float(np.sum((shares[0] - shares[1]) * np.log(shares[0] / shares[1])))


@pytest.mark.parametrize("last", ["2012-02-10", "2013-12-31", "2014-12-12"])
def test_drift_is_that_of_scipy(last, markets):
    market, found = markets[0]
    rows = json.loads(run("drift", *market.arguments, "--reference-to", last, "--json").stdout)
    assert [row["feature"] for row in rows] == list(found.columns)
    times = found.index.get_level_values(1).str[:10]
    compared = 0
    for row in rows:
        numbers = found[row["feature"]]
        reference, now = numbers[times <= last].dropna(), numbers[times > last].dropna()
        assert (row["reference"], row["now"]) == (len(reference), len(now))
        if not len(reference) or not len(now):
            assert row["ks_p_value"] is None
            continue
        compared += 1
        right = scipy.stats.ks_2samp(now, reference)
        assert row["ks_statistic"] == pytest.approx(right.statistic, rel=1e-12), row["feature"]
        assert row["ks_p_value"] == pytest.approx(right.pvalue, rel=1e-9, abs=1e-300), row["feature"]
        assert row["stability_index"] == pytest.approx(stability(now, reference), rel=1e-9, abs=1e-12), row["feature"]
    assert compared > 20


def test_a_long_sample_has_the_limit_of_scipy(tmp_path):
    random = np.random.default_rng(SEED)
    for name, moved in (("near", 0.01), ("far", 0.05)):
        closes = [100.0]
        for at in range(26_000):
            closes.append(closes[-1] * np.exp(random.standard_normal() * 1e-3 + (moved * 1e-3 if at > 13_000 else 0)))
        times = pd.date_range("2024-01-01", periods=len(closes), freq="min")
        frame = pd.DataFrame({"time": times.strftime("%Y-%m-%dT%H:%M:%SZ"), "close": np.round(closes, 6)})
        for column in ("open", "high", "low"):
            frame[column] = frame["close"]
        frame["volume"] = 1
        path = tmp_path / f"{name}.csv"
        frame[["time", "open", "high", "low", "close", "volume"]].to_csv(path, index=False)
        words = ["--csv", f"L={path}", "--features", "return_1", "--span", "1m"]
        row = json.loads(run("drift", *words, "--reference-to", "2024-01-09", "--json").stdout)[0]
        table = list(csv.DictReader(run("compute", *words).stdout.splitlines()))
        numbers = pd.Series([float(each["return_1"] or "nan") for each in table])
        split = row["reference"] + 1
        right = scipy.stats.ks_2samp(numbers[split:], numbers[1:split])
        assert min(row["reference"], row["now"]) > 10_000
        assert row["ks_statistic"] == pytest.approx(right.statistic, rel=1e-12)
        assert row["ks_p_value"] == pytest.approx(right.pvalue, rel=1e-3)
