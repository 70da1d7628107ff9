/// What a person is told of an indicator: help, rules, the table in docs/indicators.md and sweeps are made from it.
public struct Listing: Sendable {
    /// What rules and commands call it.
    public var name: String
    public var summary: String
    public var parameters: [Parameter]
    public var inputs: [InputColumn]
    /// The names of the numbers that it gives, in their order.
    public var outputs: [String]
    /// The bars to the first value, by the names of the parameters.
    public var warmUp: String
    /// How it is computed, in the signs that docs/indicators.md explains.
    public var formula: String
    public var definition: Definition

    public init(
        _ name: String, _ summary: String, parameters: [Parameter] = [], inputs: [InputColumn] = [.close],
        outputs: [String]? = nil, warmUp: String, formula: String? = nil, _ definition: Definition
    ) {
        self.name = name
        self.summary = summary
        self.parameters = parameters
        self.inputs = inputs
        self.outputs = outputs ?? [name]
        self.warmUp = warmUp
        if let formula {
            self.formula = formula
        } else if case .formula(let formula) = definition {
            self.formula = formula
        } else {
            preconditionFailure("\(name) has no formula")
        }
        self.definition = definition
    }

    /// Where the figures come from.
    public enum Definition: Sendable, Equatable {
        /// Equal to a function of TA-Lib, with a remark where something must be said.
        case taLib(String, remark: String = "")
        /// A formula, where TA-Lib has no such function or another one.
        case formula(String)
    }
}

/// A column that an indicator looks at.
public enum InputColumn: String, Sendable, CaseIterable {
    case open, high, low, close, volume
    /// Which session a bar is of.
    case session
    /// Another series of the same length: a second symbol.
    case other

    public static let candle: [InputColumn] = [.open, .high, .low, .close]
    public static let range: [InputColumn] = [.high, .low]
    public static let prices: [InputColumn] = [.high, .low, .close]
}

/// A number that one may choose.
public struct Parameter: Sendable, Equatable {
    public var name: String
    public var meaning: String
    public var range: ClosedRange<Double>
    public var fallback: Double
    public var isWhole: Bool

    /// A whole number.
    public static func whole(
        _ name: String, _ fallback: Int, in range: ClosedRange<Int>, _ meaning: String
    ) -> Parameter {
        precondition(range.contains(fallback), "\(name): the default is out of range")
        return Parameter(
            name: name, meaning: meaning, range: Double(range.lowerBound)...Double(range.upperBound),
            fallback: Double(fallback), isWhole: true)
    }

    /// Any number of a range.
    public static func number(
        _ name: String, _ fallback: Double, in range: ClosedRange<Double>, _ meaning: String
    ) -> Parameter {
        precondition(range.contains(fallback), "\(name): the default is out of range")
        return Parameter(name: name, meaning: meaning, range: range, fallback: fallback, isWhole: false)
    }

    /// How many bars a window has.
    public static func period(
        _ fallback: Int, name: String = "period", from least: Int = 1,
        _ meaning: String = "bars in the window"
    ) -> Parameter {
        .whole(name, fallback, in: least...100_000, meaning)
    }

    /// What would be right: "a whole number from 1 to 100000".
    public var expectation: String {
        "a \(isWhole ? "whole " : "")number from \(text(range.lowerBound)) to \(text(range.upperBound))"
    }

    /// A value as one writes it.
    public func text(_ value: Double) -> String {
        value == value.rounded() && value.magnitude < 1e15 ? "\(Int(value))" : "\(value)"
    }
}
