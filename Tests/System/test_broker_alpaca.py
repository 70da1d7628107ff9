"""The acceptance tests of docs/brokers.md against a simulated exchange behind Alpaca's interface: the broker's service
stands on the mesh, and the harm is the venue's.
"""

import json
import subprocess

import pytest

from mesh import ENVIRONMENT, executable
from trading import SYMBOLS, TradingMesh
from venue import KEY, SECRET, Venue

BROKER = ("broker", "strategist", "portfolio", "risk", "execution")
PRICES = "AAPL=190.00,IBM=150.00,KO=60.00,MSFT=400.00"


class BrokerMesh(TradingMesh):
    """The mesh with a broker's service in the place of the exchange."""

    def __init__(self, venue, strategies=("sma-crossover fast=3 slow=8",), **settings):
        followers = ",".join(name if name == "strategist" else f"{name}.1" for name in BROKER)
        super().__init__(list(strategies), **{
            "feed.followers": followers, "execution.mode": "alpaca-paper", "broker.url": venue.url,
            "broker.skew_max": "0s",
            "broker.back_off": "50ms", "broker.look_interval": "200ms", "broker.reconcile_interval": "1s",
            "broker.patience": "2s", "broker.per_minute": 100_000, "trading.account": "paper",
            "feed.source": "synthetic", "feed.symbols": ",".join(SYMBOLS), "feed.span": "1m", "feed.bars": 300,
            # Twenty instants a second: the broker's answers come between them.
            "feed.calendar": "none", "feed.speed": 1200, **settings})
        # A secret does not belong on a command line.
        for name, text in {"key": KEY, "secret": SECRET}.items():
            path = self.folder / name
            path.touch(mode=0o600)
            path.write_text(text)
            self.settings[f"providers.alpaca.{name}_file"] = path
        self.venue = venue

    def begin(self):
        return self.start("relay", *BROKER, "feed")

    def finish(self, seconds=180):
        self.until(self.is_over, "the replay is over", seconds)
        self.settle()
        self.stop("feed", *BROKER, "relay")
        for service in ("feed", *BROKER):
            for shard in (self.state / service).iterdir():
                self.verify_shard(service, shard)

    def standing(self):
        path = self.state / "reconcile/standing.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def settle(self):
        self.until(lambda: self.standing().get("reconciled") and not self.standing()["unknown"],
                   "the broker's service is reconciled", 30)

    def submitted(self):
        return len(self.sent("execution", "trading/venue/"))


def agrees(mesh):
    """Holds every order and fill that the mesh knows against the venue's own."""
    # The legs of a bracket the venue names itself: they are told with their order.
    status, orders = mesh.venue.ask("GET", "/v2/orders?status=all&limit=500&direction=asc&nested=true")
    assert status == 200
    assert len(orders) < 500, "there are more"
    activities = every_fill(mesh.venue)
    by_client = {order["client_order_id"]: order for order in orders}
    assert len(by_client) == len(orders), "an order is at the venue twice"
    asked = {message["venue_request"]["order"]["id"] for message in mesh.sent("execution", "trading/venue/")
             if message["venue_request"]["verb"] == "submit"}
    # The stop of a pair has a name of the venue's.
    named = {name for name, order in by_client.items() if order.get("group_role") != "stop_loss"}
    assert named <= asked, "the venue has an order that nobody asked for"
    reports = [message["broker_report"] for message in mesh.sent("broker", "trading/broker/")]
    told = [report["fill"]["id"] for report in reports if report["fill"]]
    assert len(set(told)) == len(told), "a fill was told twice"
    before, after = heard(mesh)
    assert set(told) == before, "what was heard before the last step was told, and nothing else"
    assert before | after == set(activities), "every fill of the venue was heard"
    refused = {report["order_id"] for report in reports if report["kind"] == "rejected"}
    assert not refused & {name for name, order in by_client.items() if order["status"] != "rejected"}
    return orders, activities, reports


def heard(mesh):
    """The executions that the broker's desk has heard of before its last step, and after it."""
    done = subprocess.run(
        [executable("tradewind"), "transcript", "export", str(mesh.state / "broker/all")], cwd=mesh.folder,
        env=ENVIRONMENT, capture_output=True, text=True, timeout=60)
    before, since = set(), set()
    for line in done.stdout.splitlines():
        record = json.loads(line)
        if record["kind"] != "taken":
            continue
        message = record["message"]
        if "step" in message:
            before |= since
            since = set()
        for activity in message.get("broker_news", {}).get("activities", []):
            if activity["venue_order_id"]:
                since.add(activity["id"])
    return before, since - before


def every_fill(venue):
    fills, token = {}, ""
    while True:
        path = "/v2/account/activities/FILL?direction=asc&page_size=100" + (f"&page_token={token}" if token else "")
        status, page = venue.ask("GET", path)
        assert status == 200
        for fill in page:
            fills[fill["execution_id"]] = fill
        if len(page) < 100:
            return fills
        token = page[-1]["id"]


@pytest.fixture
def venue():
    with Venue("--fixed", PRICES, speed="1x") as exchange:
        yield exchange


def test_1_orders_are_submitted_and_filled(venue):
    with BrokerMesh(venue) as mesh:
        mesh.begin().finish()
        orders, fills, reports = agrees(mesh)
        assert len(orders) > 10 and len(fills) > 10
        assert {report["kind"] for report in reports} >= {"accepted", "filled"}


HARM = {
    "lost answers": [{"kind": "lost_answer", "method": "POST", "count": 5}],
    "server errors": [{"kind": "error", "status": 500, "count": 10}],
    "a limit": [{"kind": "error", "status": 429, "path": "/v2/orders", "count": 4}],
    "rejections": [{"kind": "reject", "symbol": "AAPL", "count": 2}],
    "late answers": [{"kind": "slow_answer", "by": "3s", "count": 2}],
}


@pytest.mark.parametrize("name", HARM)
def test_7_to_9_harm_loses_and_doubles_nothing(venue, name):
    with BrokerMesh(venue) as mesh:
        for harm in HARM[name]:
            venue.admin("mischief", **harm)
        mesh.begin().finish()
        orders, fills, _ = agrees(mesh)
        assert len(orders) > 5 and len(fills) > 5


def test_10_killed_at_any_point(venue):
    with BrokerMesh(venue) as mesh:
        mesh.begin()
        for _ in range(5):
            before = mesh.submitted()
            mesh.until(lambda: mesh.submitted() > before or mesh.is_over(), "orders are sent", 60)
            mesh.kill("broker")
            mesh.start("broker")
        mesh.finish()
        orders, fills, _ = agrees(mesh)
        assert len(orders) > 10 and len(fills) > 10


WORKED = {
    "limits": {"execution.style": "limit", "execution.offset": "30bps"},
    "slices": {"execution.style": "limit", "execution.offset": "200bps", "execution.slicing": "twap:8m/4"},
    "brackets": {"execution.style": "limit", "execution.offset": "500bps", "execution.bracket": "stop=40%,target=60%"},
}


@pytest.mark.parametrize("name", WORKED)
def test_10_what_is_worked_over_time_trades_what_was_approved_and_no_more(venue, name):
    # What was on its way at a kill, and is not wanted any more, keeps its symbol waiting for as long as it may come.
    with BrokerMesh(venue, **{"backtest.whole_shares": "true", "broker.way_longest": "2s", **WORKED[name]}) as mesh:
        mesh.begin()
        for service in ("execution", "broker") * 3:
            before = mesh.submitted()
            mesh.until(lambda: mesh.submitted() > before or mesh.is_over(), "orders are sent", 60)
            mesh.kill(service)
            mesh.start(service)
        mesh.finish()
        orders, fills, _ = agrees(mesh)
        assert len(orders) > 10 and len(fills) > 5
        approved = {verdict["order"]["id"]: verdict["order"] for verdict in
                    (message["verdict"] for message in mesh.sent("risk", "trading/verdict")) if verdict["approved"]}
        whole, legs = set(approved), set()
        asked = [message["venue_request"] for message in mesh.sent("execution", "trading/venue/")]
        parts = {request["order"]["id"]: request["order"] for request in asked if request["verb"] == "submit"}
        traded = dict.fromkeys(whole, 0.0)
        for order in orders:
            part = parts[order["client_order_id"]]
            approval = part["id"] if part["id"] in whole else part["parent"]
            if part["side"] == approved[approval]["side"]:
                traded[approval] += float(order["filled_qty"])
            if order["legs"]:
                legs |= {leg["id"] for leg in order["legs"]}
        for approval, quantity in traded.items():
            assert quantity <= float(approved[approval]["quantity"]) + 1e-9, approved[approval]
        assert name != "slices" or len(parts) > len(whole), "one order for an approval"
        assert bool(legs) == (name == "brackets")
        # What was heard after the last step nobody tells any more.
        _, untold = heard(mesh)
        for symbol in SYMBOLS:
            held = sum(float(fill["qty"]) * (1 if fill["side"] == "buy" else -1) for name, fill in fills.items()
                       if fill["symbol"] == symbol and name not in untold)
            told = [message["position"] for message in mesh.sent("portfolio", f"trading/position/{symbol}")]
            assert float(told[-1]["quantity"] if told else 0) == pytest.approx(held, abs=1e-9)


def test_13_a_position_changed_by_hand_is_shown_and_settled(venue):
    with BrokerMesh(venue, **{"feed.speed": 240}) as mesh:
        mesh.begin()
        mesh.settle()
        venue.order("KO", 33, "buy")
        mesh.until(lambda: mesh.standing().get("differences"), "the difference is noticed", 20)
        code, said, _ = mesh.run("tradewind", "reconcile")
        assert code == 1 and "KO" in said and "local/news:" in said
        code, _, errors = mesh.run("tradewind", "reconcile", "--settle", "KO", "--as", "external")
        assert code == 2 and "--reason" in errors
        code, said, errors = mesh.run("tradewind", "reconcile", "--settle", "KO", "--as", "external", "--reason", "mine")
        assert code == 0, errors
        mesh.settle()
        alarms = [message["alarm"] for message in mesh.sent("broker", "control/alarm/")]
        # The order of a stranger is told as what it is, and then what it makes of the position.
        assert [alarm["code"] for alarm in alarms] == ["external", "difference", "settled"]
        assert "mine" in alarms[2]["explanation"]


def test_13_what_a_person_books_is_in_the_books_and_stays_there_over_restarts(venue):
    with BrokerMesh(venue, **{"feed.speed": 240}) as mesh:
        mesh.begin()
        mesh.settle()
        venue.order("KO", 33, "buy")
        mesh.until(lambda: mesh.standing().get("differences"), "the difference is noticed", 20)
        code, _, errors = mesh.run("tradewind", "reconcile", "--settle", "KO", "--as", "book", "--reason", "let it trade them")
        assert code == 0, errors

        def fills():
            reports = [message["broker_report"] for message in mesh.sent("broker", "trading/broker/")]
            return [report["fill"] for report in reports if report["fill"] and report["fill"]["symbol"] == "KO"]

        def external():
            return [fill for fill in fills() if fill["order_id"] == "external"]
        mesh.until(external, "it is told to portfolio")
        [fill] = external()
        assert (fill["side"], float(fill["quantity"])) == ("buy", 33)
        mesh.settle()
        mesh.kill("broker", "portfolio", "risk", "execution")
        mesh.start("broker", "portfolio", "risk", "execution")
        mesh.finish()
        assert external() == [fill]
        positions = [message["position"] for message in mesh.sent("portfolio", "trading/position/KO")]
        assert [position["fill"] for position in positions if position["fill"]] == fills()
        held = sum(float(fill["quantity"]) * (1 if fill["side"] == "buy" else -1) for fill in fills())
        assert float(positions[-1]["quantity"]) == pytest.approx(held, abs=1e-9)
        settled = [message["alarm"]["explanation"] for message in mesh.sent("broker", "control/alarm/")
                   if message["alarm"]["code"] == "settled"]
        assert len(settled) == 1 and "let it trade them" in settled[0]


# The feed's prices lie far above these, so that no stop is passed before somebody moves one.
LOW = "AAPL=10.00,IBM=11.00,KO=12.00,MSFT=13.00"
GUARDS = {
    "a stop": {"risk.stops": "fixed:20%"},
    "a stop that trails": {"risk.stops": "trailing:20%"},
    "a ladder of pairs": {"risk.stops": "fixed:20%", "risk.targets": "500:50%,900:50%"},
}


def guards(orders):
    return [order for order in orders if order["time_in_force"] == "gtc" and order.get("group_role") != "stop_loss"]


def stands_alone(orders, fills):
    """No order came to the venue beside what guarded its symbol, and nothing was sold that was not held."""
    for guard in guards(orders):
        until = guard["canceled_at"] or guard["filled_at"] or guard["expired_at"] or "9999"
        beside = [order for order in orders if order["symbol"] == guard["symbol"] and order not in guards(orders)
                  and order.get("group_role") != "stop_loss" and guard["submitted_at"] < order["submitted_at"] < until]
        assert not beside, (guard, beside)
    held = {}
    for fill in sorted(fills.values(), key=lambda fill: fill["transaction_time"]):
        held[fill["symbol"]] = held.get(fill["symbol"], 0) + float(fill["qty"]) * (1 if fill["side"] == "buy" else -1)
        assert held[fill["symbol"]] >= 0, fill
    return held


@pytest.mark.parametrize("name", GUARDS)
def test_29_stops_rest_at_the_broker_and_make_way_for_exits_whoever_is_killed(name):
    with Venue("--fixed", LOW, speed="1x") as venue, BrokerMesh(
            venue, **GUARDS[name], **{"backtest.whole_shares": "true", "feed.speed": 600}) as mesh:
        for method in ("POST", "DELETE"):
            venue.admin("mischief", kind="lost_answer", method=method, count=2)
        mesh.begin()
        for victim in ("broker", "execution", "portfolio", "broker"):
            before = mesh.submitted()
            mesh.until(lambda: mesh.submitted() > before or mesh.is_over(), "orders are sent", 60)
            mesh.kill(victim)
            mesh.start(victim)
        mesh.finish()
        orders, fills, reports = agrees(mesh)
        made_way = [order for order in guards(orders) if order["status"] == "canceled"]
        sold = [order for order in orders if order["type"] == "market" and order["side"] == "sell"]
        assert len(guards(orders)) > 5 and len(made_way) > 3 and len(sold) > 3
        held = stands_alone(orders, fills)
        # What is bought may be too much for an account whose prices here are not those of its feed.
        asked = [message["venue_request"]["order"] for message in mesh.sent("execution", "trading/venue/")]
        sales = {order["id"] for order in asked if order["side"] == "sell"}
        refused = {report["order_id"]: report["explanation"] for report in reports if report["kind"] == "rejected"}
        assert not sales & set(refused), [refused[name] for name in sales & set(refused)]
        # What is held at the end is guarded, share for share, but for what was bought with the last instants.
        open_orders = {symbol: sum(float(order["qty"]) for order in guards(orders)
                                   if order["symbol"] == symbol and order["status"] == "new") for symbol in held}
        fresh = {order["symbol"] for order in sorted(orders, key=lambda order: order["submitted_at"])[-4:]}
        assert all(open_orders[symbol] == quantity for symbol, quantity in held.items() if symbol not in fresh)


def test_29_a_stop_that_the_price_reaches_closes_the_position_and_nothing_is_sold_again():
    with Venue("--fixed", LOW, speed="1x") as venue, BrokerMesh(venue, **GUARDS["a stop"], **{
            "backtest.whole_shares": "true", "feed.speed": 240}) as mesh:
        mesh.begin()

        def resting():
            _, orders = venue.ask("GET", "/v2/orders?status=open")
            return [order for order in orders if order["type"] == "stop"]
        mesh.until(resting, "a stop rests", 60)
        stop = resting()[0]
        venue.admin("price", **{stop["symbol"]: "5"})
        mesh.until(lambda: venue.see(stop)["status"] != "new", "it trades", 20)
        mesh.kill("broker", "portfolio")
        mesh.start("broker", "portfolio")
        venue.admin("price", **{stop["symbol"]: "11"})
        mesh.finish()
        orders, fills, _ = agrees(mesh)
        stands_alone(orders, fills)
        [traded] = [fill for fill in fills.values() if fill["order_id"] == stop["id"]]
        assert float(traded["price"]) == pytest.approx(5, abs=0.5) and traded["qty"] == stop["qty"]
        after = [order for order in orders if order["symbol"] == stop["symbol"]
                 and order["submitted_at"] > traded["transaction_time"]]
        assert not after or after[0]["side"] == "buy", after


def test_live_trading_starts_with_three_words_only(venue):
    with BrokerMesh(venue, **{"execution.mode": "alpaca-live"}) as mesh:
        code, _, said = mesh.run("broker")
        assert code == 2 and "real-money" in said and "risk.preset" in said
        code, _, said = mesh.run("broker", settings={"execution.mode": "simulated"})
        assert code == 2 and "alpaca-paper" in said
        code, _, said = mesh.run("broker", settings={"execution.mode": "alpaca-paper", "providers.alpaca.key_file": ""})
        assert code == 2 and "providers.alpaca.key" in said
