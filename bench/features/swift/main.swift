/// bench-features: one bar of each of 500 symbols through all features, as a JSON line: bench-features [SYMBOLS] [BARS]
Bench.run()
