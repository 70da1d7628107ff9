/// A place in a YAML file, counted from 1.
package struct YamlMark: Hashable, Sendable {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// A node of the small part of YAML that settings and compose files use, with its place.
package struct YamlNode: Sendable {
    package enum Content: Sendable {
        /// A plain scalar is one without quotes; empty, it stands for "no value".
        case scalar(String, isPlain: Bool)
        case sequence([YamlNode])
        case mapping([YamlEntry])
        /// Something that was reported already.
        case refused
    }

    package var content: Content
    package var mark: YamlMark
}

/// A key of a mapping and its value.
package struct YamlEntry: Sendable {
    package var key: String
    package var mark: YamlMark
    package var value: YamlNode
    /// It came from another mapping by `<<`, and gives way to what is written here.
    var isMerged = false
}

/// Something in a file that is not the YAML that is wanted of it.
package struct YamlProblem: Hashable, Sendable {
    package var mark: YamlMark
    package var sentence: String
}
