import Domain
import Mesh
import Wire

/// What must hold at every step, and what must hold in the end.
extension World {
    func inspect(_ process: SimulatedProcess) {
        for seat in process.allSeats {
            if let node = seat.node { inspect(node.machine, seat.shard) }
        }
        process.allSeats.removeAll { $0.node == nil }
    }

    private func inspect(_ machine: Probe, _ shard: ShardState) {
        if let sentence = machine.violation { accuse("\(shard.instance) took \(sentence)") }
        if let sentence = shard.ledger.violation { accuse("\(shard.instance) stored wrongly: \(sentence)") }
        if plan.isStrict, let sentence = machine.double { accuse("\(shard.instance) took \(sentence)") }
        if plan.isStrict && machine.orphans > 0 {
            accuse(
                "\(shard.instance) holds \(machine.orphans) messages that their owner lost, and nobody was asked"
            )
        }
    }

    /// After a power cut: every durable message that was published is still there.
    func checkDurable(_ shard: ShardState) {
        guard !shard.durable.isEmpty else { return }
        var found: [Topic: (epoch: UInt64, number: UInt64)] = [:]
        do {
            let history = try TranscriptFolder(shard.disk, boot: shard.boot)
            _ = try history.walkAll(from: SnapshotFile.latest(on: shard.disk).snapshot) {
                topic, epoch, number in
                if (epoch, number) > found[topic] ?? (0, 0) { found[topic] = (epoch, number) }
            }
        } catch {
            return accuse("\(shard.instance) is unreadable after a power cut: \(error)")
        }
        for topic in shard.durable.keys.sorted() {
            let published = shard.durable[topic]!
            if found[topic] ?? (0, 0) < published {
                accuse("a durable message was lost: \(topic) \(published.epoch)/\(published.number)")
            }
        }
    }

    /// What is not as it should be when all faults are over, or nothing.
    func whatIsMissing() -> String? {
        for shard in shards {
            guard let node = owner(of: shard)?.node else { return "\(shard.instance) is not up" }
            if shard.role == .source {
                guard let brought = shard.brought else { return "\(shard.instance) has brought nothing in" }
                for own in shard.symbols.indices where brought[own] < total(shard.symbolIndices[own]) {
                    return "\(shard.instance) has brought in \(brought[own]) of \(shard.symbols[own])"
                }
                continue
            }
            if plan.isReplay && !node.isReplayOver { return "\(shard.instance) has not ended its replay" }
            for (own, symbol) in shard.symbols.enumerated() {
                let count = UInt64(total(shard.symbolIndices[own]))
                if let missing = isShort(node, "market/quote/\(symbol)", count) { return missing }
                guard shard.role == .sink else {
                    if plan.isReplay { continue }
                    if let missing = isShort(node, "trading/fill/\(symbol)", count / 3) { return missing }
                    continue
                }
                if let missing = isShort(node, "market/trade/\(symbol)", count) { return missing }
                if let missing = isShort(node, "trading/order/\(symbol)", count / 3) { return missing }
                if let missing = isUnstored(shard, "market/trade/\(symbol)", count) { return missing }
            }
            if node.state != .ready { return "\(shard.instance) is \(node.state)" }
        }
        return nil
    }

    private func total(_ symbol: Int) -> Int {
        guard plan.isReplay else { return plan.data }
        let last = instantsOfSource[symbol % plan.sources]
        return (1...last).reduce(0) { $0 + (plan.hasDatum(symbol, $1) ? 1 : 0) }
    }

    private func isShort(_ node: Node<Probe>, _ topic: String, _ count: UInt64) -> String? {
        let datum = node.machine.tracks[Topic(topic)]?.datum ?? 0
        return datum < count ? "\(node.settings.instance) has \(datum) of \(count) of \(topic)" : nil
    }

    private func isUnstored(_ shard: ShardState, _ topic: String, _ count: UInt64) -> String? {
        let stored = shard.ledger.rows[Topic(topic)]?.last?.datum ?? 0
        return stored < count ? "\(shard.instance) has stored \(stored) of \(count) of \(topic)" : nil
    }

    // MARK: in the end

    func checkAtEnd() {
        for shard in shards { shard.disk.onOperation = nil }
        supervisor.disk.onOperation = nil
        for shard in shards {
            checkStored(shard)
            checkRerun(shard)
        }
        checkSupervisor()
    }

    private func checkStored(_ shard: ShardState) {
        guard plan.isStrict else { return }
        for topic in shard.ledger.rows.keys.sorted() {
            for (at, row) in shard.ledger.rows[topic]!.enumerated() where row.datum != UInt64(at + 1) {
                return accuse("row \(at + 1) of \(topic) in \(shard.instance)'s store is datum \(row.datum)")
            }
        }
    }

    /// Every transcript, read again from its first message, gives the same messages.
    private func checkRerun(_ shard: ShardState) {
        do {
            let history = try TranscriptFolder(shard.disk, boot: shard.boot)
            let rerun = Rerun(Probe(shard.role, shard: shard.instance))
            var position: TranscriptFolder.Position?
            if let first = history.files.first, first.index > 0,
                let file = try SnapshotFile.latest(on: shard.disk).snapshot
            {
                try rerun.restore(file)
                position = file.position
            }
            var sequence: UInt64 = position?.sequence ?? 0
            _ = try history.walk(from: position) { header, batch in
                try rerun.absorb(header, batch, sequence: sequence)
                sequence += 1
            }
        } catch {
            accuse("a re-run of \(shard.instance) differs: \(error)")
        }
    }

    /// All transcripts, as one number.
    var fingerprint: UInt64 {
        var print = judge.print
        for shard in shards {
            for name in shard.disk.nameList { print.add(shard.disk.content(name)) }
            for topic in shard.ledger.rows.keys.sorted() {
                print.add(UInt64(shard.ledger.rows[topic]!.count))
            }
        }
        print.add(UInt64(eventCount))
        return print.value
    }
}

extension TranscriptFolder {
    /// Visits the names of all that was sent, from a snapshot on if the beginning is not kept.
    func walkAll(from snapshot: SnapshotFile?, _ visit: (Topic, UInt64, UInt64) -> Void) throws -> Tail? {
        let codec = Codec()
        let position = files.first.map { $0.index > 0 } == true ? snapshot?.position : nil
        return try walk(from: position) { _, batch in
            for record in batch where record.kind == .sent || record.kind == .recovered {
                let head = try codec.head(of: record.payload)
                let topic = try codec.name(UnsafeRawBufferPointer(rebasing: record.payload[head.topic]))
                visit(Topic(topic), head.epoch, head.number)
            }
        }
    }
}
