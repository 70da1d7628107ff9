/// The engine's side of the bench: makes bars, runs strategies on them, and prints what it took.
///
///     bench-backtest make 1000000 > bars.csv
///     bench-backtest crossover bars.csv 50 200 10
///     bench-backtest make-daily 2520 500 > universe.csv
///     bench-backtest momentum universe.csv 10
run(Array(CommandLine.arguments.dropFirst()))
