import Configuration
import Supervision
import Trading

/// What has to fit before `up` starts anything: better one sentence now than services that end again and again.
enum UpCheck {
    /// A profile that nobody bears would bring up a mesh without what was asked for.
    static func profiles(_ asked: [String], of mesh: ControlledMesh) throws {
        let known = Set(mesh.services.flatMap(\.profiles)).sorted()
        for name in asked where !known.contains(name) {
            let near = Spelling.nearest(to: name, among: known)
            throw Failure(
                "there is no profile \(JSONWriter.string(name)) in \(mesh.path)"
                    + (near.map { "; did you mean \($0)?" } ?? "; there are \(known.joined(separator: ", "))"),
                exitCode: 2)
        }
        if asked.contains("replay"), mesh.settings.text("feed.source") == "stream" {
            throw Failure(
                "--profile replay trades what was recorded or made up, and feed.source is stream; --profile paper would be right",
                exitCode: 2)
        }
    }

    /// One fills the orders, the simulated exchange or a broker, and it is the one that `execution.mode` names. What runs
    /// already goes on with these settings, so it counts too.
    static func venue(of chosen: Set<String>, in mesh: ControlledMesh) throws {
        let mode = mesh.settings.text("execution.mode")
        let wanted = try WantedState.read(mesh.folder.path)
        let running = wanted.isDown ? [] : Set(wanted.services.filter(\.value.isWanted).keys)
        let programs = Set(
            mesh.services.filter { chosen.union(running).contains($0.name) }.compactMap(\.command.first))
        if programs.contains("exchange"), mode != "simulated" {
            throw Failure(
                "execution.mode is \(mode), and exchange fills orders where it is simulated; --profile live would be "
                    + "right, with a state.folder of its own, and after `tradewind down` where exchange runs",
                exitCode: 2)
        }
        if programs.contains("broker") { try LiveGate.check(mesh.settings, isSaid: false) }
    }
}
