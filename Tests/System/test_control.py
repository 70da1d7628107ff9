"""What people tell the services of trading: it is taken, obeyed, survives a kill, and is derived again like everything."""

import datetime
import decimal
import json

import pytest

from trading import TRADING, TradingMesh

STRATEGIES = ["sma-crossover fast=5 slow=20 short=true", "momentum lookback=20 skip=2 top=2"]
SETTINGS = {"backtest.margin": "reg_t"}


@pytest.fixture
def mesh():
    with TradingMesh(STRATEGIES, **SETTINGS) as mesh:
        mesh.start("relay", *TRADING)
        mesh.start("feed", settings={"feed.speed": 1_000_000})
        mesh.until(lambda: len(held(mesh)) > 1, "something is held")
        yield mesh


def held(mesh):
    """What the fills that execution heard of come to."""
    sums = {}
    for message in mesh.sent("execution", "trading/order/"):
        if "fill" in message:
            fill = message["fill"]
            quantity = decimal.Decimal(fill["quantity"]) * (1 if fill["side"] == "buy" else -1)
            sums[fill["symbol"]] = sums.get(fill["symbol"], 0) + quantity
    return {symbol: quantity for symbol, quantity in sums.items() if quantity}


def tell(mesh, *words, code=0, why="a test", settings=None):
    found, out, told = mesh.run("tradewind", *words, "--as", "anna", "--why", why, "--yes", "--json", settings=settings)
    assert found == code, (words, found, out, told)
    return (json.loads(out) if out else {}), told


def taken(mesh, service, topic):
    """What a service has taken on a topic."""
    found, out, told = mesh.run("tradewind", "transcript", "export", str(mesh.state / service / "all"))
    assert found == 0, told
    records = map(json.loads, out.splitlines())
    return [record["message"] for record in records if record["kind"] == "taken" and record["message"]["topic"] == topic]


def restart_feed(mesh):
    """The rest of the replay goes as fast as it can."""
    mesh.kill("feed")
    mesh.start("feed")


def halts(mesh):
    return [message["halt"] for message in mesh.sent("risk", "trading/halt")]


def test_a_pause_opens_nothing_survives_a_kill_and_is_lifted(mesh):
    done, _ = tell(mesh, "pause", why="news at ten")
    assert [done[service]["taken_by"] for service in ("execution", "risk")] == ["execution.1", "risk.1"]
    [halt] = halts(mesh)
    assert halt["active"] and (halt["kind"], halt["by"], halt["reason"]) == ("manual", "anna", "news at ten")
    before = len(mesh.sent("risk", "trading/verdict"))
    mesh.kill("risk", "execution")
    mesh.start("risk", "execution")
    steps = mesh.steps()
    mesh.until(lambda: mesh.steps() > steps + 60, "the replay goes on")
    later = [message["verdict"] for message in mesh.sent("risk", "trading/verdict")[before:]]
    # Whatever was approved since made a position smaller.
    refused = [verdict for verdict in later if not verdict["approved"]]
    assert refused and all(any(check["name"] == "halt" for check in verdict["checks"]) for verdict in later)
    tell(mesh, "resume", "manual")
    assert [halt["active"] for halt in halts(mesh)] == [True, False]
    restart_feed(mesh)
    count = len(mesh.sent("risk", "trading/verdict"))
    mesh.finish()
    assert any(message["verdict"]["approved"] for message in mesh.sent("risk", "trading/verdict")[count:])
    # The day's report has the words, at the time of the data.
    day = next(message for message in mesh.sent("risk", "trading/halt"))["sent_at_iso"][:10]
    code, out, told = mesh.run("tradewind", "day", "report", day, "--json")
    assert code == 0, told
    said = [word["text"] for word in json.loads(out)["said"]]
    assert any("anna" in text and "pause" in text and "news at ten" in text for text in said)
    assert "risk.1 halted trading: manual: news at ten" in said and json.loads(out)["report"]["days"][0]["halts"] == 1


def test_a_halt_closes_all_though_strategist_and_portfolio_are_dead(mesh):
    mesh.kill("strategist", "portfolio")
    done, _ = tell(mesh, "halt", "--close")
    assert set(done) == {"execution", "risk"} and all("taken_by" in each for each in done.values())
    mesh.start("strategist", "portfolio")
    mesh.until(lambda: not held(mesh), "nothing is held any more")
    own = [message for message in mesh.sent("execution", "trading/venue/")
           if message["cause"]["topic"].startswith("control/command/execution/")]
    closing = [message for message in own if message["venue_request"]["verb"] == "submit"]
    assert closing and all(message["venue_request"]["order"]["strategy"] == "" for message in closing)
    # It is explained like any order.
    story, _ = mesh.run("tradewind", "why", closing[0]["venue_request"]["order"]["id"])[1:]
    assert "was told by anna: halt close: a test" in story
    restart_feed(mesh)
    mesh.finish()
    assert not held(mesh)
    positions = {message["position"]["symbol"]: message["position"]["quantity"]
                 for message in mesh.sent("portfolio", "trading/position/")}
    assert set(map(decimal.Decimal, positions.values())) == {0}
    # What the account did not earn on the last day is explained, and that person has a part in it.
    last = mesh.sent("execution", "trading/step/")[-1]["step"]["time"] // 1_000_000_000
    day = datetime.datetime.fromtimestamp(last, datetime.timezone.utc).date()
    code, out, told = mesh.run("tradewind", "parity", "--day", str(day), "--json")
    assert code == 0, told
    parity = json.loads(out)
    amounts = {name: decimal.Decimal(text) for name, text in parity["parts"].items() if decimal.Decimal(text)}
    assert decimal.Decimal(parity["live"]) == 0
    assert "hand" in amounts and "other" not in amounts, parity
    assert sum(amounts.values()) == -decimal.Decimal(parity["backtest"])


def test_a_symbol_is_closed_and_an_order_cancelled(mesh):
    symbol = sorted(held(mesh))[0]
    # Whoever mistypes must not believe that it is closed.
    for words in ["flatten", "APPL"], ["flatten", symbol, "aapl"], ["limit", "set", "position_size@APPL=1%"]:
        _, told = tell(mesh, *words, code=2)
        assert "is not traded here; did you mean AAPL?" in told
    tell(mesh, "flatten", symbol)

    def requests():
        return [message["venue_request"]["order"] for message in mesh.sent("execution", "trading/venue/")
                if message["cause"]["topic"].startswith("control/command/")]
    mesh.until(requests, "it is closed")
    assert {order["symbol"] for order in requests()} == {symbol}
    tell(mesh, "cancel", "--all")
    restart_feed(mesh)
    mesh.finish()


def test_a_limit_holds_until_its_time(mesh):
    now = mesh.sent("execution", "trading/step/")[-1]["step"]["time_iso"][:10]
    year = str(int(now[:4]) + 1) + now[4:]
    # What is over already would hold for nothing.
    before = str(int(now[:4]) - 1) + now[4:]
    _, told = tell(mesh, "limit", "set", "position_size=2%", "--until", before, code=1)
    assert f"position_size=2% would be over at {before}" in told and f"it is {now[:4]}-" in told
    assert "a later --until would be right" in told and not taken(mesh, "risk", "control/command/risk/anna")
    tell(mesh, "limit", "set", "position_size=1%", "--until", year)
    restart_feed(mesh)
    mesh.finish()
    limited = [message for message in mesh.sent("risk", "trading/verdict")
               if any(check["name"] == "position size" for check in message["verdict"]["checks"])]
    assert limited and all(now <= message["sent_at_iso"][:10] <= year for message in limited)
    alarms = [message["alarm"]["explanation"] for message in mesh.sent("risk", "control/alarm/")]
    assert "anna set position_size=1% until" in alarms[0] and "is over" in alarms[1]
    # It is a limit from the moment on at which risk took it, and none any more when its time is over.
    at = next(message["sent_at_iso"] for message in mesh.sent("risk", "control/alarm/"))
    for moment, count in (at, 1), (year[:8] + "01", 1), (str(int(year[:4]) + 1) + year[4:], 0):
        code, out, told = mesh.run("tradewind", "at", moment, "--json")
        assert code == 0, told
        limits = json.loads(out)["hand_limits"]
        assert [(each["limit"], each["by"], each["why"]) for each in limits] == [
            ("position_size=1%", "anna", "a test")] * count, moment
    assert "position_size=1% until" in mesh.run("tradewind", "at", at)[1]


def test_who_has_no_key_is_not_obeyed(mesh):
    _, told = tell(mesh, "pause", code=1, settings={"control.keys_folder": str(mesh.folder / "elsewhere")})
    assert "does not obey: anna has no public key" in told
    tell(mesh, "pause")
    # The same name with a key of its own.
    (mesh.state / "control/anna.secret").write_text((mesh.folder / "elsewhere/anna.secret").read_text())
    _, told = tell(mesh, "resume", code=1)
    assert "its signature is not that of anna" in told and len(halts(mesh)) == 1


def test_silence_takes_back_and_closes():
    with TradingMesh(STRATEGIES, **SETTINGS, **{"control.silence_max": "3s", "control.silence_flatten": "true"}) as mesh:
        mesh.start("relay", *TRADING)
        mesh.start("feed", settings={"feed.speed": 1_000_000})
        mesh.until(lambda: len(held(mesh)) > 1, "something is held")
        mesh.kill("risk")
        mesh.until(lambda: taken(mesh, "execution", "local/vigil"), "execution misses risk")
        mesh.start("risk")
        mesh.until(lambda: not held(mesh), "nothing is held any more")
        restart_feed(mesh)
        mesh.finish()
        # Nobody has said that it may go on.
        assert not held(mesh)


def test_a_feed_that_is_silent_halts_for_loss_of_data():
    with TradingMesh(STRATEGIES, **SETTINGS, **{"control.silence_max": "2s"}) as mesh:
        mesh.start("relay", *TRADING)
        mesh.start("feed", settings={"feed.speed": 1_000_000})
        mesh.until(lambda: len(held(mesh)) > 1, "something is held")
        mesh.kill("feed")
        mesh.until(lambda: halts(mesh), "risk misses the feed")
        [halt] = halts(mesh)
        assert (halt["kind"], halt["active"]) == ("data_loss", True) and "feed has been silent" in halt["reason"]
        mesh.start("feed")
        mesh.finish()
        # Nobody has lifted it.
        assert len(halts(mesh)) == 1


def test_what_was_said_cannot_be_given_another_name(mesh):
    tell(mesh, "pause")
    keys = mesh.state / "control"
    assert (keys / "anna.secret").stat().st_mode & 0o077 == 0
    restart_feed(mesh)
    mesh.finish()
    tell(mesh, "pause", code=1)  # makes no new key, and finds nobody
    (keys / "anna.public").rename(keys / "anna.retired")
    code, _, told = mesh.run("tradewind", "verify", "risk", "execution")
    assert code == 0, told
    text = (keys / "anna.retired").read_text()
    (keys / "anna.retired").write_text(("1" if text[0] == "0" else "0") + text[1:])
    code, _, told = mesh.run("tradewind", "verify", "risk")
    assert code == 1 and "the command pause of anna: its signature is not that of anna" in told


@pytest.mark.parametrize("words, code, part", [
    (["halt", "--close", "--why", "x"], 2, "--yes is needed"),
    (["pause"], 2, "--why is missing"),
    (["limit", "set", "position_sise=1", "--why", "x", "--yes"], 2, "there is no limit position_sise"),
    (["pause", "--why", "x", "--as", "anna/b"], 2, "cannot be a person's name"),
    (["cancel", "--why", "x"], 2, "name orders, or say --all"),
    (["pause", "--why", "x", "--as", "anna"], 1, "risk did not answer"),
])
def test_what_cannot_be_told(words, code, part):
    with TradingMesh(STRATEGIES) as mesh:
        found, _, told = mesh.run("tradewind", *words)
        assert found == code and part in told, told
