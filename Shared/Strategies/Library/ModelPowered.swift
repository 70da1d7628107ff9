import Domain

/// Does what a model says: the model turns the features of each bar into a number, and the number into a position.
public struct ModelPowered: Strategy {
    public static let name = "model"
    public static let summary = "hold what a model thinks well of"
    public static let rule = [
        "After each bar the model of the file `model` makes one number of its features.",
        "It buys where the number is above `enter`, and sells where it is below `leave`.",
        "With short=true it does the same on the other side of `neutral`.",
        "With scale=true a position is the larger the further the number lies from `neutral`: all of it at 1 from there.",
    ]
    public static let example = StrategyExample(["model=models/trend.csv"])
    public static let parameters: [Parameter] = [
        .file("model", "The model: docs/strategies.md has the format."),
        .number("enter", -1e6...1e6, default: 0.6, "The number above which to be in."),
        .number("leave", -1e6...1e6, default: 0.5, "The number below which to be out, at most enter."),
        .number("neutral", -1e6...1e6, default: 0.5, "The number that says neither, at most leave."),
        .flag("short", default: false, "Go short on the other side."),
        .flag("scale", default: false, "Size by how far the number lies from neutral."),
    ]

    private var advisor: Advisor
    private let sides: Slots<Double>
    private let enter: Double
    private let leave: Double
    private let neutral: Double
    private let goesShort: Bool
    private let scales: Bool
    public let warmUp: Int

    public init(_ arguments: Arguments, symbols: [Symbol]) throws(ParameterError) {
        guard let file = arguments.file("model") else {
            throw ParameterError("model names no file: model=config/models/trend.csv would be one")
        }
        advisor = try Advisor(file, symbols: symbols.count)
        enter = arguments.number("enter")
        leave = arguments.number("leave")
        neutral = arguments.number("neutral")
        guard neutral <= leave, leave <= enter else {
            throw ParameterError(
                "neutral must be at most leave, and leave at most enter, but they are \(neutral), \(leave) and \(enter)"
            )
        }
        goesShort = arguments.flag("short")
        scales = arguments.flag("scale")
        sides = Slots(repeating: 0, count: symbols.count)
        warmUp = advisor.warmUp
    }

    public mutating func onBar(
        _ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions
    ) {
        // A calculation that failed keeps the position before it.
        guard let number = advisor.advice(bar, of: instrument, at: now) else { return }
        let side = sides[instrument]
        let mirrored = 2 * neutral - number
        let wanted: Double
        if number > enter {
            wanted = 1
        } else if goesShort, mirrored > enter {
            wanted = -1
        } else if side > 0 && number < leave || side < 0 && mirrored < leave {
            wanted = 0
        } else {
            return
        }
        guard wanted != side else { return }
        let size = scales ? min(1, (number - neutral).magnitude) : 1
        sides[instrument] = wanted
        opinions.say(
            wanted * size, of: instrument,
            because: wanted == 0 ? "the model thinks well of it no more" : "the model is sure enough",
            [Figure(name: "model", value: number)])
    }
}
