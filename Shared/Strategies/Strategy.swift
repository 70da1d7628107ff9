import Domain

/// A voice that people can choose by name and give parameters to.
///
/// A strategy is a machine's heart and as pure: it is shown what has become known, changes itself, and puts
/// opinions in `Opinions`. It never sees money, positions of others or orders: what an opinion leads to is decided
/// by portfolio, risk and execution, the same ones in a backtest, on paper and live.
///
/// Instruments are numbers from 0 on, in the order of `symbols`; a bar is shown when it is over and known.
/// What a strategy keeps for each instrument lies in a `Slots`, and windows in a `Ring`: neither allocates after
/// the start, and 30 ns a bar is what the whole system has. Both share memory between copies, so a strategy is
/// moved and never copied.
///
/// The mesh keeps strategies in snapshots. What is a variable of a strategy, or lies in a `Slots`, is kept without a word
/// about it (`Remembering`).
public protocol Strategy: Voice, Remembering {
    /// How people call it: `sma-crossover`.
    static var name: String { get }
    /// One line that says what it does.
    static var summary: String { get }
    /// What can be set, from which settings, help and sweeps are made.
    static var parameters: [Parameter] { get }
    /// The rule in words, a sentence a line: when it enters, how much, and when it leaves.
    static var rule: [String] { get }
    /// A run that shows it at work on the data that come with Tradewind.
    static var example: StrategyExample { get }

    /// Arguments have been checked against `parameters`; what depends on several of them is checked here.
    init(_ arguments: Arguments, symbols: [Symbol]) throws(ParameterError)
}

extension Strategy {
    public static var rule: [String] { [] }
    public static var example: StrategyExample { StrategyExample() }
}

/// What is given to a strategy to show it at work.
public struct StrategyExample: Sendable, Equatable {
    /// `fast=10`; files are found in the folder of the examples.
    public var words: [String]
    /// It looks at bars within the day; others are shown daily bars.
    public var isIntraday: Bool

    public init(_ words: [String] = [], isIntraday: Bool = false) {
        self.words = words
        self.isIntraday = isIntraday
    }
}
