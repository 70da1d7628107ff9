"""`tradewind parity` on days that processes traded: what differs from the backtest is planted, and found under its name."""

import csv
import decimal
import json

import pytest

from mesh import REPOSITORY, Mesh

DAY = "2024-05-14"
SAMPLE = REPOSITORY / "config/sample-minutes"
STRATEGY = ["gap gap=0.001", "opening-range minutes=30"]
ACCOUNT = ["--set", "backtest.margin=reg_t"]
PLANTED = {"plain": {}, "slipped": {"slippage": "5bps"}, "late": {"latency_order": "90000ms"}, "paid": {"commission": "5bps"},
           "all": {"slippage": "5bps", "latency_order": "90000ms", "commission": "5bps"}}
CAUSES = {"data", "delay", "fill_model", "fee", "reject", "hand", "other"}


@pytest.fixture(scope="module")
def place():
    with Mesh() as mesh:
        for name, settings in PLANTED.items():
            words = [word for key, value in settings.items() for word in ("--set", f"backtest.{key}={value}")]
            strategies = [word for each in STRATEGY for word in ("--strategy", each)]
            code, _, told = mesh.run("tradewind", "day", "run", DAY, "--csv", str(SAMPLE), *strategies, *ACCOUNT, *words,
                                     "--mesh", "--keep", name, seconds=120)
            assert code == 0, told
        yield mesh


def parity(place, name, *words, code=0, day=DAY):
    believed = [word for key in PLANTED[name] for word in ("--set", f"backtest.{key}=none")]
    found, out, told = place.run("tradewind", "parity", "--day", day, *believed, *words,
                                 settings={"state.folder": str(place.folder / name)})
    assert found == code, (out, told)
    return json.loads(out) if "--json" in words else out + told


def parts(told):
    amounts = {name: decimal.Decimal(text) for name, text in told["parts"].items()}
    assert set(amounts) == CAUSES
    # To the last digit, whatever it is made of.
    assert sum(amounts.values()) == decimal.Decimal(told["live"]) - decimal.Decimal(told["backtest"])
    return {name: amount for name, amount in amounts.items() if amount}


def test_what_was_believed_differs_in_nothing(place):
    told = parity(place, "plain", "--json")
    assert parts(told) == {} and decimal.Decimal(told["live"]) != 0


@pytest.mark.parametrize("name, causes", [("slipped", {"fill_model"}), ("late", {"delay"}), ("paid", {"fee", "fill_model"})])
def test_what_is_planted_is_found_under_its_name(place, name, causes):
    plain, told = parity(place, "plain", "--json"), parity(place, name, "--json")
    assert set(parts(told)) == causes
    # Each has the same backtest, which is the day as nobody disturbed it.
    assert told["backtest"] == plain["live"] and told["live"] != plain["live"]
    # Against a backtest that believes in what happened, there is nothing to explain.
    found, out, _ = place.run("tradewind", "parity", "--day", DAY, "--json",
                              settings={"state.folder": str(place.folder / name)})
    assert found == 0 and parts(json.loads(out)) == {}


def test_all_at_once_and_the_data_add_up(place):
    changed = place.folder / "changed"
    changed.mkdir()
    for path in SAMPLE.glob("*.csv"):
        rows = list(csv.DictReader(path.open()))
        for row in rows:
            if row["time"].startswith(DAY):
                for name in ("open", "high", "low", "close"):
                    row[name] = str(decimal.Decimal(row[name]) + decimal.Decimal("0.01"))
        with (changed / path.name).open("w", newline="") as file:
            table = csv.DictWriter(file, rows[0].keys())
            table.writeheader()
            table.writerows(rows)
    told = parity(place, "all", "--csv", str(changed), "--json")
    assert set(parts(told)) == {"data", "delay", "fill_model", "fee"}
    words = parity(place, "all", "--csv", str(changed))
    for line in ("the backtest", "data", "delay", "fill model", "fee", "what happened"):
        assert line in words
    # The same bars again are no other data.
    assert "data" not in parts(parity(place, "all", "--csv", str(SAMPLE), "--json"))


def test_what_is_fitted_is_taken_by_backtests(place):
    models = place.folder / "venue.yaml"
    told = parity(place, "late", "--json", "--models", str(models))
    assert told["fitted"]["latency_order"] == "constant:milliseconds=90000" and told["fitted"]["orders"] > 2
    outcomes = []
    for words in (["--config", str(models)], ["--latency-order", "90000ms"], []):
        code, out, said = place.run(
            "tradewind", "backtest", STRATEGY[0], "--csv", str(SAMPLE), "--json", *words,
            settings={"backtest.runs": str(place.folder / "runs")})
        assert code == 0, said
        outcomes.append(json.loads(out)["orders_hash"])
    assert outcomes[0] == outcomes[1] != outcomes[2]


@pytest.mark.parametrize("words, code, part", [
    (["--set", "risk.preset=basic"], 2, "risk.preset is what was traded"),
    (["--set", "backtest.comission=none"], 1, "did you mean backtest.commission?"),
    (["--csv", "nowhere.csv"], 1, "nowhere.csv"),
])
def test_what_cannot_be_held_against_each_other_is_told(place, words, code, part):
    assert part in parity(place, "plain", *words, code=code)


def test_days_and_folders_that_are_not_there_are_told(place):
    assert "nothing was traded on 2024-06-30" in parity(place, "plain", code=1, day="2024-06-30")
    code, _, told = place.run("tradewind", "parity", "--day", DAY, settings={"state.folder": str(place.folder)})
    assert code == 2 and "there is no transcript of execution" in told
