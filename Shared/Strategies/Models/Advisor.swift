import Domain
import Rules

/// A model with the figures that it looks at, for each instrument: asked after every bar, it says a number or nothing.
///
/// Copies share their memory, as those of frames do: whoever holds an advisor is moved and never copied.
public struct Advisor: SharedMemory {
    private let frames: Frames
    private let places: [Place]
    private let model: any Model
    private var row: [Double]
    public let warmUp: Int

    public init(_ file: FileText, symbols: Int) throws(ParameterError) {
        let read = try ModelFile(file)
        var compiler = Compiler()
        var places: [Place] = []
        for feature in read.features {
            do throws(RuleError) {
                places.append(try compiler.number(feature))
            } catch {
                throw ParameterError(
                    "\(file.path), the feature \(feature): \(error)", unknown: error.unknown,
                    known: error.known)
            }
        }
        self.places = places
        model = read.model
        frames = Frames(compiler.program(), count: symbols)
        row = Array(repeating: 0, count: places.count)
        warmUp = places.map(\.warmUp).max() ?? 1
    }

    /// Takes a bar, and gives what the model makes of it; nothing where a feature has no value.
    public mutating func advice(_ bar: Bar, of instrument: Int, at now: Timestamp) -> Double? {
        frames.update(bar, of: instrument, at: now)
        for (number, place) in places.enumerated() {
            guard let value = frames[place, of: instrument] else { return nil }
            row[number] = value
        }
        let value = model.value(of: row)
        return value.isFinite ? value : nil
    }

    /// The model never changes, and the row is made anew for each bar.
    public func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) { try frames.remember(&walk) }
}

/// What a model may add to a strategy that has rules of its own: entries that it does not agree with are left out, and the
/// surer it is the larger they are.
struct Counsel {
    static let parameters: [Parameter] = [
        .file("model", "A model of the chance that a price rises, 0 to 1; it filters entries."),
        .number("agree", 0...1, default: 0.5, "The chance of going the entry's way that it must see."),
        .flag("scale", default: false, "Enter the larger the surer it is: nothing at agree, all at 1."),
    ]

    private var advisor: Advisor?
    private let agree: Double
    private let scales: Bool

    init(_ arguments: Arguments, symbols: Int) throws(ParameterError) {
        if let file = arguments.file("model") { advisor = try Advisor(file, symbols: symbols) }
        agree = arguments.number("agree")
        scales = arguments.flag("scale")
    }

    var warmUp: Int { advisor?.warmUp ?? 1 }
    private var isAsked: Bool { advisor != nil }

    /// To be told of every bar.
    mutating func advice(_ bar: Bar, of instrument: Int, at now: Timestamp) -> Double? {
        advisor?.advice(bar, of: instrument, at: now)
    }

    /// How large an entry to a side should be, above 0 to 1; nothing where there should be none. Without a model, 1.
    func size(_ side: Double, _ advice: Double?) -> Double? {
        guard isAsked else { return 1 }
        guard let advice else { return nil }
        let chance = side > 0 ? advice : 1 - advice
        guard chance >= agree else { return nil }
        guard scales else { return 1 }
        let size = agree < 1 ? min(1, (chance - agree) / (1 - agree)) : 1
        return size > 0 ? size : nil
    }
}
