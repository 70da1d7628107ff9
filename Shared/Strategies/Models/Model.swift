import Glibc

/// Turns a row of features into a number.
public protocol Model: Sendable {
    /// How many features a row has.
    var width: Int { get }
    /// Every feature of the row is a finite number.
    func value(of row: [Double]) -> Double
}

/// What is made of the sum of a model.
public enum Link: String, CaseIterable, Sendable {
    case identity
    /// 1 ÷ (1 + e^-x): a probability.
    case logistic

    func callAsFunction(_ sum: Double) -> Double {
        switch self {
        case .identity: sum
        case .logistic: 1 / (1 + exp(-sum))
        }
    }
}

/// Weights times features that are first brought to a scale.
public struct LinearModel: Model, Equatable {
    public struct Term: Sendable, Equatable {
        public var weight: Double
        /// Taken away, and divided by.
        public var mean: Double
        public var deviation: Double
    }

    public let terms: [Term]
    public let bias: Double
    public let link: Link

    public var width: Int { terms.count }

    public func value(of row: [Double]) -> Double {
        var sum = bias
        for (term, feature) in zip(terms, row) { sum += term.weight * (feature - term.mean) / term.deviation }
        return link(sum)
    }
}

/// The sum of many small decision trees.
public struct TreeEnsemble: Model, Equatable {
    public enum Node: Sendable, Equatable {
        /// Where the feature is below the threshold, on to the first node of the same tree, else to the second.
        case split(feature: Int, below: Double, yes: Int, no: Int)
        case leaf(Double)
    }

    /// Each tree begins with its node 0, and leads to later ones only.
    public let trees: [[Node]]
    public let bias: Double
    public let link: Link
    public let width: Int

    public func value(of row: [Double]) -> Double {
        var sum = bias
        for tree in trees {
            var place = 0
            while case .split(let feature, let threshold, let yes, let no) = tree[place] {
                place = row[feature] < threshold ? yes : no
            }
            if case .leaf(let value) = tree[place] { sum += value }
        }
        return link(sum)
    }
}
