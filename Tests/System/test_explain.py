"""why, at and diff on what a mesh of processes left behind, and on one that runs: held against what the transcripts and
a reckoning of one's own say.
"""

import collections
import decimal
import json
import re

import pytest

from trading import TRADING, TradingMesh

STRATEGIES = ["sma-crossover fast=5 slow=20 short=true", "momentum lookback=60 skip=5 top=2"]
SETTINGS = {"backtest.margin": "reg_t", "backtest.commission": "5bps", "risk.preset": "dynamic"}
CASH = decimal.Decimal(100_000)


def traded(strategies=STRATEGIES, **settings):
    mesh = TradingMesh(strategies, **{**SETTINGS, **settings})
    mesh.begin().finish()
    return mesh


@pytest.fixture(scope="module")
def mesh():
    with traded() as mesh:
        yield mesh


def ask(mesh, *words, code=0):
    found, out, told = mesh.run("tradewind", *words)
    assert found == code, (words, found, out, told)
    return json.loads(out) if "--json" in words else out


def bodies(story):
    return [next(key for key in hop["message"] if key in KINDS) for hop in story["hops"]]


KINDS = ("bar", "signal", "order_proposal", "halt", "verdict", "venue_request", "broker_report", "fill", "order_update",
         "position", "account", "step", "plan_end")


def updates(mesh):
    """The last state of each order."""
    return {message["order_update"]["order"]["id"]: message
            for message in mesh.sent("execution", "trading/order/") if "order_update" in message}


def test_a_filled_order_is_told_from_bar_to_position(mesh):
    filled = [id for id, message in updates(mesh).items() if message["order_update"]["status"] == "filled"]
    assert len(filled) > 20
    sent = {message["number"]: message for message in mesh.sent("risk", "trading/verdict")}
    for id in (filled[0], filled[len(filled) // 2], filled[-1]):
        story = ask(mesh, "why", id[:12], "--json")
        assert story["whole"] and story["kind"] == "order" and story["name"] == id
        kinds = bodies(story)
        for before, after in zip(("bar", "signal", "order_proposal", "verdict", "venue_request", "broker_report"),
                                 ("signal", "order_proposal", "verdict", "venue_request", "broker_report", "position")):
            assert kinds.index(before) < kinds.index(after), kinds
        verdict = next(hop["message"] for hop in story["hops"] if "verdict" in hop["message"])
        assert verdict == sent[verdict["number"]] and verdict["verdict"]["checks"]
        # Each comes after its cause, and says how long after.
        times = {hop["name"]: hop["sent_at"] for hop in story["hops"]}
        for hop in story["hops"]:
            cause = hop["message"]["cause"]
            if cause is None:
                assert hop["after_cause_ns"] is None and ("bar" in hop["message"] or "step" in hop["message"])
                continue
            name = f"{cause['topic']}:{cause['epoch']}/{cause['number']}"
            assert hop["after_cause_ns"] == hop["sent_at"] - times[name] >= 0
        words = ask(mesh, "why", id)
        for check in verdict["verdict"]["checks"]:
            assert f"ok   {check['name']}" in words or f"NO   {check['name']}" in words
        assert f"order {id}" in words and "wants" in words and "then held" in words
        tree = ask(mesh, "why", id, "--tree")
        assert all(hop["name"] in tree for hop in story["hops"])


def test_a_fill_a_rejection_a_position_and_a_message_are_told(mesh):
    fill = next(message["fill"] for message in mesh.sent("execution", "trading/order/") if "fill" in message)
    story = ask(mesh, "why", fill["id"], "--json")
    assert story["kind"] == "fill" and story["whole"]
    assert fill["order_id"] in ask(mesh, "why", fill["id"])

    rejected = [message["verdict"] for message in mesh.sent("risk", "trading/verdict")
                if not message["verdict"]["approved"]]
    assert rejected
    words = ask(mesh, "why", rejected[0]["order"]["id"])
    failed = [check for check in rejected[0]["checks"] if not check["passed"]]
    assert "rejected it" in words and failed and all(f"NO   {check['name']}" in words for check in failed)

    position = mesh.sent("portfolio", "trading/position/IBM")[-1]
    story = ask(mesh, "why", "IBM", "--json")
    assert story["kind"] == "position" and story["whole"]
    assert position in [hop["message"] for hop in story["hops"]]

    verdict = mesh.sent("risk", "trading/verdict")[3]
    story = ask(mesh, "why", f"trading/verdict:{verdict['epoch']}/{verdict['number']}", "--json")
    assert bodies(story)[0] == "bar" and bodies(story)[-1] == "verdict" and story["whole"]


def test_an_order_that_only_brings_a_weight_back_names_both_weights():
    """Momentum goes on to want the same shares, whose weights move with their prices."""
    with traded(["momentum lookback=60 skip=5 top=3"], **{
            "risk.preset": "basic", "backtest.allocation": "equal-weight", "backtest.rebalance": "weekly"}) as mesh:
        proposals = [message for message in mesh.sent("portfolio", "trading/proposal")
                     if " its target of " in message["order_proposal"]["reason"]]
        sides = {side: [each for each in proposals if each["order_proposal"]["order"]["side"] == side]
                 for side in ("sell", "buy")}
        for side, word in ("sell", "above"), ("buy", "below"):
            message = sides[side][-1]
            reason = message["order_proposal"]["reason"]
            weight, target = re.fullmatch(
                rf"its weight of ([\d.]+) % was {word} its target of ([\d.]+) %", reason).groups()
            assert (decimal.Decimal(weight) > decimal.Decimal(target)) == (word == "above")
            order = message["order_proposal"]["order"]
            story = ask(mesh, "why", f"trading/proposal:{message['epoch']}/{message['number']}")
            assert f"proposed to {side}" in story and reason in story
            # What the strategy wants is still told, as the cause.
            assert f"momentum wants +1.0 of {order['symbol']}" in story
            assert story.index("wants") < story.index("proposed to")


def test_parts_of_what_was_approved_and_legs_that_protect_it_go_back_to_its_verdict():
    """Only the first part has the approval's own name; the others are caused by what became of the one before."""
    with traded(["sma-crossover fast=5 slow=20"], **{
            "execution.style": "limit", "execution.offset": "-20bps", "execution.bracket": "stop=2%,target=4%"}) as mesh:
        orders = {id: message["order_update"]["order"] for id, message in updates(mesh).items()}
        verdicts = {message["verdict"]["order"]["id"]: message["verdict"] for message in mesh.sent("risk", "trading/verdict")}
        named = [order for order in orders.values() if order["id"] not in verdicts]
        legs = [order for order in named if order["kind"] == "stop"]
        parts = [order for order in named if order["side"] == "buy" and order["kind"] == "limit"]
        assert legs and parts
        for order in parts[0], parts[-1], legs[0], legs[-1]:
            approved = order["id"]
            while approved not in verdicts:
                approved = orders[approved]["parent"]
            story = ask(mesh, "why", order["id"], "--json")
            told = [hop["message"]["verdict"] for hop in story["hops"] if "verdict" in hop["message"]]
            assert verdicts[approved] in told and story["whole"]
            assert {"bar", "signal", "order_proposal"} <= set(bodies(story))
            assert "wants" in ask(mesh, "why", order["id"])


@pytest.mark.parametrize("words, code, part", [
    (["why", "no-such-order"], 2, "the newest order is"),
    (["why", "trading/verdict:1/999999"], 1, "risk/all ends with"),
    (["why", "AAPL", "--tree", "--json"], 2, "do not go together"),
    (["why", "AAPL", "--at", "1999-01-01"], 1, "nothing was held of AAPL by 1999-01-01T23:59:59.999999999Z; the first word"),
    (["why", "trading/verdict:1/1", "--at", "2012-03-05"], 2, "--at is for a position, and trading/verdict:1/1 is a message"),
    (["at", "yesterday"], 2, "is neither a day nor a time"),
    (["at", "1999-01-01"], 1, "nothing had been said of an account"),
    (["diff", "nowhere", "elsewhere"], 1, "nowhere"),
])
def test_what_is_not_there_is_told(mesh, words, code, part):
    found, _, told = mesh.run("tradewind", *words)
    assert found == code and part in told and len(told.splitlines()) == 1, (found, told)


def test_a_moment_is_what_fills_and_orders_come_to(mesh):
    fills = [message for message in mesh.sent("execution", "trading/order/") if "fill" in message]
    news = [message for message in mesh.sent("execution", "trading/order/") if "order_update" in message]
    charges = mesh.sent("exchange", "trading/broker/")
    for middle in (len(fills) // 3, len(fills) // 2, len(fills) - 1):
        moment = fills[middle]["sent_at_iso"]
        account = ask(mesh, "at", moment, "--json")
        held, cash = collections.Counter(), CASH
        for message in fills:
            if message["sent_at"] <= fills[middle]["sent_at"]:
                fill = message["fill"]
                quantity = decimal.Decimal(fill["quantity"]) * (1 if fill["side"] == "buy" else -1)
                held[fill["symbol"]] += quantity
                cash -= quantity * decimal.Decimal(fill["price"]) + decimal.Decimal(fill["fee"])
        for message in charges:
            if message["sent_at"] <= fills[middle]["sent_at"]:
                cash -= decimal.Decimal(message["broker_report"]["charge"])
        told = {said["says"]["symbol"]: decimal.Decimal(said["says"]["quantity"]) for said in account["positions"]}
        assert told == {symbol: quantity for symbol, quantity in held.items() if quantity}
        # Each deal is rounded to a millionth once.
        assert abs(decimal.Decimal(account["account"]["says"]["cash"]) - cash) < decimal.Decimal("0.001")
        working = {}
        for message in news:
            if message["sent_at"] <= fills[middle]["sent_at"]:
                working[message["order_update"]["order"]["id"]] = message["order_update"]["status"]
        ended = {"rejected", "filled", "cancelled", "expired", "rejectedByBroker"}
        assert {said["says"]["order"]["id"] for said in account["orders"]} == {
            id for id, status in working.items() if status not in ended}
        assert account["limits"]["risk.preset"].strip('"') == "dynamic"
        text = ask(mesh, "at", moment)
        assert all(f"{symbol} " in text for symbol in told)


def test_the_same_is_alike_and_what_is_changed_is_found(mesh):
    with traded() as again, traded(["sma-crossover fast=5 slow=20 short=true", "momentum lookback=61 skip=5 top=2"]) as other:
        same = ask(mesh, "diff", str(mesh.state), str(again.state), "--json")
        assert same["alike"] and {row["kind"].split("/")[0] for row in same["decisions"]} >= {
            "signal", "proposal", "verdict", "order", "fill"}
        differs = ask(mesh, "diff", str(mesh.state), str(other.state), "--json", code=1)
        rows = {row["kind"]: row for row in differs["decisions"]}
        unchanged = [kind for kind in rows if kind.startswith("signal/sma")]
        changed = [kind for kind in rows if kind.startswith("signal/momentum")]
        assert rows[unchanged[0]]["first_difference"] is None
        row = rows[changed[0]]
        assert row["fields"] and row["message_a"] != row["message_b"]
        # What came before the first difference is alike indeed.
        name = changed[0].split("/")[1]
        one, two = (each.sent("strategist", f"trading/signal/{name}") for each in (mesh, other))
        place = row["first_difference"] - 1
        assert [each["signal"] for each in one[:place]] == [each["signal"] for each in two[:place]]
        text = ask(mesh, "diff", str(mesh.state), str(other.state), code=1)
        assert "The first that differs" in text
        parts = ask(mesh, "diff", f"{mesh.state}:{name}", f"{other.state}/strategist/all:{name}", "--json", code=1)
        assert {row["kind"] for row in parts["decisions"]} >= {"signal"}


def test_why_and_at_while_the_mesh_runs():
    with TradingMesh(STRATEGIES, **SETTINGS) as mesh:
        mesh.start("relay", *TRADING)
        mesh.start("feed", settings={"feed.speed": 1_000_000})
        filled = mesh.until(lambda: [
            message for message in mesh.sent("execution", "trading/order/") if "fill" in message], "something trades")
        story = ask(mesh, "why", filled[0]["fill"]["order_id"], "--json")
        assert story["whole"] and "fill" in bodies(story)
        account = ask(mesh, "at", filled[0]["sent_at_iso"], "--json")
        assert account["positions"]
        assert not mesh.is_over()
