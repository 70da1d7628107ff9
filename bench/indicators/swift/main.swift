/// bench-indicators: each indicator over a million bars, a JSON line for each: bench-indicators FILE [RUNS]
///
/// FILE holds the columns open, high, low, close, volume and another series one after the other as doubles; bench/indicators/rows.py makes it, so that
/// the rival sees the same numbers.
try Bench.run()
