/// A page of a bucket's list, as XML says it.
struct BucketPage {
    var keys: [String] = []
    /// Where the next page begins; empty on the last one.
    var next = ""

    init(_ text: String) {
        var rest = text[...]
        while let key = BucketPage.next("Key", in: &rest) { keys.append(key) }
        if BucketPage.inside("IsTruncated", of: text) == "true" {
            next = BucketPage.inside("NextContinuationToken", of: text) ?? ""
        }
    }

    /// What the first element of that name holds.
    static func inside(_ name: String, of text: String) -> String? {
        var rest = text[...]
        return next(name, in: &rest)
    }

    private static func next(_ name: String, in rest: inout Substring) -> String? {
        guard let begin = rest.firstRange(of: "<\(name)>"),
            let end = rest[begin.upperBound...].firstRange(of: "</\(name)>")
        else { return nil }
        defer { rest = rest[end.upperBound...] }
        return plain(rest[begin.upperBound..<end.lowerBound])
    }

    /// The five names of XML; others do not stand in a key.
    private static func plain(_ text: Substring) -> String {
        guard text.contains("&") else { return String(text) }
        return String(text).replacing("&lt;", with: "<").replacing("&gt;", with: ">")
            .replacing("&quot;", with: "\"").replacing("&apos;", with: "'").replacing("&amp;", with: "&")
    }
}
