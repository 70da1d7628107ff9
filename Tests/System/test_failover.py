"""Two streams of one market: whatever becomes of one, the other takes its place, and each bar is there once."""

import contextlib

import pyarrow.parquet
import pytest

from live import SYMBOLS, AlpacaLive, AlpacaSpare, LiveDay, live_mesh, until_subscribed
from test_stream import GAPS, complete, sent


@contextlib.contextmanager
def two_streams(day=None, **more):
    """A mesh with two streams of one day, of which it listens to the first; and a function that lets minutes happen."""
    day = day or LiveDay(SYMBOLS, gaps=GAPS)
    settings = {"feed.calendar": "none", "feed.failover": "1s"}
    with AlpacaLive(day) as first, AlpacaSpare(day) as spare, live_mesh(first, **settings).beside(spare, **more) as mesh:
        def play(count, mischief=None, of_spare=None):
            for _ in range(count):
                first.play(1, mischief)
                spare.play(1, of_spare)

        mesh.play, mesh.first, mesh.spare = play, first, spare
        until_subscribed(mesh.start(), first)
        yield mesh


def stored(mesh):
    """All that happened is stored but the last minute, of which a history cannot know that it is over."""
    mesh.until_rows(len(mesh.first.day.rows(range(mesh.first.minute - 1))))


def providers(mesh):
    """Who gave the bars, by symbol and minute, and which of them came from a history."""
    marks = {}
    for message in sent(mesh, "market/stand-in/"):
        mark = message["data_fault"]
        at = (mark["symbol"], (mark["at"] // 1_000_000_000 - mesh.first.day.start) // 60 - 1)
        assert at not in marks
        marks[at] = (mark["provider"], any(figure["name"] == "came_at_s" for figure in mark.get("figures", [])))
    bars = [(message["bar"]["symbol"], (message["bar"]["opened_at"] // 1_000_000_000 - mesh.first.day.start) // 60)
            for message in sent(mesh, "market/bar/")]
    assert set(marks) <= set(bars)
    return {bar: marks.get(bar, ("alpaca", False)) for bar in bars}


def listening_to_first(mesh):
    """The first stream is healthy with its second minute; then nobody listens to the other any more."""
    mesh.until(lambda: mesh.play(1) or not mesh.spare.listening, "the first stream is listened to again")


@pytest.mark.parametrize("failure", ["dies", "503", "429", "401", "406", "mute", "stale", "garbage", "wrong", "types"])
def test_the_first_stream_fails_in_the_middle_of_the_day_and_comes_back(failure):
    # What is mute or stuck is noticed by its silence.
    more = {"feed.silence": "2s"} if failure in ("mute", "stale") else {}
    with two_streams(**more) as mesh:
        first, spare = mesh.first, mesh.spare
        mesh.play(3)
        mesh.until_rows(12)
        assert not spare.handshakes
        if failure == "dies":
            first.die()
        elif failure == "406":
            first.connections_max = 0
            first.drop()
        elif failure.isdigit():
            first.refuse = int(failure)
            first.drop()
        mischief = failure if not failure.isdigit() and failure != "dies" else None
        mesh.play(1, mischief)
        mesh.until(lambda: spare.listening, "the other stream is listened to")
        for _ in range(5):
            mesh.play(1, "mute")
            stored(mesh)
        assert any("bars come from alpaca_spare" in str(line) for line in mesh.log("feed", "failover"))
        # It is healthy again.
        first.refuse, first.connections_max = None, 1
        if failure == "dies":
            first.revive()
        until_subscribed(mesh, first)
        listening_to_first(mesh)
        mesh.play(2)
        complete(mesh, first, first.minute)
        assert any("alpaca's stream is back" in str(line) for line in mesh.log("feed", "failover"))
        who = providers(mesh)
        last = first.minute - 1
        assert {who[symbol, minute] for symbol, minute in who if minute in (0, 1, 2, last)} == {("alpaca", False)}
        assert ("alpaca_spare", False) in who.values()
        assert spare.logins and set(spare.logins) == {(spare.key, spare.secret)}
        assert set(first.logins) <= {(first.key, first.secret)}
        faults = {message["data_fault"]["kind"] for message in sent(mesh, "market/fault/")}
        # What cannot be is not said at all: the other stream has what is right.
        assert faults <= ({"out_of_order", "outOfOrder", "duplicate"} if failure == "stale" else set())


def test_both_streams_fail_one_after_the_other_and_come_back_in_that_order():
    with two_streams() as mesh:
        first, spare = mesh.first, mesh.spare
        mesh.play(3)
        mesh.until_rows(12)
        first.refuse = 503
        first.drop()
        until_subscribed(mesh, spare)
        mesh.play(3)
        stored(mesh)
        spare.refuse = 503
        spare.drop()
        # Nobody streams: minutes come from history.
        mesh.play(3)
        stored(mesh)
        mesh.until(lambda: any("minutes are asked of" in str(line) for line in mesh.log("feed", "failover")), "it is told")
        spare.refuse = None
        until_subscribed(mesh, spare)
        for _ in range(6):
            mesh.play(1)
            stored(mesh)
        back = first.minute
        first.refuse = None
        until_subscribed(mesh, first)
        listening_to_first(mesh)
        mesh.play(1)
        complete(mesh, first, first.minute)
        assert not sent(mesh, "market/fault/")
        who = providers(mesh)
        assert who["MSFT", 1] == who["MSFT", first.minute - 1] == ("alpaca", False)
        assert who["MSFT", back - 2] == ("alpaca_spare", False)
        # While nobody streamed, and at the beginning of each other stream, a history told of what was missed.
        assert {who["MSFT", minute][1] for minute in (6, 7)} == {True}


def test_both_streams_are_mute_for_a_while():
    with two_streams(**{"feed.silence": "1s"}) as mesh:
        first, spare = mesh.first, mesh.spare
        mesh.play(3)
        mesh.until_rows(12)
        for _ in range(3):
            mesh.play(1, "mute", of_spare="mute")
            stored(mesh)
        mesh.until(lambda: any("alpaca_spare's stream is connected, and has said nothing" in str(line)
                               for line in mesh.log("feed", "stream")), "the other one is mute, too")
        mesh.until(lambda: first.listening and spare.listening, "both are tried on")
        mesh.play(4)
        complete(mesh, first, 10)
        assert not sent(mesh, "market/fault/")
        assert {who for (_, minute), who in providers(mesh).items() if minute < 3} == {("alpaca", False)}


def test_the_feed_is_killed_while_it_listens_to_the_other_stream():
    with two_streams() as mesh:
        first, spare = mesh.first, mesh.spare
        mesh.play(3)
        mesh.until_rows(12)
        first.refuse = 503
        first.drop()
        until_subscribed(mesh, spare)
        mesh.play(3)
        stored(mesh)
        mesh.kill("feed")
        mesh.play(2)
        spare.call(spare.clients.clear)
        mesh.start("feed")
        until_subscribed(mesh, spare)
        mesh.play(2)
        first.refuse = None
        until_subscribed(mesh, first)
        listening_to_first(mesh)
        complete(mesh, first, first.minute)
        assert not sent(mesh, "market/fault/")


def test_the_store_keeps_who_gave_each_bar(tmp_path):
    # Six minutes before midnight in UTC: the day is over soon, and its bars go into the store.
    day = LiveDay(SYMBOLS, start=1710201240)
    with two_streams(day, **{"providers.history": "alpaca_spare"}) as mesh:
        store = tmp_path / "bars"
        mesh.settings |= {"feed.source": "stream", "providers.stream": "alpaca,alpaca_spare",
                          "historian.store": store, "historian.store_interval": "0ms"}
        mesh.kill("historian")
        mesh.start("historian")
        mesh.play(2)
        mesh.until_rows(8)
        mesh.first.refuse = 503
        mesh.first.drop()
        until_subscribed(mesh, mesh.spare)
        mesh.play(3)
        stored(mesh)

        def told():
            found = {}
            for path in store.glob("KO/1m/*.parquet"):
                table = pyarrow.parquet.read_table(path)
                times = table["opened_at"].cast("int64").to_pylist()
                found |= {(time // 1_000_000_000 - day.start) // 60: who
                          for time, who in zip(times, table["provider"].to_pylist())}
            return found

        mesh.until(lambda: mesh.play(1) or len(told()) == 6, "the day is in the store")
        who = told()
        assert [who[minute] for minute in range(6)] == 2 * ["alpaca"] + 4 * ["alpaca_spare"]
        mesh.stop()
        expected = {minute: who for (symbol, minute), (who, _) in providers(mesh).items() if symbol == "KO" and minute < 6}
        assert who == expected
        with mesh.reading() as database:
            assert not database.execute("SELECT count(*) FROM origins WHERE closes_at <= ?", (
                (day.start + 360) * 1_000_000_000,)).fetchone()[0]
        mesh.verify()
