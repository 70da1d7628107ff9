"""What is tested is what is traded: processes on a replay order and trade what a backtest does, to the last digit, also
where each of them is killed on the way.
"""

import pathlib
import tempfile

import pytest

from mesh import PLACE, REPOSITORY
from trading import TRADING, TradingMesh, backtest, outcome

CASES = {
    "a crossover": (["sma-crossover fast=10 slow=30"], {}),
    "three strategies that pay": (
        ["sma-crossover fast=10 slow=30", "momentum lookback=60 skip=5 top=2 share=2", "swing-trend"],
        {"backtest.commission": "5bps", "backtest.slippage": "2bps"}),
    "shorts and limits": (
        ["sma-crossover fast=5 slow=20 short=true"],
        {"backtest.margin": "reg_t", "backtest.allocation": "equal-weight", "risk.preset": "dynamic",
         "risk.drawdown_halt": "off", "risk.drawdown_liquidate": "off"}),
    "rules, a model, a pair and factors": (
        [f"{REPOSITORY}/rules/pullback.yaml fast=5 slow=15 hot=80",
         f"hybrid model={REPOSITORY}/config/models/trend.csv combine=weight",
         "pairs chance=1 lookback=60 every=5 leave=0",
         f"multi-factor fundamentals={REPOSITORY}/config/models/fundamentals.csv top=2 lookback=60 skip=5 window=40",
         "donchian", "rsi-reversal"],
        {"backtest.margin": "reg_t", "backtest.allocation": "signal-weighted"}),
    "stops, a ladder of targets, and so many bars at most": (
        ["sma-crossover fast=10 slow=30", f"{REPOSITORY}/rules/pullback.yaml fast=5 slow=15 hot=80",
         "rsi-reversal"],
        {"risk.stops": "trailing:4%,atr:2,time:15", "risk.targets": "2%:50%,4%:50%"}),
}


def agree(mesh, strategies, settings):
    """Holds every order and fill of the mesh against those of a backtest of the same bars."""
    orders, fills = outcome(mesh)
    with tempfile.TemporaryDirectory(dir=PLACE) as folder:
        rows, summary = backtest(strategies, pathlib.Path(folder), **settings)
    assert len(orders) > 20 and len(fills) > 20
    # What is sent in the last instant meets no later one in which it could be answered.
    end = mesh.sent("execution", "trading/step/")[-1]["step"]["time_iso"]
    ending = {order["order"]["id"] for order in orders if order["status"] == "cancelling"}
    for order, row in zip(orders, rows):
        if row["at"] == end and order["status"] == "submitting":
            assert row["status"] in ("accepted", "cancelled")
            order["status"] = row["status"]
        elif order["order"]["id"] in ending or order["order"]["parent"] in ending and order["status"] == "accepted":
            assert row["status"] == "cancelled"
            order["status"] = row["status"]
    assert [line(order) for order in orders] == [
        {name: row[name] for name in line(orders[0])} for row in rows]
    assert fingerprint(orders, fills) == summary["orders_hash"]


def line(update):
    """An order as the table of a backtest tells it."""
    order = update["order"]
    return {
        "id": order["id"], "symbol": order["symbol"], "side": order["side"], "kind": order["kind"],
        "quantity": order["quantity"], "notional": order["notional"] or "", "limit": order["limit"] or "",
        "stop": order["stop"] or "", "status": update["status"], "filled": update["filled"],
        "average_price": update["average_price"],
    }


SIDES, KINDS = ("buy", "sell"), ("market", "limit", "stop", "stopLimit", "trailingStop")
STATUSES = ("proposed", "approved", "rejected", "submitting", "accepted", "partiallyFilled", "filled", "cancelling",
            "cancelled", "replacing", "expired", "rejectedByBroker", "unknown")


def fingerprint(orders, fills):
    """The hash by which a backtest names its orders and fills, reckoned anew, as docs/backtesting.md says."""
    value = 0x6C62272E07BB014262B821756295C58D

    def number(count):
        nonlocal value
        value = (value ^ count % (1 << 64)) * 0x2360ED051FC65DA44385DF649FCCF645 % (1 << 128)
        value = value >> 64 | value % (1 << 64) << 64

    def words(data):
        for start in range(0, len(data), 8):
            number(int.from_bytes(data[start:start + 8], "little"))

    def text(string):
        number(len(string.encode()))
        words(string.encode())

    def name(order):
        number(int(order[:16], 16))
        number(int(order[16:], 16))

    number(len(orders))
    for update in orders:
        order = update["order"]
        name(order["id"])
        words(order["symbol"].encode().ljust(24, b"\0"))
        number(SIDES.index(order["side"]) << 32 | KINDS.index(order["kind"]))
        number(units(order["quantity"], 9))
        for price in ("limit", "stop", "notional"):
            number(-1 if order[price] is None else units(order[price], 6))
        number(STATUSES.index(update["status"]))
    number(len(fills))
    for fill in fills:
        text(fill["id"])
        name(fill["order_id"])
        number(units(fill["quantity"], 9))
        number(units(fill["price"], 6))
        number(units(fill["fee"], 6))
        number(fill["at"])
    return f"{value:032x}"


def units(decimal, places):
    whole, _, part = decimal.partition(".")
    return int(whole + part.ljust(places, "0"))


@pytest.mark.parametrize("name", CASES)
def test_the_mesh_trades_what_a_backtest_does(name):
    strategies, settings = CASES[name]
    with TradingMesh(strategies, **settings) as mesh:
        mesh.begin().finish()
        agree(mesh, strategies, settings)


def test_strategists_share_the_strategies():
    strategies, settings = CASES["three strategies that pay"]
    with TradingMesh(strategies, **settings, **{"strategist.parts": 3}) as mesh:
        mesh.begin().finish()
        assert len(list((mesh.state / "strategist").iterdir())) == 3
        agree(mesh, strategies, settings)


@pytest.mark.parametrize("name", [
    "three strategies that pay", "rules, a model, a pair and factors",
    "stops, a ladder of targets, and so many bars at most"])
def test_each_is_killed_in_the_middle(name):
    strategies, settings = CASES[name]
    with TradingMesh(strategies, **settings) as mesh:
        mesh.start("relay", *TRADING)
        # A dozen instants a second, so that there is a middle, and the rest as fast as it goes.
        mesh.start("feed", settings={"feed.speed": 1_000_000})
        for name in TRADING:
            before = mesh.steps()
            mesh.until(lambda: mesh.steps() > before + 5, f"the replay goes on before {name} is killed")
            mesh.kill(name)
            assert not mesh.is_over()
            mesh.start(name)
        mesh.kill("feed")
        mesh.start("feed")
        mesh.finish()
        agree(mesh, strategies, settings)


def test_what_a_service_does_not_do_is_refused():
    with TradingMesh(["sma-crosover"]) as mesh:
        for settings, sentence in {
            (): "did you mean sma-crossover?",
            ("trading.strategies", ""): "no strategy is named",
            ("trading.symbols", "AAPL,AAPL"): "a symbol is named twice",
            ("backtest.latency_response", "5ms"): "latency_response are for backtests alone",
            ("mesh.replay", "false"): "mesh.replay must be true",
        }.items():
            changed = {"trading.strategies": "sma-crossover"} if settings else {}
            changed |= dict([settings]) if settings else {}
            code, _, said = mesh.run("portfolio", settings=changed)
            assert code in (1, 2) and sentence in said, said
        whole = {"backtest.whole_shares": "true"}
        for settings, sentence in [
                ({"risk.stops": "fixed:5%"}, "backtest.whole_shares true would be right"),
                ({"risk.stops": "trailing:5%", "risk.targets": "5%"} | whole, "in which no stop can trail"),
                ({"risk.stops": "fixed:5%", "risk.targets": "5%", "broker.families": "false"} | whole,
                 "broker.families true, would be right")]:
            code, _, said = mesh.run("portfolio", settings={
                "trading.strategies": "sma-crossover", "execution.mode": "alpaca-paper"} | settings)
            assert code == 2 and sentence in said, said


@pytest.mark.parametrize("name, key, value, sentence", [
    ("portfolio", "backtest.fill", "close", "a fill at the close is for backtests alone"),
    ("shadow", "trading.shadow", "sma-crossover", "a shadow sends orders as they are approved"),
])
def test_what_does_not_go_with_orders_that_are_worked_is_refused(name, key, value, sentence):
    settings = {"trading.strategies": "sma-crossover", "execution.bracket": "stop=2%"}
    with TradingMesh(["sma-crossover"]) as mesh:
        code, _, said = mesh.run(name, settings=settings | {key: value})
        assert code in (1, 2) and sentence in said, said


@pytest.mark.parametrize("changed, sentence", [
    ({}, "takes none without stop and target: stop=2%,target=4% would be right"),
    ({"execution.bracket": "stop=2%,target=4%", "execution.slicing": "twap:30m/6"}, "execution.slicing none would be right"),
    ({"execution.bracket": "stop=2%,target=4%", "broker.families": "false"}, "where broker.families is true"),
    ({"backtest.whole_shares": "false"}, "backtest.whole_shares true would be right"),
    ({"execution.bracket": "none", "execution.style": "limit", "backtest.whole_shares": "false"},
     "at a broker whole shares are worked over time"),
])
def test_what_no_broker_takes_of_orders_that_are_worked_is_refused(changed, sentence):
    settings = {"trading.strategies": "sma-crossover", "execution.bracket": "stop=2%", "execution.mode": "alpaca-paper",
                "backtest.whole_shares": "true"}
    with TradingMesh(["sma-crossover"]) as mesh:
        code, _, said = mesh.run("execution", settings=settings | changed)
        assert code == 2 and sentence in said, said
