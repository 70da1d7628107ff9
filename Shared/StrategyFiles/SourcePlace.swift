import Configuration

/// Where a place in the text of a scalar stands in its file.
///
/// YAML folds line ends and cuts off indentation, but it leaves every letter that is no blank: so letters are counted. In
/// double quotes an escape is more letters than it stands for; a rule needs none.
enum SourcePlace {
    static func mark(of offset: Int, in node: YamlNode, _ source: [UInt8]) -> YamlMark {
        guard case .scalar(let text, let isPlain) = node.content else { return node.mark }
        let before = text.utf8.prefix(offset).count { !isBlank($0) }
        let isEnd = before == text.utf8.count { !isBlank($0) }
        guard var place = start(of: node.mark, source) else { return node.mark }
        var (line, column) = (node.mark.line, node.mark.column)
        func advance() {
            if source[place] == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if source[place] & 0xC0 != 0x80 {
                column += 1
            }
            place += 1
        }
        if !isPlain, place < source.count {
            if source[place] == UInt8(ascii: "|") || source[place] == UInt8(ascii: ">") {
                while place < source.count, source[place] != UInt8(ascii: "\n") { advance() }
            } else {
                advance()
            }
        }
        var left = before
        var last = (line, column)
        while place < source.count {
            if !isBlank(source[place]) {
                if left == 0 {
                    return isEnd
                        ? YamlMark(line: last.0, column: last.1) : YamlMark(line: line, column: column)
                }
                left -= 1
                advance()
                last = (line, column)
            } else {
                advance()
            }
        }
        // At the end of the text.
        return YamlMark(line: last.0, column: last.1)
    }

    private static func start(of mark: YamlMark, _ source: [UInt8]) -> Int? {
        var (line, place) = (1, 0)
        while line < mark.line {
            guard let end = source[place...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            line += 1
            place = end + 1
        }
        var column = 1
        while column < mark.column, place < source.count {
            place += 1
            if place < source.count, source[place] & 0xC0 != 0x80 { column += 1 }
        }
        return place < source.count ? place : nil
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
}
