"""`tradewind run`, what a newcomer sees first: a week of a paper account by the whole mesh, which comes to what a backtest
of the same bars does, whoever is killed on the way.
"""

import csv
import decimal
import fcntl
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import pytest

from mesh import ENVIRONMENT, PLACE, REPOSITORY, executable
from test_disk import needs_mounts

SERVICES = ("exchange", "strategist", "portfolio", "risk", "execution", "historian", "relay", "feed")


@pytest.fixture
def place():
    # A socket's path has at most 107 characters.
    folder = tempfile.mkdtemp(prefix="tw-", dir=PLACE)
    yield pathlib.Path(folder)
    shutil.rmtree(folder, ignore_errors=True)


def begin(*arguments, **more):
    return subprocess.Popen(
        [executable("tradewind"), "run", *arguments], cwd=REPOSITORY, env=ENVIRONMENT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)


def end(process, seconds=150):
    out, told = process.communicate(timeout=seconds)
    return process.returncode, out, told


def members(process):
    """The processes of its mesh, by name."""
    found = {}
    for child in subprocess.run(
            ["pgrep", "-P", str(process.pid)], capture_output=True, text=True).stdout.split():
        try:
            found[os.path.basename(os.readlink(f"/proc/{child}/exe"))] = int(child)
        except OSError:
            pass  # it has ended meanwhile
    return found


def test_the_week_is_traded_killed_and_explained(place):
    kept = place / "week"
    process = begin("--keep", str(kept), "--speed", "40000", "--json")
    wounds = []
    # Each once it has something to lose: its transcript has begun.
    for name in ("risk", "portfolio", "execution", "exchange", "strategist", "feed", "historian", "relay"):
        while process.poll() is None:
            running = members(process)
            if name in running and (name == "relay" or any((kept / name).glob("*/*.segment"))):
                os.kill(running[name], signal.SIGKILL)
                wounds.append(name)
                break
    code, out, told = end(process)
    assert code == 0, told
    assert len(wounds) == 8, "the week was over before all of them were killed"
    found = json.loads(out)
    assert found["like_the_backtest"]
    assert {row["service"] for row in found["verified"]} == set(SERVICES) - {"relay"}
    assert all(row["difference"] is None for row in found["verified"])
    days = found["report"]["days"]
    assert [day["day"] for day in days] == [f"2024-06-0{number}" for number in range(3, 8)]
    assert all(day["orders"] > 10 and day["fills"] > 10 for day in days)
    strategies = found["report"]["strategies"]
    assert sum(each["fills"] for each in strategies) == sum(day["fills"] for day in days)
    assert (kept / "report/report.html").read_text().startswith("<!doctype html>")
    assert members(process) == {}

    # What it names to look closer does so.
    trade = (kept / "report/trades.csv").read_text().splitlines()[1].split(",")
    code, out, told = run("why", trade[0], "--set", f"state.folder={kept}")
    assert code == 0 and trade[0] in out, told
    code, out, told = run("at", "2024-06-05T16:00:00Z", "--set", f"state.folder={kept}")
    assert code == 0 and "equity" in out, told
    code, out, told = run("day", "report", "--json", "--set", f"state.folder={kept}")
    assert code == 0 and json.loads(out)["report"] == found["report"], told
    parts = [day_report(kept, day["day"]) for day in days]
    assert [part["report"]["days"] for part in parts] == [[day] for day in days]
    assert [part["report"]["cash"] for part in parts] == ["100000", *(day["equity"] for day in days[:-1])]
    # A backtest of the same bars has the equity of each day, and what each trade brought.
    assert [day["equity"] for day in days] == [row["equity"] for row in table(kept, "equity")]
    closed = sum(decimal.Decimal(each["closed_profit"]) for each in strategies)
    assert closed == sum(decimal.Decimal(row["profit"]) for row in table(kept, "trades"))
    for name in ("signals", "orders", "fills"):
        assert sum(each[name] for part in parts for each in part["report"]["strategies"]) == sum(
            each[name] for each in strategies)
    # Each order that risk rejected failed some check, and nobody said anything.
    assert [any(part["rejected"].values()) for part in parts] == [day["rejected"] > 0 for day in days]
    assert all(part["said"] == [] for part in parts)
    # The exchange refused some orders of a cash account; a backtest has the same refusals, so they are no difference.
    refused = next(part for part in parts if part["refused"])["report"]["days"][0]["day"]
    code, out, told = run("parity", "--day", refused, "--json", "--set", f"state.folder={kept}")
    assert code == 0 and set(json.loads(out)["parts"].values()) == {"0"}, out + told
    code, out, told = run("day", "report", "2024-06-09", "--set", f"state.folder={kept}")
    assert code == 1 and "there is something from 2024-06-03 to 2024-06-07" in told


def day_report(kept, day):
    code, out, told = run("day", "report", day, "--json", "--set", f"state.folder={kept}")
    assert code == 0, told
    return json.loads(out)


def table(kept, name):
    with (kept / f"report/{name}.csv").open() as file:
        return list(csv.DictReader(file))


def run(*arguments):
    done = subprocess.run(
        [executable("tradewind"), *arguments], cwd=REPOSITORY, env=ENVIRONMENT, capture_output=True, text=True,
        timeout=60)
    return done.returncode, done.stdout, done.stderr


def test_it_can_be_stopped(place):
    process = begin("--keep", str(place / "week"), "--speed", "600", stdin=subprocess.DEVNULL)
    while len(members(process)) < len(SERVICES) and process.poll() is None:
        pass
    running = members(process)
    process.send_signal(signal.SIGINT)
    code, _, told = end(process, 30)
    assert code == 130
    assert "stopped before the week was over" in told
    assert not [name for name, pid in running.items() if os.path.exists(f"/proc/{pid}/exe")]


@pytest.mark.parametrize("arguments, sentence", [
    (["--data", "docs"], "there is no .csv file in docs"),
    (["--keep", "docs"], "docs is not empty; a new folder would be right"),
    (["--strategy", "sma-crosover"], "did you mean sma-crossover?"),
    (["--strategy", "sma-crossover fast=0"], "fast"),
    (["--data", "config"], "there is no .csv file in config"),
])
def test_a_wrong_command_line_is_one_sentence(arguments, sentence):
    code, out, told = end(begin(*arguments), 30)
    assert code == 2 and not out
    assert sentence in told and told.count("\n") <= 2


def test_a_second_run_in_the_folder_leaves_the_first_one_alone(place):
    (place / "state").mkdir()
    words = [executable("tradewind"), "run", "--data", str(REPOSITORY / "config/sample-week")]
    with open(place / "state/paper.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(words, cwd=place, env=ENVIRONMENT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert "another `tradewind run` is at work in this folder" in done.stderr
    assert [path.name for path in (place / "state").iterdir()] == ["paper.lock"]


@needs_mounts
def test_a_disk_that_is_too_small_is_told_before_anybody_dies_of_it(place):
    for size, code in (("64k", 1), ("60m", 1), ("200m", 0)):
        disk = place / size
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", disk], check=True)
        try:
            process = begin("--keep", str(disk / "week"), "--json")
            returned, out, told = end(process)
            assert returned == code, told
            if code:
                assert len(told.splitlines()) == 1 and out == "", told
                assert "MiB, and the transcripts of 7 services begin with 112: free some" in told
                assert members(process) == {}
        finally:
            subprocess.run(["umount", "-l", disk], check=False)


@needs_mounts
def test_a_folder_that_cannot_be_written_is_one_sentence(place):
    subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "none", place], check=True)
    try:
        code, out, told = end(begin("--keep", str(place / "week")))
        assert (code, out) == (1, "")
        assert told == f"tradewind: cannot make the folder {place}/week: Read-only file system; it must be writable\n"
    finally:
        subprocess.run(["umount", "-l", place], check=False)
