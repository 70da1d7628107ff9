"""A run beside its benchmark, against empyrical on the series that the run wrote."""

import csv
import json
import os
import pathlib
import subprocess

import empyrical
import numpy
import pytest

ROOT = pathlib.Path(__file__).parents[2]
TRADEWIND = os.environ.get("TRADEWIND", ROOT / "bin" / "tradewind")
DATA = ROOT / "Tests" / "Golden" / "data"


def run(folder, *words):
    command = [TRADEWIND, "backtest", *words, "--json", "--no-record", "--out", folder]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), list(csv.DictReader(open(folder / "equity.csv")))


def test_the_figures_beside_a_benchmark_are_those_of_empyrical(tmp_path):
    figures, days = run(
        tmp_path / "out", "sma-crossover fast=10 slow=30", "--csv", "config/sample", "--symbols", "AAPL", "--benchmark",
        "IBM", "--cash", "100000")
    assert figures["symbols"] == ["AAPL"], "the benchmark is not traded"

    def returns(column):
        values = numpy.array([100_000.0] + [float(day[column]) for day in days])
        return values[1:] / values[:-1] - 1

    mine, theirs = returns("equity"), returns("benchmark")
    alpha, beta = empyrical.alpha_beta(mine, theirs)
    assert figures["beta"] == pytest.approx(beta, rel=1e-9)
    assert figures["alpha"] == pytest.approx(alpha, rel=1e-9)
    assert figures["information_ratio"] == pytest.approx(empyrical.excess_sharpe(mine, theirs), rel=1e-9)
    assert figures["benchmark_return"] == pytest.approx(empyrical.cum_returns_final(theirs), rel=1e-9)


def test_a_benchmark_grows_with_its_closes_and_dividends(tmp_path):
    figures, days = run(
        tmp_path / "out", "buy-and-hold", "--csv", str(DATA / "AAPL_2005.csv"), "--actions", str(DATA / "actions.csv"),
        "--benchmark", f"MSFT={DATA / 'MSFT_2005.csv'}")
    closes = {row["time"]: float(row["close"]) for row in csv.DictReader(open(DATA / "MSFT_2005.csv"))}
    dividends = {
        row["ex_date"]: float(row["amount"]) for row in csv.DictReader(open(DATA / "actions.csv")) if row["symbol"] == "MSFT"}
    held, first = 1.0, None
    for (date, close), day in zip(closes.items(), days, strict=True):
        first = first or close
        held *= 1 + dividends.get(date, 0) / close
        assert float(day["benchmark"]) == pytest.approx(100_000 * held * close / first, rel=1e-12), date
    assert sum(date in closes for date in dividends) == 6
