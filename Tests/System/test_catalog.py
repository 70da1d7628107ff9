"""What is known of instruments goes into the database, packed files into the store, and adjusted prices come out."""

import gzip
import json
import subprocess

import pytest

from mesh import ENVIRONMENT, REPOSITORY, executable
from postgres import Server

SAMPLE = REPOSITORY / "config/sample"


def run(*words, folder, code=0):
    done = subprocess.run(
        [executable("tradewind"), "data", *map(str, words)], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True,
        timeout=60)
    assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout if code == 0 else done.stdout + done.stderr


@pytest.fixture(params=["sqlite", "postgres"])
def database(request, tmp_path):
    if request.param == "sqlite":
        yield ["--set", f"historian.database={tmp_path / 'history.sqlite'}"]
    else:
        with Server() as server:
            yield ["--set", f"historian.postgres={server.address}"]


def test_a_packed_file_is_the_file(tmp_path):
    plain = (SAMPLE / "AAPL.csv").read_bytes()
    (tmp_path / "files").mkdir()
    (tmp_path / "files/AAPL.csv.gz").write_bytes(gzip.compress(plain))
    run("import", SAMPLE / "AAPL.csv", "--store", "one", folder=tmp_path)
    run("import", "files", "--store", "two", folder=tmp_path)
    shown = [run("show", "AAPL", "--json", "--store", store, folder=tmp_path) for store in ("one", "two")]
    assert shown[0] == shown[1] and len(json.loads(shown[0])["bars"]) > 500
    # Cut off, or with a flipped bit: nothing of it is taken.
    packed = gzip.compress(plain)
    flipped = bytearray(packed)
    flipped[len(packed) // 2] ^= 0x10
    for damaged in (packed[:len(packed) // 2], packed[:-9], bytes(flipped)):
        (tmp_path / "damaged.csv.gz").write_bytes(damaged)
        said = run("import", "damaged.csv.gz", "--store", "three", folder=tmp_path, code=1)
        assert "the packed file is damaged or cut off" in said or "line" in said
        assert run("list", "--json", "--store", "three", folder=tmp_path).strip() in ("[]", "")


def test_the_catalog_and_what_is_adjusted_by_it(tmp_path, database):
    run("import", SAMPLE, "--store", "bars", folder=tmp_path)
    raw = json.loads(run("show", "AAPL", "--json", "--store", "bars", folder=tmp_path))["bars"]
    day = raw[400]["opened_at"][:10]
    (tmp_path / "actions.csv").write_text(
        f"symbol,ex_date,kind,ratio,amount,known_at\nAAPL,{day},split,2:1,,\nMSFT,{day},dividend,,0.25,\n")
    (tmp_path / "state/static").mkdir(parents=True)
    (tmp_path / "state/static/universe.json").write_text(json.dumps({
        "at": "2026-01-02T00:00:00Z", "provider": "nasdaq", "instruments": [
            {"symbol": "AAPL", "name": "Apple", "exchange": "NASDAQ", "sector": "Technology", "market_cap": 3.1e12},
            {"symbol": "KO", "name": "Coca-Cola's \"best\""}]}))
    words = ["catalog", "--json", "--actions", "actions.csv", "--fundamentals",
             REPOSITORY / "config/models/fundamentals.csv", *database]
    counts = json.loads(run(*words, folder=tmp_path))
    assert (counts["instruments"], counts["universe"], counts["actions"]) == (2, 2, 2)
    assert counts["fundamentals"] > 20
    assert json.loads(run(*words, folder=tmp_path)) == counts
    for more in (["--actions", "actions.csv"], database):
        shown = json.loads(
            run("show", "AAPL", "--json", "--adjusted", "split", "--store", "bars", *more, folder=tmp_path))["bars"]
        for at, (mine, theirs) in enumerate(zip(shown, raw)):
            factor = 2 if at < 400 else 1
            assert mine["opened_at"] == theirs["opened_at"]
            assert float(mine["close"]) * factor == pytest.approx(float(theirs["close"]), abs=2e-6)
            assert float(mine["volume"]) == pytest.approx(float(theirs["volume"]) * factor)
    # The actions that lie in the store come before those of the database, and a range is adjusted for what comes later.
    (tmp_path / "bars/.fetched/actions").mkdir(parents=True)
    (tmp_path / "bars/.fetched/actions/AAPL.csv").write_text(
        f"symbol,ex_date,kind,ratio,amount,known_at\nAAPL,{day},split,4:1,,\n")
    shown = json.loads(run("show", "AAPL", "--json", "--adjusted", "split", "--store", "bars", "--to", raw[9]["opened_at"][:10],
                           *database, folder=tmp_path))["bars"]
    assert [float(bar["close"]) for bar in shown] == pytest.approx(
        [float(bar["close"]) / 4 for bar in raw[:10]], abs=2e-6)
    (tmp_path / "bars/.fetched/actions/AAPL.csv").unlink()
    paid = [json.loads(run("show", "MSFT", "--json", "--adjusted", how, "--store", "bars", *database, folder=tmp_path))
            ["bars"][0]["close"] for how in ("split", "all")]
    assert float(paid[1]) < float(paid[0])
    assert "2024" not in run("show", "AAPL", "--adjusted", "most", folder=tmp_path, code=2)
    assert "--actions FILE" in run("show", "AAPL", "--adjusted", "all", "--store", "bars", folder=tmp_path, code=2)


def test_a_backtest_takes_the_actions_of_its_store_as_they_were_known(tmp_path):
    run("import", SAMPLE / "AAPL.csv", "--store", "bars", folder=tmp_path)
    (tmp_path / "bars/.fetched/actions").mkdir(parents=True)
    (tmp_path / "bars/.fetched/actions/AAPL.csv").write_text(
        "symbol,ex_date,kind,ratio,amount,known_at\nAAPL,2013-08-06,dividend,,1.5,\n")

    def backtest(*more):
        done = subprocess.run(
            [executable("tradewind"), "backtest", "buy-and-hold", "--store", "bars", "--symbols", "AAPL", "--json", *more],
            cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    whole, before, after = backtest(), backtest("--as-known-at", "2013-08-01"), backtest("--as-known-at", "2013-09-01")
    assert [item["ex_date"] for item in whole["actions"]] == ["2013-08-06"] and whole["other_cash"] > 0
    assert "actions" not in before and before["bars"] < after["bars"] < whole["bars"]
    assert after["other_cash"] == whole["other_cash"]
