"""A store is made small without losing a bar, whatever is killed and whoever reads; snapshots keep all of it."""

import json
import pathlib
import random
import shutil
import signal
import subprocess
import time

import pytest

from mesh import ENVIRONMENT, REPOSITORY, executable

SAMPLES = [REPOSITORY / "config/sample", REPOSITORY / "config/sample-minutes"]
SYMBOLS = ["AAPL", "IBM", "KO", "MSFT"]
# Before the corrections of these tests were made, and after all bars had closed.
BEFORE = "2026-01-01T00:00:00Z"


def words(*arguments):
    return [executable("tradewind"), *map(str, arguments)]


def run(*arguments, folder, code=0):
    done = subprocess.run(words(*arguments), cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=120)
    assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout if code == 0 else done.stdout + done.stderr


def told(*arguments, **more):
    return json.loads(run(*arguments, "--json", **more))


def correct(folder, symbol, volume):
    """Imports every fifth day of a symbol with another volume."""
    lines = (SAMPLES[0] / f"{symbol}.csv").read_text().splitlines()
    place = lines[0].split(",").index("volume")
    changed = [line.split(",") for line in lines[1::5]]
    for columns in changed:
        columns[place] = str(volume)
    path = folder / f"{symbol}.csv"
    path.write_text("\n".join([lines[0], *map(",".join, changed)]) + "\n")
    run("data", "import", f"{symbol}={path}", "--store", "bars", folder=folder)


def bars(folder, *more, store="bars"):
    """Every bar of a store as text: of each symbol the shortest that it has."""
    out = folder / "exported"
    shutil.rmtree(out, ignore_errors=True)
    run("data", "export", "--format", "csv", "--out", out, "--store", store, *more, folder=folder)
    return {path.name: path.read_text() for path in sorted(out.iterdir())}


def trace(folder):
    """What a backtest makes of the store, and which run it is by the fingerprint of its data."""
    told_of = told("backtest", "sma-crossover fast=5 slow=20", "--store", "bars", "--symbols", ",".join(SYMBOLS),
                   "--out", "result", folder=folder)
    tables = {path.name: path.read_text() for path in (folder / "result").glob("*.csv")}
    told_of.pop("seconds")
    assert told_of["fills"] > 10 and tables
    return told_of, tables


@pytest.fixture
def folder(tmp_path):
    for sample in SAMPLES:
        run("data", "import", sample, "--store", "bars", folder=tmp_path)
    for number, symbol in enumerate(SYMBOLS):
        correct(tmp_path, symbol, 1000 + number)
    return tmp_path


def test_the_same_bars_in_fewer_bytes(folder):
    before, known, traced = bars(folder), bars(folder, "--as-known-at", BEFORE), trace(folder)
    assert before != known
    files = {path: path.read_bytes() for path in (folder / "bars").rglob("*.parquet")}
    compact = ["data", "compact", "--store", "bars", "--codec", "zstd"]
    trial = told(*compact, "--dry-run", folder=folder)
    assert {path: path.read_bytes() for path in (folder / "bars").rglob("*.parquet")} == files
    assert trial["bytes_before"] == sum(map(len, files.values())) and trial["files_before"] == len(files)
    done = told(*compact, folder=folder)
    assert {**done, "dry_run": True} == trial
    after = {path: path.read_bytes() for path in (folder / "bars").rglob("*.parquet")}
    assert done["bytes_after"] == sum(map(len, after.values())) < done["bytes_before"]
    assert sum(each["packed"] for each in done["series"]) == len(files) and not done["failures"]
    assert bars(folder) == before and bars(folder, "--as-known-at", BEFORE) == known and trace(folder) == traced
    # By others it is read, too.
    import pyarrow.parquet
    assert pyarrow.parquet.read_table(next((folder / "bars/AAPL/1d").glob("*.parquet"))).num_rows == 754
    again = told(*compact, folder=folder)
    assert again["bytes_after"] == again["bytes_before"] and not any(each["packed"] for each in again["series"])


def test_versions_are_dropped_and_a_snapshot_keeps_them(folder):
    before, known, traced = bars(folder), bars(folder, "--as-known-at", BEFORE), trace(folder)
    compact = ["data", "compact", "--store", "bars"]
    # They are seconds old: whoever keeps a day of them keeps them all.
    kept = told(*compact, "--keep-versions", "1d", folder=folder)
    assert not any(each["versions_dropped"] for each in kept["series"])
    assert bars(folder, "--as-known-at", BEFORE) == known
    run("data", "snapshot", "create", "all", "--store", "bars", folder=folder)
    time.sleep(1.1)
    text = run(*compact, "KO", "--keep-versions", "1s", folder=folder)
    assert "KO 1d" in text and "MSFT" not in text
    done = told(*compact, "--keep-versions", "1s", folder=folder)
    assert sum(each["versions_dropped"] for each in done["series"]) == 3 * len(range(0, 754, 5))
    assert not list((folder / "bars").glob("*/*/replaced/*.parquet"))
    assert bars(folder) == before and trace(folder) == traced
    said = run("data", "export", "AAPL", "--out", "x", "--store", "bars", "--as-known-at", BEFORE, folder=folder, code=1)
    assert "was dropped by `tradewind data compact --keep-versions`" in said
    assert bars(folder, "--as-known-at", BEFORE, store="bars/.snapshots/all") == known
    assert told("data", "snapshot", "diff", "all", "--store", "bars", folder=folder)["series"] == []
    assert "AAPL 1d" in told("data", "snapshot", "restore", "all", "--store", "bars", folder=folder)["series"]
    assert bars(folder, "--as-known-at", BEFORE) == known


def test_killed_anywhere_the_store_reads_the_same(folder):
    before, known = bars(folder), bars(folder, "--as-known-at", BEFORE)
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    shutil.copytree(folder / "bars", folder / "whole")
    began = time.monotonic()
    told("data", "compact", "--store", "whole", "--codec", "zstd", folder=folder)
    longest = time.monotonic() - began
    for number in range(40):
        # To and fro, so that there is always something to do.
        codec = ["zstd", "snappy"][number % 2]
        process = subprocess.Popen(
            words("data", "compact", "--store", "bars", "--codec", codec), cwd=folder, env=ENVIRONMENT,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        time.sleep(chance.uniform(0, longest))
        process.send_signal(signal.SIGKILL)
        said = process.communicate()[1]
        assert process.returncode in (0, -signal.SIGKILL), said
        assert bars(folder) == before
    assert bars(folder, "--as-known-at", BEFORE) == known
    # One that is left alone finishes what they began: nothing of theirs is left.
    for codec in ("snappy", "zstd"):
        told("data", "compact", "--store", "bars", "--codec", codec, folder=folder)
    assert not [path for path in (folder / "bars").rglob(".*") if path.name.endswith((".new", ".commit"))]
    found = {path.relative_to(folder / "bars"): path.read_bytes() for path in (folder / "bars").rglob("*.parquet")}
    whole = {path.relative_to(folder / "whole"): path.read_bytes() for path in (folder / "whole").rglob("*.parquet")}
    assert found == whole


def test_readers_are_not_disturbed(folder):
    before, traced = bars(folder), trace(folder)
    stop = folder / "stop"
    loop = f"while [ ! -e '{stop}' ]; do \"$0\" data compact --store bars --codec zstd && \"$0\" data compact --store bars || exit 1; echo; done"
    process = subprocess.Popen(["bash", "-c", loop, executable("tradewind")], cwd=folder, env=ENVIRONMENT,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        for _ in range(12):
            assert bars(folder) == before and trace(folder) == traced
    finally:
        stop.touch()
        out, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert out.count("after") > 0


def test_what_is_wrong_is_told_in_a_sentence(folder):
    assert "did you mean MSFT?" in run("data", "compact", "MSFTT", "--store", "bars", folder=folder, code=1)
    assert "--keep-versions" in run("data", "compact", "--keep-versions", "long", "--store", "bars", folder=folder, code=2)
    victim = next((folder / "bars/KO/1d").glob("*.parquet"))
    victim.write_bytes(victim.read_bytes()[:-9])
    # The others are done all the same.
    said = run("data", "compact", "--codec", "zstd", "--store", "bars", folder=folder, code=1)
    assert f"{pathlib.Path('bars/KO/1d') / victim.name}: the file has" in said and "MSFT 1d" in said


def test_snapshots_have_the_splits_and_dividends(folder):
    actions = folder / "bars/.fetched/actions"
    actions.mkdir(parents=True)
    header = "symbol,ex_date,kind,ratio,amount,known_at\n"
    (actions / "AAPL.csv").write_text(header + "AAPL,2014-06-09,split,7:1,,\n")
    (actions / "IBM.csv").write_text(header + "IBM,2014-02-06,dividend,,0.95,\n")
    adjusted = bars(folder, "--adjusted", "all")
    snapshot = ["data", "snapshot"]
    assert told(*snapshot, "create", "first", "--store", "bars", folder=folder)[0]["actions"] == 2
    (actions / "AAPL.csv").write_text(header + "AAPL,2014-06-09,split,2:1,,\n")
    (actions / "IBM.csv").unlink()
    assert bars(folder, "--adjusted", "all") != adjusted
    found = json.loads(run(*snapshot, "diff", "first", "--store", "bars", "--json", folder=folder, code=1))
    assert found == {"series": [], "actions": {"gone": ["IBM"], "new": [], "changed": ["AAPL"]}}
    # A snapshot is read like a store, with what it has beside the bars.
    assert bars(folder, "--adjusted", "all", store="bars/.snapshots/first") == adjusted
    assert "splits and dividends of AAPL, IBM" in run(*snapshot, "restore", "first", "--store", "bars", folder=folder)
    assert bars(folder, "--adjusted", "all") == adjusted
    # One that was made before they were taken is still read, and said to be so.
    shutil.rmtree(folder / "bars/.snapshots/first/.fetched")
    assert "from before snapshots took" in run(*snapshot, "list", "--store", "bars", folder=folder)
    assert "were left as they are" in run(*snapshot, "restore", "first", "--store", "bars", folder=folder)
    assert bars(folder, "--adjusted", "all") == adjusted
