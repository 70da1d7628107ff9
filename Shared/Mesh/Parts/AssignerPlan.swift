import Domain

/// Who is to hold what, and what is said to bring it about.
extension Assigner {
    mutating func assign(_ service: String, at now: Timestamp, _ outbox: inout Outbox) {
        guard let division = divisions[service], !division.shares.isEmpty, now >= quietUntil else { return }
        let expected = expected(service, division, at: now)
        let wanted =
            expected.isEmpty
            ? division.shares.map(\.owner)
            : Assigner.spread(division.shares.map(\.owner), among: expected)
        for name in members.keys.sorted(by: Assigner.isBefore) {
            guard let member = members[name], member.service == service, member.isHere,
                member.parts == division.shares.count
            else { continue }
            tell(name, wanted, at: now, &outbox)
        }
    }

    /// Who should hold parts: those that are there, and those that should be back at any moment.
    private func expected(_ service: String, _ division: Division, at now: Timestamp) -> [String] {
        let there = members.filter { name, member in
            guard member.service == service, member.parts == division.shares.count else { return false }
            let isNamed = division.named.contains(name)
            guard isNamed || division.named.isEmpty else { return false }
            if member.isHere { return true }
            return (isNamed || !member.leftInOrder) && now < member.goneSince + patience
        }
        let awaited =
            now < division.namedAt + patience
            ? division.named.filter { members[$0]?.service != service } : []
        return (there.keys + awaited).sorted(by: Assigner.isBefore)
    }

    /// Sends a process what it may hold from now on, if that is not what it was sent last, or it seems not to have
    /// come.
    private mutating func tell(_ name: String, _ wanted: [String], at now: Timestamp, _ outbox: inout Outbox)
    {
        var member = members[name]!
        var shares = divisions[member.service]!.shares
        var granted: [String: UInt64] = [:]
        for at in shares.indices where wanted[at] == name {
            if !isHeld(shares[at], by: name, member) {
                guard !shares[at].isHeld || !guards.contains(.releaseBeforeGrant) else { continue }
                let isFirst = shares[at].epoch == 0
                if isFirst || shares[at].owner != name { shares[at].epoch += 1 }
                shares[at].owner = name
                shares[at].ownerStartedAt = member.startedAt
                shares[at].isHeld = true
            }
            granted[Part(at + 1, of: shares.count).shard] = shares[at].epoch
        }
        divisions[member.service]!.shares = shares
        let isNew = member.isUntold || granted != member.granted
        let isUnheard = member.revision < member.sent && now >= member.sentAt + member.resendAfter
        let isToRenew = lease > 0 && now >= member.sentAt + lease / 3
        guard isNew || isUnheard || isToRenew else { return }
        revision += 1
        member.resendAfter =
            isUnheard && !isNew ? min(2 * member.resendAfter, Assigner.resendLast) : Assigner.resendFirst
        member.sent = revision
        member.isUntold = false
        member.sentAt = now
        member.granted = granted
        member.until = lease == 0 ? Timestamp(nanoseconds: .max) : now + lease
        members[name] = member
        let grants = granted.keys.sorted(by: Assigner.isBefore).map {
            Grant(shard: $0, instance: name, epoch: granted[$0]!, until: member.until)
        }
        let assignment = Assignment(
            service: member.service, replica: name, startedAt: member.startedAt, revision: revision,
            grants: grants)
        outbox.send(.assignment(assignment), on: .grant(to: name, from: self.name), durable: true)
    }

    /// Asks to be called when something is due though nothing is heard.
    mutating func askForTick(at now: Timestamp, _ outbox: inout Outbox) {
        var due: [Timestamp] = divisions.values.filter { !$0.named.isEmpty }
            .map { $0.namedAt + patience }
        due.append(quietUntil)
        for member in members.values {
            if member.isHere {
                if member.revision < member.sent { due.append(member.sentAt + member.resendAfter) }
                if lease > 0 { due.append(member.sentAt + lease / 3) }
            } else {
                due.append(member.goneSince + patience)
                if lease > 0 { due.append(end(of: member) + 1) }
            }
        }
        guard let next = due.filter({ $0 > now }).min() else { return }
        if let wakeAt, wakeAt <= next { return }
        wakeAt = next
        outbox.wake(at: next)
    }

    /// Forgets processes that have been gone for long.
    mutating func forget(at now: Timestamp) {
        members = members.filter { name, member in
            member.isHere || now < member.goneSince + Assigner.memory
                || divisions[member.service]?.shares.contains { isHeld($0, by: name, member) } == true
        }
    }

    /// Spreads parts evenly: each keeps what it has up to its due, so that the fewest move.
    static func spread(_ owners: [String], among names: [String]) -> [String] {
        var counts = [Int](repeating: 0, count: names.count)
        for owner in owners { if let at = names.firstIndex(of: owner) { counts[at] += 1 } }
        // Where the parts do not come out even, those who have more keep more.
        let order = names.indices.sorted { (-counts[$0], $0) < (-counts[$1], $1) }
        var room = [Int](repeating: 0, count: names.count)
        for (rank, at) in order.enumerated() {
            room[at] = owners.count / names.count + (rank < owners.count % names.count ? 1 : 0)
        }
        var result = owners.map { owner -> String? in
            guard let at = names.firstIndex(of: owner), room[at] > 0 else { return nil }
            room[at] -= 1
            return owner
        }
        for at in result.indices where result[at] == nil {
            let next = room.firstIndex { $0 > 0 }!
            room[next] -= 1
            result[at] = names[next]
        }
        return result.map { $0! }
    }

    /// `historian-2` before `historian-10`.
    static func isBefore(_ left: String, _ right: String) -> Bool {
        (left.utf8.count, left) < (right.utf8.count, right)
    }
}
