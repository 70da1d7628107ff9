import Domain
import Strategies
import Testing

@testable import StrategyFiles

@Suite struct SheetTests {
    static let sheet = """
        name: pullback
        summary: a test
        parameters:
          fast: {default: 3, range: 2..20, meaning: Bars.}
          slow: 8
          most: 70.5
          eager: false
        let:
          quick: sma(close, fast)
          up: quick > sma(close, slow)
        enter: up and (rsi(5) < most or eager)
        exit: >
          not up
          or close < low[1]
        size: 0.5
        stop: close - 2 * atr(5)
        target: "entry + 5"
        """

    @Test("a sheet is read whole")
    func reads() throws {
        let sheet = try SheetReader.read(Array(Self.sheet.utf8), path: "rules/x.yaml")
        #expect(sheet.name == "pullback" && sheet.summary == "a test")
        #expect(sheet.parameters.map(\.name) == ["fast", "slow", "most", "eager"])
        #expect(sheet.parameters.map { "\($0.fallback)" } == ["3", "8", "70.5", "false"])
        #expect(sheet.parameters[0].expectation == "a whole number from 2 to 20")
        #expect(
            sheet.words == [
                "quick = sma(close, fast)", "up = quick > sma(close, slow)",
                "enter: up and (rsi(5) < most or eager)", "exit: not up or close < low[1]", "size: 0.5",
                "stop: close - 2 * atr(5)", "target: entry + 5",
            ])
        let arguments = try Arguments(sheet.parameters, given: [("slow", "12")], of: sheet.name)
        let symbol = try #require(Symbol("X"))
        #expect(try sheet.make(arguments, symbols: [symbol]).warmUp == 12)
    }

    @Test("a sheet without a name is called as its file")
    func names() throws {
        let sheet = try SheetReader.read(
            Array("enter: close > 1\nexit: close < 1\n".utf8), path: "rules/my-rule.v2.yaml")
        #expect(sheet.name == "my-rule")
    }

    @Test(
        "a mistake says its line and column, and what would be right",
        arguments: [
            ("enter: clsoe > 1\nexit: close < 1", "1:8: enter: nothing is called clsoe; did you mean close?"),
            (
                "enter: close > 1\nexit: close < smma(3)",
                "2:15: exit: there is no indicator and no function smma; did you mean sma?"
            ),
            (
                "enter: \"close > smma(3)\"\nexit: close < 1",
                "1:17: enter: there is no indicator and no function smma; did you mean sma?"
            ),
            (
                "enter: >\n  close > 1\n  and clsoe > 1\nexit: close < 1",
                "3:7: enter: nothing is called clsoe; did you mean close?"
            ),
            (
                "enter: close > 1 and\n  clsoe > 1\nexit: close < 1",
                "2:3: enter: nothing is called clsoe; did you mean close?"
            ),
            ("enter: close > (1\nexit: close < 1", "1:18: enter: ) is missing after what it encloses"),
            ("entre: close > 1", "1:1: \"entre\" is no key of a sheet of rules; did you mean enter?"),
            (
                "enter: close > 1",
                "1:1: nothing says when to leave: exit, stop, trail or target would be right"
            ),
            ("exit: close > 1", "1:1: exit needs an enter beside it"),
            (
                "let: {close: open}\nenter: close > 1\nexit: close < 1",
                "1:7: close means something in rules already; another name would be right"
            ),
            ("let: {a: b, b: open}\nenter: close > 1\nexit: close < 1", "1:10: let.a: nothing is called b"),
            (
                "parameters: {n: {default: 5, range: 6..9}}\nenter: close > 1\nexit: close < 1",
                "1:17: the default of n, 5, lies outside of its range 6..9"
            ),
            (
                "parameters: {n: {range: 6..9}}\nenter: close > 1\nexit: close < 1",
                "1:14: n has no default: n: {default: 20, range: 2..200} would be right"
            ),
            (
                "parameters: {N: 5}\nenter: close > 1\nexit: close < 1",
                "1:14: \"N\" cannot name a parameter: small letters, digits and _ would be right"
            ),
            (
                "enter: close > 1\nexit: close < 1\nshort: {entre: close > 1}",
                "3:9: \"entre\" is no key of short; did you mean enter?"
            ),
            ("enter: 5\nexit: close < 1", "1:8: enter: the rule should be a condition, and 5 is a number"),
            ("- a", "1:1: a sheet of rules is a mapping with the key enter"),
            (
                "enter: close > 1\nenter: close > 2\nexit: close < 1",
                "2:1: enter is given twice, first in line 1"
            ),
        ])
    func mistakes(text: String, place: String) throws {
        let error = #expect(throws: SheetError.self) {
            try SheetReader.read(Array(text.utf8), path: "x.yaml")
        }
        let problem = try #require(error?.problems.first)
        #expect("\(problem)".hasPrefix("x.yaml:" + place), "\(problem)")
    }

    @Test("every mistake is found at once")
    func several() throws {
        let text = "enter: close >\nexit: (close\nstop: close - -\nspeed: 5"
        let error = #expect(throws: SheetError.self) {
            try SheetReader.read(Array(text.utf8), path: "x.yaml")
        }
        #expect(error?.problems.compactMap(\.line) == [1, 2, 3, 4])
    }

    @Test("values that a sheet cannot be compiled with are refused with a sentence")
    func refusals() throws {
        let text = "parameters: {fast: 3, slow: 8}\nenter: macd(fast, slow, 3).macd > 0\nexit: close < 1"
        let sheet = try SheetReader.read(Array(text.utf8), path: "x.yaml")
        let arguments = try Arguments(sheet.parameters, given: [("fast", "9")], of: sheet.name)
        let symbol = try #require(Symbol("X"))
        let error = #expect(throws: ParameterError.self) { try sheet.make(arguments, symbols: [symbol]) }
        #expect(error?.description.hasPrefix("x, enter: fast must be below slow") == true)
    }
}
