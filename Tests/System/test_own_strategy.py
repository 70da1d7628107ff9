"""The package that `tradewind strategy new` makes, as a service of the mesh. Its first build takes minutes, so it is built by
hand, and OWN_STRATEGY names the executable; docs/strategies.md has the commands."""

import json
import os
import signal
import subprocess

import pytest

from mesh import ENVIRONMENT, Mesh
from test_python_strategy import GOLDEN, SETTINGS, parsed

OWN = os.environ.get("OWN_STRATEGY")
pytestmark = pytest.mark.skipif(OWN is None, reason="OWN_STRATEGY names no executable")
SYMBOLS = "AAPL,IBM,KO,MSFT"


def serve(mesh):
    words = mesh.command("tap", "serve", "--symbols", SYMBOLS)
    with open(mesh.log_path("dip-buyer"), "ab") as log:
        process = subprocess.Popen([OWN, *words[1:]], cwd=mesh.folder, env=ENVIRONMENT, stdout=log, stderr=log)
    mesh.all.append(process)
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
