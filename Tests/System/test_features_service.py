"""The service that publishes features: what it says is what the command line computes, whatever is killed on the way."""

import json
import math
import subprocess

from conftest import SYNTHETIC
from mesh import ENVIRONMENT, REPOSITORY, Mesh, executable

SAMPLE = REPOSITORY / "config/sample"
NAMES = ["return_1", "return_21", "rank_return_21", "rsi_14", "market_beta_63"]
SAMPLED = {
    "feed.source": "csv", "feed.span": "1d", "feed.csv_files": ",".join(map(str, sorted(SAMPLE.glob("*.csv")))),
    "feed.symbols": "AAPL,IBM,KO,MSFT", "features.names": ",".join(NAMES), "feed.followers": "historian,features.1",
}


def exported(mesh):
    """What its transcript holds; nothing while that cannot be read, such as at its very beginning."""
    done = subprocess.run(
        [executable("tradewind"), "transcript", "export", str(mesh.shard("features")), "--topic", "market/feature/"],
        env=ENVIRONMENT, capture_output=True, text=True, timeout=120)
    return done.stdout.splitlines() if done.returncode == 0 else []


def count(mesh):
    return len(exported(mesh))


def rows(mesh):
    """What it has sent, by symbol and time; each was sent once."""
    found = {}
    for line in exported(mesh):
        record = json.loads(line)
        row = record["message"].get("feature_row")
        if record["kind"] == "sent" and row:
            found.setdefault((row["symbol"], row["at"]), []).append(row["values"])
    assert all(len(each) == 1 for each in found.values())
    return {key: each[0] for key, each in found.items()}


def numbers(values):
    return [None if value in (None, "NaN") or math.isnan(float(value)) else float(value) for value in values]


def test_it_says_what_the_command_line_computes():
    done = subprocess.run(
        [executable("tradewind"), "features", "compute", "--csv", str(SAMPLE), "--features", ",".join(NAMES), "--json"],
        env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=True)
    computed = json.loads(done.stdout)
    with Mesh(SAMPLED) as mesh:
        mesh.start("relay", "features", "historian", "feed")
        mesh.until(lambda: mesh.count() >= 4 * 754, "the replay is over", 60)
        mesh.until(lambda: count(mesh) >= 4 * 754, "all rows are published", 60)
        mesh.stop("feed", "historian", "features", "relay")
        told = rows(mesh)
        mesh.verify("features")
    assert len(told) == 4 * 754
    by_symbol = {}
    for (symbol, at), values in sorted(told.items()):
        by_symbol.setdefault(symbol, []).append(numbers(values))
    expected = {}
    for row in computed["rows"]:
        expected.setdefault(row["symbol"], []).append(row["values"])
    assert by_symbol == expected


def test_killed_again_and_again_it_says_each_row_once_and_the_same():
    settings = {
        **SYNTHETIC, "feed.symbols": "A,B,C,D", "feed.bars": 3000, "feed.followers": "historian,features.1",
        "feed.quotes": 8, "features.quotes": "true", "state.segment_size": "256KiB", "state.snapshot_segments": 2,
    }
    with Mesh(settings) as straight:
        straight.start("relay", "features", "historian", "feed")
        straight.until(lambda: count(straight) >= 4 * 3000, "all rows are published", 120)
        straight.stop("feed", "historian", "features", "relay")
        expected = rows(straight)
    with Mesh(settings) as mesh:
        mesh.start("relay", "features", "historian", "feed")
        for part in (1, 2, 3):
            mesh.until(lambda: count(mesh) >= part * 2500, f"{part * 2500} rows are published", 120)
            mesh.kill("features", *(["feed"] if part == 2 else []))
            mesh.start("features", *(["feed"] if part == 2 else []))
        mesh.until(lambda: count(mesh) >= 4 * 3000, "all rows are published", 120)
        mesh.stop("feed", "historian", "features", "relay")
        assert rows(mesh) == expected
        mesh.verify("features", "feed")


def test_what_is_wrong_with_its_settings_is_one_sentence():
    for settings, sentence in (
            ({}, "no symbol is named whose features are wanted: feed.symbols=AAPL,MSFT would be right"),
            ({"feed.symbols": "A", "features.names": "rsi_15"}, "features.names: there is no feature rsi_15; did you mean rsi_14?"),
            ({"feed.symbols": "A", "risk.sectors": "A"}, "risk.sectors: A is no sector; AAPL=technology would be right")):
        with Mesh(settings) as mesh:
            code, _, said = mesh.run("features")
            assert (code, said.strip()) == (2, f"features: {sentence}")
