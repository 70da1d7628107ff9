"""PyPortfolioOpt on the closes of a file, a JSON line for each allocator: pypfopt_peer.py FILE DAYS COUNT [RUNS]

Each time is that of the whole way from closes to weights, as ours is; the views of Black-Litterman are those that
signals of strength and confidence 1 stand for.
"""

import json
import sys
import time
import warnings

import numpy
import pandas
from pypfopt import BlackLittermanModel, EfficientFrontier, HRPOpt, expected_returns, risk_models

warnings.filterwarnings("ignore")
days, count = int(sys.argv[2]), int(sys.argv[3])
runs = int(sys.argv[4]) if len(sys.argv) > 4 else 3
prices = pandas.DataFrame(numpy.fromfile(sys.argv[1]).reshape(days, count))


def hrp():
    portfolio = HRPOpt(expected_returns.returns_from_prices(prices))
    portfolio.optimize()
    return portfolio.weights


def min_variance():
    frontier = EfficientFrontier(None, risk_models.sample_cov(prices))
    frontier.min_volatility()
    return frontier.weights


def black_litterman():
    covariance = risk_models.sample_cov(prices)
    prior = pandas.Series(5 * covariance.values @ numpy.full(count, 1 / count), index=covariance.columns)
    model = BlackLittermanModel(
        covariance, pi=prior, absolute_views={column: 0.2 for column in covariance.columns}, omega="idzorek",
        view_confidences=[0.5] * count, tau=0.05, risk_aversion=5)
    frontier = EfficientFrontier(model.bl_returns(), model.bl_cov())
    frontier.max_quadratic_utility(5)
    return frontier.weights


for name, function in [("hrp", hrp), ("min-variance", min_variance), ("black-litterman", black_litterman)]:
    best, weights = float("inf"), None
    for _ in range(runs if name != "hrp" else 1):
        start = time.perf_counter()
        weights = function()
        best = min(best, time.perf_counter() - start)
    weights = [weights[column] for column in prices.columns] if hasattr(weights, "keys") else list(weights)
    print(json.dumps({"name": name, "ms": best * 1e3, "weights": weights}))
