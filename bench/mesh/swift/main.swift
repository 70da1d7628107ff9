/// bench-mesh: the two sides of the path from publisher to taker, and a recovery, on the production host with real
/// transcripts. bench/run starts the processes and puts the figures beside those of bench/mesh/peers.
import Domain
import Glibc
import Mesh

do {
    try Roles.run(Array(CommandLine.arguments.dropFirst()))
} catch {
    complain("bench-mesh: \(error)")
    exit(1)
}
