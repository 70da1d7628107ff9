"""A mesh of processes on a live day that a stand-in of Alpaca lets happen, minute by minute."""

import pathlib
import sys

from mesh import REPOSITORY, Mesh
from trading import TradingMesh

sys.path.insert(0, str(pathlib.Path(REPOSITORY) / "Tests/StandIns"))

from stream import AlpacaLive, AlpacaSpare, LiveDay  # noqa: E402

SYMBOLS = ("AAPL", "IBM", "KO", "MSFT")


class OnStream:
    """A mesh whose feed takes a stream; what concerns the feed alone is told to it alone."""

    def on(self, url, socket_url, key, secret, symbols=SYMBOLS, **more):
        self.feed = {
            "feed.source": "stream", "feed.symbols": ",".join(symbols), "feed.span": "1m", "feed.grace": "150ms",
            "providers.alpaca.url": url, "providers.alpaca.stream_url": socket_url, "providers.alpaca.per_minute": 0,
            "providers.back_off": "10ms", "providers.time_limit": "2s", "providers.history": "alpaca",
            "providers.actions": "alpaca", "feed.action_interval": "0s", **more,
        }
        self.environment.update({
            "TRADEWIND_PROVIDERS_ALPACA_KEY": key, "TRADEWIND_PROVIDERS_ALPACA_SECRET": secret, "NO_PROXY": "*"})
        return self

    def beside(self, spare, **more):
        """Takes a second stream, and a second history, from another place."""
        self.feed.update({
            "providers.stream": "alpaca,alpaca_spare", "providers.history": "alpaca,alpaca_spare",
            "providers.alpaca_spare.url": spare.url, "providers.alpaca_spare.stream_url": spare.socket_url,
            "providers.alpaca_spare.per_minute": 0, **more,
        })
        self.environment.update({
            "TRADEWIND_PROVIDERS_ALPACA_SPARE_KEY": spare.key, "TRADEWIND_PROVIDERS_ALPACA_SPARE_SECRET": spare.secret})
        return self

    def command(self, name, *arguments, settings=None):
        own = {**self.feed, **(settings or {})} if name == "feed" else settings
        return super().command(name, *arguments, settings=own)


class LiveMesh(OnStream, Mesh):
    """Relay, feed and historian."""


class LiveTradingMesh(OnStream, TradingMesh):
    """Relay, feed and the services of trading."""


def live_mesh(server, **more):
    return LiveMesh().on(server.url, server.socket_url, server.key, server.secret, server.day.symbols, **more)


def live_trading(server, strategies, **more):
    return LiveTradingMesh(strategies).on(
        server.url, server.socket_url, server.key, server.secret, server.day.symbols, **more)


def until_subscribed(mesh, server, count=1):
    mesh.until(lambda: len(server.listening) >= count, "the feed is subscribed")
    return mesh
