"""A day that a feed has published is traded once more from its transcript, and goes into the store."""

import json
import shutil

import pytest

from conftest import SYNTHETIC
from live import AlpacaLive, LiveDay, live_mesh, until_subscribed
from live import SYMBOLS as LIVE
from mesh import Mesh
from trading import TradingMesh, outcome

SYMBOLS = "A,B,C"
MARKET = {"feed.source": "synthetic", "feed.csv_files": "", "feed.span": "1m", "feed.bars": 1200, "feed.symbols": SYMBOLS,
          "feed.quotes": 2, "synthetic.market": "real", "trading.symbols": SYMBOLS}
STRATEGIES = ["sma-crossover fast=5 slow=20"]


def test_the_same_day_is_traded_again_to_the_last_byte(tmp_path):
    with TradingMesh(STRATEGIES, **MARKET) as mesh:
        mesh.begin().finish()
        orders, fills = outcome(mesh)
        said = mesh.sent("execution", "trading/")
        feed = mesh.sent("feed", "market/")
        shutil.copytree(mesh.state, tmp_path / "state")
    assert len(orders) > 20 and len(fills) > 20
    again = {**MARKET, "feed.source": "transcript", "feed.transcript": str(tmp_path / "state"), "feed.quotes": 0,
             "feed.speed": 20_000}
    with TradingMesh(STRATEGIES, **again) as mesh:
        mesh.begin().until(lambda: mesh.steps() > 200, "the day is under way", 60)
        mesh.kill("feed")
        assert mesh.steps() < 1200, "the day was over before the kill: nothing would go on"
        mesh.start("feed").finish()
        assert outcome(mesh) == (orders, fills)
        assert mesh.sent("execution", "trading/") == said
        assert mesh.sent("feed", "market/") == feed


def test_other_symbols_of_the_same_day(tmp_path):
    named = {**SYNTHETIC, "feed.bars": 300, "feed.symbols": SYMBOLS}
    with Mesh(named) as mesh:
        mesh.start().until_rows(900)
        mesh.stop()
        rows = mesh.rows()
        shutil.copytree(mesh.state, tmp_path / "state")
    again = {"feed.source": "transcript", "feed.transcript": str(tmp_path / "state/feed/all"), "feed.symbols": "A,C"}
    with Mesh(again) as mesh:
        mesh.start().until_rows(600)
        mesh.stop()
        mesh.verify()
        assert mesh.rows() == [row for row in rows if row[0] != "B"]


def steps(mesh):
    code, shown, err = mesh.run("tradewind", "transcript", "export", str(mesh.shard("feed")), "--topic", "market/step/")
    assert code == 0, err
    return [json.loads(line)["message"]["step"]["time"] for line in shown.splitlines()]


def test_a_live_day_is_said_again(tmp_path):
    with AlpacaLive(LiveDay(LIVE)) as server, live_mesh(server) as mesh:
        until_subscribed(mesh.start(), server)
        server.play(12)
        rows = server.day.rows(range(12))
        mesh.until_rows(len(rows))
        mesh.stop()
        said = steps(mesh)
        assert len(said) == 12
        shutil.copytree(mesh.state, tmp_path / "state")
    with Mesh({"feed.source": "transcript", "feed.transcript": str(tmp_path / "state")}) as mesh:
        mesh.start().until_rows(len(rows))
        mesh.stop()
        mesh.verify()
        assert mesh.rows() == rows
        assert steps(mesh) == said


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """The state of a mesh that published a market of days, with its dividends."""
    folder = tmp_path_factory.mktemp("day")
    named = {**SYNTHETIC, "feed.span": "1d", "feed.bars": 400, "feed.symbols": "A,B,C,D", "synthetic.market": "real",
             "state.segment_size": "64KiB"}
    with Mesh(named) as mesh:
        mesh.start().until_rows(1600)
        mesh.stop()
        assert len(list(mesh.shard("feed").glob("*.segment*"))) > 2
        shutil.copytree(mesh.state, folder / "state")
        return folder / "state", mesh.rows()


def run(*words):
    with Mesh() as mesh:
        return mesh.run("tradewind", *map(str, words))


def test_a_transcript_goes_into_the_store(day, tmp_path):
    state, rows = day
    store = tmp_path / "store"
    for added in [1600, 0]:
        code, out, err = run("data", "import", state, "--store", store, "--provider", "live", "--json")
        assert code == 0, err
        done = json.loads(out)[0]
        assert (done["rows"], done["new"], done["there"]) == (1600, added, 1600 - added)
        assert done["file"] == f"{state}/feed/all"
    code, out, err = run("data", "export", "--store", store, "--format", "csv", "--out", tmp_path / "out", "--json")
    assert code == 0, err
    assert sum(file["rows"] for file in json.loads(out)) == 1600
    closes = [int(round(float(line.split(",")[5]) * 10**6)) for name in "ABCD"
              for line in (tmp_path / f"out/{name}.csv").read_text().splitlines()[1:]]
    assert closes == [row[6] for row in rows]
    # The dividends are there, too: they explain what they do to prices.
    assert len(list((store / ".fetched/actions").glob("*.csv"))) > 0
    code, out, _ = run("data", "check", "--store", store, "--json")
    assert (code, json.loads(out)["kinds"]) == (0, {})


def damaged(state, folder):
    shutil.copytree(state, folder)
    segment = sorted((folder / "feed/all").glob("*.segment*"))[0]
    content = bytearray(segment.read_bytes())
    content[len(content) // 2] ^= 0x40
    segment.write_bytes(content)
    return folder


def test_what_is_no_whole_transcript_of_a_feed_gets_a_sentence(day, tmp_path):
    state, _ = day
    (tmp_path / "empty").mkdir()
    bad = damaged(state, tmp_path / "damaged")
    code, out, err = run("data", "import", bad, "--store", tmp_path / "store")
    assert code == 1
    assert "nothing was taken" in out and "feed/all" in out
    assert not list((tmp_path / "store").glob("A/*"))
    for folder, sentence in [
        (tmp_path / "nowhere", "there is no folder"), (tmp_path / "empty", "holds no transcript"),
        (next(state.glob("historian/*")), "of historian"), (bad, "Put back a copy of the file"),
        ("", "feed.transcript names no folder"),
    ]:
        with Mesh({"feed.source": "transcript", "feed.transcript": str(folder)}) as mesh:
            code, _, err = mesh.run("feed")
            assert code in (1, 2), folder
            assert sentence in err, folder


def test_a_feed_does_not_say_again_what_it_writes_itself(day, tmp_path):
    state = tmp_path / "state"
    shutil.copytree(day[0], state)
    (tmp_path / "link").symlink_to(state)
    for folder in (state, f"{tmp_path}/./state/", tmp_path / "link"):
        with Mesh({"feed.source": "transcript", "feed.transcript": str(folder)}, state=state) as mesh:
            code, _, err = mesh.run("feed")
            assert code == 2 and "where this feed writes its own" in err, folder
