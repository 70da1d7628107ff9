"""The stand-in of a gateway of Interactive Brokers is right: the official client and ib_async, unchanged, trade at it and
read its source. What the official client says is the recording that the codec's own tests read."""

import json
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/StandIns"))

from gateway import Gateway  # noqa: E402
from source import Source  # noqa: E402

PYTHON = ROOT / ".venv/interactive-brokers/bin/python"
RECORDING = ROOT / "Tests/TWSTests/Fixtures"
pytestmark = pytest.mark.skipif(not PYTHON.exists(), reason="scripts/bootstrap tests makes the clients' environment")


def session(gateway, client):
    script = ROOT / "Tests/System/gateway_clients" / f"{client}.py"
    done = subprocess.run([PYTHON, script, str(gateway.port)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def market():
    return Source(["AAA"], "2022-12-01", "2023-12-29", split=False)


def expected(market, lots=1):
    return [[row["date"].strftime("%Y%m%d"), *(row[key] / 100 for key in "ohlc"), row["v"] // lots]
            for row in market.daily("AAA")]


def recorded(gateway):
    return [frame.decode().rstrip("\0").replace("\0", "|") + "|" * (len(frame) - len(frame.rstrip(b"\0")))
            for frame in gateway.records]


def test_the_official_client(market):
    with Gateway(market, version=157, prices={"AAA": 100.0}) as gateway:
        gateway.records = []
        heard = session(gateway, "official")
    assert heard["accounts"] == "DU100"
    assert heard["contracts"] == [[gateway.number("AAA"), "AAA", "AAA INC", 0.01]]
    days = [bar[1:] for bar in heard["bars"] if bar[0] == 2]
    assert days == expected(market, lots=100)[-len(days):] and 250 <= len(days) <= 253
    minutes = [bar for bar in heard["bars"] if bar[0] == 3]
    assert [int(bar[1]) for bar in minutes] == [row["open_at"] for row in market.minutes(
        "AAA", 1, market.days["AAA"][-1]["date"], market.days["AAA"][-1]["date"])]
    assert [4, 200] in [error[:2] for error in heard["errors"]]
    assert heard["ticks"][:4] == [[1, 99.99], [0, 300], [0, 300], [2, 100.01]] or [1, 99.99] in heard["ticks"]
    first = heard["first"]
    filled = [state for state in heard["states"] if state[1] == "Filled"]
    assert {state[0] for state in filled} == {first, first + 2}
    opened = {order[0]: order for order in heard["orders"]}
    assert opened[first + 1][1:8] == ["AAA", "BUY", 6, "LMT", 1.25, "two", 5]
    # The fields behind the eight of a neutral delta are where they belong.
    assert opened[first + 4][9:11] == [first + 2, "pair"]
    asked = [execution for execution in heard["executions"] if execution[0] == 7]
    assert [execution[2:] for execution in asked] == [
        ["AAA", "0000e0d5.00000001.01.01", "BOT", 10, 100.01, 10, "one", 900_001],
        ["AAA", "0000e0d5.00000002.01.01", "BOT", 3, 100.01, 3, "parent", 900_003]]
    assert heard["positions"] == [["AAA", 13, pytest.approx(100.01)]]
    assert ["TotalCashValue", str(round(1_000_000 - 13 * 100.01 - 2, 2)), "USD"] in heard["summary"]
    assert ["TotalCashValue", str(round(1_000_000 - 13 * 100.01 - 2, 2))] in heard["values"]
    assert heard["completed"] == [
        ["AAA", "BUY", 10, "MKT", "one", 900_001, 10, "Filled", "Filled Size: 10"],
        ["AAA", "BUY", 6, "LMT", "two", 900_002, 0, "Cancelled", "Cancelled by Trader"],
        ["AAA", "BUY", 3, "LMT", "parent", 900_003, 3, "Filled", "Filled Size: 3"]]
    assert [first, 103] in [error[:2] for error in heard["errors"]]
    kept = (RECORDING / "ibapi.txt").read_text().splitlines()
    assert recorded(gateway) == kept, "what the official client says is not what the codec's tests read"


@pytest.mark.parametrize("version", [157, 178])
def test_ib_async(market, version):
    with Gateway(market, version=version, prices={"AAA": 100.0}) as gateway:
        gateway.records = []
        heard = session(gateway, "asynchronous")
    assert heard["version"] == version and heard["accounts"] == ["DU100"]
    assert heard["contract"] == [gateway.number("AAA"), "NASDAQ"]
    days = expected(market, lots=1 if version >= 163 else 100)
    got = [[bar[0].replace("-", ""), *bar[1:]] for bar in heard["bars"]]
    assert got == days[-len(got):] and len(got) >= 250
    assert [row[0] for row in heard["minutes"]] == [row["open_at"] for row in market.minutes(
        "AAA", 1, market.days["AAA"][-1]["date"], market.days["AAA"][-1]["date"])]
    assert heard["quote"] == [99.99, 100.01, 100.0]
    assert heard["bought"] == ["Filled", 10, 1, 900_001]
    assert heard["working"] == [["two", 1.25, "Submitted"]] and heard["cancelled"] == "Cancelled"
    assert heard["bracket"] == ["Filled", "Submitted", "PreSubmitted"]
    assert heard["positions"] == [["AAA", 13]]
    assert [execution[1:] for execution in heard["executions"]] == [["one", 10], ["", 3]]
    assert heard["completed"] == [
        ["one", 900_001, 10, "Filled", "AAA"], ["two", 900_002, 0, "Cancelled", "AAA"], ["", 900_003, 3, "Filled", "AAA"]]
    assert heard["cash"] == [str(round(1_000_000 - 13 * 100.01 - 2, 2))]
    if version == 178:
        orders = [line for line in recorded(gateway) if line.startswith("3|")]
        kept = (RECORDING / "ib_async.txt").read_text().splitlines()
        assert orders == kept, "what ib_async says is not what the codec's tests read"
