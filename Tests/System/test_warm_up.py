"""A strategist that starts for the first time warms up on what the historian has, once, whatever becomes of both."""

import json
import os
import shutil
import subprocess

import pytest

from mesh import ENVIRONMENT, executable
from trading import SAMPLE, SYMBOLS, TRADING, TradingMesh, outcome

STRATEGIES = ["sma-crossover fast=10 slow=30", "donchian enter=12 leave=6"]
# As many bars as the slower of the two warms up on, but for the first live one.
COUNT = 29
FIRST = "2012-07-02"


def stored(folder, since="2012-01-01"):
    """A store of the sample bars; those of the days of the replay are in it too."""
    store = folder / "bars"
    for symbol in SYMBOLS:
        part = folder / f"{symbol}-stored.csv"
        lines = (SAMPLE / f"{symbol}.csv").read_text().splitlines()
        part.write_text("\n".join(lines[:1] + [line for line in lines[1:] if line.split(",")[1] >= since]) + "\n")
        done = subprocess.run(
            [executable("tradewind"), "data", "import", f"{symbol}={part}", "--store", str(store)], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
    return store


def warm(folder, store, **more):
    files = []
    for symbol in SYMBOLS:
        part = folder / f"{symbol}.csv"
        lines = (SAMPLE / f"{symbol}.csv").read_text().splitlines()
        part.write_text("\n".join(lines[:1] + [line for line in lines[1:] if FIRST <= line.split(",")[1] < "2012-10-01"]) + "\n")
        files.append(str(part))
    # The historian adds to its store what it takes.
    own = folder / "own"
    if store.exists():
        shutil.copytree(store, own)
    return TradingMesh(STRATEGIES, **{
        "feed.csv_files": ",".join(files), "strategist.warm_up": "always", "historian.store": str(own), **more})


def past(mesh):
    """What the strategist was told of history: the bars, and why there are not more."""
    done = subprocess.run(
        [executable("tradewind"), "transcript", "export", str(mesh.shard("strategist"))], cwd=mesh.folder, env=ENVIRONMENT,
        capture_output=True, text=True, timeout=60)
    records = [json.loads(line) for line in done.stdout.splitlines()]
    messages = [record["message"] for record in records if record["kind"] == "taken"]
    places = [at for at, message in enumerate(messages) if message["topic"].startswith("local/history")]
    live = next(at for at, message in enumerate(messages) if message["topic"].startswith("market/"))
    assert all(at < live for at in places)
    bars = [bar for at in places for bar in messages[at].get("answer", {}).get("bars", [])]
    ends = [messages[at]["answer"].get("error", "") for at in places if messages[at]["topic"] == "local/history-end"]
    return bars, ends


def finished(mesh):
    mesh.finish()
    if "historian" in mesh.running:
        mesh.stop("historian")
    return outcome(mesh)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("warm")
    store = stored(folder)
    with warm(folder, store) as mesh:
        mesh.start("relay", "historian", *TRADING, "feed")
        orders, fills = finished(mesh)
        bars, ends = past(mesh)
        return orders, fills, bars, ends, mesh.sent("strategist", "trading/signal/"), store


def test_it_speaks_of_the_first_bar_and_was_shown_no_bar_twice(undisturbed):
    orders, fills, bars, ends, signals, _ = undisturbed
    assert ends == [""] and len(bars) == COUNT * len(SYMBOLS)
    days = {symbol: [bar["opened_at_iso"][:10] for bar in bars if bar["symbol"] == symbol] for symbol in SYMBOLS}
    assert all(found == sorted(set(found)) and found[-1] == "2012-06-29" for found in days.values())
    first = min(signal["sent_at_iso"] for signal in signals)
    assert first.startswith(FIRST) and fills and orders[0]["order"]["strategy"]


@pytest.mark.parametrize("victim", ["strategist", "historian"])
def test_killed_while_it_warms_up_it_is_the_same(undisturbed, tmp_path, victim):
    orders, fills, bars, ends, _, store = undisturbed
    with warm(tmp_path, store, **{"strategist.warm_up_patience": "60s"}) as mesh:
        mesh.start("relay", "historian", *TRADING)
        # The historian is there and says nothing.
        mesh.running["historian"].send_signal(19)
        mesh.start("feed")
        mesh.until(lambda: (mesh.shard("strategist")).exists(), "the strategist has begun")
        if victim == "strategist":
            mesh.kill("strategist")
            mesh.start("strategist")
            mesh.running["historian"].send_signal(18)
        else:
            os.kill(mesh.running["historian"].pid, 18)
            mesh.kill("historian")
            mesh.start("historian")
        assert finished(mesh) == (orders, fills)
        assert past(mesh) == (bars, ends)


def test_killed_later_it_is_not_told_again(undisturbed, tmp_path):
    orders, fills, bars, ends, _, store = undisturbed
    with warm(tmp_path, store, **{"feed.speed": 400_000}) as mesh:
        mesh.start("relay", "historian", *TRADING, "feed")
        mesh.until(lambda: mesh.steps() >= 5, "it trades")
        mesh.kill("strategist")
        mesh.start("strategist")
        assert finished(mesh) == (orders, fills)
        assert past(mesh) == (bars, ends)


def test_without_a_historian_it_begins_cold_and_says_so(tmp_path):
    none = tmp_path / "none"
    with warm(tmp_path, none) as mesh, warm(tmp_path, none, **{"strategist.warm_up": "live"}) as cold:
        mesh.begin()
        found = finished(mesh)
        assert past(mesh) == ([], ["no historian is heard"])
        assert "there are 0 of AAPL, 0 of IBM" in str(mesh.log("strategist", "history"))
        cold.begin()
        assert finished(cold) == found and past(cold) == ([], [])


def test_history_that_is_shorter_is_told(tmp_path):
    store = stored(tmp_path, since="2012-06-11")
    with warm(tmp_path, store) as mesh:
        mesh.start("relay", "historian", *TRADING, "feed")
        finished(mesh)
        bars, ends = past(mesh)
        assert ends == [""] and 10 < len(bars) // len(SYMBOLS) < COUNT
        assert f"{len(bars) // 4} of AAPL to 2012-06-29" in str(mesh.log("strategist", "history"))
