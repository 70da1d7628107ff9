"""What `up` starts by its profiles, and what it refuses before anything runs."""

import pytest

from supervised import Supervised
from venue import KEY, SECRET, Venue

TRADING = {"strategist-1", "portfolio-1", "risk-1", "execution-1"}
BASIS = {"relay-1", "feed-1", "historian-1"}
WORDS = "--i-understand-this-trades-real-money"


@pytest.fixture
def mesh():
    with Supervised(**{
            "trading.symbols": "AAPL,MSFT", "trading.strategies": "sma-crossover fast=3 slow=8", "feed.span": "1m",
            "feed.symbols": "AAPL,MSFT", "feed.bars": 100, "feed.calendar": "none", "strategist.warm_up": "never",
            "feed.followers": "historian,exchange.1,strategist,portfolio.1,risk.1,execution.1"}) as mesh:
        yield mesh


def with_keys(mesh):
    for name, text in {"key": KEY, "secret": SECRET}.items():
        path = mesh.folder / name
        path.touch(mode=0o600)
        path.write_text(text)
        mesh.settings[f"providers.alpaca.{name}_file"] = path


@pytest.mark.parametrize("profile", ["replay", "paper"])
def test_the_simulated_exchange_fills_the_orders(mesh, profile):
    mesh.up("--profile", profile)
    assert {name: each["state"] for name, each in mesh.ps().items()} == dict.fromkeys(
        BASIS | TRADING | {"exchange-1"}, "ready")


@pytest.mark.parametrize("profiles, settings, words", [
    (["nonsense"], {}, ["no profile \"nonsense\"", "features, keys, live, paper, replay, schedule, shadow"]),
    (["papr"], {}, ["did you mean paper?"]),
    (["replay"], {"feed.source": "stream"}, ["feed.source is stream", "--profile paper"]),
    (["live"], {}, ["execution.mode is simulated"]),
    (["paper", "live"], {}, ["execution.mode is simulated"]),
    (["paper"], {"execution.mode": "alpaca-paper"}, ["execution.mode is alpaca-paper", "--profile live"]),
    (["live"], {"execution.mode": "alpaca-paper"}, ["starts only with keys (providers.alpaca.key"]),
    (["live"], {"execution.mode": "interactive-brokers-paper"}, ["tws://127.0.0.1:4002"]),
    (["live"], {"execution.mode": "alpaca-live"},
     ["trades real money", "keys (providers.alpaca.key", "risk.preset: basic", WORDS]),
])
def test_what_does_not_fit_is_one_sentence_and_starts_nothing(mesh, profiles, settings, words):
    mesh.settings.update(settings)
    said = mesh.up(*[word for name in profiles for word in ("--profile", name)], code=2)
    assert said.count("\n") == 1 and all(word in said for word in words), said
    assert mesh.processes() == []


def test_exchange_and_broker_are_not_there_at_once(mesh):
    mesh.up("--profile", "paper")
    before = mesh.ps()
    with_keys(mesh)
    mesh.settings["execution.mode"] = "alpaca-paper"
    said = mesh.up("--profile", "live", code=2)
    assert "exchange fills orders where it is simulated" in said and "tradewind down" in said
    assert {name: each["pid"] for name, each in mesh.ps().items()} == {
        name: each["pid"] for name, each in before.items()}


def test_real_money_needs_the_words_and_one_setting_changes_who_fills(mesh):
    """The followers name the exchange still: `execution.mode` says that a broker stands in its place."""
    with Venue("--fixed", "AAPL=190.00,MSFT=400.00", speed="1x") as venue:
        with_keys(mesh)
        mesh.settings.update({"execution.mode": "alpaca-live", "risk.preset": "basic", "broker.url": venue.url,
                              "broker.skew_max": "0s"})
        said = mesh.up("--profile", "live", code=2)
        assert WORDS in said and "keys" not in said and "preset" not in said, said
        mesh.up("--profile", "live", WORDS)
        assert {name: each["state"] for name, each in mesh.ps().items()} == dict.fromkeys(
            BASIS | TRADING | {"broker-1", "scheduler-1"}, "ready")
        # Said once, it holds until the mesh is taken down.
        mesh.run("restart", "broker")
        assert mesh.until_ready("broker-1")["restarts"] == 0
        mesh.run("down")
        assert WORDS in mesh.up("--profile", "live", code=2)
