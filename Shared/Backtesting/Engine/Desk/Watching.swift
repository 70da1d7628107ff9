import Domain
import Strategies

/// What stages see of the market beside the strategies, and how somebody asks to be woken.
///
/// A stage that wants to see every bar says so with its `watchesBars`; where none does, a bar costs the look at one
/// flag. What a stage then wants ordered it proposes with `propose`, like everybody; a moment at which it wants to be
/// woken it puts in `timers`.
extension TradingDesk {
    /// Shows a bar to the stages that watch, after the strategies have seen it. Only the portfolio, which compares it
    /// with earlier ones, is shown it in the measure of strategies.
    @inline(never) mutating func watch(_ bar: Bar, of instrument: Int, at now: Timestamp) {
        if deciding.watchesBars {
            deciding.onBar(acting.measures[instrument].shown(bar), of: instrument, at: now)
        }
        if risking.watchesBars { risking.onBar(bar, of: instrument, at: now) }
        if executing.watchesBars { executing.onBar(bar, of: instrument, at: now) }
    }

    /// Shows a quote to the stages that watch.
    @inline(never) mutating func watch(_ quote: Quote, of instrument: Int, at now: Timestamp) {
        if risking.watchesBars { risking.onQuote(quote, of: instrument, at: now) }
        if executing.watchesBars { executing.onQuote(quote, of: instrument, at: now) }
    }

    /// The stages that watch do what they want to after all bars of an instant, before anything else is decided.
    @inline(never) mutating func respond(at now: Timestamp) throws {
        if risking.watchesBars { try wakeRisk(at: now) }
        if executing.watchesBars { try wakeExecution(at: now) }
    }
}
