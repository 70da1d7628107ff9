"""`tradewind chaos`: a round in which everything is struck agrees, and one with services that do wrong does not."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

from mesh import ENVIRONMENT, PLACE, REPOSITORY, executable


@pytest.fixture
def place():
    # A socket's path has at most 107 characters.
    folder = tempfile.mkdtemp(prefix="tw-", dir=PLACE)
    yield pathlib.Path(folder)
    shutil.rmtree(folder, ignore_errors=True)


def chaos(program, *arguments):
    done = subprocess.run(
        [program, "chaos", *arguments], cwd=REPOSITORY, env=ENVIRONMENT, capture_output=True, text=True, timeout=150)
    return done.returncode, done.stdout, done.stderr


def test_services_that_do_wrong_are_found_out(place):
    """Each is told something else than the round believes, in a folder of executables of its own."""
    own = place / "bin"
    own.mkdir()
    real = pathlib.Path(executable("tradewind")).parent
    wrong = {
        "risk": "risk.position_size=0.5", "portfolio": "backtest.cash=99999", "historian": "historian.trading=false",
    }
    for program in real.iterdir():
        if program.name in wrong:
            script = own / program.name
            script.write_text(f'#!/bin/sh\n[ "$1" = --verify ] || set -- "$@" --set {wrong[program.name]}\n'
                              f'exec {program} "$@"\n')
            script.chmod(0o755)
        else:
            # It looks for the others beside itself, wherever a link leads.
            (shutil.copy2 if program.name == "tradewind" else os.symlink)(program, own / program.name)
    kept = place / "kept"
    code, out, told = chaos(own / "tradewind", "--seed", "1", "--round", "2", "--keep", str(kept), "--json",
                            "--plant", "lost-fill,doubled-order,lost-order")
    assert code == 1, told
    outcome = json.loads(out)
    found = {finding["view"]: finding for finding in outcome["findings"]}
    assert {"limits", "books", "SQL", "derivation"} <= set(found), outcome["findings"]
    assert "position size" in found["limits"]["sentence"] and "trading/verdict:1/" in found["limits"]["message"]
    assert "cash" in found["books"]["sentence"] and found["books"]["message"].startswith("trading/account:1/")
    assert "no row" in found["SQL"]["sentence"]
    # What was put into the record afterwards is named, each at its place.
    orders = [finding["sentence"] for finding in outcome["findings"] if finding["view"] == "orders"]
    for part in ["for portfolio, and", "was doubled: it was sent twice", "was lost: it was approved and never sent"]:
        assert sum(part in sentence for sentence in orders) == 1, orders
    assert (kept / "mesh/execution").is_dir()


def test_at_a_broker_an_order_that_its_service_keeps_for_ever_is_found_out(place):
    """Beside that one order all agrees, though the venue and the services are struck."""
    code, out, told = chaos(executable("tradewind"), "--seed", "1", "--round", "3", "--keep", str(place / "kept"),
                            "--json", "--plant", "swallowed-order")
    assert code == 1, told
    outcome = json.loads(out)
    assert outcome["scene"] == "broker" and outcome["orders"] > 20
    found = [finding for finding in outcome["findings"] if finding["view"] == "venue"]
    kept = [finding for finding in found if "broker keeps it no longer" in finding["sentence"]]
    assert len(kept) == 1 and kept[0]["message"].startswith("trading/step/broker.1:"), outcome["findings"]
    # Nothing else is wrong with it: its limits and books are in order, and what the database has.
    views = {finding["view"] for finding in outcome["findings"]}
    assert views <= {"venue", "orders"}, outcome["findings"]


def test_a_round_that_agrees_leaves_nothing_behind():
    """Also on a small disk, where this program is begun once more to have it."""
    code, out, told = chaos(executable("tradewind"), "--seed", "1", "--round", "5", "--json")
    assert code == 0, out + told
    outcome = json.loads(out)
    assert outcome["scene"] == ("disk" if os.geteuid() == 0 else "paper") and outcome["findings"] == []
    assert outcome["folder"].startswith("/tmp/tradewind.") and not os.path.exists(outcome["folder"])


@pytest.mark.parametrize("arguments, sentence", [
    (["--round", "3"], "needs the --seed"),
    (["--rounds", "0"], "rounds"),
    (["--victim", "feed"], "--victim feed is none; relay, feed.1, historian"),
    (["--seed", "1", "--keep", "docs"], "docs is not empty"),
    (["--seed", "1", "--plant", "lost-fills"], "lost-fill, doubled-order, lost-order, swallowed-order would be right"),
])
def test_a_wrong_command_line_is_one_sentence(arguments, sentence):
    code, out, told = chaos(executable("tradewind"), *arguments)
    assert code == 2 and not out
    assert sentence in told and told.count("\n") <= 2
