import Domain
import Rules

/// Carries out rules: looks at them when a bar is over, enters where they say so, and leaves by rule, stop or target.
///
/// Stops and targets are looked at when a bar closes, as every strategy looks: who wants them within the bar gives
/// `--stop` to the run. It says nothing before every rule can be told, and enters nothing whose stop has no figure or
/// lies on the wrong side.
public struct RuleStrategy: Voice, Remembering {
    private struct State: BitwiseCopyable {
        var seen = 0
        /// 1 long, -1 short, 0 out.
        var side = 0.0
        var entry = Double.nan
        var bars = Double.nan
        /// The level at which it is given up, and the one at which it is enough.
        var stop = Double.nan
        var target = Double.nan
        /// What fills have made of the position.
        var held: Int64 = 0
    }

    private let frames: Frames
    private let states: Slots<State>
    private let long: CompiledRules.Side
    private let short: CompiledRules.Side
    public let warmUp: Int
    /// How many instructions a bar takes.
    public let steps: Int

    init(_ rules: CompiledRules, symbols: [Symbol]) {
        frames = Frames(rules.program, count: symbols.count)
        states = Slots(repeating: State(), count: symbols.count)
        long = rules.long
        short = rules.short
        warmUp = rules.warmUp
        steps = rules.program.length
    }

    public mutating func onBar(
        _ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions
    ) {
        if states[instrument].side != 0 {
            states[instrument].bars += 1
            tell(instrument)
        }
        frames.update(bar, of: instrument, at: now)
        guard states[instrument].seen >= warmUp - 1 else {
            states[instrument].seen += 1
            return
        }
        let side = states[instrument].side
        if side == 0 {
            if let enter = long.enter, frames.holds(enter, of: instrument) {
                self.enter(1, instrument, Double(bar.close), &opinions)
            } else if let enter = short.enter, frames.holds(enter, of: instrument) {
                self.enter(-1, instrument, Double(bar.close), &opinions)
            }
        } else {
            watch(side, instrument, Double(bar.close), &opinions)
        }
    }

    /// What is held changes by fills. When it is gone without the rules having said so, a stop of the run closed it, and
    /// the rules begin anew.
    public mutating func onFill(
        _ fill: Fill, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions
    ) {
        let sign: Int64 = fill.side == .buy ? 1 : -1
        states[instrument].held += sign * fill.quantity.units
        let side = states[instrument].side
        guard side != 0 else { return }
        if Double(sign) == side {
            states[instrument].entry = Double(fill.price)
            tell(instrument)
        } else if states[instrument].held.magnitude <= RuleStrategy.dust {
            leave(instrument)
        }
    }

    /// After splits a sum of fills may be out by the last places of a share.
    private static let dust: UInt64 = 1000

    // MARK: Seldom

    private func rules(_ side: Double) -> CompiledRules.Side { side > 0 ? long : short }

    /// Rules see the position as it is when the bar begins.
    private func tell(_ instrument: Int) {
        let state = states[instrument]
        frames.hold(state.side, entry: state.entry, bars: state.bars, of: instrument)
    }

    private func leave(_ instrument: Int) {
        let held = states[instrument].held
        let seen = states[instrument].seen
        states[instrument] = State()
        states[instrument].held = held
        states[instrument].seen = seen
        tell(instrument)
    }

    @inline(never)
    private mutating func enter(
        _ side: Double, _ instrument: Int, _ close: Double, _ opinions: inout Opinions
    ) {
        let rules = rules(side)
        let size = rules.size.map { frames[$0, of: instrument] ?? 0 } ?? 1
        guard size > 0 else { return }
        let levels = [rules.stop, rules.trail].compactMap { $0 }.map { frames[$0, of: instrument] ?? .nan }
        // The nearer of both; a level on the wrong side, or none at all, is no entry.
        guard levels.allSatisfy({ (close - $0) * side > 0 }) else { return }
        let stop = side > 0 ? levels.max() : levels.min()
        let target = rules.target.map { frames[$0, of: instrument] ?? .nan }
        guard target.map({ ($0 - close) * side > 0 }) ?? true else { return }
        states[instrument].side = side
        states[instrument].entry = close
        states[instrument].bars = 0
        states[instrument].stop = stop ?? .nan
        states[instrument].target = target ?? .nan
        tell(instrument)
        opinions.say(
            side * min(size, 1), of: instrument, inWords: rules.enterWords,
            figures(rules.enterFigures, instrument),
            stop: stop.flatMap(price), target: target.flatMap(price))
    }

    @inline(__always)
    private mutating func watch(
        _ side: Double, _ instrument: Int, _ close: Double, _ opinions: inout Opinions
    ) {
        let rules = side > 0 ? long : short
        if let trail = rules.trail, let level = frames[trail, of: instrument] {
            let stop = states[instrument].stop
            // It follows in favour, and never back.
            if !((stop - level) * side >= 0) { states[instrument].stop = level }
        }
        let state = states[instrument]
        if (close - state.stop) * side <= 0 {
            give(up: instrument, "the close has reached the stop", state.stop, close, &opinions)
        } else if (close - state.target) * side >= 0 {
            give(up: instrument, "the close has reached the target", state.target, close, &opinions)
        } else if let other = (side > 0 ? short : long).enter, frames.holds(other, of: instrument) {
            leave(instrument)
            enter(-side, instrument, close, &opinions)
            // Where the other side is not taken after all, this one stays as it was.
            if states[instrument].side == 0 {
                states[instrument] = state
                tell(instrument)
                leaveByRule(rules, instrument, &opinions)
            }
        } else {
            leaveByRule(rules, instrument, &opinions)
        }
    }

    @inline(__always)
    private func leaveByRule(_ rules: CompiledRules.Side, _ instrument: Int, _ opinions: inout Opinions) {
        guard let exit = rules.exit, frames.holds(exit, of: instrument) else { return }
        opinions.say(0, of: instrument, inWords: rules.exitWords, figures(rules.exitFigures, instrument))
        leave(instrument)
    }

    @inline(never)
    private func give(
        up instrument: Int, _ reason: StaticString, _ level: Double, _ close: Double,
        _ opinions: inout Opinions
    ) {
        opinions.say(
            0, of: instrument, because: reason,
            [Figure(name: "level", value: level), Figure(name: "close", value: close)])
        leave(instrument)
    }

    private func figures(_ places: [NamedPlace], _ instrument: Int) -> [Figure] {
        places.compactMap { named in
            frames[named.place, of: instrument].map { Figure(name: named.name, value: $0) }
        }
    }
}
