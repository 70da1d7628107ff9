"""Weights, covariances and expected returns equal PyPortfolioOpt's, on five years of twenty stocks."""

import functools
import json
import os
import pathlib
import subprocess
import warnings

import cvxpy
import numpy
import pandas
import pytest
from pypfopt import (
    BlackLittermanModel, CovarianceShrinkage, EfficientCVaR, EfficientFrontier, HRPOpt, expected_returns, risk_models)

warnings.filterwarnings("ignore", module="cvxpy|pypfopt")
ROOT = pathlib.Path(__file__).parents[2]
TRADEWIND = os.environ.get("TRADEWIND", ROOT / "bin" / "tradewind")
FILE = ROOT / "Tests" / "Reference" / "data" / "stocks_20.csv"
PRICES = pandas.read_csv(FILE, index_col=0)
SYMBOLS = list(PRICES.columns)
RETURNS = PRICES.pct_change().dropna()
COUNT = len(SYMBOLS)
EVEN = numpy.full(COUNT, 1 / COUNT)
SECTORS = {symbol: f"sector{place % 4}" for place, symbol in enumerate(SYMBOLS)}
EXACT = {"tol_gap_abs": 1e-14, "tol_gap_rel": 1e-14, "tol_feas": 1e-14, "tol_ktratio": 1e-12, "max_iter": 500}
SOLVER = {"solver": "CLARABEL", "solver_options": EXACT}

COVARIANCES = {
    "sample": lambda: risk_models.sample_cov(PRICES),
    "exponential": lambda: risk_models.exp_cov(PRICES, span=180),
    "ledoit-wolf": lambda: CovarianceShrinkage(PRICES).ledoit_wolf(),
}
EXPECTED = {
    "mean": lambda: expected_returns.mean_historical_return(PRICES),
    "exponential": lambda: expected_returns.ema_historical_return(PRICES, span=500),
    "capm": lambda: expected_returns.capm_return(PRICES, risk_free_rate=0.02),
}


@functools.cache
def ours(name, *settings, words=()):
    """What Tradewind answers to all of the file's prices."""
    history = () if any(each.startswith("history") for each in settings) else ("history=10000",)
    command = [TRADEWIND, "allocators", "run", name, "--prices", FILE, "--json", *words]
    for each in settings + history:
        command += ["--set", each]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["symbols"] == SYMBOLS
    return answer


def same(answer, weights, tolerance=1e-6):
    """The peer's solvers stop at about 1e-8; where the weights are those of a ratio or a risk, a little before."""
    theirs = numpy.array([weights[symbol] for symbol in SYMBOLS])
    assert numpy.abs(numpy.array(answer["weights"]) - theirs).max() < tolerance


def sectors(frontier, most):
    frontier.add_sector_constraints(SECTORS, {}, {name: most for name in SECTORS.values()})
    return frontier


WITH_SECTORS = tuple(word for symbol, name in SECTORS.items() for word in ("--sector", f"{symbol}={name}"))
HELD = tuple(word for symbol in SYMBOLS for word in ("--held", f"{symbol}={1 / COUNT}"))


@pytest.mark.parametrize("name", COVARIANCES)
def test_covariance(name):
    found = numpy.array(ours("min-variance", f"covariance={name}")["covariance"])
    assert numpy.abs(found / COVARIANCES[name]().values - 1).max() < 1e-12


@pytest.mark.parametrize("name", EXPECTED)
def test_expected_returns(name):
    found = numpy.array(ours("mean-variance", f"expected={name}", "risk_free=0.02")["expected_returns"])
    assert numpy.abs(found - EXPECTED[name]().values).max() < 1e-12


@pytest.mark.parametrize("most", [1, 0.12, 0.06])
@pytest.mark.parametrize("covariance", COVARIANCES)
def test_minimum_variance(covariance, most):
    frontier = EfficientFrontier(None, COVARIANCES[covariance](), weight_bounds=(0, most), **SOLVER)
    frontier.min_volatility()
    same(ours("min-variance", f"covariance={covariance}", f"weight_max={most}"), frontier.weights_by_symbol())


@pytest.mark.parametrize("most", [1, 0.15])
@pytest.mark.parametrize("expected", EXPECTED)
class TestFrontier:
    def frontier(self, expected, most):
        covariance = COVARIANCES["sample"]()
        return EfficientFrontier(EXPECTED[expected](), covariance, weight_bounds=(0, most), **SOLVER)

    def answer(self, name, expected, most, *settings):
        return ours(name, f"expected={expected}", f"weight_max={most}", "risk_free=0.02", *settings)

    def test_maximum_sharpe(self, expected, most):
        frontier = self.frontier(expected, most)
        frontier.max_sharpe(0.02)
        same(self.answer("max-sharpe", expected, most), frontier.weights_by_symbol())

    @pytest.mark.parametrize("aversion", [1, 3, 20])
    def test_utility(self, expected, most, aversion):
        frontier = self.frontier(expected, most)
        frontier.max_quadratic_utility(aversion)
        answer = self.answer("mean-variance", expected, most, f"risk_aversion={aversion}")
        same(answer, frontier.weights_by_symbol())

    def test_target_return(self, expected, most):
        target = 0.5 * (EXPECTED[expected]().mean() + EXPECTED[expected]().nlargest(8).mean())
        frontier = self.frontier(expected, most)
        frontier.efficient_return(target)
        answer = self.answer("mean-variance", expected, most, "aim=return", f"target_return={target}")
        same(answer, frontier.weights_by_symbol())

    def test_target_volatility(self, expected, most):
        frontier = self.frontier(expected, most)
        frontier.efficient_risk(0.19)
        answer = self.answer("mean-variance", expected, most, "aim=risk", "target_volatility=0.19")
        # The peer's solver meets a bound of the variance only so far; the least variance that earns as much is on the same
        # frontier, and it finds that one well.
        same(answer, frontier.weights_by_symbol(), 1e-5)
        frontier = self.frontier(expected, most)
        frontier.efficient_return(answer["expected_return"])
        same(answer, frontier.weights_by_symbol())
        assert answer["volatility"] == pytest.approx(0.19, abs=1e-12)


def test_sectors():
    for bounds in [(0, 1), (0.02, 0.1)]:
        frontier = sectors(EfficientFrontier(None, COVARIANCES["sample"](), weight_bounds=bounds, **SOLVER), 0.3)
        frontier.tickers = SYMBOLS
        frontier.min_volatility()
        answer = ours(
            "min-variance", "sector_max=0.3", f"weight_min={bounds[0]}", f"weight_max={bounds[1]}",
            words=WITH_SECTORS)
        same(answer, frontier.weights_by_symbol())
        unlimited = ours("min-variance", f"weight_min={bounds[0]}", f"weight_max={bounds[1]}")
        assert answer["weights"] != unlimited["weights"]
    frontier = sectors(EfficientFrontier(EXPECTED["mean"](), COVARIANCES["sample"](), **SOLVER), 0.3)
    frontier.max_sharpe(0)
    same(ours("max-sharpe", "sector_max=0.3", words=WITH_SECTORS), frontier.weights_by_symbol())


def within(frontier, most):
    frontier.add_constraint(lambda weights: cvxpy.norm1(weights - EVEN) <= most)
    return frontier


@pytest.mark.parametrize("most", [0.2, 0.6])
def test_turnover(most):
    frontier = within(EfficientFrontier(None, COVARIANCES["sample"](), **SOLVER), most)
    frontier.min_volatility()
    answer = ours("min-variance", f"turnover_max={most}", words=HELD)
    same(answer, frontier.weights_by_symbol())
    assert numpy.abs(numpy.array(answer["weights"]) - EVEN).sum() <= most + 1e-9
    frontier = within(EfficientFrontier(EXPECTED["mean"](), COVARIANCES["sample"](), **SOLVER), most)
    frontier.max_quadratic_utility(3)
    same(ours("mean-variance", "risk_aversion=3", f"turnover_max={most}", words=HELD), frontier.weights_by_symbol())


@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
def test_tail(confidence):
    frontier = EfficientCVaR(None, RETURNS, beta=confidence, **SOLVER)
    frontier.min_cvar()
    same(ours("min-cvar", f"confidence={confidence}"), frontier.weights_by_symbol())


def test_tail_within_limits():
    frontier = EfficientCVaR(EXPECTED["mean"](), RETURNS, weight_bounds=(0, 0.1), **SOLVER)
    sectors(frontier, 0.3).min_cvar()
    same(ours("min-cvar", "weight_max=0.1", "sector_max=0.3", words=WITH_SECTORS), frontier.weights_by_symbol())
    frontier = within(EfficientCVaR(None, RETURNS, **SOLVER), 0.4)
    frontier.min_cvar()
    same(ours("min-cvar", "turnover_max=0.4", words=HELD), frontier.weights_by_symbol())


@pytest.mark.parametrize("linkage", ["single", "complete", "average", "ward"])
def test_hierarchical_risk_parity(linkage):
    portfolio = HRPOpt(RETURNS)
    portfolio.optimize(linkage)
    same(ours("hrp", f"linkage={linkage}"), dict(zip(SYMBOLS, portfolio.weights, strict=True)), 1e-12)


SIGNALS = {"AAPL": (1, 1), "GE": (0.2, 0.3), "KO": (0.6, 0.8), "XOM": (0.9, 0.1), "JPM": (0.4, 0.5)}


@pytest.mark.parametrize("trust", [0.5, 0.9])
@pytest.mark.parametrize("all_have_views", [True, False])
def test_black_litterman(trust, all_have_views):
    strengths = {symbol: SIGNALS.get(symbol, (0.5, 0.4)) for symbol in SYMBOLS}
    if not all_have_views:
        # What is wanted and surely worth nothing says nothing.
        strengths = {symbol: SIGNALS.get(symbol, (0.5, 1e-12)) for symbol in SYMBOLS}
    words = tuple(
        word for symbol, (strength, confidence) in strengths.items()
        for word in ("--signal", f"{symbol}={strength}:{confidence:.12f}"))
    viewed = [symbol for symbol in SYMBOLS if strengths[symbol][1] > 1e-9]
    covariance = COVARIANCES["sample"]()
    model = BlackLittermanModel(
        covariance, pi=pandas.Series(5 * covariance.values @ EVEN, index=SYMBOLS), tau=0.05, risk_aversion=5,
        absolute_views={symbol: 0.2 * strengths[symbol][0] for symbol in viewed}, omega="idzorek",
        view_confidences=[trust * strengths[symbol][1] for symbol in viewed])
    answer = ours("black-litterman", f"trust={trust}", words=words)
    tolerance = 1e-12 if all_have_views else 1e-9
    assert numpy.abs(numpy.array(answer["expected_returns"]) - model.bl_returns().values).max() < tolerance
    assert numpy.abs(numpy.array(answer["covariance"]) - model.bl_cov().values).max() < tolerance
    frontier = EfficientFrontier(model.bl_returns(), model.bl_cov(), **SOLVER)
    frontier.max_quadratic_utility(5)
    same(answer, frontier.weights_by_symbol())


def test_kelly():
    """The peer has no Kelly; its utility with the inverse of the fraction is the same where all the money is spent."""
    frontier = EfficientFrontier(EXPECTED["mean"](), COVARIANCES["sample"](), **SOLVER)
    frontier.max_quadratic_utility(2)
    same(ours("kelly", "fraction=0.5"), frontier.weights_by_symbol())


def test_risk_parity():
    """The peer has none; by definition each part of the variance is the same."""
    answer = ours("risk-parity")
    weights, covariance = numpy.array(answer["weights"]), COVARIANCES["sample"]().values
    parts = weights * (covariance @ weights)
    assert numpy.abs(parts / parts.mean() - 1).max() < 1e-9
    assert weights.sum() == pytest.approx(1, abs=1e-12)


def test_a_short_position_is_a_long_one_in_the_mirror():
    """A symbol that is sold short is one whose returns have the other sign."""
    words = tuple(
        word for symbol in SYMBOLS for word in ("--signal", f"{symbol}={-1 if symbol in ('GE', 'RRC') else 1}"))
    answer = ours("min-variance", words=words)
    covariance = COVARIANCES["sample"]()
    bounds = [(-1, 0) if symbol in ("GE", "RRC") else (0, 1) for symbol in SYMBOLS]
    weights = cvxpy.Variable(COUNT)
    size = sum((-weights[place] if high == 0 else weights[place]) for place, (_, high) in enumerate(bounds))
    limits = [weights[place] >= low for place, (low, _) in enumerate(bounds)]
    limits += [weights[place] <= high for place, (_, high) in enumerate(bounds)]
    problem = cvxpy.Problem(
        cvxpy.Minimize(cvxpy.quad_form(weights, cvxpy.psd_wrap(covariance.values))), [size == 1, *limits])
    problem.solve(solver="CLARABEL", **EXACT)
    assert numpy.abs(numpy.array(answer["weights"]) - weights.value).max() < 1e-6


def test_the_same_bytes_on_every_run():
    command = [TRADEWIND, "allocators", "run", "max-sharpe", "--prices", FILE, "--json"]
    runs = {subprocess.run(command, capture_output=True, timeout=60).stdout for _ in range(3)}
    assert len(runs) == 1


def tradewind(*words):
    return subprocess.run([TRADEWIND, *words], cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_every_allocator_is_listed_and_explained():
    listed = json.loads(tradewind("allocators", "list", "--json").stdout)
    assert len(listed) == 15
    for each in listed:
        assert json.loads(tradewind("allocators", "show", each["name"], "--json").stdout) == each
        page = tradewind("allocators", "show", each["name"]).stdout
        assert each["formula"] in page and each["assumption"] in page
        assert all(parameter["name"] in page for parameter in each["parameters"])
        if each["name"] not in ("all-in", "risk-sized"):
            assert "weights on config/sample" in page and "AAPL" in page and "█" in page


@pytest.mark.parametrize("words, sentence", [
    (["show", "hpr"], "there is no allocator hpr; did you mean hrp?"),
    (["run", "hrp", "--prices", FILE, "--set", "linkage=ward2"], "linkage must be one of single, complete, average, ward"),
    (["run", "hrp", "--prices", FILE, "--set", "linkgae=ward"], "has no parameter linkgae; it has linkage"),
    (["run", "hrp", "--prices", FILE, "--held", "APPL=1"], "there are no prices of APPL; did you mean AAPL?"),
    (["run", "hrp"], "either --csv or --prices says where the prices are"),
    (["run", "all-in", "--prices", FILE], "all-in opens positions with their signals and finds no weights"),
])
def test_what_cannot_be_is_refused_with_a_sentence(words, sentence):
    done = tradewind("allocators", *words)
    assert done.returncode == 2 and sentence in done.stderr


def test_a_misspelled_allocation_of_a_backtest_is_refused():
    words = ["backtest", "buy-and-hold", "--csv", "config/sample", "--no-record", "--allocation"]
    done = tradewind(*words, "min-varianc")
    assert done.returncode == 2 and "did you mean min-variance?" in done.stderr
    done = tradewind(*words, "hrp linkage")
    assert done.returncode == 2 and "--allocation hrp linkage has no value" in done.stderr


def test_a_sweep_varies_what_the_allocation_looks_at():
    done = tradewind(
        "sweep", "buy-and-hold", "--csv", "config/sample", "--allocation", "min-variance", "--rebalance", "monthly",
        "--grid", "allocation.history=60,252", "--grid", "allocation.covariance=sample,ledoit-wolf", "--json")
    assert done.returncode == 0, done.stderr
    points = json.loads(done.stdout)["points"]
    assert len(points) == 4
    assert len({point["final_equity"] for point in points}) == 4
    single = tradewind(
        "backtest", "buy-and-hold", "--csv", "config/sample", "--allocation",
        "min-variance history=60 covariance=ledoit-wolf", "--rebalance", "monthly", "--json", "--no-record")
    assert json.loads(single.stdout)["final_equity"] == points[1]["final_equity"]


def by_symbol(self):
    """Weights with the names of the columns, whatever the peer has called them."""
    return dict(zip(SYMBOLS, self.weights, strict=True))


EfficientFrontier.weights_by_symbol = by_symbol
