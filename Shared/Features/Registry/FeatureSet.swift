import Domain

/// Features in an order, with a version: rows of the same version hold the same numbers at the same places.
public struct FeatureSet: Sendable {
    public let features: [Feature]
    /// A hash of all definitions in their order. It changes with a name, a formula, a warm-up, a revision or a place.
    public let version: UInt64

    /// All features.
    public static let all = FeatureSet(FeatureRegistry.features)

    public init(_ names: [String]) throws(FeatureError) {
        var features: [Feature] = []
        for (place, name) in names.enumerated() {
            guard let feature = FeatureRegistry.feature(named: name) else {
                throw FeatureError("there is no feature \(name.prefix(60))", unknown: name)
            }
            guard !names[..<place].contains(name) else {
                throw FeatureError("the feature \(name) is named twice")
            }
            features.append(feature)
        }
        guard !features.isEmpty else { throw FeatureError("a set has at least one feature") }
        self.init(features)
    }

    private init(_ features: [Feature]) {
        self.features = features
        // Texts go in with their lengths, so that no two lists of definitions give the same bytes.
        var digest = Fnv1a()
        for feature in features {
            for text in [feature.name, feature.group.rawValue, feature.formula] { digest.add(text: text) }
            digest.add(UInt64(feature.warmUp))
            digest.add(UInt64(feature.revision))
        }
        version = UInt64(truncatingIfNeeded: digest.value ^ (digest.value >> 64))
    }

    /// The version as 16 hexadecimal digits.
    public var versionText: String {
        let digits = String(version, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The place of a feature.
    public func place(of name: String) -> Int? { features.firstIndex { $0.name == name } }
}

/// A set that cannot be, in one sentence.
public struct FeatureError: Error, CustomStringConvertible {
    public let description: String
    /// The name that nobody knows, where that is what is wrong.
    public let unknown: String?

    init(_ description: String, unknown: String? = nil) {
        self.description = description
        self.unknown = unknown
    }
}
