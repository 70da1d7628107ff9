/// The values of an indicator's parameters: those that were given, and the defaults of the others.
public struct Chosen: Sendable {
    private let values: [(name: String, value: Double)]

    /// Refuses a name that the indicator does not have, and a value that is out of its range.
    public init(_ given: [(name: String, value: Double)] = [], for listing: Listing) throws(ParameterError) {
        for (index, (name, value)) in given.enumerated() {
            guard let parameter = listing.parameters.first(where: { $0.name == name }) else {
                throw .unknown(name, of: listing)
            }
            guard !given[..<index].contains(where: { $0.name == name }) else {
                throw ParameterError("\(listing.name): \(name) is given twice")
            }
            guard
                parameter.range.contains(value), !parameter.isWhole || value == value.rounded()
            else {
                throw ParameterError(
                    "\(listing.name): \(name) must be \(parameter.expectation), not \(parameter.text(value))")
            }
        }
        values = listing.parameters.map { parameter in
            (parameter.name, given.first { $0.name == parameter.name }?.value ?? parameter.fallback)
        }
    }

    /// The value of a parameter that the listing has.
    public subscript(name: String) -> Double {
        guard let value = values.first(where: { $0.name == name })?.value else {
            preconditionFailure("the listing has no parameter \(name)")
        }
        return value
    }

    /// The value of a whole parameter.
    public func whole(_ name: String) -> Int { Int(self[name]) }
    public var period: Int { whole("period") }
}

/// A parameter that an indicator does not take: what was given, and what would be right.
public struct ParameterError: Error, CustomStringConvertible {
    public let description: String
    /// The name that nobody knows, where that is what is wrong.
    public let unknownName: String?

    public init(_ description: String) {
        self.description = description
        unknownName = nil
    }

    private init(unknown name: String, _ description: String) {
        self.description = description
        unknownName = name
    }

    static func unknown(_ name: String, of listing: Listing) -> ParameterError {
        let names = listing.parameters.map(\.name).joined(separator: ", ")
        return ParameterError(
            unknown: name,
            "\(listing.name) has no parameter \(name); "
                + (names.isEmpty ? "it takes none" : "it takes \(names)"))
    }
}
