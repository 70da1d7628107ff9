"""tradewind data invent: a market that never was, the same from the same words; sound, unless defects are asked for."""

import json
import subprocess

import pytest

from conftest import SYNTHETIC
from mesh import ENVIRONMENT, REPOSITORY, Mesh, executable

DAYS = ["--from", "2014-01-02", "--to", "2024-12-31"]
MINUTES = ["--from", "2024-01-02", "--to", "2024-05-31", "--interval", "1m"]


def run(*words):
    done = subprocess.run([executable("tradewind"), *map(str, words)], capture_output=True, text=True, timeout=300,
                          cwd=REPOSITORY, env=ENVIRONMENT)
    return done.returncode, done.stdout, done.stderr


def invent(*words):
    code, out, err = run("data", "invent", *words, "--json")
    assert (code, err) == (0, ""), err
    return json.loads(out)


def findings(*words):
    code, out, err = run("data", "check", *words, "--json")
    assert not err, err
    report = json.loads(out)
    assert code == (1 if report["findings"] else 0)
    return report


def contents(folder, *parts):
    return {str(path.relative_to(folder)): path.read_bytes() for part in parts for path in folder.glob(part)}


def test_the_same_words_give_the_same_bytes(tmp_path):
    for name, seed in [("a", 7), ("b", 7), ("c", 8)]:
        made = invent("KO", "PEP", *DAYS, "--seed", seed, "--faults", "spike", "--csv", tmp_path / name)
        assert json.loads((tmp_path / name / "invented.json").read_text()) == made
        invent("KO", *MINUTES, "--seed", seed, "--store", tmp_path / f"store-{name}")
    files = [contents(tmp_path / name, "1d/*", "actions/*") for name in "abc"]
    assert sorted(files[0]) == ["1d/KO.csv", "1d/PEP.csv", "actions/KO.csv", "actions/PEP.csv"]
    assert files[0] == files[1]
    assert all(files[0][name] != files[2][name] for name in ["1d/KO.csv", "1d/PEP.csv"])
    stores = [contents(tmp_path / f"store-{name}", "**/*.parquet", ".fetched/actions/*") for name in "abc"]
    assert len(stores[0]) == 5 + 1
    assert stores[0] == stores[1]
    assert stores[0] != stores[2]


@pytest.mark.parametrize("market", ["real", "plain"])
def test_nothing_is_wrong_with_it(market, tmp_path):
    symbols = "AAPL MSFT IBM KO JPM XOM PFE T".split()
    days = invent(*symbols, *DAYS, "--market", market, "--csv", tmp_path / "days")
    assert [series["bars"] for series in days["series"]] == [2768] * 8
    assert (sum(series["dividends"] for series in days["series"]) > 50) == (market == "real")
    report = findings("--csv", tmp_path / "days/1d", "--actions", tmp_path / "days/actions", "--as-of", "2024-12-31")
    assert report["kinds"] == {}
    assert sum(series["rows"] for series in report["series"]) == 8 * 2768
    for span in ["1m", "5m", "30m"]:
        invent("AAPL", "IBM", *MINUTES[:-1], span, "--market", market, "--store", tmp_path / "store")
    assert findings("--store", tmp_path / "store", "--as-of", "2024-05-31")["kinds"] == {}


def test_a_split_without_its_action_is_found(tmp_path):
    """So a clean report above is none of a market in which nothing happens."""
    made = invent(*"ABCDEFGH", *DAYS, "--csv", tmp_path / "m")
    splits = sum(series["splits"] for series in made["series"])
    assert splits > 0
    report = findings("--csv", tmp_path / "m/1d")
    assert sum(report["kinds"].values()) == splits


KINDS = ("unreadable nonFinite nonPositive highBelowLow openOutside closeOutside negativeVolume spike scale jump split "
         "zeroVolume volumeSpike frozen duplicate conflict outOfOrder outOfSession misaligned missing future stale").split()


def expected(made):
    """What a check has to find of what was planted."""
    counts = {}
    for series in made["series"]:
        for fault in series["faults"]:
            for kind in filter(None, [fault["kind"], fault["also"]]):
                counts[kind] = counts.get(kind, 0) + 1
    return counts


def lines(report, kind):
    every = report["unreadable"] + [f for series in report["series"] for f in series["findings"]]
    return sorted((f["file"], f["line"]) for f in every if f["kind"] == kind)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_found_by_its_name(kind, tmp_path):
    made = invent("KO", *MINUTES, "--faults", kind, "--csv", tmp_path / "m")
    report = findings("--csv", tmp_path / "m/1m", "--actions", tmp_path / "m/actions", "--as-of", "2024-05-31")
    assert report["kinds"] == expected(made)
    assert report["kinds"][kind] == 1
    series = made["series"][0]
    if kind != "missing":
        assert lines(report, kind) == [(series["file"], fault["line"]) for fault in series["faults"]]


@pytest.mark.parametrize("span", ["1d", "1m"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_all_kinds_at_once(span, seed, tmp_path):
    words = [*DAYS] if span == "1d" else [*MINUTES]
    made = invent("KO", "XOM", *words, "--seed", seed, "--faults", "all", "--csv", tmp_path / "m")
    named = {fault["kind"] for fault in made["series"][0]["faults"]}
    assert named == set(KINDS) - ({"misaligned"} if span == "1d" else set())
    report = findings("--csv", tmp_path / "m" / span, "--actions", tmp_path / "m/actions", "--as-of", words[3])
    assert report["kinds"] == expected(made)
    for kind in named - {"missing"}:
        assert lines(report, kind) == sorted(
            (series["file"], fault["line"]) for series in made["series"] for fault in series["faults"]
            if fault["kind"] == kind)


def test_two_files_that_disagree(tmp_path):
    made = invent("KO", *DAYS, "--faults", "disagreement", "--csv", tmp_path / "m")
    report = findings("--csv", tmp_path / "m/1d", "--csv", tmp_path / "m/other/1d", "--actions", tmp_path / "m/actions")
    assert report["kinds"] == {"disagreement": 1}
    assert lines(report, "disagreement")[0][1] == made["series"][0]["faults"][0]["line"]


def test_a_backtest_on_it(tmp_path):
    store = tmp_path / "store"
    made = invent("A", "B", *DAYS, "--seed", 3, "--store", store)
    code, out, err = run("backtest", "sma-crossover", "--symbols", "A,B", "--store", store, "--json",
                         "--out", tmp_path / "result")
    assert code == 0, err
    assert sum(series["dividends"] for series in made["series"]) > 0
    code, listed, _ = run("data", "list", "--store", store, "--json")
    assert code == 0
    assert [series["providers"] for series in json.loads(listed)] == [["synthetic"]] * 2


@pytest.mark.parametrize(
    ["words", "code", "sentence"],
    [
        ([], 2, "--store FOLDER or --csv FOLDER would be right"),
        (["--csv", "{}/new", "--store", "{}/new"], 2, "one of them would be right"),
        (["--store", "{}/new", "--faults", "spike"], 2, "--csv FOLDER would be right"),
        (["--csv", "{}/new", "--faults", "spke"], 2, "did you mean spike?"),
        (["--csv", "{}/new", "--faults", "disagreement,spike"], 2, "by itself would be right"),
        (["--csv", "{}/new", "--faults", "misaligned"], 2, "days cannot be misaligned"),
        (["--csv", "{}/new", "--interval", "1h"], 2, "30m or 1d would be right"),
        (["--csv", "{}/new", "--from", "2024-03-02", "--to", "2024-03-03"], 2, "there is no session"),
        (["--csv", "{}/new", "--from", "2025-01-02"], 2, "is after --to"),
        (["--csv", "{}/new", "--to", "2099-01-02"], 2, "the calendar has the days"),
        (["--csv", "{}/full"], 1, "a new or empty folder would be right"),
        (["--store", "{}/store"], 1, "goes over nothing"),
    ],
)
def test_bad_words(words, code, sentence, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full/AAPL.csv").write_text("mine")
    if "{}/store" in words:
        invent("KO", *DAYS, "--store", tmp_path / "store")
    words = [word.format(tmp_path) for word in words]
    named = ["KO"] + [word for word in DAYS]
    for option in ["--from", "--to"]:
        if option in words:
            at = named.index(option)
            del named[at:at + 2]
    found, out, err = run("data", "invent", *named, *words)
    assert (found, out) == (code, "")
    assert sentence in err
    assert len(err.strip().splitlines()) <= 3
    assert (tmp_path / "full/AAPL.csv").read_text() == "mine"


def test_a_feed_of_a_real_market():
    """Its splits and dividends go out before their day's bars, the gatekeeper holds nothing back, and a kill changes nothing."""
    count = 120
    named = {**SYNTHETIC, "feed.span": "1d", "feed.bars": count, "feed.symbols": "A,B,C,D,E,F,G,H", "feed.seed": 3,
             "synthetic.market": "real", "feed.speed": 1_000_000}
    with Mesh(named) as mesh:
        mesh.start().until_rows(200)
        mesh.kill("feed")
        assert mesh.count() < 8 * count, "the replay was over before the kill: nothing would go on"
        mesh.start("feed").until_rows(8 * count)
        mesh.stop()
        mesh.verify()
        assert mesh.count() == 8 * count
        code, shown, err = mesh.run("tradewind", "transcript", "export", str(mesh.shard("feed")))
        assert code == 0, err
    records = [json.loads(line) for line in shown.splitlines()]
    topics = [record["message"]["topic"] for record in records if record["kind"] != "taken"]
    assert sum(topic.startswith("market/action/") for topic in topics) > 5
    assert not any(topic.startswith("market/fault/") for topic in topics)
