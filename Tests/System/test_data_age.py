"""A bar that stands in for one of the stream, followed from a provider's history to risk's verdict."""

import time

from live import SYMBOLS, AlpacaLive, LiveDay, live_trading, until_subscribed
from test_stream import sent
from trading import TRADING

MINUTE = 60_000_000_000


def test_bars_that_stand_in_are_traded_on_while_they_are_young_and_not_when_they_are_old():
    # An hour that ends now: how old a bar is when it comes, the clock of the machine says.
    start = int(time.time()) // 60 * 60 - 3600
    settings = {"risk.data_age": 20, "backtest.hours": "continuous"}
    with AlpacaLive(LiveDay(SYMBOLS, start=start)) as server, live_trading(
            server, ["sma-crossover fast=2 slow=3"], **{"feed.calendar": "none", "feed.failover": "100ms"}) as mesh:
        mesh.settings |= settings

        def play(count):
            server.play(count)
            # The last minute of a history is over when a later one is there.
            minutes = server.minute - (0 if server.listening else 1)
            mesh.until(lambda: len(sent(mesh, "market/step/")) >= minutes, f"{minutes} minutes are said", 60)

        def breaks(count):
            server.refuse = 503
            server.drop()
            mesh.until(lambda: not server.listening, "the stream is broken")
            play(count)
            server.refuse = None
            until_subscribed(mesh, server)

        until_subscribed(mesh.begin(), server)
        play(10)
        breaks(12)
        play(18)
        breaks(12)
        play(6)
        mesh.until(lambda: mesh.steps() >= 58, "all of it went through", 60)
        mesh.stop("feed", *TRADING, "relay")
        for service in ("feed", *TRADING):
            for shard in (mesh.state / service).iterdir():
                mesh.verify_shard(service, shard)

        came = {}
        for message in sent(mesh, "market/stand-in/"):
            mark = message["data_fault"]
            assert mark["provider"] == "alpaca" and mark["kind"] == "stale"
            [figure] = [each["value"] for each in mark["figures"] if each["name"] == "came_at_s"]
            came[mark["symbol"], mark["at"]] = figure * 1e9
        bars = {(message["bar"]["symbol"], message["bar"]["opened_at"] + MINUTE) for message in sent(mesh, "market/bar/")}
        assert set(came) < bars and len(bars) == 58 * len(SYMBOLS)
        # What risk takes into its transcript is what the feed has said.
        approved, refused, of_the_stream = 0, 0, 0
        for message in mesh.sent("risk", "trading/verdict"):
            verdict = message["verdict"]
            order = verdict["order"]
            [check] = [check for check in verdict["checks"] if check["name"] == "data age"]
            at = max(closed for symbol, closed in bars if symbol == order["symbol"] and closed <= message["origin_at"])
            age = max(0, came.get((order["symbol"], at), at) - at) / MINUTE
            assert abs(check["figure"] - age) < 0.001 and check["limit"] == 20
            if order["side"] == "sell":
                # It closes what is held, and that is never refused.
                continue
            assert check["passed"] == (age <= 20)
            if age > 20:
                assert not verdict["approved"] and check["explanation"].endswith(
                    "intervals old, and stands in for one that did not come in time")
                refused += 1
            elif age > 0:
                approved += verdict["approved"]
            else:
                of_the_stream += verdict["approved"]
        assert approved > 2 and refused > 2 and of_the_stream > 2
