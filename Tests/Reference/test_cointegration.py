"""The test of Engle and Granger is that of statsmodels, with its probabilities and critical values."""

import csv
import json
import os
import subprocess

import numpy
import pytest
from statsmodels.tsa.stattools import coint

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TRADEWIND = os.environ.get("TRADEWIND", os.path.join(ROOT, "bin", "tradewind"))


def invented(seed, kind):
    random = numpy.random.default_rng(seed)
    count = int(random.integers(60, 400))
    walk = numpy.cumsum(random.normal(size=count))
    if kind == "together":
        return 3 + 0.7 * walk + random.normal(size=count), walk
    if kind == "slowly":
        rest = numpy.zeros(count)
        for place in range(1, count):
            rest[place] = 0.9 * rest[place - 1] + random.normal()
        return 100 - 1.5 * walk + rest, walk
    return numpy.cumsum(random.normal(size=count)), walk


def real(name):
    with open(os.path.join(ROOT, "config", "sample", f"{name}.csv")) as file:
        return numpy.log([float(row["close"]) for row in csv.DictReader(file)])


def ours(folder, first, second, lags):
    path = folder / "pair.csv"
    with open(path, "w") as file:
        file.write("date,first,second\n")
        for place, (one, other) in enumerate(zip(first, second)):
            day = numpy.datetime64("2020-01-01") + place
            file.write(f"{day},{float(one)!r},{float(other)!r}\n")
    done = subprocess.run(
        [TRADEWIND, "statistics", "--csv", path, "--column", "first", "--pair", "second", "--lags", str(lags), "--json"],
        capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


CASES = [(seed, kind, lags) for seed, (kind, lags) in enumerate(
    (kind, lags) for kind in ("together", "slowly", "apart") for lags in (0, 1, 2, 5))]


def same(found, first, second, lags):
    statistic, probability, critical = coint(first, second, trend="c", maxlag=lags, autolag=None)
    assert found["statistic"] == pytest.approx(statistic, rel=1e-9)
    assert found["probability"] == pytest.approx(probability, rel=1e-7, abs=1e-12)
    assert [found["critical_1"], found["critical_5"], found["critical_10"]] == pytest.approx(list(critical), rel=1e-12)
    slope, intercept = numpy.polyfit(second, first, 1)
    assert (found["slope"], found["intercept"]) == pytest.approx((slope, intercept), rel=1e-8)


@pytest.mark.parametrize("seed,kind,lags", CASES)
def test_invented_series(tmp_path, seed, kind, lags):
    first, second = invented(seed, kind)
    same(ours(tmp_path, first, second, lags), first, second, lags)


@pytest.mark.parametrize("names", [("IBM", "KO"), ("AAPL", "MSFT"), ("KO", "MSFT")])
@pytest.mark.parametrize("lags", [0, 1, 4])
def test_real_prices(tmp_path, names, lags):
    first, second = real(names[0]), real(names[1])
    same(ours(tmp_path, first, second, lags), first, second, lags)
