"""A sweep that is interrupted goes on to the same bytes, and the same bytes come from any number of cores."""

import json
import os
import pathlib
import signal
import subprocess
import time

import pytest

ROOT = pathlib.Path(__file__).parents[2]
TRADEWIND = os.environ.get("TRADEWIND", ROOT / "bin" / "tradewind")
SWEEP = [TRADEWIND, "sweep", "sma-crossover", "--csv", "config/sample"]
# Enough work that a signal finds it in the middle of it.
MANY = ["--grid", "fast=1..60", "--grid", "slow=61..400/4"]
FEW = ["--grid", "fast=5..20/5", "--grid", "slow=10..60/10"]


def sweep(*words, code=0):
    done = subprocess.run([*SWEEP, *words], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == code, done.stderr
    return done


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    sweep(*MANY, "--out", folder)
    return (folder / "points.csv").read_bytes()


def interrupted(folder, number):
    """The exit code of a sweep that gets a signal once some of its points are on the disk."""
    running = subprocess.Popen(
        [*SWEEP, *MANY, "--out", folder], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    points = folder / "points.csv"
    deadline = time.monotonic() + 60
    while running.poll() is None and time.monotonic() < deadline:
        if points.exists() and points.stat().st_size > 4_000:
            running.send_signal(number)
            break
        time.sleep(0.001)
    said = running.communicate(timeout=60)[1]
    return running.returncode, said


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_what_is_interrupted_goes_on_to_the_same_bytes(tmp_path, whole, number):
    code, said = interrupted(tmp_path, number)
    begun = (tmp_path / "points.csv").read_bytes()
    assert whole.startswith(begun) and len(begun) < len(whole), "it was not interrupted in the middle"
    if number == signal.SIGKILL:
        assert code == -signal.SIGKILL
    else:
        assert code == 130 and "the same command goes on from there" in said
        assert begun.endswith(b"\n")
    assert "known from before" in sweep(*MANY, "--out", tmp_path).stdout
    assert (tmp_path / "points.csv").read_bytes() == whole
    page = (tmp_path / "sweep.html").read_text()
    assert "Sweep of sma-crossover" in page and "http" not in page.replace("http-equiv", "")


@pytest.mark.parametrize("how", [[], ["--random", "60"], ["--lhs", "60", "--seed", "9"]])
def test_the_number_of_cores_changes_nothing(tmp_path, how):
    bytes = []
    for cores in ("1", "2", "7"):
        sweep(*FEW, *how, "--cores", cores, "--out", tmp_path / cores)
        bytes.append((tmp_path / cores / "points.csv").read_bytes())
    assert bytes[0] == bytes[1] == bytes[2] and len(bytes[0].splitlines()) > 20


def test_a_point_is_the_backtest_that_it_names():
    points = json.loads(sweep(*FEW, "--json").stdout)
    assert points["refused"] == sum("refused" in point for point in points["points"]) > 0
    for point in [point for point in points["points"] if "refused" not in point][::5]:
        single = subprocess.run(
            [TRADEWIND, "backtest", "sma-crossover", "--csv", "config/sample", "--json", "--set",
             f"fast={point['parameters']['fast']}", "--set", f"slow={point['parameters']['slow']}"],
            cwd=ROOT, capture_output=True, text=True, timeout=60)
        figures = json.loads(single.stdout)
        for name in set(point) - {"point"}:
            assert point[name] == figures[name], name


@pytest.mark.parametrize("words, code, part", [
    (["--grid", "fsat=1,2"], 2, "did you mean fast?"),
    (["--grid", "fast=9..2"], 2, "5..50/5 would be right"),
    (["--grid", "fast=1,2", "--grid", "fast=3"], 2, "two axes of fast"),
    (["--grid", "fast=1,2", "--random", "5", "--lhs", "5"], 2, "one of them would be right"),
    (["--grid", "fast=1,2", "--map", "fast,slow"], 2, "--map slow"),
    (["--grid", "fast=1,2", "--top", "0"], 2, "--top"),
])
def test_a_sweep_that_cannot_be_is_one_sentence(words, code, part):
    done = sweep(*words, code=code)
    assert part in done.stderr and len(done.stderr.splitlines()) == 1, done.stderr


def test_results_of_another_sweep_are_not_mixed_in(tmp_path):
    sweep(*FEW, "--out", tmp_path)
    before = (tmp_path / "points.csv").read_bytes()
    said = sweep(*FEW, "--cash", "5000", "--out", tmp_path, code=1).stderr
    assert "holds another sweep (cash: 100000, and now cash: 5000)" in said
    assert (tmp_path / "points.csv").read_bytes() == before
