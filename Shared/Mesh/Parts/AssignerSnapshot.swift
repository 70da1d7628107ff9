import Domain

extension Assigner {
    public static var snapshotVersion: UInt32 { 1 }

    public func snapshot() -> [UInt8] {
        var writer = SnapshotWriter()
        writer.put(revision)
        writer.put(lease)
        writer.put(patience)
        writer.put(quietUntil.nanoseconds)
        writer.put(wakeAt == nil ? 0 : 1)
        writer.put(wakeAt?.nanoseconds ?? 0)
        writer.put(divisions.count)
        for (service, division) in divisions.sorted(by: { $0.key < $1.key }) {
            writer.put(service)
            writer.put(division.named.count)
            for name in division.named { writer.put(name) }
            writer.put(division.namedAt.nanoseconds)
            writer.put(division.shares.count)
            for share in division.shares { put(share, &writer) }
        }
        writer.put(members.count)
        for (name, member) in members.sorted(by: { $0.key < $1.key }) {
            writer.put(name)
            put(member, &writer)
        }
        return writer.bytes
    }

    private func put(_ share: Share, _ writer: inout SnapshotWriter) {
        writer.put(share.epoch)
        writer.put(share.owner)
        writer.put(share.ownerStartedAt.nanoseconds)
        writer.put(share.isHeld ? 1 : 0)
    }

    private func put(_ member: Member, _ writer: inout SnapshotWriter) {
        writer.put(member.service)
        writer.put(member.startedAt.nanoseconds)
        writer.put(member.parts)
        writer.put(member.isHere ? 1 : 0)
        writer.put(member.goneSince.nanoseconds)
        writer.put(member.leftInOrder ? 1 : 0)
        writer.put(member.revision)
        writer.put(member.holds.count)
        for shard in member.holds.sorted() { writer.put(shard) }
        writer.put(member.sent)
        writer.put(member.sentAt.nanoseconds)
        writer.put(member.resendAfter)
        writer.put(member.granted.count)
        for (shard, epoch) in member.granted.sorted(by: { $0.key < $1.key }) {
            writer.put(shard)
            writer.put(epoch)
        }
        writer.put(member.until.nanoseconds)
        writer.put(member.isUntold ? 1 : 0)
    }

    public mutating func restore(_ bytes: [UInt8], version: UInt32) throws(SnapshotMismatch) {
        guard version == Assigner.snapshotVersion else {
            throw SnapshotMismatch("version \(version) of the assignments is not known here")
        }
        var reader = SnapshotReader(bytes)
        revision = try reader.count()
        lease = try reader.integer()
        patience = try reader.integer()
        quietUntil = Timestamp(nanoseconds: try reader.integer())
        let hasWake = try reader.integer() == 1
        let wake = Timestamp(nanoseconds: try reader.integer())
        wakeAt = hasWake ? wake : nil
        divisions = [:]
        for _ in 0..<(try reader.integer()) {
            let service = try reader.text()
            var division = Division()
            for _ in 0..<(try reader.integer()) { division.named.append(try reader.text()) }
            division.namedAt = Timestamp(nanoseconds: try reader.integer())
            for _ in 0..<(try reader.integer()) { division.shares.append(try share(&reader)) }
            divisions[service] = division
        }
        members = [:]
        for _ in 0..<(try reader.integer()) {
            let name = try reader.text()
            members[name] = try member(&reader)
        }
    }

    private func share(_ reader: inout SnapshotReader) throws(SnapshotMismatch) -> Share {
        var share = Share()
        share.epoch = try reader.count()
        share.owner = try reader.text()
        share.ownerStartedAt = Timestamp(nanoseconds: try reader.integer())
        share.isHeld = try reader.integer() == 1
        return share
    }

    private func member(_ reader: inout SnapshotReader) throws(SnapshotMismatch) -> Member {
        let service = try reader.text()
        let startedAt = Timestamp(nanoseconds: try reader.integer())
        var member = Member(service: service, startedAt: startedAt, parts: Int(try reader.integer()))
        member.isHere = try reader.integer() == 1
        member.goneSince = Timestamp(nanoseconds: try reader.integer())
        member.leftInOrder = try reader.integer() == 1
        member.revision = try reader.count()
        for _ in 0..<(try reader.integer()) { member.holds.insert(try reader.text()) }
        member.sent = try reader.count()
        member.sentAt = Timestamp(nanoseconds: try reader.integer())
        member.resendAfter = try reader.integer()
        for _ in 0..<(try reader.integer()) {
            let shard = try reader.text()
            member.granted[shard] = try reader.count()
        }
        member.until = Timestamp(nanoseconds: try reader.integer())
        member.isUntold = try reader.integer() == 1
        return member
    }
}
