import Domain

/// A limit that a person set, and risk went by.
package struct HandLimit {
    /// As it was said: `position_size@AAPL=2%`.
    package let text: String
    package let at: Timestamp
    /// Nothing where it holds for good.
    package let until: Timestamp?
    package let who: String
    package let why: String

    private var name: Substring { text.prefix { $0 != "=" } }

    private init?(_ command: Command, at moment: Timestamp) {
        guard command.verb == "limit", let text = command.arguments.first else { return nil }
        self.text = text
        at = moment
        let until = command.arguments.dropFirst().first.flatMap { Int64($0) } ?? 0
        self.until = until > 0 ? Timestamp(nanoseconds: until) : nil
        who = command.who
        why = command.why
    }

    /// Those that hold at a moment. A command bears the time of its giver's clock; when risk went by it, in the time of the
    /// data, is told by the notice that it then gives, and whom it does not obey it warns.
    static func all(at moment: Timestamp, in search: StateSearch) throws -> [HandLimit] {
        let wanted: Set<UInt32> = Set([BodyKind.command, .alarm].map { UInt32($0.rawValue) })
        var commands: [Cause: Command] = [:]
        var limits: [HandLimit] = []
        for shard in search.shards where shard.name.hasPrefix("risk/") {
            try shard.each(where: { _, head in wanted.contains(UInt32(head.bodyField)) }) { copy in
                switch copy.message.body {
                case .command(let command): commands[copy.name] = command
                case .alarm(let alarm) where alarm.level == .notice && copy.message.sentAt <= moment:
                    guard let command = copy.message.cause.flatMap({ commands[$0] }),
                        let limit = HandLimit(command, at: copy.message.sentAt)
                    else { return }
                    limits.removeAll { $0.name == limit.name }
                    limits.append(limit)
                default: break
                }
            }
        }
        return limits.filter { limit in limit.until.map { moment < $0 } ?? true }
    }
}
