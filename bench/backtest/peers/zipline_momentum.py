"""The monthly top twenty in zipline-reloaded: zipline_momentum.py BARS.csv prints a JSON line.

The same choice as in momentum.py; zipline fills at the close of the next day, and keeps prices with three places, so its
equity is near the others' and not the same. Reading the file and its own ingestion are not counted.
"""

import json
import os
import sys
import time
import warnings
from pathlib import Path

import pandas

warnings.filterwarnings("ignore")
CASH, LOOKBACK, SKIP, TOP = 100_000.0, 252, 21, 20
path = Path(sys.argv[1]).resolve()
FOLDER = path.parent / f"zipline-{path.stem}"
os.environ["ZIPLINE_ROOT"] = str(FOLDER / "root")

from zipline import run_algorithm  # noqa: E402
from zipline.api import order_target_percent, schedule_function, symbols  # noqa: E402
from zipline.data import bundles  # noqa: E402
from zipline.data.bundles.csvdir import csvdir_equities  # noqa: E402
from zipline.finance import commission, slippage  # noqa: E402
from zipline.utils.events import date_rules, time_rules  # noqa: E402

bars = pandas.read_csv(path)
names = sorted(bars["symbol"].unique(), key=lambda name: int(name[1:]))
dates = pandas.to_datetime(sorted(bars["time"].unique()))
bundles.register(
    "bench", csvdir_equities(["daily"], str(FOLDER / "csv")), calendar_name="XNYS", start_session=dates[0],
    end_session=dates[-1])
if not (FOLDER / "ingested").exists():
    (FOLDER / "csv" / "daily").mkdir(parents=True, exist_ok=True)
    for name, rows in bars.groupby("symbol"):
        rows = rows.assign(date=rows["time"], dividend=0.0, split=1.0)
        rows[["date", "open", "high", "low", "close", "volume", "dividend", "split"]].to_csv(
            FOLDER / "csv" / "daily" / f"{name}.csv", index=False)
    bundles.ingest("bench", show_progress=False)
    (FOLDER / "ingested").touch()

orders = 0


def initialize(context):
    context.universe = symbols(*names)
    context.days = 0
    context.held = []
    context.set_commission(commission.NoCommission())
    context.set_slippage(slippage.FixedSlippage(spread=0.0))
    schedule_function(rebalance, date_rules.month_start(), time_rules.market_open())


def handle_data(context, data):
    context.days += 1


def rebalance(context, data):
    global orders
    if context.days < LOOKBACK:
        return
    close = data.history(context.universe, "close", LOOKBACK + 1, "1d")
    gains = close.iloc[-1 - SKIP] / close.iloc[0] - 1
    best = list(gains.sort_values(ascending=False).index[:TOP])
    for asset in context.held:
        if asset not in best:
            order_target_percent(asset, 0)
            orders += 1
    for asset in best:
        order_target_percent(asset, 1 / TOP)
        orders += 1
    context.held = best


began = time.perf_counter()
result = run_algorithm(
    start=dates[0], end=dates[-1], initialize=initialize, handle_data=handle_data, capital_base=CASH,
    data_frequency="daily", bundle="bench", benchmark_returns=pandas.Series(0.0, index=dates))
print(json.dumps({
    "seconds": time.perf_counter() - began, "final_equity": float(result["portfolio_value"].iloc[-1]), "orders": orders}))
