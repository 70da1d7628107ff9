/// A place in a YAML file, counted from 1.
struct YamlMark: Hashable, Sendable {
    var line: Int
    var column: Int
}

/// A node of the small part of YAML that settings use, with its place.
struct YamlNode: Sendable {
    enum Content: Sendable {
        /// A plain scalar is one without quotes; empty, it stands for "no value".
        case scalar(String, isPlain: Bool)
        case sequence([YamlNode])
        case mapping([YamlEntry])
        /// Something that was reported already.
        case refused
    }

    var content: Content
    var mark: YamlMark
}

/// A key of a mapping and its value.
struct YamlEntry: Sendable {
    var key: String
    var mark: YamlMark
    var value: YamlNode
}

/// Something in a file that is not the YAML that settings use.
struct YamlProblem: Hashable, Sendable {
    var mark: YamlMark
    var sentence: String
}
