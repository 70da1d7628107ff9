"""A strategy in Python takes its place in the mesh, and says what its twin in Swift says: examples/strategy.py."""

import csv
import datetime
import json
import signal
import subprocess
import sys

import pytest

from mesh import ENVIRONMENT, REPOSITORY, Mesh, executable

pytest.importorskip("zmq")
FILES = ",".join(str(REPOSITORY / "config" / "sample" / f"{name}.csv") for name in ("AAPL", "IBM", "KO", "MSFT"))
SETTINGS = {"feed.source": "csv", "feed.csv_files": FILES, "feed.span": "1d", "feed.followers": "historian"}
MINUTE_FILES = ",".join(str(REPOSITORY / "config" / "sample-minutes" / f"{name}.csv") for name in ("INVA", "INVB"))
MINUTES = {**SETTINGS, "feed.csv_files": MINUTE_FILES, "feed.span": "5m"}
GOLDEN = REPOSITORY / "Tests" / "Golden" / "signals" / "dip-buyer.txt"


def launch(mesh, path, *words):
    process = subprocess.Popen(
        [sys.executable, REPOSITORY / "examples" / "strategy.py", "--folder", mesh.sockets, "--signals", path, *words],
        env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    mesh.all.append(process)
    return process


def parsed(text):
    signals = []
    for line in text.splitlines():
        number, at, symbol, strength, figures, reason = line.split(" ", 5)
        figures = {name: float(value) for name, value in (each.split("=") for each in figures.split(","))}
        signals.append((int(number), int(at), symbol, float(strength), figures, reason))
    return signals


def same(found, right):
    assert len(found) == len(right) > 20
    for mine, theirs in zip(found, right):
        assert mine[:4] == theirs[:4] and mine[5] == theirs[5]
        assert mine[4] == pytest.approx(theirs[4], rel=1e-12)


def test_it_says_what_the_golden_transcript_says(tmp_path):
    with Mesh(SETTINGS) as mesh:
        mesh.start("relay", "feed", "historian")
        path = tmp_path / "signals"
        process = launch(mesh, path)
        assert process.wait(60) == 0, process.stdout.read()
        same(parsed(path.read_text()), parsed(GOLDEN.read_text()))


def test_killed_on_the_way_it_says_the_same(tmp_path):
    """The replay of the invented minutes takes a second and a half."""
    words = ["--dip", "0.002"]
    with Mesh(MINUTES) as mesh:
        mesh.start("relay", "feed", "historian")
        whole = launch(mesh, tmp_path / "whole", *words)
        assert whole.wait(60) == 0, whole.stdout.read()
    with Mesh({**MINUTES, "feed.speed": 1_000_000}) as mesh:
        mesh.start("relay", "feed", "historian")
        first = launch(mesh, tmp_path / "first", *words)
        mesh.until_rows(600)
        first.send_signal(signal.SIGKILL)
        first.wait(10)
        second = launch(mesh, tmp_path / "second", *words)
        assert second.wait(60) == 0, second.stdout.read()
    assert len((tmp_path / "whole").read_text().splitlines()) > 20
    assert (tmp_path / "second").read_text() == (tmp_path / "whole").read_text()


def test_the_golden_transcript_is_what_its_twin_decides(tmp_path):
    """The rules on one symbol at a time: each signal becomes an order at its own moment."""
    right = parsed(GOLDEN.read_text())
    for name in ("AAPL", "IBM", "KO", "MSFT"):
        words = ["examples/dip-buyer.yaml", "--csv", f"config/sample/{name}.csv", "--out", tmp_path / name, "--no-record"]
        done = subprocess.run(
            [executable("tradewind"), "backtest", *words], cwd=REPOSITORY, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        with open(tmp_path / name / "orders.csv") as file:
            orders = [(moment(row["at"]), row["side"]) for row in csv.DictReader(file)]
        assert orders == [(at, "buy" if strength > 0 else "sell") for _, at, symbol, strength, _, _ in right
                          if symbol == name]


def moment(text):
    day = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return int(day.timestamp()) * 1_000_000_000


def test_tap_sees_its_signals_with_their_causes(tmp_path):
    with Mesh({**MINUTES, "feed.speed": 1_000_000}) as mesh:
        mesh.start("relay")
        tap = subprocess.Popen(
            mesh.command("tap", "--count", "5", "--json", "trading/signal/"), cwd=mesh.folder, env=ENVIRONMENT,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        mesh.all.append(tap)
        # Without a file it stays, as a service does.
        mesh.all.append(subprocess.Popen(
            [sys.executable, REPOSITORY / "examples" / "strategy.py", "--folder", mesh.sockets, "--dip", "0.002"],
            env=ENVIRONMENT))
        mesh.start("feed", "historian")
        said, complaint = tap.communicate(timeout=60)
        assert tap.returncode == 0, complaint
        seen = [json.loads(line) for line in said.splitlines()]
        numbers = [int(each["number"]) for each in seen]
        assert numbers == list(range(numbers[0], numbers[0] + 5))
        assert all(each["cause"]["topic"].startswith("market/bar/5m/") for each in seen)
