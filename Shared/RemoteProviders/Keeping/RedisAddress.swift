/// Where a Redis is: `redis://HOST:PORT/DATABASE`, of which the port and the database may be left out.
public struct RedisAddress: Equatable, Sendable {
    public var host: String
    public var port: Int32 = 6379
    public var database = 0

    /// Nothing where the text is none.
    public init?(_ text: String) {
        guard text.hasPrefix("redis://") else { return nil }
        let parts = text.dropFirst(8).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let place = parts.first, !place.contains("@") else { return nil }
        let colon = place.lastIndex(of: ":")
        host = String(place[..<(colon ?? place.endIndex)])
        if let colon {
            guard let port = Int32(place[place.index(after: colon)...]), (1...65_535).contains(port) else {
                return nil
            }
            self.port = port
        }
        if parts.count == 2, !parts[1].isEmpty {
            guard let database = Int(parts[1]), (0...9999).contains(database) else { return nil }
            self.database = database
        }
        guard !host.isEmpty else { return nil }
    }
}
