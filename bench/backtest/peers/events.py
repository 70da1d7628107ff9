"""The market maker of the bench in hftbacktest: events.py EVENTS RUNS prints a JSON line a run.

The same events, decisions, queue model and latencies: looked at ten times a second, an order at either best price, which
is cancelled once the price has moved, and no more than twenty held. Compiling and reading the file are not counted.
"""

import json
import sys
import time

import numpy
from hftbacktest import (
    BUY, CANCELED, EXPIRED, FILLED, GTC, LIMIT, SELL, BacktestAsset, HashMapMarketDepthBacktest, event_dtype)
from numba import njit

TICK = 0.01


@njit
def make_market(backtest):
    sent, step = 0, 100_000_000
    own = numpy.zeros(2, numpy.int64)
    ticks = numpy.zeros(2, numpy.int64)
    asked = numpy.zeros(2, numpy.bool_)
    while backtest.elapse(step) == 0:
        depth, orders = backtest.depth(0), backtest.orders(0)
        position = backtest.position(0)
        for side in range(2):
            tick = depth.best_bid_tick if side == 0 else depth.best_ask_tick
            if own[side]:
                order = orders.get(own[side])
                if order.status == FILLED or order.status == CANCELED or order.status == EXPIRED:
                    own[side] = 0
            if own[side]:
                if ticks[side] != tick and not asked[side]:
                    asked[side] = True
                    backtest.cancel(0, own[side], False)
            elif position < 20 if side == 0 else position > -20:
                sent += 1
                own[side], ticks[side], asked[side] = sent, tick, False
                if side == 0:
                    backtest.submit_buy_order(0, sent, tick * 0.01, 1, GTC, LIMIT, False)
                else:
                    backtest.submit_sell_order(0, sent, tick * 0.01, 1, GTC, LIMIT, False)
        backtest.clear_inactive_orders(0)
    return sent, backtest.state_values(0).num_trades, backtest.position(0)


def backtest_of(events):
    return HashMapMarketDepthBacktest([
        BacktestAsset().data([events]).linear_asset(1.0).constant_order_latency(5_000_000, 5_000_000)
        .risk_adverse_queue_model().no_partial_fill_exchange().trading_value_fee_model(0.0, 0.0).tick_size(TICK)
        .lot_size(1.0).last_trades_capacity(0)])


def main():
    events = numpy.fromfile(sys.argv[1], event_dtype)
    # It keeps an address only, so the events have to stay where they are.
    few = events[:10_000].copy()
    make_market(backtest_of(few))
    for _ in range(int(sys.argv[2])):
        backtest = backtest_of(events)
        began = time.perf_counter()
        sent, fills, position = make_market(backtest)
        seconds = time.perf_counter() - began
        print(json.dumps({
            "seconds": seconds, "events": len(events), "orders": int(sent), "fills": int(fills),
            "position": float(position)}))


main()
