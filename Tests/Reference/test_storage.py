"""Bars that pyarrow, polars, pandas and DuckDB wrote are taken into the store as they are, and what the store writes is
read by all of them as it is."""

import csv
import datetime
import decimal
import hashlib
import json
import os
import random
import subprocess
from pathlib import Path

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.parquet
import pytest

TRADEWIND = os.environ.get("TRADEWIND", "bin/tradewind")
SAMPLE = Path(__file__).resolve().parents[2] / "config" / "sample"
ROWS = 2000
BEGIN = datetime.datetime(2024, 3, 12, 13, 30, tzinfo=datetime.timezone.utc)
PRICES = ("open", "high", "low", "close")


def data(*words, code=0):
    done = subprocess.run([TRADEWIND, "data", *map(str, words)], capture_output=True, text=True, timeout=120)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def bars(kind=decimal.Decimal):
    """Two symbols, minute by minute; prices with up to four decimals."""
    chance = random.Random(11)
    found = []
    for symbol in ("AAA", "BBB"):
        price = 100
        for row in range(ROWS):
            price = max(10, price + chance.randrange(-9, 10))
            low, high = price - chance.randrange(1, 5), price + chance.randrange(1, 5)
            ends = [chance.randrange(low * 10000, high * 10000 + 1) for _ in range(2)]
            figures = [kind(n) / kind(10000) for n in (ends[0], high * 10000, low * 10000, ends[1])]
            found.append((symbol, BEGIN + datetime.timedelta(minutes=row), *figures, chance.randrange(0, 10**6)))
    return found


def table(rows, price):
    columns = list(zip(*rows))
    return pyarrow.table({
        "symbol": pyarrow.array(columns[0]),
        "timestamp": pyarrow.array(columns[1], pyarrow.timestamp("us", "UTC")),
        **{name: pyarrow.array(columns[2 + n], price) for n, name in enumerate(PRICES)},
        "volume": pyarrow.array(columns[6], pyarrow.int64())})


WRITERS = {
    "pyarrow": lambda t, path: pyarrow.parquet.write_table(t, path),
    "pyarrow-v2": lambda t, path: pyarrow.parquet.write_table(
        t, path, data_page_version="2.0", compression="zstd", data_page_size=2000, row_group_size=700),
    "pyarrow-gzip": lambda t, path: pyarrow.parquet.write_table(t, path, compression="gzip", use_dictionary=False),
    # Dictionaries that become too large amid a column, as in long files by default: the pages behind are plain.
    "pyarrow-fallback": lambda t, path: pyarrow.parquet.write_table(
        t, path, dictionary_pagesize_limit=4000, data_page_size=1500, write_batch_size=64),
    "polars": lambda t, path: polars.from_arrow(t).write_parquet(path),
    "pandas": lambda t, path: t.to_pandas().to_parquet(path),
    "pandas-index": lambda t, path: t.to_pandas().set_index("timestamp").to_parquet(path),
    "duckdb": lambda t, path: duckdb.sql("select * from t").write_parquet(str(path)),
    "duckdb-v2": lambda t, path: duckdb.sql(f"COPY t TO '{path}' (FORMAT parquet, PARQUET_VERSION 'V2')"),
}


def shown(store, symbol):
    """What the store says that it has."""
    found = json.loads(data("show", symbol, "--store", store, "--json"))["bars"]
    return [(b["opened_at"], *(decimal.Decimal(b[name]) for name in (*PRICES, "volume"))) for b in found]


def expected(rows, symbol):
    return [
        (moment.strftime("%Y-%m-%dT%H:%M:%SZ"), *map(decimal.Decimal, figures)) for name, moment, *figures in rows
        if name == symbol]


@pytest.mark.parametrize("price", ["decimal", "double"])
@pytest.mark.parametrize("writer", WRITERS)
def test_what_others_write_is_taken_as_it_is(tmp_path, writer, price):
    rows = bars()
    kind = pyarrow.decimal128(18, 6) if price == "decimal" else pyarrow.float64()
    t = table(rows if price == "decimal" else [(*r[:2], *map(float, r[2:6]), r[6]) for r in rows], kind)
    WRITERS[writer](t, tmp_path / "bars.parquet")
    done = json.loads(data("import", tmp_path / "bars.parquet", "--store", tmp_path / "store", "--json"))
    assert done[0]["new"] == 2 * ROWS and done[0]["left_out"] == 0
    for symbol in ("AAA", "BBB"):
        assert shown(tmp_path / "store", symbol) == expected(rows, symbol)
    again = json.loads(data("import", tmp_path / "bars.parquet", "--store", tmp_path / "store", "--json"))
    assert again[0]["new"] == 0 and again[0]["there"] == 2 * ROWS


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("written")
    pyarrow.parquet.write_table(table(bars(), pyarrow.decimal128(18, 6)), folder / "bars.parquet")
    data("import", folder / "bars.parquet", "--store", folder / "store", "--provider", "somebody")
    return folder / "store"


def rows_of(columns):
    def text(moment):
        # Some give a time in UTC without saying so.
        moment = moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)
        return moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

    return [(text(moment), *figures) for moment, *figures in zip(*columns)]


NAMES = ("opened_at", *PRICES, "volume")


@pytest.mark.parametrize("symbol", ["AAA", "BBB"])
def test_others_read_the_store_as_it_is(store, symbol):
    pattern = f"{store}/{symbol}/1m/*.parquet"
    wanted = shown(store, symbol)
    [file] = list(Path(store, symbol, "1m").glob("*.parquet"))
    arrow = pyarrow.parquet.read_table(file)
    assert arrow.schema.field("opened_at").type == pyarrow.timestamp("ns", "UTC")
    assert arrow.schema.field("open").type == pyarrow.decimal128(18, 6)
    assert set(arrow["provider"].to_pylist()) == {"somebody"}
    assert arrow["known_at"].null_count == ROWS
    assert rows_of([arrow[name].to_pylist() for name in NAMES]) == wanted
    frame = polars.read_parquet(pattern)
    assert rows_of([frame[name].to_list() for name in NAMES]) == wanted
    found = duckdb.sql(f"select {', '.join(NAMES)} from '{pattern}' order by opened_at").fetchall()
    assert rows_of(zip(*found)) == wanted
    frame = pandas.read_parquet(file)
    assert rows_of([frame[name].tolist() for name in NAMES]) == wanted


def test_statistics_let_others_pass_over_files(store):
    [file] = list(Path(store, "AAA", "1m").glob("*.parquet"))
    group = pyarrow.parquet.ParquetFile(file).metadata.row_group(0)
    assert group.num_rows == ROWS
    moments = group.column(0).statistics
    assert moments.has_min_max and moments.null_count == 0
    assert moments.min.to_pydatetime() == BEGIN
    highs = group.column(2).statistics
    assert highs.max == max(row[3] for row in bars() if row[0] == "AAA")


def test_the_manifest_says_what_is_there(store):
    folder = Path(store, "AAA", "1m")
    manifest = json.loads((folder / "manifest.json").read_text())
    [file] = manifest["files"]
    content = (folder / file["name"]).read_bytes()
    assert file["rows"] == ROWS and file["bytes"] == len(content) and file["providers"] == ["somebody"]
    key = b"tradewind bars".ljust(32, b"\0")
    assert file["blake2b"] == hashlib.blake2b(content, digest_size=32, key=key).hexdigest()


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_what_is_exported_is_taken_again(store, tmp_path, format):
    data("export", "--format", format, "--out", tmp_path / "out", "--store", store)
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [f"AAA.{format}", f"BBB.{format}"]
    data("import", tmp_path / "out", "--store", tmp_path / "second")
    for symbol in ("AAA", "BBB"):
        assert shown(tmp_path / "second", symbol) == shown(store, symbol)


def test_daily_bars_of_text_come_back(tmp_path):
    done = subprocess.run(
        [TRADEWIND, "data", "import", str(SAMPLE), "--store", str(tmp_path / "store"), "--json"], capture_output=True,
        text=True, timeout=120)
    outcomes = json.loads(done.stdout)
    for outcome in outcomes:
        with open(outcome["file"]) as lines:
            assert outcome["rows"] == sum(1 for _ in csv.reader(lines)) - 1
        assert outcome["new"] + outcome["left_out"] + outcome["twice"] == outcome["rows"]
    assert done.returncode == (1 if any(o["left_out"] for o in outcomes) else 0)
    data("export", "IBM", "--format", "csv", "--out", tmp_path / "out", "--store", tmp_path / "store")
    with open(tmp_path / "out" / "IBM.csv") as found, open(SAMPLE / "IBM.csv") as source:
        ours = {row["time"]: row for row in csv.DictReader(found)}
        for row in csv.DictReader(source):
            day = {name.lower(): text for name, text in row.items()}
            mine = ours[(day.get("date") or day.get("time"))[:10]]
            for name in (*PRICES, "volume"):
                assert abs(decimal.Decimal(mine[name]) - decimal.Decimal(day[name])) <= decimal.Decimal("0.0000005")


BAD = [
    (b"", "has 0 bytes"),
    (b"PAR1" + b"\0" * 20, "does not end with PAR1"),
    (b"PAR1" + b"\xff" * 20 + b"\x10\0\0\0PAR1", "damaged"),
]


@pytest.mark.parametrize("content,words", BAD)
def test_what_is_damaged_is_told_in_a_sentence(tmp_path, content, words):
    (tmp_path / "bad.parquet").write_bytes(content)
    done = json.loads(data("import", tmp_path / "bad.parquet", "--store", tmp_path / "store", "--json", code=1))
    assert words in done[0]["failure"] and "bad.parquet" in done[0]["failure"]
    assert done[0]["new"] == 0


def test_a_flipped_bit_in_the_store_is_told(store, tmp_path):
    data("export", "AAA", "--out", tmp_path / "out", "--store", store)
    data("import", tmp_path / "out", "--store", tmp_path / "store")
    [file] = list((tmp_path / "store" / "AAA" / "1m").glob("*.parquet"))
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 16
    file.write_bytes(content)
    done = subprocess.run(
        [TRADEWIND, "data", "show", "AAA", "--store", str(tmp_path / "store")], capture_output=True, text=True)
    assert done.returncode == 1 and "bits have changed" in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_backtest_on_the_store_is_the_one_on_the_files(tmp_path):
    """And so is the second one, which finds its columns in the cache."""
    def result(*words):
        done = subprocess.run(
            [TRADEWIND, "backtest", "sma-crossover", *map(str, words), "--no-record", "--json"], capture_output=True,
            text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        return {name: value for name, value in found.items() if name not in ("seconds", "bars_per_second")}

    def figures(result):
        # A run is named by where its data came from, too.
        return {name: value for name, value in result.items() if name != "run"}

    subprocess.run(
        [TRADEWIND, "data", "import", str(SAMPLE), "--store", str(tmp_path / "store")], capture_output=True, timeout=120)
    from_files = result(*[f"--csv={name}={SAMPLE / name}.csv" for name in ("IBM", "KO")])
    from_store = result("--store", tmp_path / "store", "--symbols", "IBM,KO")
    [cache] = list((tmp_path / "store" / ".cache").glob("*.columns"))
    from_cache = result("--store", tmp_path / "store", "--symbols", "IBM,KO")
    content = bytearray(cache.read_bytes())
    content[len(content) // 2] ^= 1
    cache.write_bytes(content)
    from_damaged = result("--store", tmp_path / "store", "--symbols", "IBM,KO")
    assert from_files["closed_trades"] > 0
    assert figures(from_files) == figures(from_store)
    assert from_store == from_cache == from_damaged
