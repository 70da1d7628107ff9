import Configuration
import Strategies

/// What there is to know of a strategy, for people and for programs.
enum StrategyText {
    /// The parameters as a table.
    static func parameters(_ parameters: [Parameter]) -> String {
        var table = Table(columns: [.text("parameter"), .number("default"), .text("values"), .text("")])
        for parameter in parameters {
            table.add([parameter.name, "\(parameter.fallback)", parameter.expectation, parameter.meaning])
        }
        return table.text(width: nil, paint: Terminal.standardOutput.paint)
    }

    /// Name, summary and parameters, into an object that is open.
    static func write(_ blueprint: some Blueprint, _ json: inout JSONWriter) {
        json.key("name")
        json.string(blueprint.name)
        json.key("summary")
        json.string(blueprint.summary)
        json.key("parameters")
        json.array { json in
            for parameter in blueprint.parameters { write(parameter, &json) }
        }
    }

    static func write(words: [String], _ json: inout JSONWriter) {
        json.key("rule")
        json.array { json in words.forEach { json.string($0) } }
    }

    private static func write(_ parameter: Parameter, _ json: inout JSONWriter) {
        json.object { json in
            json.key("name")
            json.string(parameter.name)
            json.key("meaning")
            json.string(parameter.meaning)
            json.key("values")
            json.string(parameter.expectation)
            json.key("default")
            switch parameter.fallback {
            case .integer(let integer): json.integer(integer)
            case .number(let number): json.number(number)
            case .flag(let flag): json.flag(flag)
            case .choice(let word): json.string(word)
            case .file: json.null()
            }
        }
    }
}
