/// simulate: the fault simulator by itself.
import Glibc
import Simulation

var arguments = Array(CommandLine.arguments.dropFirst())

/// The number behind a name, taken out of the arguments.
@MainActor func number(_ name: String) -> UInt64? {
    guard let at = arguments.firstIndex(of: name), at + 1 < arguments.count else { return nil }
    return UInt64(arguments[at + 1])
}

if arguments.contains("--all-mutations") || arguments.contains("--mutation") {
    let only = arguments.firstIndex(of: "--mutation").flatMap {
        $0 + 1 < arguments.count ? arguments[$0 + 1] : nil
    }
    exit(
        SimulateCommand.runMutations(seeds: 0..<(number("--seeds") ?? 200), only: only) { print($0) } ? 0 : 1)
}
let from = number("--seed") ?? number("--from") ?? 0
let count = number("--seed") == nil ? number("--seeds") ?? 200 : 1
let isGood = SimulateCommand.run(seeds: from..<(from + count), verbose: arguments.contains("--verbose")) {
    print($0)
}
exit(isGood ? 0 : 1)
