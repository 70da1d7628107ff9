"""The moving-average crossover in NautilusTrader: nautilus.py BARS.csv FAST SLOW prints a JSON line.

A strategy in Python on its engine in Rust and Cython, with its own indicators; reading the file and making its bars of it
are not counted.
"""

import json
import sys
import time
from decimal import Decimal

import pandas
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.config import BacktestEngineConfig, LoggingConfig, StrategyConfig
from nautilus_trader.indicators import SimpleMovingAverage
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.model.objects import Money
from nautilus_trader.persistence.wranglers import BarDataWrangler
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy


class Settings(StrategyConfig, frozen=True):
    instrument: str
    bars: str
    fast: int
    slow: int


class Crossover(Strategy):
    def __init__(self, config):
        super().__init__(config)
        self.quick, self.long = SimpleMovingAverage(config.fast), SimpleMovingAverage(config.slow)
        self.side, self.orders = 0, 0

    def on_start(self):
        kind = BarType.from_str(self.config.bars)
        self.instrument = self.cache.instrument(kind.instrument_id)
        self.register_indicator_for_bars(kind, self.quick)
        self.register_indicator_for_bars(kind, self.long)
        self.subscribe_bars(kind)

    def on_bar(self, bar):
        if not self.long.initialized:
            return
        side = 1 if self.quick.value > self.long.value else -1
        if side != self.side and self.side:
            flat = self.portfolio.is_flat(self.instrument.id)
            if side > 0 and flat or side < 0 and not flat:
                self.submit_order(self.order_factory.market(
                    self.instrument.id, OrderSide.BUY if side > 0 else OrderSide.SELL, self.instrument.make_qty(100)))
                self.orders += 1
        self.side = side


def main():
    path, fast, slow = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    frame = pandas.read_csv(path, usecols=["time", "open", "high", "low", "close", "volume"], index_col="time")
    frame.index = pandas.to_datetime(frame.index)
    instrument = TestInstrumentProvider.equity(symbol="BENCH", venue="XNAS")
    kind = BarType.from_str(f"{instrument.id}-1-MINUTE-LAST-EXTERNAL")
    bars = BarDataWrangler(kind, instrument).process(frame)
    engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
    engine.add_venue(
        venue=Venue("XNAS"), oms_type=OmsType.NETTING, account_type=AccountType.CASH, base_currency=USD,
        starting_balances=[Money(Decimal(100_000), USD)])
    engine.add_instrument(instrument)
    engine.add_data(bars)
    strategy = Crossover(Settings(instrument=str(instrument.id), bars=str(kind), fast=fast, slow=slow))
    engine.add_strategy(strategy)
    began = time.perf_counter()
    engine.run()
    print(json.dumps({"seconds": time.perf_counter() - began, "orders": strategy.orders, "bars": len(bars)}))


main()
