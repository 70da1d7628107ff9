"""The strategy that `tradewind strategy new` makes, tried and as a service of the mesh.

Tests/System/own-strategy holds its files, and is built with everything else: a package of its own would compile Tradewind
once more. OWN_STRATEGY names the executable of such a package where somebody has built one.
"""

import json
import os
import signal
import subprocess

import pytest

from mesh import ENVIRONMENT, REPOSITORY, Mesh, executable
from test_python_strategy import GOLDEN, SETTINGS, parsed


def own():
    folders = [REPOSITORY / ".build/release", REPOSITORY / ".build/debug"]
    built = [str(folder / "own-strategy") for folder in folders if (folder / "own-strategy").exists()]
    found = os.environ.get("OWN_STRATEGY") or next(iter(built), None)
    assert found, "no own-strategy: build it with `make build`"
    return found


SYMBOLS = "AAPL,IBM,KO,MSFT"


def serve(mesh):
    words = mesh.command("tap", "serve", "--symbols", SYMBOLS)
    path = mesh.log_path("dip-buyer")
    with open(path, "ab") as log:
        before = path.read_text().count('"started"')
        process = subprocess.Popen([own(), *words[1:]], cwd=mesh.folder, env=ENVIRONMENT, stdout=log, stderr=log)
    mesh.all.append(process)
    # Until then a signal ends it as it ends any program.
    mesh.until(lambda: path.read_text().count('"started"') > before, "it has started", 30)
    return process


def signals(mesh):
    done = subprocess.run(
        mesh.command("tap", "--transcript", mesh.state / "dip-buyer" / "all", "--json", "trading/signal/"),
        cwd=mesh.folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=60)
    found = []
    for line in done.stdout.splitlines():
        envelope = json.loads(line)
        said = envelope["signal"]
        found.append(said)
    return found


def compare(found):
    right = parsed(GOLDEN.read_text())
    assert len(found) == len(right)
    for mine, theirs in zip(found, right):
        assert (mine["symbol"], float(mine.get("strength", 0)), mine["reason"]) == (theirs[2], theirs[3], theirs[5])
        figures = {each["name"]: each["value"] for each in mine["figures"]}
        assert figures == pytest.approx(theirs[4], rel=1e-12)


def test_it_says_what_its_twin_in_python_says_whatever_kills_it():
    with Mesh(SETTINGS) as mesh:
        mesh.start("relay", "historian")
        process = serve(mesh)
        mesh.start("feed")
        mesh.until_rows(400)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        process = serve(mesh)
        mesh.until(lambda: len(signals(mesh)) >= 108, "all signals are in the transcript", 30)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        compare(signals(mesh))
        # Begun from the snapshot of the end, it has nothing to add.
        process = serve(mesh)
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        compare(signals(mesh))


def test_its_files_are_what_strategy_new_makes(tmp_path):
    done = subprocess.run(
        [executable("tradewind"), "strategy", "new", "dip-buyer", "--in", tmp_path, "--tradewind", REPOSITORY],
        env=ENVIRONMENT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    made = {path.name: path.read_text() for path in (tmp_path / "dip-buyer/Sources/dip-buyer").iterdir()}
    kept = {path.name: path.read_text() for path in (REPOSITORY / "Tests/System/own-strategy").iterdir()}
    assert made == kept, "strategy new makes other files: copy them to Tests/System/own-strategy"
    package = (tmp_path / "dip-buyer/Package.swift").read_text()
    assert f'.package(name: "tradewind", path: "{REPOSITORY}")' in package
    assert '.product(name: "Tradewind", package: "tradewind")' in package


def run(*words, code=0):
    done = subprocess.run(
        [own(), *words], cwd=REPOSITORY, env=ENVIRONMENT, capture_output=True, text=True, timeout=120)
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


SAMPLE = ["--csv", "config/sample", "--allocation", "equal-weight"]


def test_it_can_be_tried_as_the_page_says():
    figures = json.loads(run("backtest", *SAMPLE, "--json", "--no-record"))
    assert figures["fills"] > 20
    other = json.loads(run("backtest", *SAMPLE, "--json", "--no-record", "--set", "period=10"))
    assert other["orders_hash"] != figures["orders_hash"]
    points = json.loads(run("sweep", *SAMPLE, "--grid", "period=10..40/10", "--grid", "dip=0.02,0.03", "--json"))["points"]
    assert len(points) == 8
    audit = json.loads(run("audit", *SAMPLE, "--json"))
    assert all(each["holds"] for each in audit["tests"][:3])
    assert "It buys where the close lies more than" in run("show")
    assert "did you mean period?" in run("backtest", *SAMPLE, "--set", "peirod=10", code=2)


@pytest.mark.parametrize("words, sentence", [
    (["--symbols", "AAPL", "--with", "peirod=1"], "did you mean period?"),
    (["--symbols", "AAPL", "--with", "dip=2"], "dip"),
    ([], "--symbols"),
])
def test_it_refuses_to_serve_what_it_cannot(words, sentence):
    assert sentence in run("serve", *words, code=2)
