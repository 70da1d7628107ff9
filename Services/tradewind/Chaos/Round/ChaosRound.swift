import Backtesting
import BrokerEdges
import Configuration
import Domain
import Glibc
import Mesh
import Trading

/// A round: ten market minutes of a paper account, a second of it in each sixtieth, while its services are struck.
final class ChaosRound {
    /// A share of the money in one symbol, of all that is invested, and so on: what the services are told, and what is held
    /// against their orders afterwards.
    static let limits = ChaosLimits(
        positionShare: 0.25, grossShare: 0.8, cashShare: 0.1, orderWorth: 40_000, ordersAMinute: 90)
    static let cash = Money(100_000)
    private static let account = "paper"
    private static let speed = 60.0
    /// Past the ten seconds: for what is struck, and for a machine that is busy.
    private static let patience = 90 * Nanoseconds.second

    let plan: ChaosPlan
    let folder: String
    let market: ChaosMarket
    let mesh: TradingMesh
    let desks: DeskPlan
    /// What is found out while it runs.
    private(set) var findings: [ChaosFinding] = []
    private(set) var did: [String] = []
    private(set) var venue: VenueProcess?
    var recoveries: Recoveries
    private var state = PaperState()
    private var processes: LocalMesh?
    private var begunAt = Timestamp.zero
    /// When the last blow fell, and how long after one the others are well again.
    private var struckAt = Timestamp.zero
    private static let calm = 1500 * Nanoseconds.millisecond
    /// What is still to be done about what was done, in no order.
    private var due: [(at: Timestamp, act: () throws -> Void)] = []
    /// Since when a broker's service has been at rest, and for how long that has to be.
    private var restingSince: Timestamp?
    private static let rest = 800 * Nanoseconds.millisecond
    private var hasResumed = false
    /// Who is down or does not move.
    private var absent: Set<String> = []

    init(_ plan: ChaosPlan, _ parsed: Parsed, folder: String) throws {
        self.plan = plan
        self.folder = folder
        let quiet = plan.scene == .broker ? 150 : 60
        market = try ChaosMarket(
            seed: plan.seed &+ UInt64(plan.round) &* 0x2545_F491, quiet: quiet, to: "\(folder)/bars")
        var settings =
            [
                "backtest.cash=\(ChaosRound.cash)", "backtest.allocation=equal-weight",
                "trading.account=\(ChaosRound.account)",
                "trading.symbols=\(ChaosMarket.names.joined(separator: ","))",
                "trading.strategies=\(plan.strategies.joined(separator: ","))", "feed.span=1s",
                "risk.preset=basic",
                "historian.trading=true", "state.segment_size=256KiB",
            ] + ChaosRound.limits.settings + plan.settings
        if plan.scene == .broker {
            let venue = try VenueProcess(market, cash: ChaosRound.cash, folder: "\(folder)/venue")
            settings += venue.settings
            self.venue = venue
        } else {
            settings += ["backtest.commission=1bps"]
        }
        settings += parsed.texts("set")
        desks = try DeskPlan(
            Settings.load(
                file: parsed.text(ifGiven: "config"),
                overrides: settings.map { SettingOverride(assignment: $0) }))
        let words =
            (parsed.text(ifGiven: "config").map { ["--config", $0] } ?? []) + TradingMesh.sets(settings)
        var mesh = TradingMesh(
            folder: "\(folder)/mesh", files: market.files, span: ChaosMarket.span, words: words)
        mesh.hasHistorian = true
        if plan.scene == .broker { mesh.venue = "broker" }
        self.mesh = mesh
        recoveries = Recoveries(folder: mesh.folder)
    }

    /// The same bars in one process.
    func backtest() throws -> BacktestRecord {
        var files = MarketFiles()
        files.bars = market.files.map { (symbol: nil, path: $0) }
        files.selection.span = ChaosMarket.span
        return try Backtest.run(desks.participants, on: files.load(), desks.settings)
    }

    // MARK: while it runs

    /// Trades it to its end. The venue, where there is one, goes on until it has been asked how it stands.
    func trade(_ ask: (ChaosRound) throws -> Void) throws {
        let processes = try mesh.local()
        self.processes = processes
        defer {
            for name in absent { processes.signal(name, SIGCONT) }
            processes.stop()
            self.processes = nil
        }
        try venue?.start(processes)
        try mesh.start(processes, speed: ChaosRound.speed)
        begunAt = System.now
        var blows = plan.blows[...]
        let watcher = try Watcher(processes.settings)
        while !Stop.isAsked {
            watcher.look(for: 10) { hear($0) }
            recoveries.look(venue)
            note(recoveries.problems)
            note(try processes.mend())
            try catchUp()
            while let blow = blows.first, System.now >= begunAt.adding(blow.at) {
                blows = blows.dropFirst()
                try strike(blow.deed, processes)
            }
            if blows.isEmpty, due.isEmpty, state.isOver {
                resumeAll()
                if try isSettled() { break }
            }
            guard System.now < begunAt.adding(ChaosRound.patience) else { return try tellDelay() }
        }
        if Stop.isAsked { throw Failure("stopped before the round was over", exitCode: 130) }
        try ask(self)
    }

    private func note(_ problems: [String]) {
        for problem in problems.map({ ChaosFinding("processes", $0) }) where !findings.contains(problem) {
            findings.append(problem)
        }
    }

    private func hear(_ message: Message) {
        state.note(message)
        if case .beat = message.body { recoveries.heard(message) }
    }

    /// A broker's round is over when nothing has been unknown, on its way or different for some time.
    private func isSettled() throws -> Bool {
        guard plan.scene == .broker else { return true }
        guard try isAtRest() else {
            restingSince = nil
            return false
        }
        if restingSince == nil { restingSince = System.now }
        return restingSince.map { System.now >= $0.adding(ChaosRound.rest) } ?? false
    }

    private func isAtRest() throws -> Bool {
        guard let standing = try StandingFolder(in: mesh.folder).standing() else { return false }
        return standing["reconciled"]?.flag == true && standing["unknown"]?.integer == 0
            && standing["working"]?.integer == 0 && standing["kept"]?.integer == 0
    }

    /// Nothing is halted any more, also where the venue was down when it was to be told so.
    private func resumeAll() {
        guard !hasResumed else { return }
        hasResumed = true
        for name in ChaosMarket.names { venue?.harm("/admin/resume", "{\"symbol\": \"\(name)\"}") }
    }

    private func tellDelay() throws {
        let late = state.beats.filter { PaperState.figure("over", $0.value) != 1 }.keys.sorted()
        let seconds = ChaosRound.patience / Nanoseconds.second
        findings.append(
            ChaosFinding(
                "processes",
                "the round was not over after \(seconds) s; not at the end are "
                    + (late.isEmpty ? "none that beat" : late.joined(separator: ", "))
                    + (try isSettled() ? "" : "; the broker's service is not reconciled")))
    }

    // MARK: blows

    private func catchUp() throws {
        let now = System.now
        let ready = due.filter { $0.at <= now }
        due.removeAll { $0.at <= now }
        for each in ready { try each.act() }
    }

    private func later(_ span: Int64, _ act: @escaping () throws -> Void) {
        due.append((System.now.adding(span), act))
    }

    private func strike(_ deed: ChaosPlan.Deed, _ processes: LocalMesh) throws {
        let seconds = Double((System.now.nanoseconds - begunAt.nanoseconds) / Nanoseconds.millisecond) / 1000
        // Whoever has to wait for somebody else who is struck tells nothing of himself.
        recoveries.forget()
        defer { struckAt = System.now }
        did.append("\(seconds) s \(deed)")
        switch deed {
        case .kill(let names, let pause): try kill(names.filter { !absent.contains($0) }, pause, processes)
        case .restart(let name):
            guard !absent.contains(name) else { return }
            processes.end([name], by: SIGTERM)
            try processes.start(name)
        case .stop(let name, let span):
            guard absent.insert(name).inserted else { return }
            processes.signal(name, SIGSTOP)
            later(span) { [self] in
                processes.signal(name, SIGCONT)
                absent.remove(name)
            }
        case .fill(let span): fill(for: span)
        case .harm(let harm):
            guard !absent.contains(VenueProcess.name) else { return }
            venue?.harm(harm.path, harm.body)
            if let after = harm.after { later(after.span) { [self] in venue?.harm(after.path, after.body) } }
        }
    }

    /// Not before everybody has a transcript: without room for a first one a service ends, with a sentence that says so.
    private func fill(for span: Int64) {
        guard !state.orders.isEmpty, state.beats.values.contains(where: { $0.service == "historian" }) else {
            return later(100 * Nanoseconds.millisecond) { [self] in fill(for: span) }
        }
        SmallDisk.fill(mesh.folder)
        later(span) { [self] in SmallDisk.free(mesh.folder) }
    }

    private func kill(_ names: [String], _ pause: Int64, _ processes: LocalMesh) throws {
        let now = System.now
        processes.end(names)
        guard pause > 0 else {
            // What is killed alone and started at once tells how long that takes.
            if names.count == 1, due.isEmpty, now > struckAt.adding(ChaosRound.calm) {
                recoveries.begin(names[0], at: now)
            }
            for name in names { try processes.start(name) }
            return
        }
        for name in names {
            absent.insert(name)
        }
        later(pause) { [self] in
            for name in names {
                absent.remove(name)
                try processes.start(name)
            }
        }
    }
}
