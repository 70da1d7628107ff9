"""A day by the services is a day of the engine, byte for byte: at any speed, however strategies are divided, and
whoever is killed on the way.
"""

import collections
import json

import pytest

from mesh import REPOSITORY, Mesh

MINUTES = ["--csv", str(REPOSITORY / "config/sample-minutes")]
DAYS = ["--csv", str(REPOSITORY / "config/sample")]
GAPS = [*MINUTES, "--strategy", "gap gap=0.001", "--strategy", "opening-range minutes=30", "--strategy",
        "mean-reversion enter=1 rsi=45", "--set", "backtest.margin=reg_t"]
SHARES = [*DAYS, "--strategy", "sma-crossover fast=5 slow=20 short=true", "--strategy",
          "momentum lookback=20 skip=2 top=2", "--strategy", "swing-trend fast=5 slow=15 adx=5",
          "--set", "backtest.margin=reg_t", "--set", "backtest.slippage=2bps", "--set", "risk.preset=dynamic"]

GUARDED = [*GAPS, "--set", "risk.stops=trailing:0.4%,fixed:0.6%", "--set", "risk.targets=0.3%:40%,0.6%:60%"]


@pytest.fixture
def place():
    with Mesh() as mesh:
        yield mesh


def run(place, day, *words, code=0, seconds=180):
    found, out, told = place.run("tradewind", "day", "run", day, *words, seconds=seconds)
    assert found == code, (found, out, told)
    return json.loads(out) if "--json" in words else out, told


@pytest.mark.parametrize("day, words", [
    ("2024-05-08", GAPS), ("2024-05-14", GAPS), ("2024-05-20", GAPS),
    ("2012-10-01", SHARES), ("2013-01-02", SHARES), ("2013-04-01", SHARES),
    ("2024-05-14", GUARDED), ("2024-05-20", GUARDED),
])
def test_both_ways_are_the_same(place, day, words):
    done, _ = run(place, day, *words, "--out", "both", "--json")
    assert done["alike"] and done["engine"]["orders"] + done["engine"]["fills"] > 0
    for name in ("orders.csv", "fills.csv"):
        engine, mesh = ((place.folder / "both" / way / name).read_bytes() for way in ("engine", "mesh"))
        assert engine == mesh and all(day.encode() in line for line in engine.splitlines()[1:])


@pytest.mark.parametrize("day, words", [
    ("2024-05-14", GAPS), ("2012-10-01", SHARES), ("2024-05-20", GUARDED)])
def test_scaled_paced_and_killed_it_is_the_same_day(place, day, words):
    engine, _ = run(place, day, *words, "--engine", "--json")
    mesh, told = run(place, day, *words, "--mesh", "--json", "--set", "strategist.parts=3", "--kills", "4", "--seed", "7",
                     "--keep", "kept")
    assert mesh["mesh"]["hash"] == engine["engine"]["hash"]
    assert told.count("killed") == 4 and "killed feed.1" in told, told
    assert len(list((place.folder / "kept/strategist").iterdir())) == 3
    # What is left behind can be asked, and a day derived again.
    rows = verify(place, day)
    assert {row["service"] for row in rows} == {"feed", "exchange", "strategist", "portfolio", "risk", "execution"}
    assert all(row["difference"] is None and row["taken"] > 0 for row in rows if row["service"] != "feed")
    told = collections.Counter()
    for service, kind in (("strategist", "signal"), ("risk", "verdict"), ("execution", "venue_request")):
        for shard in (place.folder / "kept" / service).iterdir():
            code, out, _ = place.run("tradewind", "transcript", "export", str(shard))
            records = [json.loads(line) for line in out.splitlines()]
            told[NAMES[kind]] += sum(
                record["kind"] == "sent" and kind in record["message"] and
                record["message"]["sent_at_iso"].startswith(day) for record in records)
    found = collections.Counter()
    for row in rows:
        found.update(row["decisions"])
    assert {name: found[name] for name in NAMES.values()} == dict(told) and told["signals"] > 0
    assert found["fills"] + found["orders"] > 0


# Each way of working an approval over time, on days when something of it is done.
WORKED = {
    "limits": ["execution.style=limit", "execution.offset=-3bps", "execution.entry_window=5m"],
    "slices": ["execution.style=limit", "execution.slicing=twap:30m/6"],
    "share": ["execution.slicing=pov:5%"],
    "bracket": ["execution.bracket=stop=0.3%,target=0.4%"],
    "protected slices": ["execution.slicing=twap:20m/4", "execution.bracket=stop=0.3%,target=0.3%"],
}


def worked(way):
    return [word for setting in WORKED[way] for word in ("--set", setting)]


@pytest.mark.parametrize("way", list(WORKED))
def test_what_is_worked_over_time_is_the_same_both_ways(place, way):
    done, _ = run(place, "2024-05-14", *GAPS, *worked(way), "--out", "both", "--json")
    plain, _ = run(place, "2024-05-14", *GAPS, "--engine", "--json")
    assert done["alike"] and done["engine"]["fills"] > 3
    assert done["engine"]["hash"] != plain["engine"]["hash"]
    engine, mesh = ((place.folder / "both" / way / "orders.csv").read_bytes() for way in ("engine", "mesh"))
    assert engine == mesh


@pytest.mark.parametrize("way", ["bracket", "protected slices"])
def test_what_is_worked_over_time_is_the_same_when_services_are_killed(place, way):
    engine, _ = run(place, "2024-05-14", *GAPS, *worked(way), "--engine", "--json")
    mesh, told = run(place, "2024-05-14", *GAPS, *worked(way), "--mesh", "--json", "--kills", "5", "--seed", "3", "--keep",
                     "kept")
    assert mesh["mesh"]["hash"] == engine["engine"]["hash"]
    assert told.count("killed") == 5, told
    rows = verify(place, "2024-05-14")
    assert all(row["difference"] is None and row["taken"] > 0 for row in rows if row["service"] != "feed")


@pytest.mark.parametrize("day, words, parts", [
    ("2024-05-08", GAPS, 2), ("2024-05-20", GAPS, 3), ("2013-01-02", SHARES, 2), ("2013-04-01", SHARES, 3)])
def test_strategists_of_their_own_are_the_same_day(place, day, words, parts):
    done, _ = run(place, day, *words, "--set", f"strategist.parts={parts}", "--keep", "kept", "--json")
    assert done["alike"] and done["mesh"]["orders"] + done["mesh"]["fills"] > 0
    assert {path.name for path in (place.folder / "kept").glob("strategist-*.log")} == {
        f"strategist-{number}.log" for number in range(1, parts + 1)}


NAMES = {"signal": "signals", "verdict": "verdicts", "venue_request": "orders"}


def verify(place, *words, code=0):
    found, out, told = place.run(
        "tradewind", "verify", "--day", *words, "--json", settings={"state.folder": str(place.folder / "kept")})
    assert found == code, (out, told)
    return json.loads(out) if out else told


def test_a_day_that_is_decided_otherwise_today_is_told(place):
    sheet = place.folder / "own.yaml"
    sheet.write_text((REPOSITORY / "rules/pullback.yaml").read_text())
    run(place, "2012-10-01", *DAYS, "--strategy", str(sheet), "--mesh", "--keep", "kept", "--json")
    assert all(row["difference"] is None for row in verify(place, "2012-10-01"))
    assert "nothing was recorded on 2012-09-30; there is something from 2012-01-03 to" in verify(place, "2012-09-30", code=1)
    sheet.write_text(sheet.read_text().replace("default: 20", "default: 15"))
    rows = {row["service"]: row for row in verify(place, "2012-10-01", "strategist", "risk", code=1)}
    assert rows["risk"]["difference"] is None
    assert rows["strategist"]["difference"].startswith("before that day, batch ")


def test_speed_changes_nothing(place):
    words = ["2024-05-08", *GAPS, "--json"]
    hashes = {run(place, *words, "--mesh", "--speed", speed)[0]["mesh"]["hash"] for speed in ("0", "100000")}
    assert hashes == {run(place, *words, "--engine")[0]["engine"]["hash"]}


@pytest.mark.parametrize("day, words, code, part", [
    ("2012-09-03", SHARES, 1, "the last one before is of 2012-08-31"),
    ("2012-09-04", [*SHARES, "--engine", "--kills", "2"], 2, "--kills is for --mesh"),
    ("2012-09-04", [*DAYS, "--strategy", "sma-crosover"], 2, "did you mean sma-crossover?"),
    ("September", SHARES, 2, "DAY"),
])
def test_what_cannot_be_run_is_told(place, day, words, code, part):
    _, told = run(place, day, *words, code=code)
    assert part in told, told


# Prices as they were traded, with the splits and dividends of those days.
SPLITS = {"KO": ("2012-08-13", 2, "2:1")}
DIVIDENDS = [("AAPL", "2012-08-09", "0.378571"), ("IBM", "2012-08-08", "0.85"), ("KO", "2012-09-12", "0.255")]
HELD = ["--strategy", "buy-and-hold", "--set", "backtest.rebalance=daily", "--set", "backtest.allocation=equal-weight"]
SPENT = ["--strategy", "sma-crossover fast=3 slow=8", "--set", "backtest.rebalance=daily", "--set",
         "backtest.commission=5bps", "--set", "backtest.slippage=2bps", "--set", "risk.preset=dynamic"]


def as_traded(place):
    """Bars with their prices before a split, and a file of what companies did."""
    bars = place.folder / "as-traded"
    bars.mkdir()
    for path in sorted((REPOSITORY / "config/sample").glob("*.csv")):
        split = SPLITS.get(path.stem)
        with path.open() as read, (bars / path.name).open("w") as write:
            write.write(next(read))
            for line in read:
                symbol, day, *prices, volume = line.strip().split(",")
                shares = split[1] if split and day < split[0] else 1
                prices = [f"{float(price) * shares:.6f}" for price in prices]
                write.write(",".join([symbol, day, *prices, str(int(volume) // shares)]) + "\n")
    actions = place.folder / "actions.csv"
    actions.write_text(
        "symbol,ex_date,kind,ratio,amount\n" + "".join(f"{symbol},{day},split,{ratio},\n"
                                                       for symbol, (day, _, ratio) in SPLITS.items())
        + "".join(f"{symbol},{day},dividend,,{amount}\n" for symbol, day, amount in DIVIDENDS))
    return ["--csv", str(bars), "--actions", str(actions)]


@pytest.mark.parametrize("strategy", [HELD, SPENT])
def test_splits_and_dividends_are_the_same_both_ways(place, strategy):
    data = as_traded(place)
    traded = 0
    # The ex-dates of dividends, the split's, and days after them, with shares that were held overnight.
    for day in ("2012-08-08", "2012-08-09", "2012-08-10", "2012-08-13", "2012-08-14", "2012-09-12", "2012-10-01"):
        done, _ = run(place, day, *data, *strategy, "--json")
        assert done["alike"] and done["held_back"] == 0
        traded += done["engine"]["fills"]
    assert traded > (10 if strategy is HELD else 2)
    if strategy is not HELD:
        return
    # Without the actions the day would be another one.
    engine, _ = run(place, "2012-10-01", *data, *strategy, "--engine", "--json")
    other, _ = run(place, "2012-10-01", *data[:2], *strategy, "--engine", "--json")
    assert engine["engine"]["hash"] != other["engine"]["hash"]


def test_killed_over_a_split_it_is_the_same_day(place):
    words = ["2012-08-14", *as_traded(place), *SPENT, "--json"]
    engine, _ = run(place, *words, "--engine")
    mesh, told = run(place, *words, "--mesh", "--kills", "4", "--seed", "5", "--keep", "kept")
    assert mesh["mesh"]["hash"] == engine["engine"]["hash"] and told.count("killed") == 4
    found, out, told = place.run("tradewind", "transcript", "export", str(place.folder / "kept/portfolio/all"))
    records = [json.loads(line) for line in out.splitlines()]
    kinds = [record["message"]["corporate_action"]["kind"] for record in records
             if record["kind"] == "taken" and "corporate_action" in record["message"]]
    assert sorted(kinds) == ["dividend", "dividend", "split"]
