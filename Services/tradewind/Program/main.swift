/// tradewind: the command line in front of the mesh.
import Commands
import Configuration

run(Tradewind.spec) { try Tradewind.run($0) }
