/// Bars from and to Parquet, the cache of columns, and CSV: prints a line of JSON for each measurement.
import Domain
import Glibc
import Parquet
import Providers
import Store

let words = CommandLine.arguments
guard words.count == 3 else {
    print("usage: bench-store make|measure FOLDER")
    exit(2)
}
do {
    let bench = StoreBench(folder: words[2])
    try words[1] == "make" ? bench.make() : bench.measure()
} catch {
    print("\(error)")
    exit(1)
}
