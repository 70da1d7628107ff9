import Rules

/// A model as a file has it, with the expressions that its features are made by: docs/strategies.md has the format.
public struct ModelFile: Sendable {
    public let features: [Expression]
    public let model: any Model

    private struct Split {
        var line: Int
        var tree: Int
        var node: Int
        var what: TreeEnsemble.Node
    }

    /// Reads a file of lines such as `feature,rsi(14) / 100,-0.8,0.5,0.1`.
    public init(_ file: FileText) throws(ParameterError) {
        var features: [Expression] = []
        var terms: [LinearModel.Term] = []
        var splits: [Split] = []
        var (kind, link, bias) = ("", Link.identity, 0.0)
        for line in CommaLines(file) {
            switch line.fields[0] {
            case "kind":
                kind = try line.word(1, among: ["linear", "trees"])
            case "link":
                link = Link(rawValue: try line.word(1, among: Link.allCases.map(\.rawValue))) ?? .identity
            case "bias": bias = try line.number(1)
            case "feature":
                features.append(try line.expression(1))
                if kind == "linear" {
                    let hasScale = line.fields.count > 3
                    terms.append(
                        LinearModel.Term(
                            weight: try line.number(2), mean: hasScale ? try line.number(3) : 0,
                            deviation: hasScale ? try line.number(4) : 1))
                    guard terms[terms.count - 1].deviation > 0 else {
                        throw line.error("a deviation is above 0")
                    }
                }
            case "split":
                let (yes, no) = (try line.whole(5), try line.whole(6))
                splits.append(
                    Split(
                        line: line.number, tree: try line.whole(1), node: try line.whole(2),
                        what: .split(feature: try line.whole(3), below: try line.number(4), yes: yes, no: no))
                )
            case "leaf":
                splits.append(
                    Split(
                        line: line.number, tree: try line.whole(1), node: try line.whole(2),
                        what: .leaf(try line.number(3))))
            default:
                throw line.error(
                    "\(line.fields[0].prefix(40)) begins no line of a model; kind, link, bias, feature, split and leaf do"
                )
            }
            if line.fields[0] != "kind", kind.isEmpty {
                throw line.error("the kind comes first: kind,linear or kind,trees")
            }
        }
        guard !features.isEmpty else { throw ParameterError("\(file.path) is no model: it has no feature") }
        self.features = features
        if kind == "linear" {
            guard splits.isEmpty else {
                throw ParameterError("\(file.path), line \(splits[0].line): a linear model has no trees")
            }
            model = LinearModel(terms: terms, bias: bias, link: link)
        } else {
            model = TreeEnsemble(
                trees: try ModelFile.trees(splits, features.count, file.path), bias: bias, link: link,
                width: features.count)
        }
    }

    private static func trees(
        _ splits: [Split], _ width: Int, _ path: String
    ) throws(ParameterError) -> [[TreeEnsemble.Node]] {
        var trees: [[TreeEnsemble.Node]] = []
        var lines: [[Int]] = []
        for split in splits {
            func error(_ sentence: String) -> ParameterError {
                ParameterError("\(path), line \(split.line): \(sentence)")
            }
            if split.tree == trees.count {
                trees.append([])
                lines.append([])
            }
            guard split.tree == trees.count - 1 else {
                throw error("trees are numbered from 0, one after the other")
            }
            guard split.node == trees[split.tree].count else {
                throw error(
                    "the nodes of a tree are numbered from 0, in their order: \(trees[split.tree].count) would be next"
                )
            }
            if case .split(let feature, let threshold, let yes, let no) = split.what {
                guard feature < width else {
                    throw error("there is no feature \(feature); there are \(width), from 0")
                }
                guard threshold.isFinite, yes > split.node, no > split.node else {
                    throw error("a split leads to later nodes of its tree")
                }
            }
            trees[split.tree].append(split.what)
            lines[split.tree].append(split.line)
        }
        guard !trees.isEmpty else { throw ParameterError("\(path) is no model: it has no tree") }
        for (tree, nodes) in trees.enumerated() {
            for (place, node) in nodes.enumerated() {
                if case .split(_, _, let yes, let no) = node, max(yes, no) >= nodes.count {
                    throw ParameterError(
                        "\(path), line \(lines[tree][place]): tree \(tree) has no node \(max(yes, no))")
                }
            }
        }
        return trees
    }
}
