/// A page as it grows: markup is added as it stands, texts with what steers a browser made harmless.
struct Html {
    private(set) var bytes: [UInt8] = []

    /// Adds markup.
    mutating func add(_ markup: String) { bytes += markup.utf8 }

    /// Adds what others wrote: names, reasons, settings.
    mutating func add(text: String) { bytes += Html.escaped(text).utf8 }

    /// An element with a text.
    mutating func element(_ tag: String, _ text: String, _ attributes: String = "") {
        add("<\(tag)\(attributes.isEmpty ? "" : " \(attributes)")>\(Html.escaped(text))</\(tag)>")
    }

    /// A part of the page with a heading.
    mutating func section(_ heading: String, _ note: String = "", _ body: (inout Html) -> Void) {
        add("<section>")
        add("<h2>\(Html.escaped(heading))</h2>")
        if !note.isEmpty { element("p", note, "class=note") }
        body(&self)
        add("</section>\n")
    }

    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// A text as a JavaScript string that may stand in a script element.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\", "<", ">", "&", "\u{2028}", "\u{2029}", "\u{0}"..<"\u{20}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
