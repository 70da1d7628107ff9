"""The acceptance tests of docs/brokers.md at a gateway of Interactive Brokers: the broker's service stands on the mesh, and
the harm is the stand-in's. `test_gateway_clients.py` shows that the stand-in is right."""

import pathlib
import random
import sys
import time

import pytest
from mesh import until
from test_broker_alpaca import BrokerMesh, heard

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/StandIns"))

from gateway import Gateway  # noqa: E402

PRICES = {"AAPL": 190.0, "IBM": 150.0, "KO": 60.0, "MSFT": 400.0}


class GatewayMesh(BrokerMesh):
    """The same mesh; only the mode and the address are others, and this broker sells whole shares."""

    def __init__(self, gateway, **settings):
        gateway.url = f"tws://127.0.0.1:{gateway.port}"
        super().__init__(gateway, **{"execution.mode": "interactive-brokers-paper", "backtest.whole_shares": "true",
                                     "broker.patience": "1s", "feed.bars": 120, **settings})
        self.gateway = gateway


@pytest.fixture
def gateway():
    with Gateway(prices=PRICES) as standing:
        standing.account.fee = 0.35
        yield standing


def agrees(mesh):
    """Holds every order and fill that the mesh knows against the gateway's own."""
    account = mesh.gateway.account
    names = [order.reference for order in account.orders]
    assert len(set(names)) == len(names), "an order is at the broker twice"
    requests = [message["venue_request"] for message in mesh.sent("execution", "trading/venue/")]
    asked = {request["order"]["id"] for request in requests if request["verb"] == "submit"}
    assert set(names) <= asked, "the broker has an order that nobody asked for"
    reports = [message["broker_report"] for message in mesh.sent("broker", "trading/broker/")]
    fills = [report["fill"] for report in reports if report["fill"]]
    told = [fill["id"] for fill in fills]
    assert len(set(told)) == len(told), "a fill was told twice"
    before, after = heard(mesh)
    assert set(told) == before, "what was heard before the last step was told, and nothing else"
    executed = {execution.id.rpartition(".")[0]: execution for execution in account.executions}
    assert before | after == set(executed), "every execution was heard"
    for fill in fills:
        assert fill["order_id"] == executed[fill["id"]].order.reference
        assert float(fill["quantity"]) == executed[fill["id"]].quantity and float(fill["price"]) == executed[fill["id"]].price
    refused = {report["order_id"] for report in reports if report["kind"] == "rejected"}
    assert not refused & {order.reference for order in account.orders if not order.was_refused}
    numbers = [order.id for order in account.orders]
    assert len(set(numbers)) == len(numbers)
    assert mesh.gateway.fastest <= 50, "more was said in a second than a gateway takes"
    return account.orders, fills, reports


def test_1_orders_are_submitted_and_filled_with_what_they_cost(gateway):
    with GatewayMesh(gateway) as mesh:
        mesh.begin().finish()
        orders, fills, reports = agrees(mesh)
        assert len(orders) > 5 and len(fills) > 5
        assert {report["kind"] for report in reports} >= {"accepted", "filled"}
        assert {float(fill["fee"]) for fill in fills} == {0.35}
        # Each number was on disk under our id before it left.
        lines = [line.split() for line in (mesh.state / "numbers/interactive-brokers-70").read_text().splitlines()]
        given = {words[2]: int(words[1]) for words in lines if words[0] == "order"}
        permanent = {words[2]: int(words[1]) for words in lines if words[0] == "broker"}
        assert given == {order.reference: order.id for order in orders}
        assert permanent == {order.reference: order.permanent for order in orders}


HARM = {
    "the line breaks before an order, after it, within the answer, or nothing is said": ["lost", "unknown", "cut", "silent"],
    "rejections at once and late, and everything twice": ["reject", "reject after accept", "duplicates", "reject"],
}


@pytest.mark.parametrize("name", HARM)
def test_6_to_8_harm_loses_and_doubles_nothing(gateway, name):
    gateway.account.harm = dict(zip((2, 4, 5, 7), HARM[name]))
    with GatewayMesh(gateway) as mesh:
        mesh.begin().finish()
        orders, fills, reports = agrees(mesh)
        assert len(orders) > 5 and len(fills) > 5 and gateway.account.placed >= 7
        words = [report["explanation"] for report in reports if report["kind"] == "rejected"]
        assert all("Order rejected - reason" in text and "(201)" in text for text in words)
        assert len(words) >= HARM[name].count("reject")


def test_9_a_gateway_that_complains_of_haste_is_left_and_nothing_lost(gateway):
    gateway.account.harm = {3: "haste", 5: "haste"}
    with GatewayMesh(gateway) as mesh:
        mesh.begin().finish()
        orders, fills, _ = agrees(mesh)
        assert len(orders) > 5 and len(fills) > 5 and gateway.connections >= 3


def test_3_and_4_parts_and_cancellations(gateway):
    gateway.account.chunk = 7
    with GatewayMesh(gateway) as mesh:
        mesh.begin().finish()
        agrees(mesh)


def test_7_to_12_disconnected_and_killed_with_orders_in_flight(gateway):
    """The moment is that at which an order's number has just come to the disk, or some milliseconds later."""
    chance = random.Random(7)
    with GatewayMesh(gateway) as mesh:
        mesh.begin()
        numbers = mesh.state / "numbers/interactive-brokers-70"
        mesh.until(numbers.exists, "the file of numbers is there")
        for turn in range(6):
            size = numbers.stat().st_size
            until(lambda: numbers.stat().st_size > size or mesh.is_over(), "an order is about to leave", 60, every=0.0002)
            moment = time.monotonic() + chance.choice((0, 0, 0.001, 0.004, 0.02))
            until(lambda: time.monotonic() >= moment, "a moment has passed", every=0.0002)
            if turn % 3 == 2:
                gateway.disconnect()
            else:
                mesh.kill("broker")
                mesh.start("broker")
        mesh.finish()
        orders, fills, _ = agrees(mesh)
        assert len(orders) > 5 and len(fills) > 5


def settled(mesh, how):
    """A person settles whatever differs, until nothing does."""
    def nothing_differs():
        standing = mesh.standing()
        for item in standing.get("differences", []):
            code, _, errors = mesh.run("tradewind", "reconcile", "--settle", item["symbol"], "--as", how, "--reason", "mine")
            assert code in (0, 1), errors
        return standing.get("reconciled") and not standing["unknown"]
    mesh.until(nothing_differs, "nothing differs", 30)


def test_13_a_position_changed_by_hand_is_shown_and_settled(gateway):
    with GatewayMesh(gateway, **{"feed.speed": 240}) as mesh:
        mesh.begin()
        mesh.settle()
        gateway.do(lambda: gateway.account.by_hand("KO", 33))
        mesh.until(lambda: mesh.standing().get("differences"), "the difference is noticed", 20)
        code, said, _ = mesh.run("tradewind", "reconcile")
        assert code == 1 and "local/news:" in said
        settled(mesh, "external")


def test_16_and_25_what_traded_on_an_earlier_day_is_settled_by_a_person(gateway):
    account = gateway.account
    account.is_open = False
    with GatewayMesh(gateway) as mesh:
        mesh.begin()
        mesh.until(lambda: any(order.works for order in account.orders), "an order works")
        mesh.settle()
        mesh.kill("broker")

        def night():
            account.is_open = True
            for symbol in PRICES:
                account.trade(symbol)
            account.new_day()
        gateway.do(night)
        filled = {order.symbol for order in account.orders if order.filled}
        assert filled and not account.executions
        mesh.start("broker")
        mesh.until(lambda: filled <= {item["symbol"] for item in mesh.standing().get("differences", [])}, "they differ", 20)
        assert {item["kind"] for item in mesh.standing()["differences"]} >= {"order"}
        settled(mesh, "book")
        mesh.until(mesh.is_over, "the replay is over", 60)
        names = [order.reference for order in account.orders]
        assert len(set(names)) == len(names)
        reports = [message["broker_report"] for message in mesh.sent("broker", "trading/broker/")]
        assert any("settled" in report["explanation"] for report in reports if report["kind"] == "cancelled")
        booked = [report["fill"] for report in reports if report["order_id"] == "external" and report["fill"]]
        assert {fill["symbol"] for fill in booked} == filled


def test_a_gateway_of_another_account_is_none(gateway):
    with GatewayMesh(gateway, **{"broker.account": "U200"}) as mesh:
        mesh.start("relay", "broker")
        mesh.until(lambda: "broker.account" in mesh.log_path("broker").read_text(), "it says so")
        assert not mesh.standing().get("reconciled")
    with GatewayMesh(gateway, **{"execution.mode": "interactive-brokers-live", "risk.preset": "basic",
                                 "broker.i_understand_this_trades_real_money": "true"}) as mesh:
        code, _, said = mesh.run("broker")
        assert code == 2 and "broker.account" in said
        mesh.settings["broker.account"] = "DU100"
        mesh.start("relay", "broker")
        mesh.until(lambda: "an account on paper" in mesh.log_path("broker").read_text(), "it says so")
        code, _, said = mesh.run("broker", settings={"broker.url": "127.0.0.1:4002"})
        assert code == 2 and "tws://127.0.0.1:4002" in said
    assert not gateway.account.orders
