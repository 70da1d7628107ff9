"""TA-Lib on the columns of a file, a JSON line for each function: talib_peer.py FILE [RUNS [NAME…]]"""

import json
import sys
import time

import numpy
import talib

open_, high, low, close, volume, other = numpy.fromfile(sys.argv[1]).reshape(6, -1)
runs = int(sys.argv[2]) if len(sys.argv) > 2 else 7

names = set(sys.argv[3:])


def directions():
    return talib.PLUS_DI(high, low, close, 14), talib.MINUS_DI(high, low, close, 14)


# What each of ours gives, by the calls that give the same.
FUNCTIONS = {
    "sma": lambda: talib.SMA(close, 30),
    "ema": lambda: talib.EMA(close, 30),
    "wma": lambda: talib.WMA(close, 30),
    "rma": lambda: talib.RMA(close, 14),
    "dema": lambda: talib.DEMA(close, 30),
    "tema": lambda: talib.TEMA(close, 30),
    "hma": lambda: talib.HMA(close, 30),
    "kama": lambda: talib.KAMA(close, 30),
    "vwma": lambda: talib.VWMA(close, volume, 30),
    "rsi": lambda: talib.RSI(close, 14),
    "stoch": lambda: talib.STOCH(high, low, close, 5, 3, 0, 3, 0),
    "stoch_rsi": lambda: talib.STOCHRSI(close, 14, 14, 3, 0),
    "macd": lambda: talib.MACD(close, 12, 26, 9),
    "ppo": lambda: talib.PPO(close, 12, 26, 1),
    "roc": lambda: talib.ROC(close, 10),
    "momentum": lambda: talib.MOM(close, 10),
    "cci": lambda: talib.CCI(high, low, close, 14),
    "williams_r": lambda: talib.WILLR(high, low, close, 14),
    "di": directions,
    "adx": lambda: (talib.ADX(high, low, close, 14), directions()),
    "aroon": lambda: talib.AROON(high, low, 14),
    "sar": lambda: talib.SAR(high, low, 0.02, 0.2),
    "supertrend": lambda: talib.SUPERTREND(high, low, close, 10, 3.0),
    "true_range": lambda: talib.TRANGE(high, low, close),
    "atr": lambda: talib.ATR(high, low, close, 14),
    "natr": lambda: talib.NATR(high, low, close, 14),
    "bollinger": lambda: talib.BBANDS(close, 20, 2.0, 2.0),
    "keltner": lambda: talib.KC(high, low, close, 20, 10, 2.0),
    "donchian": lambda: talib.DONCHIAN(high, low, 20),
    "anchored_vwap": lambda: talib.VWAP(high, low, close, volume),
    "obv": lambda: talib.OBV(close, volume),
    "ad": lambda: talib.AD(high, low, close, volume),
    "cmf": lambda: talib.CMF(high, low, close, volume, 20),
    "mfi": lambda: talib.MFI(high, low, close, volume, 14),
    "std": lambda: talib.STDDEV(close, 20),
    "highest": lambda: talib.MAX(close, 30),
    "lowest": lambda: talib.MIN(close, 30),
    "median": lambda: talib.PERCENTILE(close, 21, 50.0),
    "rank": lambda: talib.PERCENTRANK(close, 100),
    "linreg": lambda: (talib.LINEARREG(close, 14), talib.LINEARREG_SLOPE(close, 14)),
    "correlation": lambda: talib.CORREL(close, other, 30),
    "beta": lambda: talib.BETA(other, close, 60),
    "swings": lambda: talib.FRACTAL(high, low, 2, 2),
    "doji": lambda: talib.CDLDOJI(open_, high, low, close),
    "hammer": lambda: talib.CDLHAMMER(open_, high, low, close),
    "shooting_star": lambda: talib.CDLSHOOTINGSTAR(open_, high, low, close),
    "engulfing": lambda: talib.CDLENGULFING(open_, high, low, close),
    "harami": lambda: talib.CDLHARAMI(open_, high, low, close),
    "morning_star": lambda: talib.CDLMORNINGSTAR(open_, high, low, close),
    "evening_star": lambda: talib.CDLEVENINGSTAR(open_, high, low, close),
    "three_soldiers": lambda: talib.CDL3WHITESOLDIERS(open_, high, low, close),
    "three_crows": lambda: talib.CDL3BLACKCROWS(open_, high, low, close),
    "piercing": lambda: talib.CDLPIERCING(open_, high, low, close),
    "dark_cloud": lambda: talib.CDLDARKCLOUDCOVER(open_, high, low, close),
}

for name, function in FUNCTIONS.items():
    if names and name not in names:
        continue
    best = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        function()
        best = min(best, time.perf_counter() - start)
    print(json.dumps({"name": name, "ms": best * 1e3}))
