"""The rivals' side: python peers.py make|measure|csv FOLDER. Prints a line of JSON for each measurement."""

import json
import os
import sys
import time


def timed(name, work):
    began = time.perf_counter()
    rows = work()
    print(json.dumps({"name": name, "ms": (time.perf_counter() - began) * 1000, "rows": rows}), flush=True)


def make(folder):
    """The same bars as pandas' users write them: floating point, and all defaults."""
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(f"{folder}/bars.parquet")
    prices = ("open", "high", "low", "close", "volume")
    table = pyarrow.table({
        name: table[name].cast(pyarrow.float64()) if name in prices else table[name] for name in table.column_names})
    pyarrow.parquet.write_table(table, f"{folder}/doubles.parquet")


def measure(folder):
    import polars
    import pyarrow.parquet

    for name in ("bars", "doubles"):
        path = f"{folder}/{name}.parquet"
        timed(f"read {name}, pyarrow", lambda: pyarrow.parquet.read_table(path).num_rows)
        timed(f"read {name}, polars", lambda: polars.read_parquet(path).height)
    table = pyarrow.parquet.read_table(f"{folder}/bars.parquet")
    frame = polars.read_parquet(f"{folder}/bars.parquet")
    timed("write, pyarrow", lambda: pyarrow.parquet.write_table(table, f"{folder}/pyarrow.parquet") or table.num_rows)
    timed("write, polars", lambda: frame.write_parquet(f"{folder}/polars.parquet") or frame.height)


def text(folder):
    """One thread each; the variable has to be there before polars is."""
    os.environ["POLARS_MAX_THREADS"] = "1"
    import duckdb
    import pandas
    import polars

    path = f"{folder}/bars.csv"
    timed("csv, polars", lambda: polars.read_csv(path, try_parse_dates=True).height)
    timed("csv, pandas", lambda: len(pandas.read_csv(path, parse_dates=["time"])))
    duckdb.sql("set threads to 1")
    timed("csv, duckdb", lambda: duckdb.sql(f"select * from read_csv('{path}')").fetch_arrow_table().num_rows)


{"make": make, "measure": measure, "csv": text}[sys.argv[1]](sys.argv[2])
