import Configuration
import Domain
import Glibc
import Mesh

/// The roles that a process of the bench can play.
enum Roles {
    private static let usage = """
        bench-mesh relay FOLDER
        bench-mesh publisher FOLDER ipc|tcp count|latency|publish MESSAGES WARM-UP
        bench-mesh subscriber FOLDER ipc|tcp count|latency|publish MESSAGES WARM-UP
        bench-mesh record FOLDER MESSAGES [orderly]
        bench-mesh recover FOLDER
        """

    static func run(_ arguments: [String]) throws {
        switch (arguments.first, arguments.count) {
        case ("relay", 2): try Relay(mesh(arguments[1], "ipc")).run()
        case ("publisher", 6):
            let plan = try plan(arguments)
            let source = Publication(plan)
            let host = try host(Tally(), plan, "publisher", takes: Flow("subscriber", "market/bench/"))
            try host.run(source: source, isDone: { _ in source.isOver })
            if let perSecond = source.perSecond {
                print("{\"per_second\":\(Int(perSecond)),\"messages\":\(plan.messages)}")
            }
            if plan.waitsForWord { try source.reportPublishing() }
        case ("subscriber", 6):
            let plan = try plan(arguments)
            let host = try host(Receiver(plan), plan, "subscriber", takes: Flow("publisher", "market/bar/"))
            try host.run(isDone: { $0.machine.isOver })
            try host.node.machine.report()
        case ("record", 3...4):
            try Recording.write(
                arguments[1], messages: try number(arguments[2]), isOrderly: arguments.count == 4)
        case ("recover", 2): try Recording.recover(arguments[1])
        default: throw Failure(usage)
        }
    }

    static func number(_ text: String) throws -> Int {
        guard let number = Int(text), number > 0 else { throw Failure("\(text) is no number of messages") }
        return number
    }

    private static func plan(_ arguments: [String]) throws -> Plan {
        Plan(
            folder: arguments[1], transport: arguments[2], measuresLatency: arguments[3] != "count",
            waitsForWord: arguments[3] == "publish",
            messages: try number(arguments[4]), warmUp: try number(arguments[5]))
    }

    private static func mesh(_ folder: String, _ transport: String) -> MeshSettings {
        var settings = MeshSettings()
        settings.transport = transport == "tcp" ? .tcp : .ipc
        settings.folder = folder + "/run"
        settings.advertise = "127.0.0.1"
        settings.relayPublish = "ipc://\(folder)/run/relay.in"
        settings.relaySubscribe = "ipc://\(folder)/run/relay.out"
        settings.stateFolder = folder + "/state"
        return settings
    }

    private static func host<M: Machine>(
        _ machine: M, _ plan: Plan, _ service: String, takes flow: Flow
    ) throws -> Host<M> {
        var node = NodeSettings(service: service, shard: "all", instance: service + ".1")
        node.flows = [flow]
        let host = try Host(machine, node, mesh(plan.folder, plan.transport))
        host.node.onEvent = { event in
            if event.level == .warning || event.level == .error { complain("\(event.name): \(event.text)") }
        }
        return host
    }
}

func complain(_ sentence: String) {
    let line = Array((sentence + "\n").utf8)
    _ = write(2, line, line.count)
}

/// What a run of the path does.
struct Plan {
    static let topics = 16
    static let ackEvery: UInt64 = 1024
    /// How many messages may be on their way: far fewer than the sockets' buffers hold.
    static let window: UInt64 = 16384
    static let burst = 256
    /// The first messages tell whether somebody is there: nothing follows before they are answered.
    static let probe = UInt64(topics)
    /// What the count of trades begins with; a multiple of the topics.
    static let base: UInt64 = 1_000_000

    var folder: String
    var transport: String
    var measuresLatency: Bool
    var waitsForWord: Bool
    var messages: Int
    var warmUp: Int

    /// Both numbers are whole instants.
    var last: UInt64 { UInt64(messages + warmUp) }
}
