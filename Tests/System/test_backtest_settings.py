"""`tradewind backtest` goes by its options, then by settings."""

import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[2]
TRADEWIND = os.environ.get("TRADEWIND", ROOT / "bin" / "tradewind")


def backtest(folder, *words, environment=None, code=0):
    done = subprocess.run(
        [TRADEWIND, "backtest", *words, "--json", "--no-record", "--config", folder / "settings.yaml"], cwd=ROOT,
        capture_output=True, text=True, timeout=60, env={**os.environ, **(environment or {})})
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout) if code == 0 else done.stderr


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "settings.yaml").write_text(
        "backtest:\n  cash: 5000\n  csv: [IBM=config/sample/IBM.csv]\n  commission: 20bps\n  benchmark: IBM\n")
    return tmp_path


def test_options_are_stronger_than_variables_and_those_than_the_file(folder):
    figures = backtest(folder, "buy-and-hold")
    assert figures["cash"] == 5000 and figures["fees"] > 0 and "beta" in figures
    more = {"TRADEWIND_BACKTEST_CASH": "6000"}
    assert backtest(folder, "buy-and-hold", environment=more)["cash"] == 6000
    assert backtest(folder, "buy-and-hold", "--set", "backtest.cash=7000", environment=more)["cash"] == 7000
    assert backtest(folder, "buy-and-hold", "--cash", "8000", environment=more)["cash"] == 8000
    assert backtest(folder, "buy-and-hold", "--commission", "none")["fees"] == 0


@pytest.mark.parametrize(
    "words, sentence", [
        (["sma-crossover", "momentum", "--set", "fast=5"], "'sma-crossover fast=5' would be right"),
        (["sma-crossover fats=5"], "did you mean fast?"),
        (["buy-and-hold", "--set", "backtest.fill=now"], "next_open"),
        (["buy-and-hold", "--fill", "quote"], "--quotes SYMBOL=FILE would be right"),
        (["buy-and-hold share=0"], "share of buy-and-hold must be a number above 0, not 0"),
        (["buy-and-hold span=1h"], "asked for bars of 1h, and there are bars of 1d"),
        (["buy-and-hold", "--set", "backtest.positions_max=many"], "positions_max"),
    ])
def test_what_cannot_be_is_said_in_a_sentence(folder, words, sentence):
    done = subprocess.run(
        [TRADEWIND, "backtest", *words, "--no-record", "--config", folder / "settings.yaml"], cwd=ROOT,
        capture_output=True, text=True, timeout=60)
    assert done.returncode in (1, 2) and sentence in done.stderr, done.stderr
