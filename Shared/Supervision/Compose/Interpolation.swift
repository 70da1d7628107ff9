/// Puts the values of variables into a text: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`,
/// `${NAME:?sentence}`, `${NAME?sentence}`, and `$$` for a dollar sign. Exactly what docker-compose 1.29 understands.
struct Interpolation {
    let variables: (String) -> String?

    /// What is wrong with a text.
    struct Problem: Error, Equatable { var sentence: String }

    func text(of template: String) throws(Problem) -> String {
        var result = ""
        var rest = template[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            guard let next = rest.first else { throw loneSign }
            if next == "$" {
                result += "$"
                rest = rest.dropFirst()
            } else if next == "{" {
                guard let end = rest.firstIndex(of: "}") else {
                    throw Problem(sentence: "a ${ has no }")
                }
                result += try value(of: rest[rest.index(after: rest.startIndex)..<end])
                rest = rest[rest.index(after: end)...]
            } else {
                let name = rest.prefix(while: Interpolation.isOfName)
                guard !name.isEmpty, !Interpolation.isDigit(name.first) else { throw loneSign }
                result += try known(String(name))
                rest = rest[name.endIndex...]
            }
        }
        return result + rest
    }

    private var loneSign: Problem {
        Problem(sentence: "a $ stands before a variable, as in ${NAME}; write $$ for the sign itself")
    }

    /// The value of what stands between the brackets.
    private func value(of inner: Substring) throws(Problem) -> String {
        let name = inner.prefix(while: Interpolation.isOfName)
        let text = String(name)
        guard !name.isEmpty, !Interpolation.isDigit(name.first) else {
            throw Problem(sentence: "${\(inner)} names no variable")
        }
        var rest = inner[name.endIndex...]
        guard !rest.isEmpty else { return try known(text) }
        let countsEmpty = rest.first == ":"
        if countsEmpty { rest = rest.dropFirst() }
        let given = variables(text).flatMap { countsEmpty && $0.isEmpty ? nil : $0 }
        switch rest.first {
        case "-": return given ?? String(rest.dropFirst())
        case "?":
            if let given { return given }
            throw Problem(sentence: "the variable \(text) is not set: \(rest.dropFirst())")
        default:
            throw Problem(
                sentence: "${\(inner)} is not understood; write ${\(text)}, ${\(text):-default} or "
                    + "${\(text):?sentence}")
        }
    }

    private func known(_ name: String) throws(Problem) -> String {
        guard let value = variables(name) else {
            throw Problem(sentence: "the variable \(name) is not set; give it a default with ${\(name):-…}")
        }
        return value
    }

    private static func isOfName(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "_")
    }

    private static func isDigit(_ character: Character?) -> Bool { character?.isNumber ?? false }
}
