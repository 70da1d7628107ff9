import Parameters
import Synchronization

/// Does something with a strategy's blueprint: the compiler makes one for each strategy, at full speed.
public protocol StrategyVisitor {
    mutating func visit<B: Blueprint>(_ blueprint: B) throws
}

extension StrategyVisitor {
    @inlinable public mutating func visit<S: Strategy>(_ strategy: S.Type) throws { try visit(Coded<S>()) }
}

/// All strategies, by name.
public enum StrategyRegistry {
    private static let shelf = Mutex<AnyBlueprint?>(nil)

    /// The strategy of a program that has one of its own; it is found by its name like any other, and before them.
    public static var own: AnyBlueprint? {
        get { shelf.withLock { $0 } }
        set { shelf.withLock { $0 = newValue } }
    }

    /// Shows a visitor every strategy: one line each, in the order in which they are listed.
    @inlinable public static func visitAll(_ visitor: inout some StrategyVisitor) throws {
        try visitor.visit(BuyAndHold.self)
        try visitor.visit(SMACrossover.self)
        try visitor.visit(CrossSectionalMomentum.self)
        try visitor.visit(TimeSeriesMomentum.self)
        try visitor.visit(DonchianBreakout.self)
        try visitor.visit(SwingTrend.self)
        try visitor.visit(IntradayReversion.self)
        try visitor.visit(BollingerReversal.self)
        try visitor.visit(RSIReversal.self)
        try visitor.visit(MultiFactor.self)
        try visitor.visit(Pairs.self)
        try visitor.visit(Gap.self)
        try visitor.visit(OpeningRange.self)
        try visitor.visit(ModelPowered.self)
        try visitor.visit(Hybrid.self)
    }

    /// Shows a visitor the strategy of that name.
    @inlinable public static func visit(_ name: String, _ visitor: inout some StrategyVisitor) throws {
        if let own, own.name == name { return try visitor.visit(own) }
        var search = Search(name: name, visitor: visitor)
        try visitAll(&search)
        visitor = search.visitor
        guard search.isFound else {
            let known = listed.map(\.name)
            throw ParameterError(
                "there is no strategy \(name.prefix(60)); there are \(known.joined(separator: ", "))",
                unknown: name, known: known)
        }
    }

    /// What is there, without the types.
    public static var listed: [(name: String, summary: String, parameters: [Parameter])] {
        var list = Listing()
        do { try visitAll(&list) } catch { preconditionFailure("a listing does not fail: \(error)") }
        return list.found
    }

    @usableFromInline struct Search<Visitor: StrategyVisitor>: StrategyVisitor {
        @usableFromInline let name: String
        @usableFromInline var visitor: Visitor
        @usableFromInline var isFound = false

        @inlinable init(name: String, visitor: Visitor) {
            self.name = name
            self.visitor = visitor
        }

        @inlinable mutating func visit<B: Blueprint>(_ blueprint: B) throws {
            guard blueprint.name == name else { return }
            isFound = true
            try visitor.visit(blueprint)
        }
    }

    private struct Listing: StrategyVisitor {
        var found: [(name: String, summary: String, parameters: [Parameter])] = []

        mutating func visit<B: Blueprint>(_ blueprint: B) {
            found.append((blueprint.name, blueprint.summary, blueprint.parameters))
        }
    }
}
