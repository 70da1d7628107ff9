/// Bars from and to Parquet, the cache of columns, CSV, and messages into databases: prints a line of JSON for each measurement.
import Domain
import Glibc
import Parquet
import Providers
import Store

let words = CommandLine.arguments
guard words.count == 3 && words[1] == "make" || words.count == 4 else {
    print("usage: bench-store make FOLDER, measure FOLDER WHAT, or messages FILE SERVER")
    exit(2)
}
do {
    let bench = StoreBench(folder: words[2])
    switch words[1] {
    case "make": try bench.make()
    case "messages": try MessageBench.measure(file: words[2], server: words[3]) { try bench.timed($0, $1) }
    default: try bench.measure(words[3])
    }
} catch {
    print("\(error)")
    exit(1)
}
