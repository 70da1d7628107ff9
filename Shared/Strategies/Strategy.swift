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
public protocol Strategy: Voice {
    /// How people call it: `sma-crossover`.
    static var name: String { get }
    /// One line that says what it does.
    static var summary: String { get }
    /// What can be set, from which settings, help and sweeps are made.
    static var parameters: [Parameter] { get }

    /// Arguments have been checked against `parameters`; what depends on several of them is checked here.
    init(_ arguments: Arguments, symbols: [Symbol]) throws(ParameterError)

    /// Goes over everything that has changed since the start, and writes it or puts what was written in its place: from
    /// a snapshot a strategy goes on as though nothing had happened.
    mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch)
}
