"""The rivals' side: python peers.py make|measure|csv FOLDER, or messages FILE SERVER. Prints a line of JSON for each measurement."""

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


{"make": make, "measure": measure, "csv": text, "messages": messages}[sys.argv[1]](*sys.argv[2:])
