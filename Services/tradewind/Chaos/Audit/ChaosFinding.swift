/// Something that must not be, in a sentence.
struct ChaosFinding: Equatable {
    /// Which views part: `orders`, `books`, `limits`, `SQL`, `derivation`, `venue`, `processes`.
    let view: String
    let sentence: String
    /// The message at which it shows.
    let message: String

    init(_ view: String, _ sentence: String, at message: String = "") {
        self.view = view
        self.sentence = sentence
        self.message = message
    }
}
