/// Looks at numbers of features, whoever made them, and names what cannot be right: NaN, infinite, far from all others, or
/// never changing.
public struct FeatureValidator: Sendable {
    /// From how many typical distances from the median on a number is an outlier.
    public var outlierFrom: Double
    /// From how many equal numbers on a column is constant.
    public var constantFrom: Int

    public init(outlierFrom: Double = 12, constantFrom: Int = 20) {
        self.outlierFrom = outlierFrom
        self.constantFrom = constantFrom
    }

    /// What is wrong with one number, or with a column.
    public struct Finding: Sendable, Equatable {
        public enum Kind: String, Sendable, CaseIterable { case nan, infinite, outlier, constant }
        public var kind: Kind
        public var feature: String
        public var symbol: String
        /// The instant, by its place in the column; nothing where the column as a whole is meant.
        public var instant: Int?
        /// Why, with figures.
        public var reason: String
    }

    /// What a feature usually is: a median and the typical distance from it.
    public struct Usual: Sendable, Equatable {
        public let median: Double
        /// The median distance from the median, in the measure of a standard deviation; the mean distance where more than
        /// half of the numbers are equal.
        public let distance: Double

        /// Nothing where there are no finite numbers.
        public init?(_ numbers: [Double]) {
            let finite = numbers.filter(\.isFinite)
            guard let median = Usual.median(of: finite) else { return nil }
            let distances = finite.map { ($0 - median).magnitude }
            self.median = median
            // 1.4826 and 1.2533 make a deviation of a median and of a mean distance, where numbers are normal.
            let typical = (Usual.median(of: distances) ?? 0) * 1.482602218505602
            distance =
                typical > 0
                ? typical : distances.reduce(0, +) / Double(distances.count) * 1.2533141373155003
        }

        private static func median(of numbers: [Double]) -> Double? {
            guard !numbers.isEmpty else { return nil }
            let sorted = numbers.sorted()
            let middle = sorted.count / 2
            return sorted.count % 2 == 1 ? sorted[middle] : sorted[middle - 1] / 2 + sorted[middle] / 2
        }
    }

    /// One number beside what its feature usually is: for rows as they come.
    public func finding(
        _ number: Double, feature: String, symbol: String, instant: Int? = nil, usual: Usual?
    ) -> Finding? {
        func found(_ kind: Finding.Kind, _ reason: String) -> Finding {
            Finding(kind: kind, feature: feature, symbol: symbol, instant: instant, reason: reason)
        }
        if number.isNaN { return found(.nan, "it is not a number") }
        if number.isInfinite { return found(.infinite, "it is \(number > 0 ? "" : "minus ")infinite") }
        guard let usual, usual.distance > 0 else { return nil }
        let distances = (number - usual.median).magnitude / usual.distance
        guard distances >= outlierFrom else { return nil }
        return found(
            .outlier,
            "\(number) is \(Int(min(distances, 1e15))) typical distances from the median \(usual.median); "
                + "from \(outlierFrom) on it is an outlier")
    }

    /// A column of a feature and symbol; instants without a number are passed over. `usual` is that of the column itself
    /// unless another one is given, such as that of a reference window.
    public func findings(
        _ column: [Double?], feature: String, symbol: String, usual: Usual? = nil
    ) -> [Finding] {
        let known = column.compactMap { $0 }
        let usual = usual ?? Usual(known)
        var findings = column.indices.compactMap { instant in
            column[instant].flatMap {
                finding($0, feature: feature, symbol: symbol, instant: instant, usual: usual)
            }
        }
        if let first = known.first, known.count >= constantFrom, known.allSatisfy({ $0 == first }) {
            findings.append(
                Finding(
                    kind: .constant, feature: feature, symbol: symbol, instant: nil,
                    reason: "all \(known.count) numbers are \(first)"))
        }
        return findings
    }
}
