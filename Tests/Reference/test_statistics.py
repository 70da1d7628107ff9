"""The statistics of Tradewind against empyrical-reloaded and quantstats, and against plain formulas where they differ.

Run with: python -m pytest Tests/Reference/test_statistics.py
TRADEWIND names the command to test; without it, bin/tradewind of this checkout is taken.
"""

import json
import math
import os
import pathlib
import subprocess
import warnings

import empyrical
import numpy as np
import pandas as pd
import pytest
import scipy.integrate
import scipy.stats

warnings.filterwarnings("ignore")
import quantstats.stats as quantstats  # noqa: E402

ROOT = pathlib.Path(__file__).parents[2]
TRADEWIND = os.environ.get("TRADEWIND", ROOT / "bin" / "tradewind")
TOLERANCE = 1e-9
SEED = int(os.environ.get("TRADEWIND_SEED", "20261121"))
RISK_FREE = 0.0001


def heavy_tails(count, seed, scale):
    """Returns with heavy tails, a few of which are zero, on business days."""
    random = np.random.default_rng(seed)
    values = np.clip(random.standard_t(4, count) * scale + 0.0003, -0.5, 0.5)
    values[random.random(count) < 0.02] = 0
    return pd.Series(values, index=pd.bdate_range("2001-01-02", periods=count))


def closes(name):
    table = pd.read_csv(ROOT / "config" / "sample" / f"{name}.csv", index_col="time", parse_dates=True)
    return table.close.pct_change().dropna()


SERIES = {
    "AAPL beside MSFT": lambda: (closes("AAPL"), closes("MSFT")),
    "KO beside IBM": lambda: (closes("KO"), closes("IBM")),
    "random": lambda: (heavy_tails(2000, SEED, 0.01), heavy_tails(2000, SEED + 1, 0.008)),
    "losing": lambda: (heavy_tails(300, SEED + 2, 0.02) - 0.004, heavy_tails(300, SEED + 3, 0.01)),
}


def written(returns, path):
    returns.rename("return").rename_axis("time").to_csv(path, float_format="%.17g", date_format="%Y-%m-%d")
    return path


@pytest.fixture(scope="module", params=SERIES)
def measured(request, tmp_path_factory):
    """The returns, those of the benchmark, and what the command says of them."""
    returns, benchmark = SERIES[request.param]()
    folder = tmp_path_factory.mktemp("returns")
    command = [
        TRADEWIND, "statistics", "--returns", "--json", "--risk-free", f"{RISK_FREE}", "--samples", "200",
        "--csv", written(returns, folder / "returns.csv"),
        "--benchmark", written(benchmark, folder / "benchmark.csv"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    again = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert again.stdout == done.stdout, "the same seed gave another answer"
    return returns, benchmark, json.loads(done.stdout)


def bent_tail(r, part, mean):
    """Cornish and Fisher's quantile, or its mean over the tail by numerical integration."""
    skew, kurtosis = scipy.stats.skew(r), scipy.stats.kurtosis(r)

    def quantile(u):
        z = scipy.stats.norm.ppf(u)
        bent = z + (z**2 - 1) * skew / 6 + (z**3 - 3 * z) * kurtosis / 24 - (2 * z**3 - 5 * z) * skew**2 / 36
        return r.mean() + r.std() * bent

    return scipy.integrate.quad(quantile, 0, part, limit=400)[0] / part if mean else quantile(part)


def wins(r):
    return r[r > 0]


def losses(r):
    return r[r < 0]


# The name, and what is right for returns `r` and a benchmark `b`; several where the libraries agree.
METRICS = [
    ("total_return", lambda r, b: [empyrical.cum_returns_final(r), quantstats.comp(r)]),
    ("annual_return", lambda r, b: [empyrical.annual_return(r), quantstats.cagr(r)]),
    ("volatility", lambda r, b: [empyrical.annual_volatility(r), quantstats.volatility(r)]),
    ("downside_deviation", lambda r, b: [empyrical.downside_risk(r, RISK_FREE)]),
    ("sharpe", lambda r, b: [empyrical.sharpe_ratio(r, RISK_FREE), quantstats.sharpe(r - RISK_FREE)]),
    ("sortino", lambda r, b: [empyrical.sortino_ratio(r, RISK_FREE), quantstats.sortino(r - RISK_FREE)]),
    ("calmar", lambda r, b: [empyrical.calmar_ratio(r), quantstats.calmar(r)]),
    ("omega", lambda r, b: [empyrical.omega_ratio(r), quantstats.omega(r)]),
    ("max_drawdown", lambda r, b: [empyrical.max_drawdown(r), quantstats.max_drawdown(r)]),
    ("time_under_water", lambda r, b: [(quantstats.to_drawdown_series(r) < 0).mean()]),
    ("ulcer_index", lambda r, b: [quantstats.ulcer_index(r)]),
    ("best", lambda r, b: [quantstats.best(r)]),
    ("worst", lambda r, b: [quantstats.worst(r)]),
    ("mean", lambda r, b: [r.mean()]),
    ("skew", lambda r, b: [quantstats.skew(r)]),
    ("kurtosis", lambda r, b: [quantstats.kurtosis(r)]),
    ("tail_ratio", lambda r, b: [empyrical.tail_ratio(r), quantstats.tail_ratio(r)]),
    ("var_historical", lambda r, b: [empyrical.value_at_risk(r)]),
    ("cvar_historical", lambda r, b: [
        empyrical.conditional_value_at_risk(r), quantstats.expected_shortfall(r, method="historical")]),
    ("var_gaussian", lambda r, b: [quantstats.value_at_risk(r)]),
    ("cvar_gaussian", lambda r, b: [quantstats.expected_shortfall(r)]),
    ("var_cornish_fisher", lambda r, b: [bent_tail(r, 0.05, mean=False)]),
    ("cvar_cornish_fisher", lambda r, b: [bent_tail(r, 0.05, mean=True)]),
    ("win_rate", lambda r, b: [quantstats.win_rate(r)]),
    ("average_win", lambda r, b: [quantstats.avg_win(r)]),
    ("average_loss", lambda r, b: [quantstats.avg_loss(r)]),
    ("profit_factor", lambda r, b: [quantstats.profit_factor(r)]),
    ("payoff_ratio", lambda r, b: [quantstats.payoff_ratio(r)]),
    ("expectancy", lambda r, b: [r[r != 0].mean()]),
    ("kelly", lambda r, b: [quantstats.kelly_criterion(r)]),
    ("alpha", lambda r, b: [empyrical.alpha(r, b, RISK_FREE)]),
    ("beta", lambda r, b: [empyrical.beta(r, b, RISK_FREE), quantstats.greeks(r, b)["beta"]]),
    ("correlation", lambda r, b: [r.corr(b)]),
    ("information_ratio", lambda r, b: [empyrical.excess_sharpe(r, b), quantstats.information_ratio(r, b)]),
    ("tracking_error", lambda r, b: [empyrical.annual_volatility(r - b)]),
]


@pytest.mark.parametrize("name, right", METRICS, ids=[name for name, _ in METRICS])
def test_metric_is_equal_to_the_reference(name, right, measured):
    returns, benchmark, answer = measured
    for theirs in right(returns, benchmark):
        # Numerical integration is only as good as that.
        near = 1e-7 if name == "cvar_cornish_fisher" else TOLERANCE
        assert answer[name] == pytest.approx(theirs, rel=near, abs=1e-13), name


def test_every_metric_is_compared(measured):
    others = {"longest_drawdown", "confidence_95", "drawdowns", "months", "rolling_sharpe", "rolling_volatility"}
    assert set(measured[2]) == {name for name, _ in METRICS} | others


def test_drawdowns(measured):
    returns, _, answer = measured
    theirs = quantstats.drawdown_details(quantstats.to_drawdown_series(returns))
    theirs = theirs.sort_values(["max drawdown", "start"]).head(10)
    mine = answer["drawdowns"]
    assert len(mine) == len(theirs)
    for drawdown, (_, right) in zip(mine, theirs.iterrows()):
        assert (drawdown["first"], drawdown["last"]) == (right["start"], right["end"])
        assert drawdown["valley"] == str(right["valley"])[:10]
        assert 100 * drawdown["depth"] == pytest.approx(right["max drawdown"], rel=TOLERANCE)
        assert drawdown["is_over"] == (pd.Timestamp(right["end"]) != returns.index[-1])
    below = quantstats.to_drawdown_series(returns) < 0
    assert answer["longest_drawdown"] == below.groupby((~below).cumsum()).sum().max()


def test_months(measured):
    returns, _, answer = measured
    theirs = quantstats.monthly_returns(returns)
    assert list(answer["months"]) == list(theirs.index)
    for year, right in theirs.iterrows():
        mine = [value or 0 for value in answer["months"][year]]
        assert mine == pytest.approx(list(right), rel=TOLERANCE, abs=1e-13)


def test_rolling(measured):
    returns, _, answer = measured
    for name, theirs in [
        ("rolling_sharpe", quantstats.rolling_sharpe(returns)),
        ("rolling_volatility", quantstats.rolling_volatility(returns)),
    ]:
        mine = np.array(answer[name], dtype=float)
        assert np.array_equal(np.isnan(mine), np.isnan(theirs))
        assert mine == pytest.approx(theirs.to_numpy(), rel=1e-8, abs=1e-10, nan_ok=True)


def test_a_range_of_confidence_holds_the_metric(measured):
    _, _, answer = measured
    assert set(answer["confidence_95"]) == {"annual_return", "sharpe", "max_drawdown"}
    for name, (low, high) in answer["confidence_95"].items():
        assert low < high and math.isfinite(low) and math.isfinite(high)
    low, high = answer["confidence_95"]["sharpe"]
    assert low < answer["sharpe"] < high
