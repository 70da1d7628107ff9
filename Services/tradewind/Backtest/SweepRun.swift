import Backtesting
import Configuration
import Domain
import Mesh
import Strategies
import Synchronization

/// Sweeps the strategy that the registry shows it.
struct SweepRun: StrategyVisitor {
    struct Done {
        var survey: SweepSurvey
        /// The places of the two axes of the heat map.
        var map: (across: Int, down: Int)?
        /// How many points were known from an earlier run.
        var known: Int
        var seconds: Double
        var facts: [String]
    }

    let market: Market
    let options: BacktestOptions
    let axes: [String]
    let sampling: SweepPlan.Sampling
    let seed: UInt64
    let cores: Int
    let folder: String?
    let printsPoints: Bool
    let score: SweepScore
    let top: Int
    let map: [String]?
    private(set) var done: Done?

    init(
        market: Market, options: BacktestOptions, axes: [String], sampling: SweepPlan.Sampling, seed: UInt64,
        cores: Int, folder: String?, printsPoints: Bool, score: SweepScore, top: Int, map: [String]?
    ) {
        self.market = market
        self.options = options
        self.axes = axes
        self.sampling = sampling
        self.seed = seed
        self.cores = cores
        self.folder = folder
        self.printsPoints = printsPoints
        self.score = score
        self.top = top
        self.map = map
    }

    mutating func visit<B: Blueprint>(_ blueprint: B) throws {
        let allocation = try options.settings.parameters(of: axes)
        let plan = try SweepPlan(
            blueprint.parameters + allocation, axes: axes,
            base: try options.strategies[0].arguments(for: blueprint, and: allocation), sampling: sampling,
            seed: seed, of: blueprint.name)
        let sides = try sides(plan)
        let facts = folder == nil ? [] : try facts(of: blueprint.name)
        var taking = Taking(survey: SweepSurvey(plan, by: score, top: top), printsPoints: printsPoints)
        try taking.begin()
        if let folder {
            try makeFolders(folder)
            taking.file = try SweepFile(in: folder, of: plan, facts: facts) { try taking.note($0) }
        }
        let known = taking.survey.count
        let progress = Progress("sweeping", total: plan.count)
        let shared = Mutex(taking)
        let began = ContinuousClock.now
        try Sweep.run(
            blueprint, plan, from: known, on: market, options.settings, cores: cores,
            isStopped: { Stop.isAsked }
        ) { point in
            let count = try shared.withLock { taking in
                try taking.keep(point)
                return taking.survey.count
            }
            progress.show(count, since: began, of: known)
        }
        progress.clear()
        let seconds = (ContinuousClock.now - began).inSeconds
        done = try shared.withLock { taking in
            try taking.end()
            return Done(survey: taking.survey, map: sides, known: known, seconds: seconds, facts: facts)
        }
    }

    /// What the points are of, for whoever opens the folder later, and so that nothing else is added to them.
    private func facts(of strategy: String) throws -> [String] {
        var facts = [
            "program: \(try Fingerprint.ofProgram())", "strategy: \(strategy)",
            "data: \(market.bars.count) bars of \(market.symbols.map(\.text).joined(separator: " ")), "
                + (try RunIdentity.data(options, market)),
            "axes: \(axes.joined(separator: " "))",
            sampling == .grid ? "points: grid" : "points: \(sampling), seed \(seed)",
        ]
        // Files are named by what is in them.
        for (name, words) in options.words where name != "csv" {
            facts.append("\(name): \(words.joined(separator: " "))")
        }
        return facts
    }

    private func sides(_ plan: SweepPlan) throws -> (across: Int, down: Int)? {
        guard let map else {
            let varying = plan.axes.indices.filter { (plan.axes[$0].count ?? 2) > 1 }
            return varying.count < 2 ? nil : (varying[0], varying[1])
        }
        let places = try map.map { name in
            guard let place = plan.axes.firstIndex(where: { $0.name == name }) else {
                throw ParameterError(
                    "--map \(name): it has no values; --grid gives some to "
                        + plan.axes.map(\.name).joined(separator: ", "),
                    unknown: name, known: plan.axes.map(\.name))
            }
            return place
        }
        guard places.count == 2, places[0] != places[1] else {
            throw ParameterError("--map takes two parameters, such as --map fast,slow")
        }
        return (places[0], places[1])
    }
}

/// Where the points of a sweep go, in order.
private struct Taking: ~Copyable {
    var survey: SweepSurvey
    let printsPoints: Bool
    var file: SweepFile?

    init(survey: SweepSurvey, printsPoints: Bool) {
        self.survey = survey
        self.printsPoints = printsPoints
    }

    func begin() throws { if printsPoints { try Console.write("{\"points\":[") } }

    /// A point that is known already.
    mutating func note(_ point: SweepPoint) throws {
        if printsPoints {
            let separator = survey.count == 0 ? "\n" : ",\n"
            try Console.write(separator + SweepOutput.json(point))
        }
        survey.take(point)
    }

    mutating func keep(_ point: SweepPoint) throws {
        try file?.append(point)
        try note(point)
    }

    mutating func end() throws {
        try file?.finish()
        if printsPoints { try Console.write("\n],\"refused\":\(survey.refused)}\n") }
    }
}
