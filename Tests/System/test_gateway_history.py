"""Bars and quotes of Interactive Brokers, by a gateway that misbehaves: what is fetched equals the source.
`test_gateway_clients.py` shows that the gateway is right."""

import datetime
import json
import pathlib
import socket
import struct
import subprocess

import pytest
from test_providers import FIRST, LAST, SYMBOLS, TRADEWIND, environment, figures, rows, same

from gateway import Gateway
from providers import Alpaca
from source import Source

ROOT = pathlib.Path(__file__).resolve().parents[2]
KINDS = Gateway.kinds


@pytest.fixture(scope="module")
def decade():
    return Source(SYMBOLS, FIRST, LAST)


def settings(gateway, others, folder):
    """The splits of these prices are told by another provider, as this one tells of none."""
    return environment(others, folder, providers_actions="alpaca", providers_history="interactive_brokers",
                       providers_quotes="interactive_brokers", providers_interactive_brokers_host="127.0.0.1",
                       providers_interactive_brokers_port=gateway.port,
                       providers_interactive_brokers_per_minute=0)


def data(words, variables, code=0):
    done = subprocess.run([TRADEWIND, "data", *map(str, words)], capture_output=True, text=True, timeout=120, cwd=ROOT,
                          env=variables)
    assert done.returncode == code, done.stdout + done.stderr
    return done


def fetch(folder, variables, *symbols, first=FIRST, last=LAST, span="1d", code=0):
    done = data(["fetch", *symbols, "--from", first, "--to", last, "--interval", span, "--csv", folder, "--json", "--provider",
                 "interactive_brokers"], variables, code)
    return json.loads(done.stdout)


def test_ten_years_in_spite_of_everything(decade, tmp_path):
    plan = {3 + 2 * number: kind for number, kind in enumerate(KINDS)}
    with Alpaca(decade) as splits, Gateway(decade, plan, slowness=3) as gateway:
        variables = settings(gateway, [splits], tmp_path)
        for _ in range(4):
            done = subprocess.run(
                [TRADEWIND, "data", "fetch", *SYMBOLS, "--from", FIRST, "--to", LAST, "--csv", tmp_path / "data", "--json",
                 "--provider", "interactive_brokers"], capture_output=True, text=True, timeout=120, cwd=ROOT, env=variables)
            if done.returncode == 0:
                break
        assert done.returncode == 0, done.stdout + done.stderr
        assert json.loads(done.stdout)["skipped"] == []
        assert set(gateway.done) == set(KINDS)
        same(tmp_path / "data", decade)
        assert {row[8] for row in rows(tmp_path / "data/1d/AAA.csv")} == {"interactive_brokers"}
        asked = gateway.asked
        assert fetch(tmp_path / "data", variables, *SYMBOLS)["bars"] == 0 and gateway.asked == asked


@pytest.mark.parametrize("span,minutes", [("1m", 1), ("5m", 5), ("1h", 60)])
def test_bars_within_the_day(decade, tmp_path, span, minutes):
    first, last = "2018-12-03", "2018-12-31"
    with Alpaca(decade) as splits, Gateway(decade) as gateway:
        variables = settings(gateway, [splits], tmp_path)
        fetch(tmp_path / "data", variables, "AAA", first=first, last=last, span=span)
        wanted = decade.minutes("AAA", minutes, *map(datetime.date.fromisoformat, (first, last)))
        got = [[round(float(cell) * 100) for cell in row[1:5]] for row in figures(tmp_path / "data", "AAA", span)]
        assert got == [[row[key] for key in "ohlc"] for row in wanted]
        # No question reaches further back than it may, or names the same end twice.
        assert len(set(gateway.questions)) == len(gateway.questions)


def test_without_splits_nothing_is_taken_for_raw(decade, tmp_path):
    with Gateway(decade) as gateway:
        variables = settings(gateway, [], tmp_path)
        done = data(["fetch", "AAA", "--from", "2018-01-02", "--to", "2018-02-01", "--csv", tmp_path / "data", "--provider",
                     "interactive_brokers"], variables, code=1)
        assert "adjusted for splits" in done.stderr and gateway.asked == 0


def test_a_client_id_that_others_have(decade, tmp_path):
    """Another program has our id, as it may: the next one is tried."""
    with Alpaca(decade) as splits, Gateway(decade) as gateway:
        other = socket.create_connection(("127.0.0.1", gateway.port))
        hello, start = b"v163..178", b"71\x002\x0071\x00\x00"
        other.sendall(b"API\0" + struct.pack(">I", len(hello)) + hello + struct.pack(">I", len(start)) + start)
        while not any(talk.client == 71 for talk in gateway.talks):
            assert other.recv(4096)
        variables = settings(gateway, [splits], tmp_path)
        assert fetch(tmp_path / "data", variables, "AAA", first="2018-01-02", last="2018-02-01")["bars"] == 22
        other.close()


def test_quotes(tmp_path):
    with Gateway(prices={"AAA": 190.0, "BRK B": 400.0}) as gateway:
        variables = settings(gateway, [], tmp_path)
        done = data(["look", "AAA", "BRK.B", "--json"], variables)
        assert "189.99" in done.stdout and "190.01" in done.stdout and "399.99" in done.stdout
        done = data(["look", "ZZZ"], variables, code=1)
        assert "No security definition" in done.stderr


def test_a_gateway_that_is_not_there(tmp_path):
    with Gateway() as gateway:
        pass
    variables = settings(gateway, [], tmp_path)
    done = data(["look", "AAA"], variables, code=1)
    assert f"127.0.0.1:{gateway.port}" in done.stderr
    variables["TRADEWIND_PROVIDERS_INTERACTIVE_BROKERS_HOST"] = ""
    done = data(["fetch", "AAA", "--from", "2018-01-02", "--provider", "interactive_brokers"], variables, code=1)
    assert "providers.interactive_brokers.host" in done.stderr
