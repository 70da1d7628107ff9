"""Runs are kept by name, compared and made again, and what they leave is whole: tradewind runs, audit, --out.

TRADEWIND names the command to test; without it, bin/tradewind of this checkout is taken.
"""

import csv
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

import pytest

from mesh import until

ROOT = pathlib.Path(__file__).parents[2]
TRADEWIND = os.environ.get("TRADEWIND", ROOT / "bin" / "tradewind")
SAMPLE = ROOT / "config" / "sample"
FILES = ["equity.csv", "orders.csv", "positions.csv", "report.html", "trades.csv"]
CROSSOVER = ["backtest", "sma-crossover", "--set", "fast=10", "--set", "slow=30", "--commission", "5bps"]


class Desk:
    """A folder to run in, with a file of bars and a book of runs."""

    def __init__(self, folder):
        self.folder = folder
        self.bars = folder / "IBM.csv"
        self.bars.write_bytes((SAMPLE / "IBM.csv").read_bytes())
        self.book = folder / "runs" / "runs.jsonl"

    def start(self, *arguments):
        return subprocess.Popen(
            [TRADEWIND, *map(str, arguments)], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True)

    def run(self, *arguments):
        process = self.start(*arguments)
        out, said = process.communicate(timeout=60)
        return process.returncode, out, said

    def backtest(self, *more):
        code, out, said = self.run(*CROSSOVER, "--csv", "IBM=IBM.csv", "--json", *more)
        assert code == 0, said
        return json.loads(out)

    def lines(self):
        return [json.loads(line) for line in self.book.read_text().splitlines()]


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def test_the_same_run_has_the_same_name_and_another_one_has_another(desk):
    first, again = desk.backtest(), desk.backtest()
    assert first["run"] == again["run"]
    assert desk.backtest("--cash", "50000")["run"] != first["run"]
    (desk.folder / "moved").mkdir()
    desk.bars.rename(desk.folder / "moved" / "bars.csv")
    code, out, said = desk.run(*CROSSOVER, "--csv", "IBM=moved/bars.csv", "--json")
    assert json.loads(out)["run"] == first["run"], "where the data lie is no part of the name"
    code, out, said = desk.run("runs", "ls", "--json")
    assert code == 0 and [run["name"] for run in json.loads(out)].count(first["run"]) == 1
    table = desk.run("runs", "ls")[1].splitlines()
    assert len(table) == 3 and f"{first['run']}" in table[2] and " 3 " in table[2]


def test_the_figures_that_programs_need_are_there(desk):
    figures = desk.backtest()
    for key in ("final_equity closed_trades open_trades total_return annual_return volatility sharpe sortino calmar "
                "max_drawdown win_rate profit_factor exposure turnover fees orders_hash warnings").split():
        assert key in figures, key
    assert figures["sharpe_low"] < figures["sharpe"] < figures["sharpe_high"]


def test_nothing_is_kept_where_nobody_wants_it(desk):
    desk.backtest("--no-record")
    assert not desk.book.exists()
    code, out, said = desk.run("runs", "ls")
    assert (code, out) == (1, "") and "no backtest has been kept here yet" in said


def test_many_runs_at_once_are_all_kept(desk):
    started = [desk.start(*CROSSOVER, "--csv", "IBM=IBM.csv", "--cash", 1000 + number) for number in range(24)]
    assert [process.communicate(timeout=60) and process.returncode for process in started] == [0] * 24
    assert len({line["name"] for line in desk.lines()}) == 24


def test_a_line_that_a_power_cut_tore_costs_no_other(desk):
    first = desk.backtest()["run"]
    whole = desk.book.read_bytes()
    desk.book.write_bytes(whole + whole[: len(whole) // 2])
    code, out, said = desk.run("runs", "ls")
    assert code == 0 and first in out and said.startswith("1 line of runs/runs.jsonl cannot be read")
    second = desk.backtest("--cash", "5000")["run"]
    code, out, said = desk.run("runs", "ls")
    assert code == 0 and first in out and second in out and said.startswith("1 line")


def test_a_run_is_made_again_to_the_last_byte(desk):
    name = desk.backtest("--out", "first")["run"]
    code, out, said = desk.run("runs", "reproduce", name[:6], "--out", "second")
    assert code == 0 and "reproduced: every byte is the same" in out, out + said
    for file in FILES:
        assert file in out
        assert (desk.folder / "first" / file).read_bytes() == (desk.folder / "second" / file).read_bytes()
    # From elsewhere too: the run knows where it was made.
    desk.folder = desk.folder / "elsewhere"
    desk.folder.mkdir()
    (desk.folder / "runs").symlink_to("../runs")
    code, out, said = desk.run("runs", "reproduce", "--json")
    assert code == 0 and json.loads(out)["same"], said


def test_other_data_are_told(desk):
    desk.backtest("--out", "first")
    rows = desk.bars.read_text().splitlines()
    cells = rows[300].split(",")
    cells[5] = cells[4]
    desk.bars.write_text("\n".join(rows[:300] + [",".join(cells)] + rows[301:]) + "\n")
    code, out, said = desk.run("runs", "reproduce")
    assert code == 1 and "the data are others" in out, out + said
    assert [point["what"] for point in json.loads(desk.run("runs", "reproduce", "--json")[1])["points"]
            if not point["same"]][0] == "data"


def test_another_program_is_told_and_whether_it_came_to_the_same(desk):
    desk.backtest()
    line = desk.lines()[0]
    line["program"] = "0" * 32
    desk.book.write_text(json.dumps(line) + "\n")
    code, out, said = desk.run("runs", "reproduce")
    assert code == 1 and "the program is another build; yet it came to the same" in out
    line["outcome"] = "0" * 32
    line["figures"]["final_equity"] = 1.0
    desk.book.write_text(json.dumps(line) + "\n")
    code, out, said = desk.run("runs", "reproduce")
    assert code == 1 and "not reproduced: the program is another build" in out and "final equity was 1.00 and is" in out


def test_data_that_are_gone_are_told_in_one_sentence(desk):
    desk.backtest()
    desk.bars.unlink()
    code, out, said = desk.run("runs", "reproduce")
    assert (code, out) == (1, "") and len(said.splitlines()) == 1 and "IBM.csv" in said


def test_runs_are_compared_and_the_best_figures_marked(desk):
    cheap, dear = desk.backtest(), desk.backtest("--cash", "200000")
    code, out, said = desk.run("runs", "compare", cheap["run"], dear["run"])
    assert code == 0, said
    rows = {line[:16].strip(): line[16:] for line in out.splitlines()}
    assert rows["--cash"].split() == ["100000", "200000"]
    best, worse = (cheap, dear) if cheap["final_equity"] > dear["final_equity"] else (dear, cheap)
    assert "*" in rows["final equity"] and (rows["final equity"].index("*") < len(rows["final equity"]) - 4) == (
        best is cheap)
    assert "--commission" not in rows
    assert desk.run("runs", "compare", cheap["run"])[0] == 2


def test_a_run_that_is_not_there_is_told(desk):
    name = desk.backtest()["run"]
    code, out, said = desk.run("runs", "show", name[:-1] + "x")
    assert (code, out) == (2, "") and f"did you mean {name}?" in said
    desk.backtest("--cash", "5000")
    code, out, said = desk.run("runs", "show", "")
    assert (code, out) == (2, "") and "several runs" in said


def test_a_folder_of_results_is_whole_and_keeps_what_others_put_there(desk):
    desk.backtest("--out", "deep/results")
    place = desk.folder / "deep" / "results"
    assert sorted(os.listdir(place)) == FILES and os.listdir(place.parent) == ["results"]
    before = (place / "report.html").read_bytes()
    (place / "notes.txt").write_text("mine")
    dead = place.parent / "results.partial-999999999"
    dead.mkdir()
    (dead / "trades.csv").write_text("half")
    desk.backtest("--out", "deep/results/")
    assert sorted(os.listdir(place)) == sorted([*FILES, "notes.txt"])
    assert os.listdir(place.parent) == ["results"], "what a killed process left is removed"
    assert (place / "report.html").read_bytes() == before
    code, out, said = desk.run(*CROSSOVER, "--csv", "IBM=IBM.csv", "--out", "IBM.csv")
    assert code == 1 and "IBM.csv is a file" in said


def opened(process, name):
    """Whether a process has a file of that name open."""
    try:
        return any(os.path.basename(file.readlink()) == name for file in pathlib.Path(f"/proc/{process.pid}/fd").iterdir())
    except OSError:  # closed meanwhile, or the process has ended
        return False


# What can be seen of a run from outside, in the order in which it comes.
MOMENTS = {
    "it is started": lambda desk, process: True,
    "it reads": lambda desk, process: opened(process, "IBM.csv"),
    "it begins to write": lambda desk, process: any(desk.folder.glob("results.partial-*")),
    "it writes the first file": lambda desk, process: any(desk.folder.glob("results.partial-*/*")),
    "the last file is there": lambda desk, process: any(desk.folder.glob(f"results*/{FILES[-1]}")),
    "the results are there": lambda desk, process: (desk.folder / "results").exists(),
}


def caught_at(moment, desk):
    """A run at a moment; nothing where it was over before that was seen, as happens where others want the processor."""
    shutil.rmtree(desk.folder / "results", ignore_errors=True)
    process = desk.start(*CROSSOVER, "--csv", "IBM=IBM.csv", "--out", "results")
    deadline = time.monotonic() + 60
    while not MOMENTS[moment](desk, process):
        assert time.monotonic() < deadline, f"after 60 s still not: {moment}"
        if process.poll() is not None:
            process.communicate()
            return None
    return process


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_interrupted_run_leaves_all_or_nothing(desk, moment):
    rows = list(csv.reader(open(SAMPLE / "IBM.csv")))
    with open(desk.bars, "w") as file:
        file.write("time,open,high,low,close,volume\n")
        for number in range(300_000):
            row = rows[1 + number % (len(rows) - 1)]
            opened_at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_500_000_000 + number * 60))
            file.write(",".join([opened_at, *row[2:]]) + "\n")
    process = until(lambda: caught_at(moment, desk), moment, seconds=120)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    left = [name for name in os.listdir(desk.folder) if name.startswith("results")]
    assert left in {"it is started": ([], ["results"]), "it reads": ([],)}.get(moment, (["results"],))
    if left:
        assert sorted(os.listdir(desk.folder / "results")) == FILES


def test_an_audit_proves_what_it_can_and_says_when_it_cannot(desk):
    code, out, said = desk.run("audit", "sma-crossover", "--csv", "IBM=IBM.csv", "--set", "fast=5", "--set", "slow=20", "--json")
    proof = json.loads(out)
    assert code == 0 and proof["holds"], out
    assert [test["test"] for test in proof["tests"]] == [
        "the same data again", "the future cut off", "the future replaced", "begun later"]
    assert all(test["decisions"] > 10 for test in proof["tests"])
    assert proof["warm_up_declared"] == 20 and proof["warm_up_needed"] <= 20
    code, out, said = desk.run("audit", "sma-crossover", "--csv", "IBM=IBM.csv", "--set", "fast=300", "--set", "slow=700")
    assert code == 1 and "nothing to compare" in out


def test_the_report_needs_no_network(desk):
    desk.backtest("--out", "results")
    page = (desk.folder / "results" / "report.html").read_text()
    for outside in ("http:", "https:", " src=", "url(", "@import", "<link"):
        assert outside not in page, outside
    assert desk.lines()[0]["name"] in page and "IBM held" in page
