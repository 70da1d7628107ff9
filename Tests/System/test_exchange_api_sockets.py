"""The exchange's two streams by their wire, and the harm that its administration can do."""

import base64
import json
import os
import socket
import struct
import time

import msgpack
import pytest

from mesh import until
from venue import Venue

FIXED = ["--fixed", "AAPL=190.00,MSFT=400.00", "--from", "2024-03-11T14:00:00Z", "--history", "3"]


@pytest.fixture
def venue():
    with Venue(*FIXED) as venue:
        yield venue


class Socket:
    """A WebSocket by its bytes, so that a test can also send what no client would."""

    def __init__(self, venue, path, **headers):
        self.connection = socket.create_connection(("127.0.0.1", venue.port), timeout=20)
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{venue.port}", "Upgrade: websocket", "Connection: Upgrade",
                 "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.connection.sendall("\r\n".join([*lines, "", ""]).encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            piece = self.connection.recv(4096)
            if not piece:
                break
            self.buffer += piece
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        self.status = int(head.split(b" ")[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def send(self, payload, opcode=1, final=True):
        mask = os.urandom(4)
        size = len(payload)
        head = bytes([(0x80 if final else 0) | opcode])
        head += bytes([0x80 | size]) if size < 126 else bytes([0xFE]) + struct.pack(">H", size) if size < 65536 else (
            bytes([0xFF]) + struct.pack(">Q", size))
        self.connection.sendall(head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload)))

    def say(self, **message):
        self.send(json.dumps(message).encode())

    def take(self, count):
        while len(self.buffer) < count:
            piece = self.connection.recv(65536)
            if not piece:
                raise EOFError
            self.buffer += piece
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def frame(self):
        """The next message as its opcode and its bytes; pings are passed over."""
        while True:
            first, second = self.take(2)
            size = second & 0x7F
            if size == 126:
                size = struct.unpack(">H", self.take(2))[0]
            elif size == 127:
                size = struct.unpack(">Q", self.take(8))[0]
            payload = self.take(size)
            if first & 0x0F != 9:
                return first & 0x0F, payload

    def hear(self):
        return json.loads(self.frame()[1])

    def is_closed(self):
        try:
            while self.frame()[0] != 8:
                pass
        except (EOFError, ConnectionResetError):
            pass
        return True


def updates(venue, **headers):
    talk = Socket(venue, "/stream", **headers)
    talk.say(action="authenticate", data={"key_id": "demo", "secret_key": "demo"})
    assert talk.hear() == {"stream": "authorization", "data": {"status": "authorized", "action": "authenticate"}}
    talk.say(action="listen", data={"streams": ["trade_updates", "nonsense"]})
    assert talk.hear() == {"stream": "listening", "data": {"streams": ["trade_updates"]}}
    return talk


def test_updates_come_as_json_in_binary_frames(venue):
    with updates(venue) as talk:
        order = venue.order("AAPL", 3, "buy")
        opcode, payload = talk.frame()
        new, fill = json.loads(payload)["data"], talk.hear()["data"]
        assert opcode == 2 and (new["event"], fill["event"]) == ("new", "fill")
        assert new["order"]["id"] == order["id"] and new["order"]["legs"] is None
        assert (fill["price"], fill["qty"], fill["position_qty"]) == ("190", "3", "3")
        assert fill["order"]["status"] == "filled" and len(fill["execution_id"]) == 36
        talk.say(action="listen", data={"streams": []})
        assert talk.hear()["data"] == {"streams": []}


def test_nobody_listens_without_a_key(venue):
    with Socket(venue, "/stream/") as talk:
        talk.say(action="listen", data={"streams": ["trade_updates"]})
        assert talk.hear()["data"] == {"status": "unauthorized", "action": "listen"}
        talk.say(action="authenticate", data={"key_id": "demo", "secret_key": "no"})
        assert talk.hear()["data"] == {"status": "unauthorized", "action": "authenticate"}


def test_updates_in_messagepack(venue):
    with Socket(venue, "/stream", Content_Type="application/msgpack") as talk:
        talk.send(msgpack.packb({"action": "authenticate", "data": {"key_id": "demo", "secret_key": "demo"}}), 2)
        assert msgpack.unpackb(talk.frame()[1])["data"]["status"] == "authorized"
        talk.send(msgpack.packb({"action": "listen", "data": {"streams": ["trade_updates"]}}), 2)
        talk.frame()
        venue.order("AAPL", 1, "buy")
        assert msgpack.unpackb(talk.frame()[1])["data"]["event"] == "new"


def test_the_market_in_json_and_its_errors(venue):
    with Socket(venue, "/v2/iex") as talk:
        def error():
            (item,) = talk.hear()
            return item["code"], item["msg"]

        assert talk.hear() == [{"T": "success", "msg": "connected"}]
        talk.say(action="subscribe", bars=["AAPL"])
        assert error() == (401, "not authenticated")
        talk.send(b"{nonsense")
        assert error() == (400, "invalid syntax")
        talk.say(action="auth", key="demo", secret="no")
        assert error() == (402, "auth failed")
        talk.say(action="auth", key="demo", secret="demo")
        assert talk.hear() == [{"T": "success", "msg": "authenticated"}]
        talk.say(action="auth", key="demo", secret="demo")
        assert error() == (403, "already authenticated")
        talk.say(action="subscribe", bars="AAPL")
        assert error() == (400, "invalid syntax")
        talk.say(action="subscribe", bars=["AAPL"], trades=["MSFT"])
        (subscription,) = talk.hear()
        assert (subscription["bars"], subscription["trades"], subscription["corrections"]) == (
            ["AAPL"], ["MSFT"], ["MSFT"])
        talk.say(action="unsubscribe", trades=["MSFT"])
        assert talk.hear()[0]["trades"] == []
        venue.advance("1m")
        (bar,) = talk.hear()
        assert (bar["T"], bar["S"], bar["c"], bar["t"]) == ("b", "AAPL", 190, "2024-03-11T14:00:00Z")


def test_keys_in_the_handshake_are_enough_and_the_kind_comes_first(venue):
    with Socket(venue, "/v2/sip", Content_Type="application/msgpack", APCA_API_KEY_ID="demo",
                APCA_API_SECRET_KEY="demo") as talk:
        assert [msgpack.unpackb(talk.frame()[1])[0]["msg"] for _ in range(2)] == ["connected", "authenticated"]
        talk.send(msgpack.packb({"action": "subscribe", "quotes": ["*"]}), 2)
        talk.frame()
        venue.advance("1m")
        opcode, payload = talk.frame()
        (quote,) = msgpack.unpackb(payload)
        assert opcode == 2 and list(quote)[0] == "T" and isinstance(quote["t"], msgpack.Timestamp)


def test_half_frames_and_nonsense_harm_only_who_sends_them(venue):
    with updates(venue) as talk:
        for data in (b"\xff" * 64, b"\x81\xfe\xff", b"\x81\xff" + b"\xff" * 8):
            with Socket(venue, "/v2/iex") as other:
                other.connection.sendall(data)
        with Socket(venue, "/v2/iex") as other:
            other.hear()
            other.send(b"x" * 300_000)
            assert other.is_closed()
        # A message in pieces is one message.
        with Socket(venue, "/v2/iex") as other:
            other.hear()
            whole = b'{"action":"auth","key":"demo","secret":"demo"}'
            other.send(whole[:7], final=False)
            other.send(whole[7:20], 0, final=False)
            other.send(whole[20:], 0)
            assert other.hear() == [{"T": "success", "msg": "authenticated"}]
        venue.order("AAPL", 1, "buy")
        assert talk.hear()["data"]["event"] == "new"
    with Socket(venue, "/nowhere") as other:
        assert other.status == 404


def test_who_does_not_say_who_it_is_is_parted_from(venue):
    with Socket(venue, "/v2/iex") as talk:
        talk.hear()
        assert talk.hear()[0] == {"T": "error", "code": 404, "msg": "auth timeout"}
        assert talk.is_closed()


def test_updates_that_come_twice_late_or_never(venue):
    with updates(venue) as talk:
        venue.admin("mischief", kind="double_update", event="fill")
        venue.order("AAPL", 1, "buy")
        new, fill, again = talk.hear(), talk.hear(), talk.hear()
        assert new["data"]["event"] == "new" and fill == again
        venue.admin("mischief", kind="missing_update", event="new")
        venue.admin("mischief", kind="late_update", event="fill", by="5s")
        order = venue.order("AAPL", 1, "buy")
        assert venue.see(order)["status"] == "filled"
        venue.advance("4s")
        venue.order("MSFT", 1, "buy", "limit", limit_price="390")
        assert talk.hear()["data"]["order"]["symbol"] == "MSFT"
        venue.advance("1s")
        late = talk.hear()["data"]
        assert (late["event"], late["order"]["id"]) == ("fill", order["id"])


def test_orders_that_are_rejected_and_fills_after_a_cancellation(venue):
    with updates(venue) as talk:
        venue.admin("mischief", kind="reject", symbol="MSFT", message="no luck")
        assert venue.see(venue.order("MSFT", 1, "buy"))["status"] == "rejected"
        update = talk.hear()["data"]
        assert (update["event"], update["reason"]) == ("rejected", "no luck")
        order = venue.order("AAPL", 2, "buy", "limit", limit_price="180")
        venue.admin("mischief", kind="fill_after_cancel")
        assert venue.ask("DELETE", f"/v2/orders/{order['id']}")[0] == 204
        assert [talk.hear()["data"]["event"] for _ in range(3)] == ["new", "canceled", "fill"]
        assert venue.see(order)["status"] == "filled"
        assert venue.ask("GET", "/v2/positions/AAPL")[1]["qty"] == "2"
        # Once, and no more.
        order = venue.order("MSFT", 2, "buy", "limit", limit_price="380")
        venue.ask("DELETE", f"/v2/orders/{order['id']}")
        assert venue.see(order)["status"] == "canceled"


def test_answers_that_are_lost_slow_or_wrong(venue):
    venue.admin("mischief", kind="lost_answer", method="POST", path="/v2/orders")
    with pytest.raises((ConnectionError, OSError)):
        venue.order("AAPL", 1, "buy", client_order_id="unknown")
    status, order = venue.ask("GET", "/v2/orders:by_client_order_id?client_order_id=unknown")
    assert (status, order["status"]) == (200, "filled")
    venue.admin("mischief", kind="error", status=429, path="/v2/account", count=2)
    assert [venue.ask("GET", "/v2/account") for _ in range(2)] == [(429, {"message": "too many requests."})] * 2
    assert venue.ask("GET", "/v2/account")[0] == 200
    venue.admin("mischief", kind="slow_answer", by="300ms")
    begun = time.monotonic()
    assert venue.ask("GET", "/v2/clock")[0] == 200
    assert time.monotonic() - begun >= 0.3
    for body, part in [({"kind": "rejekt"}, "reject"), ({"kind": "reject", "symbl": "MSFT"}, "reject has no symbl"),
                       ({"kind": "error", "symbol": "MSFT"}, "takes account, count, method, path, status, message"),
                       ({"kind": "late_update", "event": "filled"}, "event must be one of accepted, canceled")]:
        status, answer = venue.ask("POST", "/admin/mischief", body)
        assert status == 422 and part in answer["message"], answer
    assert venue.ask("GET", "/admin")[1]["mischief"] == []


def test_sockets_that_are_cut_and_instruments_that_are_halted(venue):
    with updates(venue) as talk, updates(venue) as other:
        venue.admin("disconnect", account="demo")
        assert talk.is_closed() and other.is_closed()
    venue.admin("halt", symbol="AAPL")
    order = venue.order("AAPL", 1, "buy")
    venue.advance("2m")
    assert venue.see(order)["status"] == "accepted"
    assert venue.see(venue.order("MSFT", 1, "buy"))["status"] == "filled"
    # It trades at the first quote after the halt.
    venue.admin("resume", symbol="AAPL")
    assert venue.see(order)["status"] == "new"
    venue.advance("1m")
    assert venue.see(order)["status"] == "filled"


def test_a_clock_that_goes_by_itself():
    with Venue("--replay", "2024-03", "--symbols", "AAPL", "--history", "2", speed="600x") as venue:
        with updates(venue) as talk:
            venue.order("AAPL", 1, "buy")
            assert [talk.hear()["data"]["event"] for _ in range(2)] == ["new", "fill"]
        first = venue.ask("GET", "/v2/clock")[1]["timestamp"]
        until(lambda: venue.ask("GET", "/v2/stocks/AAPL/bars?timeframe=1Min&start=2024-03-01")[1]["bars"],
              "bars that the clock has passed")
        assert venue.ask("GET", "/v2/clock")[1]["timestamp"] > first
