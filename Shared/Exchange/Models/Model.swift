/// A rule of the exchange that settings choose by name and give figures to. A new one is a file of its own and a line
/// in `Models`.
public protocol Model: Sendable {
    /// Its name in settings, `basis_points`.
    static var name: String { get }
    static var parameters: [ModelParameter] { get }
    /// The model with these figures, in the order of `parameters`, each within its range.
    init(_ figures: [Double])
}

/// A figure of a model: what it is called, what it means, and what it may be.
public struct ModelParameter: Equatable, Sendable {
    public let name: String
    public let meaning: String
    public let initial: Double
    public let range: ClosedRange<Double>

    init(_ name: String, _ initial: Double, in range: ClosedRange<Double>, _ meaning: String) {
        self.name = name
        self.initial = initial
        self.range = range
        self.meaning = meaning
    }
}

/// A choice that no model answers to.
public struct ModelError: Error, Equatable, CustomStringConvertible {
    public let description: String
}

extension Model {
    /// The model with the figures that are given, and its own for the rest.
    static func make(_ figures: [(name: String, value: Double)]) throws(ModelError) -> Self {
        var values = parameters.map(\.initial)
        for figure in figures {
            guard let place = parameters.firstIndex(where: { $0.name == figure.name }) else {
                let known = parameters.map(\.name).joined(separator: ", ")
                throw ModelError(
                    description: "\(name) has no figure \"\(figure.name)\": "
                        + (known.isEmpty ? "it has none." : "\(known) would be right."))
            }
            let range = parameters[place].range
            guard range.contains(figure.value) else {
                throw ModelError(
                    description: "\(figure.name) of \(name) is \(figure.value): from \(range.lowerBound) to "
                        + "\(range.upperBound) would be right.")
            }
            values[place] = figure.value
        }
        return Self(values)
    }
}
