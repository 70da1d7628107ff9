"""The rivals' side: python peers.py make FOLDER, measure FOLDER WHAT LIBRARY, or messages FILE SERVER. Prints a line of JSON
for each measurement. One measurement a process: who reads second would find the memory of the first, without a fault."""

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


def by_pyarrow(folder, what):
    import pyarrow.parquet

    if what.startswith("read"):
        return lambda: pyarrow.parquet.read_table(f"{folder}/{what.removeprefix('read ')}.parquet").num_rows
    table = pyarrow.parquet.read_table(f"{folder}/bars.parquet")
    return lambda: pyarrow.parquet.write_table(table, f"{folder}/pyarrow.parquet") or table.num_rows


def by_polars(folder, what):
    if what == "csv":
        # One thread; the variable has to be there before polars is.
        os.environ["POLARS_MAX_THREADS"] = "1"
    import polars

    if what == "csv":
        return lambda: polars.read_csv(f"{folder}/bars.csv", try_parse_dates=True).height
    if what.startswith("read"):
        return lambda: polars.read_parquet(f"{folder}/{what.removeprefix('read ')}.parquet").height
    frame = polars.read_parquet(f"{folder}/bars.parquet")
    return lambda: frame.write_parquet(f"{folder}/polars.parquet") or frame.height


def by_pandas(folder, _):
    import pandas

    return lambda: len(pandas.read_csv(f"{folder}/bars.csv", parse_dates=["time"]))


def by_duckdb(folder, _):
    import duckdb

    duckdb.sql("set threads to 1")
    return lambda: duckdb.sql(f"select * from read_csv('{folder}/bars.csv')").fetch_arrow_table().num_rows


LIBRARIES = {"pyarrow": by_pyarrow, "polars": by_polars, "pandas": by_pandas, "duckdb": by_duckdb}


def measure(folder, what, library):
    timed(f"{what}, {library}", LIBRARIES[library](folder, what))


TABLES = ("orders", "fills")


def schema(tables):
    """The tables of messages as the historian makes them, in words for PostgreSQL, from a file of SQLite."""
    for name, sql in tables:
        sql = sql.split(") STRICT")[0] + ")"
        yield sql.replace("INTEGER", "BIGINT").replace("REAL", "DOUBLE PRECISION").replace("TEXT", 'TEXT COLLATE "C"')


def messages(file, server):
    """The rows that lie in a file of SQLite, into another by SQLite's own shell, and into a server by psycopg's COPY."""
    import sqlite3
    import subprocess

    import psycopg

    source = sqlite3.connect(file)
    tables = source.execute(f"SELECT name, sql FROM sqlite_schema WHERE name IN {TABLES}").fetchall()
    copy = file + ".peer"
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(copy + suffix):
            os.remove(copy + suffix)
    commands = ["PRAGMA journal_mode = WAL;", "PRAGMA synchronous = FULL;", *(sql + ";" for _, sql in tables), ".mode csv"]
    for table in TABLES:
        subprocess.run(["sqlite3", "-csv", "-noheader", file, f"SELECT * FROM {table}"], check=True,
                       stdout=open(f"{file}.{table}.csv", "wb"))
        commands.append(f".import {file}.{table}.csv {table}")
    # To the shell no value is an empty text: it is given columns that take one.
    script = "\n".join(commands).replace(" NOT NULL", "").replace(" STRICT,", "") + "\n"

    def shell():
        subprocess.run(["sqlite3", copy], input=script, text=True, check=True, stdout=subprocess.DEVNULL)
        peer = sqlite3.connect(copy)
        return sum(peer.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES)

    timed("messages sqlite, shell", shell)
    rows = {table: source.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA peer")
        connection.execute("SET search_path = peer")
        for sql in schema(tables):
            connection.execute(sql)

        def copied():
            with connection.transaction():
                for table in TABLES:
                    with connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
                        for row in rows[table]:
                            copy.write_row(row)
            return sum(map(len, rows.values()))

        timed("messages postgres, psycopg", copied)


{"make": make, "measure": measure, "messages": messages}[sys.argv[1]](*sys.argv[2:])
