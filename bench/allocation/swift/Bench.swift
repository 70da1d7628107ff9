import Allocation
import Glibc
import Parameters

/// Three allocators on the returns of many instruments, a JSON line for each: bench-allocation FILE DAYS COUNT [RUNS]
///
/// The file has the closes of each day, all instruments side by side. Each time is that of the whole way from closes to
/// weights, as the peer's is.
enum Bench {
    static func run() {
        let arguments = CommandLine.arguments
        guard arguments.count >= 4, let days = Int(arguments[2]), let count = Int(arguments[3]),
            let file = fopen(arguments[1], "rb")
        else {
            end("usage: bench-allocation FILE DAYS COUNT [RUNS]", code: 2)
        }
        let closes = [Double](unsafeUninitializedCapacity: days * count) { buffer, filled in
            filled = fread(buffer.baseAddress, 8, days * count, file)
        }
        guard closes.count == days * count else {
            end("bench-allocation: \(arguments[1]) has too few numbers", code: 1)
        }
        let prices = Matrix(rows: days, columns: count, closes)
        let runs = arguments.count > 4 ? Int(arguments[4]) ?? 5 : 5
        for name in ["hrp", "min-variance", "black-litterman"] { measure(name, prices, runs) }
    }

    /// The best of some runs, in milliseconds; and the weights, so that both sides can be seen to agree.
    private static func measure(_ name: String, _ prices: Matrix, _ runs: Int) {
        do {
            guard let type = AllocationRegistry.method(named: name) else { return }
            let method = try type.init(
                Arguments(type.parameters, given: [("history", "\(prices.rows)")], of: name))
            var best = Double.infinity
            var weights: [Double] = []
            for _ in 0..<runs {
                let start = now()
                let wishes = Array(repeating: AllocationQuestion.Wish(), count: prices.columns)
                weights = try method.answer(AllocationQuestion(wishes, returns: returns(prices))).shares
                best = min(best, now() - start)
            }
            print("{\"name\":\"\(name)\",\"ms\":\(best),\"weights\":\(weights)}")
        } catch {
            end("bench-allocation: \(name): \(error)", code: 1)
        }
    }

    private static func returns(_ prices: Matrix) -> Matrix {
        var returns = Matrix(rows: prices.rows - 1, columns: prices.columns)
        for day in 1..<prices.rows {
            for column in 0..<prices.columns {
                returns[day - 1, column] = prices[day, column] / prices[day - 1, column] - 1
            }
        }
        return returns
    }

    private static func end(_ sentence: String, code: Int32) -> Never {
        let bytes = Array((sentence + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
        exit(code)
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) * 1e-6
    }
}
