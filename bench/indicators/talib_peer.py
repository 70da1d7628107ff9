"""TA-Lib on the columns of a file, a JSON line for each function: talib_peer.py FILE [RUNS]"""

import json
import sys
import time

import numpy
import talib

high, low, close = numpy.fromfile(sys.argv[1]).reshape(3, -1)
runs = int(sys.argv[2]) if len(sys.argv) > 2 else 7

FUNCTIONS = {
    "SMA": lambda: talib.SMA(close, 30),
    "EMA": lambda: talib.EMA(close, 30),
    "RSI": lambda: talib.RSI(close, 14),
    "MACD": lambda: talib.MACD(close, 12, 26, 9),
    "BBANDS": lambda: talib.BBANDS(close, 20, 2.0, 2.0),
    "ATR": lambda: talib.ATR(high, low, close, 14),
    "ADX": lambda: talib.ADX(high, low, close, 14),
    "STOCH": lambda: talib.STOCH(high, low, close, 5, 3, 0, 3, 0),
    "CCI": lambda: talib.CCI(high, low, close, 14),
    "MAX": lambda: talib.MAX(close, 30),
}

for name, function in FUNCTIONS.items():
    best = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        function()
        best = min(best, time.perf_counter() - start)
    print(json.dumps({"name": name, "ms": best * 1e3}))
