/// The engine's side of the bench: makes bars, runs a strategy on them, and prints what it took.
///
///     bench-backtest make 1000000 > bars.csv
///     bench-backtest crossover bars.csv 50 200 10
///     bench-backtest repeat bars.csv 50 200 10000
run(Array(CommandLine.arguments.dropFirst()))
