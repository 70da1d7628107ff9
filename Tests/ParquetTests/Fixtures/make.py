"""Writes the files of this folder: one table by every tool and in every way that it has of writing it.

The values of row n are those that `FixtureTests.swift` expects. Run in the tests' environment, beside this file.
"""
import datetime
import decimal

import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq

ROWS = range(300)
big = [(n * 0x9E3779B97F4A7C15) % 2**64 - 2**63 for n in ROWS]
table = pa.table({
    "big": pa.array(big, pa.int64()),
    "opened_at": pa.array([1_700_000_000_000_000_000 + 60_000_000_000 * n for n in ROWS], pa.timestamp("ns", "UTC")),
    "gaps": pa.array([None if n % 3 == 0 else n for n in ROWS], pa.int64()),
    "none": pa.array([None for _ in ROWS], pa.int64()),
    "small": pa.array([(n * 7_919_977) % 2**32 - 2**31 for n in ROWS], pa.int32()),
    "price": pa.array([100 + n / 8 for n in ROWS], pa.float64()),
    "price_gaps": pa.array([None if n % 7 == 1 else n / 8 for n in ROWS], pa.float64()),
    "single": pa.array([n / 4 for n in ROWS], pa.float32()),
    "flag": pa.array([n % 5 == 0 for n in ROWS]),
    "flag_gaps": pa.array([None if n % 4 == 0 else n % 5 == 0 for n in ROWS]),
    "word": pa.array([f"word{n % 17}" for n in ROWS]),
    "name": pa.array([f"prefix-{n:06d}" for n in ROWS]),
    "name_gaps": pa.array([None if n % 2 else f"é{n}" for n in ROWS]),
    "decimal": pa.array([decimal.Decimal(n * 1_234_567 - 9_000_000).scaleb(-6) for n in ROWS], pa.decimal128(18, 6)),
    "date": pa.array([datetime.date(2000, 1, 1) + datetime.timedelta(days=n) for n in ROWS]),
})


def write(name, **options):
    pq.write_table(table, f"pyarrow-{name}.parquet", **options)


write("default")
write("gzip", compression="gzip")
write("zstd-v2", compression="zstd", data_page_version="2.0")
write("plain", compression="none", use_dictionary=False, row_group_size=99)
write("pages", data_page_version="2.0", data_page_size=512, write_batch_size=32)
write("int96", use_deprecated_int96_timestamps=True)
write("delta", use_dictionary=False, data_page_version="2.0", column_encoding={
    **{name: "DELTA_BINARY_PACKED" for name in ("big", "opened_at", "gaps", "small")},
    **{name: "BYTE_STREAM_SPLIT" for name in ("price", "price_gaps", "single")},
    **{name: "DELTA_BYTE_ARRAY" for name in ("word", "name")},
    "name_gaps": "DELTA_LENGTH_BYTE_ARRAY", "flag": "RLE", "flag_gaps": "RLE"})
polars.from_arrow(table).write_parquet("polars-default.parquet")
polars.from_arrow(table).write_parquet("polars-snappy.parquet", compression="snappy", row_group_size=77)
# pandas makes floating point of whole numbers with gaps.
table.drop_columns(["gaps", "none"]).to_pandas().to_parquet("pandas-default.parquet")
shown = table
for version in ("V1", "V2"):
    duckdb.sql(f"COPY shown TO 'duckdb-{version}.parquet' (FORMAT parquet, PARQUET_VERSION '{version}')")
