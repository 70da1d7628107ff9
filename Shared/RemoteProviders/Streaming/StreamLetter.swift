import Configuration

/// What is said to a stream: an object of texts and of lists of texts, in JSON or in MessagePack.
struct StreamLetter {
    enum Value {
        case text(String)
        case list([String])
    }

    var members: [(key: String, value: Value)]

    var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            for (key, value) in members {
                json.key(key)
                switch value {
                case .text(let text): json.string(text)
                case .list(let texts): json.array { json in for text in texts { json.string(text) } }
                }
            }
        }
        return json.bytes
    }

    var messagePack: [UInt8] {
        var bytes: [UInt8] = []
        StreamLetter.head(members.count, small: 0x80, smallMax: 15, large: 0xDE, to: &bytes)
        for (key, value) in members {
            StreamLetter.pack(key, to: &bytes)
            switch value {
            case .text(let text): StreamLetter.pack(text, to: &bytes)
            case .list(let texts):
                StreamLetter.head(texts.count, small: 0x90, smallMax: 15, large: 0xDC, to: &bytes)
                for text in texts { StreamLetter.pack(text, to: &bytes) }
            }
        }
        return bytes
    }

    private static func pack(_ text: String, to bytes: inout [UInt8]) {
        head(text.utf8.count, small: 0xA0, smallMax: 31, large: 0xDA, to: &bytes)
        bytes += text.utf8
    }

    /// A length: in the first byte, or in two more.
    private static func head(_ count: Int, small: UInt8, smallMax: Int, large: UInt8, to bytes: inout [UInt8])
    {
        precondition(count < 65_536, "a stream is asked for fewer symbols than that")
        if count <= smallMax {
            bytes.append(small | UInt8(count))
        } else {
            bytes += [large, UInt8(count >> 8), UInt8(count & 255)]
        }
    }
}
