"""Strategies as people meet them: rules in files, the shelf, models, and packages of one's own."""

import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[2]
TRADEWIND = pathlib.Path(os.environ.get("TRADEWIND", ROOT / "bin" / "tradewind")).resolve()
SAMPLE = ["--csv", "config/sample", "--allocation", "equal-weight", "--no-record"]
CROSSOVER = """
parameters: {fast: {default: 10, range: 2..50}, slow: 30}
enter: crosses_above(sma(close, fast), sma(close, slow))
exit: crosses_below(sma(close, fast), sma(close, slow))
"""


def call(*words, code=0):
    done = subprocess.run([TRADEWIND, *words], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


def backtest(*words):
    return json.loads(call("backtest", *words, *SAMPLE, "--json"))


@pytest.fixture
def crossover(tmp_path):
    path = tmp_path / "crossover.yaml"
    path.write_text(CROSSOVER)
    return path


def test_a_crossing_in_rules_trades_as_the_one_on_whole_numbers(crossover):
    rules, swift = backtest(crossover), backtest("sma-crossover fast=10 slow=30")
    assert rules["orders"] > 20 and rules["parameters"] == {"fast": 10, "slow": 30}
    # Orders bear the strategy's name in their ids, so it is the money that is compared.
    for key in ("final_equity", "orders", "fills", "closed_trades", "max_drawdown"):
        assert rules[key] == swift[key], key
    assert backtest(f"{crossover} fast=5")["final_equity"] == backtest("sma-crossover fast=5 slow=30")["final_equity"]


def test_rules_share_an_account_with_others(crossover):
    both = backtest(crossover, "buy-and-hold")
    assert [each["name"] for each in both["strategies"]] == ["crossover", "buy-and-hold"]


def test_rules_are_swept_as_others_are(crossover):
    def points(strategy):
        words = ["--grid", "fast=5,10", "--grid", "slow=20..40/10", "--csv", "config/sample", "--json"]
        return json.loads(call("sweep", strategy, *words))["points"]

    rules, swift = points(crossover), points("sma-crossover")
    assert len(rules) == 6
    assert [each["final_equity"] for each in rules] == [each["final_equity"] for each in swift]


def test_rules_are_audited_as_others_are(crossover):
    found = json.loads(call("audit", crossover, "--csv", "config/sample", "--json"))
    assert [each["holds"] for each in found["tests"][:3]] == [True] * 3


def test_another_rule_is_another_run(crossover, tmp_path):
    first = backtest(crossover)["run"]
    assert backtest(crossover)["run"] == first
    crossover.write_text(CROSSOVER.replace("fast: {default: 10", "fast: {default: 11"))
    assert backtest(crossover)["run"] != first


def test_a_mistake_ends_with_2_and_says_where(tmp_path):
    path = tmp_path / "wrong.yaml"
    path.write_text("enter: clsoe > 1\nexit: sma(close, 0) > 1\n")
    said = call("rules", "check", path, code=2)
    assert f"{path}:1:8: enter: nothing is called clsoe; did you mean close?" in said
    assert call("backtest", path, *SAMPLE, code=2) == said
    assert "there is no file missing.yaml" in call("backtest", "missing.yaml", *SAMPLE, code=2)
    assert "did you mean fast?" in call("backtest", "rules/pullback.yaml fsat=3", *SAMPLE, code=2)


@pytest.mark.parametrize("path", sorted((ROOT / "rules").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_rules_that_come_with_it_can_be_used(path):
    found = json.loads(call("rules", "check", path, "--json"))
    assert found["warm_up"] > 0 and found["rules"]
    assert json.loads(call("strategies", "show", path, "--json"))["run"]["fills"] > 0


def shelf():
    return [each["name"] for each in json.loads(call("strategies", "list", "--json"))]


def test_every_strategy_of_the_shelf_is_shown_at_work():
    names = shelf()
    assert len(names) == len(set(names)) >= 11
    listed = call("strategies", "list")
    for name in names:
        found = json.loads(call("strategies", "show", name, "--json"))
        assert found["rule"], f"{name} does not say what it does"
        assert found["run"]["fills"] > 0, f"{name} does nothing in its example"
        assert all(each["meaning"] and each["values"] for each in found["parameters"])
        text = call("strategies", "show", name)
        assert "equity, " in text and "\u2800" <= max(text) <= "\u28ff", f"{name} has no plot"
        assert f"\n{name} " in listed or listed.startswith(f"{name} ")


def test_a_model_that_is_sure_of_nothing_keeps_out(tmp_path):
    model = tmp_path / "model.csv"
    model.write_text("kind,linear\nbias,0.4\nfeature,close,0\n")
    assert backtest(f"swing-trend model={model}")["fills"] == 0
    model.write_text("kind,linear\nbias,1\nfeature,close,0\n")
    with_it, without = backtest(f"swing-trend model={model}"), backtest("swing-trend")
    assert with_it["fills"] == without["fills"] > 0
    assert with_it["final_equity"] == without["final_equity"]
    run = backtest(f"model model={model}")["run"]
    model.write_text("kind,linear\nbias,0.9\nfeature,close,0\n")
    assert backtest(f"model model={model}")["run"] != run, "another model is another run"
    model.write_text("kind,linear\nfeature,clsoe,1\n")
    assert f"{model}, the feature clsoe: nothing is called clsoe; did you mean close?" in call(
        "backtest", f"model model={model}", *SAMPLE, code=2)
    assert "there is no file" in call("backtest", "model model=missing.csv", *SAMPLE, code=2)


def test_a_package_of_ones_own_is_made_once(tmp_path):
    said = call("strategy", "new", "dip-buyer", "--in", tmp_path, "--tradewind", ROOT)
    assert "swift build -c release" in said
    assert (tmp_path / "dip-buyer" / "Sources" / "dip-buyer" / "DipBuyer.swift").exists()
    assert str(ROOT) in (tmp_path / "dip-buyer" / "Package.swift").read_text()
    assert "is there already" in call("strategy", "new", "dip-buyer", "--in", tmp_path, code=1)
    assert "names no strategy" in call("strategy", "new", "Dip Buyer", code=2)
