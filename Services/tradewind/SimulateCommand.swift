import Configuration
import Simulation

/// `tradewind simulate`: the mesh under faults, in one process, by a seed.
enum SimulateCommand {
    static let spec = CommandSpec("simulate", summary: "run the mesh under seeded faults and check what must hold")

    static func run(_ parsed: Parsed) throws {
        throw Failure("simulate comes with the next commit")
    }
}
