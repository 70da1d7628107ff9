"""The exchange behind Alpaca's interface, by its wire: what it answers, and with which words it refuses."""

import json
import socket
import subprocess

import pytest

from mesh import ENVIRONMENT, executable, until
from venue import Venue

FIXED = ["--fixed", "AAPL=190.00,MSFT=400.00", "--from", "2024-03-11T14:00:00Z", "--history", "5"]


@pytest.fixture
def venue():
    with Venue(*FIXED) as venue:
        yield venue


def refusal(venue, body, method="POST", path="/v2/orders"):
    status, answer = venue.ask(method, path, body)
    return status, answer.get("code"), answer["message"]


def test_a_market_order_at_a_fixed_price_trades_at_once(venue):
    sent = venue.order("AAPL", 10, "buy")
    assert (sent["status"], sent["filled_qty"], sent["legs"]) == ("pending_new", "0", None)
    done = venue.see(sent)
    assert (done["status"], done["filled_qty"], done["filled_avg_price"]) == ("filled", "10", "190")
    status, position = venue.ask("GET", "/v2/positions/AAPL")
    assert status == 200
    assert (position["qty"], position["avg_entry_price"], position["cost_basis"], position["market_value"]) == (
        "10", "190", "1900", "1900")
    _, account = venue.ask("GET", "/v2/account")
    assert (account["cash"], account["equity"], account["buying_power"]) == ("98100", "100000", "198100")


def test_every_type_of_order_does_what_its_name_says(venue):
    limit = venue.order("AAPL", 1, "buy", "limit", limit_price="189.5")
    stop = venue.order("MSFT", 2, "buy", "stop", stop_price="401")
    stop_limit = venue.order("AAPL", 3, "buy", "stop_limit", stop_price="191", limit_price="191.5")
    assert [venue.see(order)["status"] for order in (limit, stop, stop_limit)] == ["new"] * 3
    venue.admin("price", AAPL="189.4")
    assert venue.see(limit)["filled_avg_price"] == "189.5"
    venue.admin("price", MSFT="402")
    assert venue.see(stop)["filled_avg_price"] == "402"
    venue.admin("price", AAPL="191.2")
    assert venue.see(stop_limit)["filled_avg_price"] == "191.2"
    # A trailing stop follows the price up and never down.
    trail = venue.order("AAPL", 4, "sell", "trailing_stop", trail_price="2")
    assert (trail["hwm"], trail["stop_price"]) == ("191.2", "189.2")
    venue.admin("price", AAPL="195")
    assert (venue.see(trail)["hwm"], venue.see(trail)["stop_price"]) == ("195", "193")
    venue.admin("price", AAPL="193.5")
    assert venue.see(trail)["status"] == "new"
    venue.admin("price", AAPL="192.9")
    assert (venue.see(trail)["status"], venue.see(trail)["filled_avg_price"]) == ("filled", "192.9")
    assert venue.ask("GET", "/v2/positions/AAPL")[0] == 404


def test_a_bracket_lets_its_legs_loose_and_one_ends_the_other(venue):
    sent = venue.order("AAPL", 10, "buy", order_class="bracket", take_profit={"limit_price": "195"},
                       stop_loss={"stop_price": "185"})
    assert [leg["status"] for leg in sent["legs"]] == ["held", "held"]
    legs = venue.see(sent)["legs"]
    assert [(leg["type"], leg["side"], leg["status"]) for leg in legs] == [
        ("limit", "sell", "new"), ("stop", "sell", "new")]
    # What is for sale already cannot be sold twice.
    status, answer = venue.ask("POST", "/v2/orders", {"symbol": "AAPL", "qty": 1, "side": "sell", "type": "market",
                                                      "time_in_force": "day"})
    assert (status, answer["code"], answer["available"], answer["held_for_orders"]) == (403, 40310000, "0", "10")
    venue.admin("price", AAPL="196")
    legs = venue.see(sent)["legs"]
    assert [leg["status"] for leg in legs] == ["filled", "canceled"]
    assert legs[0]["filled_avg_price"] == "195"


def test_oco_and_oto(venue):
    venue.order("AAPL", 5, "buy")
    pair = venue.order("AAPL", 5, "sell", "limit", order_class="oco", take_profit={"limit_price": "200"},
                       stop_loss={"stop_price": "180", "limit_price": "179"})
    assert (pair["order_class"], pair["limit_price"], len(pair["legs"])) == ("oco", "200", 1)
    venue.admin("price", AAPL="179.5")
    seen = venue.see(pair)
    assert (seen["status"], seen["legs"][0]["status"], seen["legs"][0]["filled_avg_price"]) == (
        "canceled", "filled", "179.5")
    chain = venue.order("MSFT", 1, "buy", "limit", limit_price="399", order_class="oto",
                        stop_loss={"stop_price": "390"})
    assert venue.see(chain)["legs"][0]["status"] == "held"
    venue.admin("price", MSFT="398.9")
    assert venue.see(chain)["legs"][0]["status"] == "new"


def test_amounts_of_money_and_parts_of_shares(venue):
    _, sent = venue.ask("POST", "/v2/orders", {"symbol": "AAPL", "notional": 1000, "side": "buy", "type": "market",
                                               "time_in_force": "day"})
    done = venue.see(sent)
    assert (done["status"], done["qty"], done["notional"], done["filled_qty"]) == (
        "filled", None, "1000", "5.263157894")
    part = venue.order("MSFT", "0.25", "buy")
    assert venue.see(part)["filled_qty"] == "0.25"


def test_replacing_and_cancelling(venue):
    first = venue.order("AAPL", 10, "buy", "limit", limit_price="180", client_order_id="mine")
    status, second = venue.ask("PATCH", f"/v2/orders/{first['id']}", {"qty": "4", "limit_price": 181.5})
    assert status == 200
    assert (second["qty"], second["limit_price"], second["replaces"]) == ("4", "181.5", first["id"])
    old = venue.see(first)
    assert (old["status"], old["replaced_by"]) == ("replaced", second["id"])
    assert venue.ask("DELETE", f"/v2/orders/{second['id']}") == (204, None)
    assert venue.see(second)["status"] == "canceled"
    assert venue.ask("DELETE", f"/v2/orders/{second['id']}") == (204, None)
    assert refusal(venue, None, "DELETE", f"/v2/orders/{first['id']}") == (
        422, 42210000, 'order is already in "replaced" state')
    # A client's id is used up, whatever became of the order.
    again = {"symbol": "AAPL", "qty": 1, "side": "buy", "type": "market", "time_in_force": "day",
             "client_order_id": "mine"}
    assert refusal(venue, again) == (422, 40010001, "client_order_id must be unique")
    status, answer = venue.ask("GET", "/v2/orders:by_client_order_id?client_order_id=mine")
    assert (status, answer["id"]) == (200, first["id"])
    for price in ("170", "171"):
        venue.order("AAPL", 1, "buy", "limit", limit_price=price)
    status, answer = venue.ask("DELETE", "/v2/orders")
    assert status == 207 and [item["status"] for item in answer] == [200, 200]


ORDER = {"symbol": "AAPL", "qty": "1", "side": "buy", "type": "market", "time_in_force": "day"}


@pytest.mark.parametrize("change, status, code, message", [
    ({"qty": "0"}, 422, 40010001, "qty must be > 0"),
    ({"qty": None}, 422, 40010001, "qty or notional is required"),
    ({"notional": "5"}, 422, 40010001, "only one of qty or notional is accepted"),
    ({"type": "limit"}, 422, 40010001, "limit orders require a limit price"),
    ({"type": "stop"}, 422, 40010001, "stop orders require a stop price"),
    ({"limit_price": "1"}, 422, 40010001, "market orders require no stop or limit price"),
    ({"type": "trailing_stop"}, 422, 40010001, "trailing stop orders must specify one of trail_price or trail_percent"),
    ({"type": "trailing_stop", "trail_percent": "0.05"}, 422, 40010001,
     "trail_percent must be greater than or equal to 0.1"),
    ({"client_order_id": "x" * 129}, 422, 40010001, "client_order_id must be no more than 128 characters"),
    ({"symbol": "NOPE"}, 422, 42210000, 'asset "NOPE" not found'),
    ({"qty": "1.5", "time_in_force": "gtc"}, 422, 42210000, "fractional orders must be DAY orders"),
    ({"extended_hours": True}, 422, 42210000, "extended hours order must be DAY or GTC limit orders"),
    ({"type": "limit", "limit_price": "290.123"}, 422, 42210000,
     "invalid limit_price 290.123. sub-penny increment does not fulfill minimum pricing criteria"),
    ({"type": "stop", "stop_price": "189"}, 422, 42210000, "stop price must be greater than current price"),
    ({"order_class": "bracket", "take_profit": {"limit_price": "190"}, "stop_loss": {"stop_price": "180"}}, 422,
     42210000, "take_profit.limit_price must be >= base_price + 0.01"),
    ({"order_class": "bracket", "take_profit": {"limit_price": "195"}, "stop_loss": {"stop_price": "190"}}, 422,
     42210000, "stop_loss.stop_price must be <= base_price - 0.01"),
    ({"qty": "100000"}, 403, 40310000, "insufficient buying power"),
    ({"side": "sell", "qty": "1.5"}, 422, 42210000, "fractional orders cannot be sold short"),
    ({"qty": True}, 400, 40010000, "request body format is invalid"),
    ({"side": 7}, 400, 40010000, "request body format is invalid"),
    ({"side": "hold"}, 422, 40010001, "invalid side: hold"),
    ({"qty": "1e400"}, 422, 40010001, "invalid qty: 1e400"),
])
def test_what_is_refused_is_refused_as_alpaca_does(venue, change, status, code, message):
    body = {k: v for k, v in {**ORDER, **change}.items() if v is not None}
    assert refusal(venue, body) == (status, code, message)


def test_orders_of_one_account_do_not_meet_each_other(venue):
    venue.order("AAPL", 1, "buy", "limit", limit_price="189")
    venue.order("AAPL", 5, "buy")
    status, code, message = refusal(venue, {**ORDER, "side": "sell"})
    assert (status, code, message) == (403, 40310000, "potential wash trade detected. use complex orders")
    # A limit that the other does not reach is no harm.
    assert venue.order("AAPL", 1, "sell", "limit", limit_price="195")["status"] == "pending_new"


@pytest.mark.parametrize("path, status, message", [
    ("/v2/orders/nonsense", 422, "order_id is missing"),
    ("/v2/orders/00000000-0000-4000-8000-000000000000", 404,
     "order not found for 00000000-0000-4000-8000-000000000000"),
    ("/v2/positions/AAPL", 404, "position does not exist"),
    ("/v2/positions/NOPE", 404, "symbol not found: NOPE"),
    ("/v2/assets/NOPE", 404, "asset not found for NOPE"),
    ("/v2/stocks/bars?symbols=AAPL&timeframe=60Min", 400, "invalid timeframe: 60Min"),
    ("/v2/stocks/bars?symbols=AAPL&timeframe=1Day&adjustment=bogus", 400, "invalid adjustment: bogus"),
    ("/v2/nothing", 404, "endpoint not found."),
])
def test_what_is_not_there(venue, path, status, message):
    assert refusal(venue, None, "GET", path)[::2] == (status, message)


def test_who_has_no_key_hears_nothing(venue):
    for key, secret in ((None, None), ("demo", "wrong"), ("other", "demo")):
        status, answer = venue.ask("GET", "/v2/account", key=key, secret=secret)
        assert (status, answer) == (401, {"message": "unauthorized."})


def test_accounts_are_apart():
    with Venue(*FIXED, "--account", "one:1:1000", "--account", "two:2:50000") as venue:
        body = {**ORDER, "client_order_id": "same"}
        for key, secret in (("one", "1"), ("two", "2")):
            assert venue.ask("POST", "/v2/orders", body, key=key, secret=secret)[0] == 200
        assert venue.ask("GET", "/v2/account", key="one", secret="1")[1]["cash"] == "810"
        assert venue.ask("GET", "/v2/account", key="two", secret="2")[1]["cash"] == "49810"


def test_malformed_requests_are_answered_and_harm_nobody(venue):
    head = b"POST /v2/orders HTTP/1.1\r\nHost: x\r\nAPCA-API-KEY-ID: demo\r\nAPCA-API-SECRET-KEY: demo\r\n"
    for body in (b"{", b"[]", b"\xff\xfe", b"null", b'{"symbol":' + b"[" * 5000):
        status, answer = venue.ask("POST", "/v2/orders", raw=body)
        assert (status, answer["code"], answer["message"]) == (400, 40010000, "request body format is invalid")
    assert b" 413 " in venue.raw(head + b"Content-Length: 99999999\r\n\r\n").split(b"\r\n")[0]
    assert b" 411 " in venue.raw(head + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n").split(b"\r\n")[0]
    for data in (b"\x00" * 4000, b"GET / HTTP/9.9\r\n\r\n", b"NONSENSE\r\n\r\n", b"GET /" + b"a" * 50_000,
                 head + b"Content-Length: -5\r\n\r\n", head + b"X: " + b"y" * 60_000 + b"\r\n\r\n"):
        venue.raw(data, timeout=15)
    assert venue.ask("GET", "/v2/clock")[0] == 200


def test_who_is_slow_to_ask_is_parted_from_and_holds_nobody_up(venue):
    idle = [socket.create_connection(("127.0.0.1", venue.port)) for _ in range(20)]
    for connection in idle:
        connection.sendall(b"POST /v2/orders HTTP/1.1\r\nHost")
    assert venue.ask("GET", "/v2/clock")[0] == 200
    for connection in idle:
        connection.settimeout(30)
        try:
            while connection.recv(4096):
                pass
        except ConnectionResetError:
            pass
        connection.close()
    assert venue.ask("GET", "/v2/clock")[0] == 200


def test_the_same_requests_have_the_same_answers_byte_for_byte():
    def run():
        with Venue(*FIXED, "--seed", "7") as venue:
            answers = []
            for step in range(12):
                side = "buy" if step % 3 else "sell"
                answers.append(venue.ask("POST", "/v2/orders", {**ORDER, "side": side, "qty": str(step + 1)}))
                venue.advance("1m")
            for path in ("/v2/account", "/v2/positions", "/v2/orders?status=all&limit=500", "/v2/account/activities"):
                answers.append(venue.ask("GET", path))
            return json.dumps(answers)

    assert run() == run()


def test_nothing_that_was_answered_is_lost(tmp_path):
    options = [*FIXED, "--state", str(tmp_path / "state")]
    paths = ("/v2/account", "/v2/positions", "/v2/orders?status=all&nested=true", "/v2/account/activities")
    with Venue(*options) as venue:
        kept = venue.order("AAPL", 3, "buy")
        venue.advance("90s")
        venue.order("MSFT", 1, "buy", "limit", limit_price="380")
        venue.admin("price", AAPL="191")
        before = [venue.ask("GET", path) for path in paths]
        venue.kill()
    # Half a line at the end is a request that nobody was answered.
    with open(tmp_path / "state" / "venue.journal", "ab") as journal:
        journal.write(b'{"at":"17')
    with Venue(*options) as venue:
        assert [venue.ask("GET", path) for path in paths] == before
        assert venue.see(kept)["status"] == "filled"
        assert venue.order("AAPL", 1, "buy")["id"] not in json.dumps(before)


def test_what_a_client_has_heard_is_not_undone_by_a_crash(tmp_path):
    options = ["--symbols", "AAPL", "--from", "2024-03-11", "--history", "2", "--state", str(tmp_path / "state")]
    with Venue(*options, speed="600x") as venue:
        _, quote = venue.ask("GET", "/v2/stocks/AAPL/quotes/latest")
        limit = round(quote["quote"]["bp"] - 0.2, 2)
        order = venue.order("AAPL", 1, "buy", "limit", "gtc", limit_price=str(limit))
        # Nobody asks for anything but how it stands: only the market brings the fill about.
        filled = until(lambda: (seen := venue.see(order))["status"] == "filled" and seen, "the fill", seconds=60)
        venue.kill()
    with Venue(*options, speed="0") as venue:
        assert venue.see(order) == filled


def test_bars_replayed_from_a_file_fill_by_the_rules_of_the_backtest(tmp_path):
    rows = ["symbol,time,open,high,low,close,volume"]
    for minute, (o, h, l, c) in enumerate([(100, 101, 99, 100.5), (100.5, 102, 100, 101), (103, 104, 97, 98),
                                          (98, 99, 95, 96), (96, 97, 95, 96.5)]):
        rows.append(f"ABC,2024-03-11T{13 + (30 + minute) // 60:02}:{(30 + minute) % 60:02}:00Z,{o},{h},{l},{c},1000")
    path = tmp_path / "bars.csv"
    path.write_text("\n".join(rows) + "\n")
    with Venue("--replay", str(path), "--fill", "next_open") as venue:
        venue.advance("1m")
        sent = venue.order("ABC", 10, "buy")
        venue.advance("30s")
        assert venue.see(sent)["status"] == "new"
        venue.advance("30s")
        assert venue.see(sent)["filled_avg_price"] == "100.5"
        stop = venue.order("ABC", 10, "sell", "stop", stop_price="98.5")
        venue.advance("1m")
        assert venue.see(stop)["filled_avg_price"] == "98.5"


def test_an_order_for_tomorrow_waits_for_the_morning():
    with Venue("--symbols", "AAPL", "--from", "2024-03-08T20:58:00Z", "--history", "3") as venue:
        venue.advance("10m")
        assert venue.ask("GET", "/v2/clock")[1]["is_open"] is False
        sent = venue.order("AAPL", 1, "buy")
        assert sent["status"] == "accepted"
        status, _, message = refusal(venue, {"qty": "2"}, "PATCH", f"/v2/orders/{sent['id']}")
        assert (status, message) == (422, "unable to replace order, order is not open")
        # Daylight saving begins over the weekend.
        clock = venue.admin("clock", to="2024-03-11T13:30:00Z")
        assert clock["is_open"] is True and clock["timestamp"] == "2024-03-11T09:30:00-04:00"
        # At the open's own price, and not at Friday's.
        _, history = venue.ask("GET", "/v2/stocks/AAPL/quotes?start=2024-03-08T20:00:00Z&limit=1000")
        venue.advance("1m")
        _, today = venue.ask("GET", "/v2/stocks/AAPL/quotes?start=2024-03-11T13:30:00Z&limit=1")
        done = venue.see(sent)
        assert (done["status"], float(done["filled_avg_price"])) == ("filled", today["quotes"][0]["ap"])
        assert today["quotes"][0]["ap"] != history["quotes"][-1]["ap"]


@pytest.mark.parametrize("options, sentence", [
    (["--listen", "127.0.0.1:99999"], "--listen"), (["--speed", "fast"], "--speed fast is no speed"),
    (["--fixed", "AAPL=-1"], "--fixed AAPL=-1 is no price"), (["--account", "a:b"], "--account a:b is no account"),
    (["--fixed", "AAPL=1", "--replay", "2024-03"], "one of --fixed, --live and --replay"),
    (["--replay", "2024-03-10"], "the exchange is closed then; 2024-03-11 would be right"),
])
def test_a_wrong_command_line_is_told_so(options, sentence):
    done = subprocess.run([executable("tradewind"), "exchange", *options], env=ENVIRONMENT, capture_output=True,
                          text=True, timeout=30)
    assert done.returncode == 2 and sentence in done.stderr and done.stderr.count("\n") == 1


def test_a_port_in_use_is_one_sentence_and_an_interrupt_ends_it_tidily(venue):
    done = subprocess.run([executable("tradewind"), "exchange", *FIXED, "--listen", f"127.0.0.1:{venue.port}"],
                          env=ENVIRONMENT, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert done.stderr == (f"tradewind: another program listens on 127.0.0.1:{venue.port}; another port would be "
                           "right, or 0 for any that is free\n")
    assert venue.stop() == 0
    assert venue.errors() == ""
