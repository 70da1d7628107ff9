"""The exchange behind Alpaca's interface over a live market: what the feed of a mesh says is what one trades on."""

import subprocess

import pytest

from live import SYMBOLS, AlpacaLive, LiveDay, live_mesh, until_subscribed
from mesh import executable, until
from venue import Venue

# Three minutes after the open of the day that the stand-in has.
BEGIN = "2024-03-11T13:33:00Z"
CHANNELS = {"feed.channels": "bars,updatedBars,quotes,trades"}


@pytest.fixture
def market():
    with AlpacaLive(LiveDay(SYMBOLS)) as server, live_mesh(server, **CHANNELS) as mesh:
        until_subscribed(mesh.start(), server)
        server.play(3)
        mesh.until(lambda: mesh.count() >= 3 * len(SYMBOLS), "three minutes are stored")
        yield server, mesh


def over(mesh, *options):
    words = [word for key, value in mesh.settings.items() for word in ("--set", f"{key}={value}")]
    return Venue("--live", "--symbols", ",".join(SYMBOLS), "--from", BEGIN, "--history", "1", *options, *words,
                 speed="1", folder=mesh.folder)


def bars(venue, symbol="AAPL"):
    status, answer = venue.ask("GET", f"/v2/stocks/{symbol}/bars?timeframe=1Min&start=2024-03-11T13:30:00Z")
    assert status == 200, answer
    return [(bar["t"], bar["o"], bar["h"], bar["l"], bar["c"], bar["v"]) for bar in answer["bars"] or []]


def played(server, minutes, symbol="AAPL"):
    return [tuple(server.day.bar(symbol, minute)[key] for key in "tohlcv") for minute in minutes]


def until_bars(venue, server, minutes):
    until(lambda: bars(venue) == played(server, range(minutes)), f"{minutes} bars are known", said=lambda: bars(venue))


def test_bars_of_the_mesh_are_the_market(market):
    server, mesh = market
    with over(mesh) as venue:
        until_bars(venue, server, 3)
        close = server.day.bar("AAPL", 2)["c"]
        bought = until(lambda: (seen := venue.see(sent))["status"] == "filled" and seen
                       if (sent := venue.order("AAPL", 3, "buy")) else None, "the fill")
        # Half of the spread above what was last known.
        assert float(bought["filled_avg_price"]) == pytest.approx(close + 0.01)
        server.play(2)
        until_bars(venue, server, 5)
        assert all(bars(venue, symbol) == played(server, range(5), symbol) for symbol in SYMBOLS)
        _, position = venue.ask("GET", "/v2/positions/AAPL")
        assert float(position["current_price"]) == server.day.bar("AAPL", 4)["c"]
        # Time goes with the market.
        _, clock = venue.ask("GET", "/v2/clock")
        assert clock["is_open"] and clock["timestamp"] >= "2024-03-11T09:35"
        assert venue.stop() == 0 and venue.errors() == ""


def test_an_order_trades_at_what_comes_after_it_and_not_before(market):
    server, mesh = market
    with over(mesh) as venue:
        until_bars(venue, server, 3)
        # Below every close that was, and just above the next.
        next_close = server.day.bar("AAPL", 3)["c"]
        lowest = min(server.day.bar("AAPL", minute)["l"] for minute in range(3))
        limit = venue.order("AAPL", 1, "buy", "limit", limit_price=str(round(next_close + 0.02, 2)))
        below = venue.order("AAPL", 1, "buy", "limit", limit_price=str(round(min(lowest, next_close) - 1, 2)))
        server.play(1)
        until_bars(venue, server, 4)
        assert venue.see(limit)["status"] == "filled"
        assert venue.see(below)["status"] == "new"


def test_quotes_and_trades_of_the_stream_are_what_orders_meet(market):
    server, mesh = market
    with over(mesh) as venue:
        until_bars(venue, server, 3)
        server.tell({"T": "q", "S": "AAPL", "ax": "V", "ap": 101.25, "as": 300, "bx": "V", "bp": 101.2, "bs": 200,
                     "t": "2024-03-11T13:33:01Z", "c": ["R"], "z": "C"})
        server.tell({"T": "t", "S": "AAPL", "i": 7, "x": "V", "p": 101.22, "s": 40, "t": "2024-03-11T13:33:02Z",
                     "c": ["@"], "z": "C"})
        server.play(1)

        def latest(kind):
            return venue.ask("GET", f"/v2/stocks/AAPL/{kind}s/latest")[1][kind]

        quote = until(lambda: (seen := latest("quote"))["ap"] == 101.25 and seen, "the quote")
        assert (quote["bp"], quote["bs"], quote["as"]) == (101.2, 200, 300)
        trade = until(lambda: (seen := latest("trade"))["i"] == 7 and seen, "the trade")
        assert (trade["p"], trade["s"]) == (101.22, 40)
        until_bars(venue, server, 4)
        # The bar after them moves nothing: the market is quoted.
        sent = venue.order("AAPL", 5, "buy")
        assert until(lambda: venue.see(sent)["filled_avg_price"], "the fill") == "101.25"


def test_killed_it_stands_where_it_stood_and_asks_for_what_it_missed(market):
    server, mesh = market
    paths = ("/v2/positions", "/v2/orders?status=all&nested=true", "/v2/account/activities")
    with over(mesh, "--state", "paper") as venue:
        until_bars(venue, server, 3)
        venue.order("AAPL", 3, "buy")
        waiting = venue.order("MSFT", 1, "buy", "limit", "gtc", limit_price="1")
        server.play(1)
        until_bars(venue, server, 4)
        before = [venue.ask("GET", path) for path in paths]
        venue.kill()
    server.play(2)
    mesh.until(lambda: mesh.count() >= 6 * len(SYMBOLS), "six minutes are stored")
    with over(mesh, "--state", "paper") as venue:
        until_bars(venue, server, 6)
        after = [venue.ask("GET", path) for path in paths]
        assert after[1:] == before[1:]
        assert after[0][1][0]["qty"] == "3"
        assert venue.see(waiting)["status"] == "new"
        server.play(1)
        until_bars(venue, server, 7)


def test_without_a_mesh_it_says_so_and_trades_nothing(tmp_path):
    with Venue("--live", "--symbols", "AAPL", "--set", f"mesh.folder={tmp_path}/run", "--set", f"state.folder={tmp_path}",
               "--hours", "continuous", speed="1", folder=tmp_path) as venue:
        until(lambda: "there is no history from the mesh: no historian is heard" in venue.errors(), "the sentence")
        status, answer = venue.ask("POST", "/v2/orders", {
            "symbol": "AAPL", "qty": "1", "side": "buy", "type": "market", "time_in_force": "day"})
        assert (status, answer["message"]) == (422, 'asset "AAPL" is not tradable')


@pytest.mark.parametrize("options, sentence", [
    (["--live", "--fixed", "AAPL=1"], "one of --fixed, --live and --replay would be right"),
    (["--live", "--replay", "2024-03"], "one of --fixed, --live and --replay would be right"),
    (["--live", "--speed", "60x"], "a live market has its own speed"),
])
def test_what_makes_no_sense_is_refused(options, sentence):
    done = subprocess.run([executable("tradewind"), "exchange", *options], capture_output=True, text=True, timeout=20)
    assert done.returncode == 2 and sentence in done.stderr
