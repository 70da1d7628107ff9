"""Ten million bars from and to Parquet beside pyarrow and polars, the cache of columns beside cat, CSV beside polars, pandas
and DuckDB on one thread, and messages into databases beside SQLite's own shell and psycopg."""

import pathlib
import shutil
import subprocess
import tempfile
import time

import harness
from harness import Row

# Each beside the quicker rival of the same run.
ROWS = {
    "read bars": Row("read 10,000,000 bars of a store from Parquet", "ms", "faster", 1, "pyarrow, polars"),
    "read doubles": Row("read 10,000,000 bars as pyarrow writes them", "ms", "faster", 1, "pyarrow, polars"),
    "write": Row("write 10,000,000 bars as Parquet", "ms", "faster", 0.7, "pyarrow, polars"),
    "csv": Row("import 1,000,000 bars from CSV, one thread", "ms", "faster", 1, "polars, pandas, DuckDB"),
    "messages sqlite": Row("insert of 100,000 messages into SQLite", "ms", "faster", 0.7, "SQLite's own shell"),
    "messages postgres": Row("insert of 100,000 messages into PostgreSQL", "ms", "faster", 0.7, "psycopg COPY"),
    "cache": Row("map the columns of 10,000,000 bars, all bytes checked", "ms", "faster", 0.8, "cat"),
}

# What is measured in a process of its own, and which rivals do it too.
PARQUET = ("pyarrow", "polars")
MEASURED = {"read bars": PARQUET, "read doubles": PARQUET, "write": PARQUET, "cache": (),
            "csv": ("polars", "pandas", "duckdb")}


def cat(path):
    began = time.perf_counter()
    subprocess.run(f"cat '{path}' > /dev/null", shell=True, check=True)
    return (time.perf_counter() - began) * 1000


def messages(ours, python, peers):
    """One round of messages into fresh databases: what ours took, and what the rivals took with the same rows."""
    script = harness.ROOT / "Tests/StandIns/postgres"
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tw-bench-"))
    # The server runs as somebody else.
    folder.chmod(0o755)
    try:
        server = harness.call([script, "start", folder / "server"]).strip()
        mine = harness.lines(harness.call([ours, "messages", folder / "history.sqlite", server]))
        return mine, harness.lines(harness.call([python, peers, "messages", folder / "history.sqlite", server]))
    finally:
        subprocess.run([script, "kill", folder / "server"], capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)


def store(runs):
    python = harness.ROOT / ".venv" / "bin" / "python"
    if not python.exists():
        raise harness.BenchError("the rivals come from PyPI: scripts/bootstrap tests makes .venv with them")
    folder = harness.BUILT / "store"
    folder.mkdir(parents=True, exist_ok=True)
    ours = harness.swift("bench-store")
    peers = harness.BENCH / "store" / "peers.py"
    if not (folder / "doubles.parquet").exists():
        harness.call([ours, "make", folder])
        harness.call([python, peers, "make", folder])
    def measured(*command):
        # The second of two runs counts. Memory that was given back some seconds ago the host of a virtual machine may have
        # taken, large pages first, and whoever comes next pays for it: that is up to seven times the work itself, by chance.
        harness.call(command)
        return harness.lines(harness.call(command))

    def us():
        return [line for what in MEASURED for line in measured(ours, "measure", folder, what)]

    def them():
        return [line for what, libraries in MEASURED.items() for library in libraries
                for line in measured(python, peers, "measure", folder, what, library)]

    for mine, theirs in harness.alternate(runs, us, them):
        more, others = messages(ours, python, peers)
        mine, theirs = mine + more, theirs + others
        for each in mine:
            row = ROWS[each["name"]]
            row.ours.append(each["ms"])
            rivals = [other for other in theirs if other["name"].startswith(each["name"] + ",")]
            if any(other["rows"] != each["rows"] for other in rivals):
                raise harness.BenchError(f"{each['name']}: the sides have not the same number of rows")
            if rivals:
                row.peer.append(min(other["ms"] for other in rivals))
        ROWS["cache"].peer.append(cat(folder / "cache" / "bars.columns"))
    return list(ROWS.values())


BENCHES = {"store": store}
