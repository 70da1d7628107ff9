import Indicators

/// Rules as a flat list of instructions over the cells of a frame. Every part that occurs twice is there once.
public struct Program: Sendable {
    let code: [Instruction]
    /// What the cells of a frame hold at the beginning.
    let initial: [Double]
    let indicators: [any ListedIndicator]
    let usesClock: Bool
    let usesSession: Bool
    /// Whether something hangs on the time of day, or on where in a session a bar is.
    public var looksAtSessions: Bool { usesClock || usesSession }
    /// How many instructions a bar takes.
    public var length: Int { code.count }

    /// FNV-1a of its steps, constants and indicators: other rules have another.
    var fingerprint: Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ number: UInt64) { hash = (hash ^ number) &* 0x100_0000_01b3 }
        for step in code {
            add(UInt64(step.operation.rawValue))
            for place in [step.to, step.a, step.b, step.c] { add(UInt64(truncatingIfNeeded: place)) }
        }
        for cell in initial { add(cell.bitPattern) }
        for indicator in indicators {
            for byte in "\(type(of: indicator)) \(indicator.warmUp) ".utf8 { add(UInt64(byte)) }
        }
        return Int(truncatingIfNeeded: hash)
    }
}

/// Where a rule's result is found, and from which bar on there can be one.
public struct Place: Sendable, Hashable {
    let cell: Int
    public let warmUp: Int
}

/// A figure that a rule looks at, for its reasons: `rsi(14)`.
public struct NamedPlace: Sendable, Hashable {
    public let name: String
    public let place: Place
}

/// The value of a parameter while rules are compiled.
public enum Constant: Sendable, Hashable {
    case number(Double)
    case truth(Bool)
}
