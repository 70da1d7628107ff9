import Domain
import Rules
import Testing

@testable import Strategies

@Suite struct ModelTests {
    static let linear = """
        # a comment
        kind,linear
        link,logistic
        bias,0.5

        feature,close,2,10,4
        feature,"change(close, 1)",-1
        """

    static let trees = """
        kind,trees
        bias,1
        feature,close
        feature,change(close, 1)
        split,0,0,0,10,1,2
        leaf,0,1,-5
        split,0,2,1,0,3,4
        leaf,0,3,2
        leaf,0,4,3
        leaf,1,0,0.25
        """

    /// What a strategy is given where it asks for a file.
    static func file(_ path: String) throws(ParameterError) -> String {
        path.hasSuffix("fundamentals.csv") ? "symbol,known_on,shares\nX,2024-01-01,5\n" : linear
    }

    private func advice(_ text: String, _ closes: [Int64]) throws -> [Double?] {
        var advisor = try Advisor(FileText(path: "m.csv", text: text), symbols: 1)
        return closes.map { advisor.advice(SMACrossoverTests.bar($0 * 1_000_000), of: 0, at: .zero) }
    }

    @Test("a linear model is its weights times its features on their scale, through its link")
    func linearModel() throws {
        let found = try advice(Self.linear, [10, 12, 9])
        #expect(found[0] == nil, "the second feature needs two bars")
        // 0.5 + 2 · (12 - 10) / 4 - (12 - 10) = -0.5, and 0.5 - 0.5 + 3 = 3.
        #expect(abs(try #require(found[1]) - 0.3775406687981454) < 1e-15)
        #expect(abs(try #require(found[2]) - 0.9525741268224334) < 1e-15)
    }

    @Test("an ensemble is the sum of the leaves that a row comes to, below the threshold or not")
    func ensemble() throws {
        #expect(try advice(Self.trees, [9, 9, 10, 9, 12, 11]) == [nil, -3.75, 4.25, -3.75, 4.25, 3.25])
    }

    @Test(
        "a file that is no model is refused with its line and what would be right",
        arguments: [
            ("kind,forest", "m.csv, line 1: forest is none of linear, trees"),
            ("bias,1", "m.csv, line 1: the kind comes first: kind,linear or kind,trees"),
            ("kind,linear", "m.csv is no model: it has no feature"),
            ("kind,linear\nfeature,close", "m.csv, line 2: feature has 1 values, and one more is wanted"),
            ("kind,linear\nfeature,close,x", "m.csv, line 2: x is no number"),
            ("kind,linear\nfeature,clsoe,1", "m.csv, the feature clsoe: nothing is called clsoe"),
            (
                "kind,linear\nfeature,close >,1",
                "m.csv, line 2: the rule ends where a figure or a condition should stand"
            ),
            ("kind,linear\nfeature,close,1,0,0", "m.csv, line 2: a deviation is above 0"),
            ("kind,trees\nfeature,close", "m.csv is no model: it has no tree"),
            (
                "kind,trees\nfeature,close\nsplit,0,0,1,5,1,2",
                "m.csv, line 3: there is no feature 1; there are 1, from 0"
            ),
            (
                "kind,trees\nfeature,close\nsplit,0,0,0,5,0,1",
                "m.csv, line 3: a split leads to later nodes of its tree"
            ),
            (
                "kind,trees\nfeature,close\nsplit,0,0,0,5,1,2\nleaf,0,1,1",
                "m.csv, line 3: tree 0 has no node 2"
            ),
            (
                "kind,trees\nfeature,close\nleaf,1,0,1",
                "m.csv, line 3: trees are numbered from 0, one after the other"
            ),
            (
                "kind,trees\nfeature,close\nleaf,0,1,1",
                "m.csv, line 3: the nodes of a tree are numbered from 0, in their order: 0 would be next"
            ),
            (
                "kind,trees\nweight,1",
                "m.csv, line 2: weight begins no line of a model; kind, link, bias, feature, split and leaf do"
            ),
        ])
    func refusals(text: String, sentence: String) throws {
        let error = #expect(throws: ParameterError.self) {
            _ = try Advisor(FileText(path: "m.csv", text: text), symbols: 1)
        }
        #expect(error?.description == sentence)
    }

    @Test("a counsel keeps out of what it does not agree with, and sizes the rest")
    func counsel() throws {
        func size(_ words: [(name: String, text: String)], _ side: Double, _ advice: Double?) throws
            -> Double?
        {
            let arguments = try Arguments(Counsel.parameters, given: words, of: "x", reading: Self.file)
            return try Counsel(arguments, symbols: 1).size(side, advice)
        }
        let model = [(name: "model", text: "m.csv"), (name: "agree", text: "0.6")]
        #expect(try size([], 1, nil) == 1, "without a model nothing changes")
        #expect(try size(model, 1, 0.7) == 1 && size(model, 1, 0.5) == nil && size(model, 1, nil) == nil)
        #expect(try size(model, -1, 0.3) == 1 && size(model, -1, 0.5) == nil)
        let scaled = model + [(name: "scale", text: "true")]
        #expect(abs(try #require(try size(scaled, 1, 0.7)) - 0.25) < 1e-12)
        #expect(try size(scaled, 1, 1) == 1 && size(scaled, 1, 0.6) == nil)
    }
}
