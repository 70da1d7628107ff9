"""Each trade and quote of the past, and what providers tell besides prices."""

import datetime
import json
import signal
import subprocess

import pytest

from test_providers import ROOT, TRADEWIND, environment, mischief, rows, run

from providers import Alpaca, AlphaVantage, Yahoo  # noqa: E402
from source import Source, dollars  # noqa: E402
from standin import KINDS, Answer, StandIn  # noqa: E402
from told import rfc  # noqa: E402

SYMBOLS = ["AAA", "BBB"]
FIRST, LAST = "2023-11-20", "2023-11-24"


@pytest.fixture(scope="module")
def week():
    return Source(SYMBOLS, "2023-11-01", "2023-12-29")


def plain(text):
    """A moment or a number without the zeros that say nothing."""
    return text.rstrip("Z").rstrip("0").rstrip(".") if "." in text else text.rstrip("Z")


def trades_of(week, symbol, date):
    # Every fiftieth was taken back.
    return [(symbol, plain(rfc(at)), plain(dollars(cents)), str(size))
            for at, cents, size, number in week.ticks(symbol, date)[0] if number % 50]


def quotes_of(week, symbol, date):
    return [(symbol, plain(rfc(at)), plain(dollars(bid)), str(bid_size), plain(dollars(ask)), str(ask_size))
            for at, bid, bid_size, ask, ask_size in week.ticks(symbol, date)[1]]


@pytest.mark.parametrize("kind, expected", [("trades", trades_of), ("quotes", quotes_of)])
def test_a_week_of_ticks_in_spite_of_everything(kind, expected, week, tmp_path):
    # An hour without a trade cannot be told from an answer that is empty by mistake.
    kinds = [name for name in KINDS + ["endless"] if name != "empty"]
    with Alpaca(week, mischief(kinds, 0), slowness=3, page=40) as server:
        variables = environment([server], tmp_path)
        words = ["ticks", *SYMBOLS, "--kind", kind, "--from", FIRST, "--to", LAST, "--out", tmp_path / "ticks", "--json"]
        for _ in range(4):
            done = subprocess.run([TRADEWIND, "data", *map(str, words)], capture_output=True, text=True, timeout=120,
                                  cwd=ROOT, env=variables)
            if done.returncode == 0:
                break
        assert done.returncode == 0, done.stdout + done.stderr
        assert set(kinds) <= set(server.done)
        for symbol in SYMBOLS:
            files = sorted((tmp_path / "ticks" / kind / symbol).iterdir())
            # Thanksgiving has no session, and the day after it a short one.
            assert [path.name for path in files] == [f"2023-11-{day}.csv" for day in (20, 21, 22, 24)]
            for path in files:
                got = [tuple(plain(cell) for cell in row) for row in rows(path)]
                assert got == expected(week, symbol, datetime.date.fromisoformat(path.stem)), path
        # What is there is not asked for again.
        asked = server.asked
        again = json.loads(run(words, variables).stdout)
        assert server.asked == asked
        assert [(row["symbol"], row["ticks"], row["sessions"], row["present"]) for row in again] == [
            (symbol, 0, 0, 4) for symbol in SYMBOLS]


def test_ticks_are_traded_on_and_made_into_bars(week, tmp_path):
    with Alpaca(week) as server:
        variables = environment([server], tmp_path)
        for kind in ("trades", "quotes"):
            run(["ticks", "AAA", "--kind", kind, "--from", FIRST, "--to", LAST, "--out", tmp_path / "ticks"], variables)
        run(["fetch", "AAA", "--interval", "1m", "--from", FIRST, "--to", LAST, "--csv", tmp_path / "bars"], variables)
    out = run(["trades", tmp_path / "ticks/trades/AAA", "--volume", "20000"], variables).stdout.splitlines()
    assert len(out) > 10
    done = subprocess.run(
        [TRADEWIND, "backtest", "buy-and-hold", "--csv", tmp_path / "bars/1m", "--quotes", tmp_path / "ticks/quotes/AAA", "--trades",
         tmp_path / "ticks/trades/AAA", "--fill", "quote", "--json", "--set", f"backtest.runs={tmp_path / 'runs'}"],
        capture_output=True, text=True, timeout=60, cwd=ROOT, env=variables)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["open_trades"] == 1


def test_a_fetch_of_ticks_that_is_killed_leaves_no_half_file(week, tmp_path):
    with Alpaca(week, {6: "slow"}, slowness=30, page=40) as server:
        variables = environment([server], tmp_path, providers_time_limit="60s")
        words = ["ticks", "AAA", "--from", FIRST, "--to", LAST, "--out", tmp_path / "ticks"]
        process = subprocess.Popen([TRADEWIND, "data", *map(str, words)], cwd=ROOT, env=variables,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while "slow" not in server.done:
            assert process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        assert not list((tmp_path / "ticks/trades/AAA").glob("*.csv"))
        server.mischief = {}
        run(words, variables)
        path = tmp_path / "ticks/trades/AAA/2023-11-20.csv"
        assert len(rows(path)) == len(trades_of(week, "AAA", datetime.date(2023, 11, 20)))


def test_mistakes_of_a_command_line(week, tmp_path):
    variables = environment([], tmp_path)
    assert "providers.alpaca.key" in run(["ticks", "AAA", "--from", FIRST], variables, code=1).stderr
    assert "--from 2023-11-24 is after --to 2023-11-20" in run(
        ["ticks", "AAA", "--from", LAST, "--to", FIRST], variables, code=2).stderr
    assert "--what options wants a symbol" in run(["look", "--what", "options"], variables, code=2).stderr
    with Alpaca(week) as server:
        done = run(["ticks", "ZZZ", "--from", FIRST, "--to", FIRST, "--out", tmp_path], environment([server], tmp_path), code=1)
        assert "not there: ZZZ 2023-11-20: alpaca has no trades" in done.stdout
        assert not list((tmp_path / "trades/ZZZ").iterdir())


def test_news_sessions_and_what_is_looked_at(week, tmp_path):
    with Alpaca(week, page=1) as server, Yahoo(week) as yahoo:
        variables = environment([server, yahoo], tmp_path)
        told = json.loads(run(["look", *SYMBOLS, "--what", "news", "--from", FIRST, "--to", LAST, "--json"], variables).stdout)
        # What steers a terminal is not passed on.
        assert [(row["symbols"], row["headline"], row["address"]) for row in told["rows"]] == [
            (symbol, f"{symbol} says  [31msomething", f"https://example.com/{number}")
            for number, symbol in enumerate(SYMBOLS)]
        told = json.loads(run(["look", "--what", "calendar", "--from", FIRST, "--to", LAST, "--json"], variables).stdout)
        assert [(row["date"], row["close"][11:16], row["ours"]) for row in told["rows"]] == [
            ("2023-11-20", "21:00", "the same"), ("2023-11-21", "21:00", "the same"),
            ("2023-11-22", "21:00", "the same"), ("2023-11-24", "18:00", "the same")]
        told = json.loads(run(["look", "--what", "trending", "--json"], variables).stdout)
        assert told["provider"] == "yahoo" and [row["symbol"] for row in told["rows"]] == SYMBOLS
        told = json.loads(run(["look", "--what", "trending", "--json", "--set", "providers.trending=alpaca",
                               "--set", f"providers.cache_folder={tmp_path / 'other'}"], variables).stdout)
        assert [(row["symbol"], row["trades"]) for row in told["rows"]] == [("AAA", "1000"), ("BBB", "1001")]


def test_a_session_that_a_provider_lacks_is_shown(week, tmp_path):
    class Forgetful(Alpaca):
        def answer(self, request, mischief):
            if request.path == "/v2/calendar":
                return Answer([{"date": "2023-11-20", "open": "09:30", "close": "13:00"}])
            return super().answer(request, mischief)

    with Forgetful(week) as server:
        told = json.loads(run(["look", "--what", "calendar", "--from", FIRST, "--to", "2023-11-21", "--json"],
                              environment([server], tmp_path)).stdout)
        assert told["rows"] == [
            {"date": "2023-11-20", "open": "2023-11-20T14:30:00Z", "close": "2023-11-20T18:00:00Z",
             "ours": "2023-11-20T14:30:00Z to 2023-11-20T21:00:00Z"},
            {"date": "2023-11-21", "ours": "2023-11-21T14:30:00Z to 2023-11-21T21:00:00Z"}]


class Nasdaq(StandIn):
    name = "nasdaq"

    def answer(self, request, mischief):
        found = {"2023-11-20": [{"symbol": "AAA", "name": "Triple", "epsForecast": "($0.12)", "time": "time-pre-market"},
                                {"symbol": "BRK/B", "name": "Berkshire", "epsForecast": "", "time": "time-not-supplied"}]}
        return Answer({"data": {"rows": found.get(request.query["date"])}, "status": {"rCode": 200}})


def test_earnings_of_one_provider_and_of_the_next(week, tmp_path):
    week.earnings = [("AAA", "2023-11-21", "-0.12", "post-market"), ("BBB", "2023-11-24", "", ""), ("CCC", "2024-02-01", "1", "")]
    words = ["look", "--what", "earnings", "--from", FIRST, "--to", LAST, "--json"]
    with Nasdaq(week) as server, AlphaVantage(week, {number: "hidden" for number in range(2, 9)}) as other:
        variables = environment([server, other], tmp_path)
        told = json.loads(run(words, variables).stdout)
        assert told["provider"] == "nasdaq" and told["rows"] == [
            {"date": "2023-11-20", "hour": "before the open", "symbol": "AAA", "name": "Triple", "forecast": "-0.12"},
            {"date": "2023-11-20", "symbol": "BRK.B", "name": "Berkshire"}]
        # A day at a time, and only those with a session.
        assert [request.query["date"][8:] for request in server.requests] == ["20", "21", "22", "24"]
        told = json.loads(run([*words, "--set", "providers.earnings=alphavantage"], variables).stdout)
        assert told["rows"] == [
            {"date": "2023-11-21", "hour": "after the close", "symbol": "AAA", "name": "AAA, Inc.", "forecast": "-0.12"},
            {"date": "2023-11-24", "symbol": "BBB", "name": "BBB, Inc."}]
        # A limit that hides in an answer is one.
        done = run([*words, "BBB", "--set", "providers.earnings=alphavantage", "--set", "providers.patience=10ms"], variables, code=1)
        assert "rate limit" in done.stderr
