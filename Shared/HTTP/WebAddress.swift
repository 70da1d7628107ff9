/// Where a request goes: a base from the settings, a path, and what is asked in the query.
///
/// It is printed without its secrets: keys travel in some providers' queries, and nothing that is printed may end up in
/// a log with one.
public struct WebAddress: Sendable, Hashable {
    public struct Item: Sendable, Hashable {
        public var name: String
        public var value: String
        public var isSecret: Bool

        public init(_ name: String, _ value: String, isSecret: Bool = false) {
            self.name = name
            self.value = value
            self.isSecret = isSecret
        }
    }

    /// `https://data.alpaca.markets`, without a slash at its end.
    public var base: String
    /// `/v2/stocks/bars`, already encoded.
    public var path: String
    public var query: [Item]

    public init(_ base: String, _ path: String, _ query: [Item] = []) {
        self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
        self.path = path
        self.query = query
    }

    /// The path and query of an address that a provider gave, on a base of ours: a provider's answer does not say which
    /// host gets our key. Nothing where the text is no address.
    public init?(following text: String, on base: String) {
        guard text.utf8.count <= 8192, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        var rest = text[...]
        if let scheme = rest.range(of: "://") {
            rest = rest[scheme.upperBound...]
            guard let slash = rest.firstIndex(of: "/") else { return nil }
            rest = rest[slash...]
        }
        guard rest.first == "/" else { return nil }
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var items: [Item] = []
        if parts.count == 2 {
            for pair in parts[1].prefix(while: { $0 != "#" }).split(separator: "&") {
                let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard let name = WebAddress.decoded(halves[0]),
                    let value = WebAddress.decoded(halves.count == 2 ? halves[1] : "")
                else { return nil }
                items.append(Item(name, value))
            }
        }
        self.init(base, String(parts[0]), items)
    }

    /// The whole address, secrets included: for the wire only.
    public var wire: String { text { WebAddress.encoded($0.value) } }

    /// A part of a path or query as it may stand in an address.
    public static func encoded(_ text: some StringProtocol) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
            default:
                bytes.append(UInt8(ascii: "%"))
                for half in [byte >> 4, byte & 15] { bytes.append(half < 10 ? 48 + half : 55 + half) }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func decoded(_ text: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard rest.count >= 2,
                    let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
                else { return nil }
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private func text(_ value: (Item) -> String) -> String {
        let items = query.map { "\(WebAddress.encoded($0.name))=\(value($0))" }
        return base + path + (items.isEmpty ? "" : "?" + items.joined(separator: "&"))
    }
}

extension WebAddress: CustomStringConvertible {
    /// The address with `…` for each secret.
    public var description: String { text { $0.isSecret ? "…" : WebAddress.encoded($0.value) } }
}

extension Substring {
    fileprivate func range(of mark: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(mark) { return start..<index(start, offsetBy: mark.count) }
            start = index(after: start)
        }
        return nil
    }
}
