import Domain
import Mesh
import Wire

/// Starting, calling and ending processes.
extension World {
    /// Called before every operation on a process's disk or network: the moment for a crash.
    func operation(of process: SimulatedProcess) {
        guard let left = process.crashAfter, !process.isDying else { return }
        process.crashAfter = left - 1
        guard left <= 0 else { return }
        process.isDying = true
        process.shard.disk.freeze()
        process.edge?.isFrozen = true
    }

    /// Called after every message that is published.
    func published(by process: SimulatedProcess) {
        guard let left = process.crashAfterPublished else { return }
        process.crashAfterPublished = left - 1
        guard left <= 1 else { return }
        process.crashAfterPublished = nil
        process.crashAfter = 0
        operation(of: process)
    }

    func start(_ process: SimulatedProcess) {
        guard process.state == .down, process.shard.instance == process.instance else { return }
        let shard = process.shard
        process.incarnation += 1
        process.state = .up
        process.pausedUntil = 0
        process.slowUntil = 0
        process.onTheWay = 0
        process.backlog = []
        process.subscriptions = [[], [], [], []]
        process.connections = []
        process.address =
            plan.keepsAddresses ? process.instance : "\(process.instance)#\(process.incarnation)"
        shard.brought = nil
        let edge = LedgerEdge(shard.ledger) { [unowned self] in databaseIsAway }
        process.edge = edge
        let disk = shard.disk
        disk.onOperation = { [unowned self, unowned process] in operation(of: process) }
        let identity = Transcript.Identity(
            service: shard.service, shard: shard.key, instance: process.instance,
            boot: "\(process.instance)-\(shard.boot)")
        let settings = plan.settings(shard, instance: process.instance, address: process.address, of: shards)
        let node = Node(
            Probe(shard.role, shard: shard.key), settings, disk: disk, link: SimulatedLink(self, process),
            edge: edge,
            identity: identity)
        if log != nil {
            node.onEvent = { [unowned self] event in note("\(process.instance) \(event.name): \(event.text)")
            }
        }
        process.node = node
        var grant: Grant?
        if shard.isGranted {
            shard.leaseUntil = now + World.lease
            grant = Grant(
                shard: shard.key, instance: process.instance, epoch: shard.grantedEpoch,
                until: Timestamp(nanoseconds: World.epochOfWorld + shard.leaseUntil))
        }
        if shard.hasLostPower, faultsAreOn, chance.below(3) == 0 {
            // Misfortunes do not come singly.
            process.crashIsPowerCut = true
            if chance.below(2) == 0 {
                process.crashAfter = chance.below(40)
            } else {
                process.crashAfterPublished = 1 + chance.below(8)
            }
        }
        shard.hasLostPower = false
        note("\(process.instance) starts")
        call(process, isStart: true) { node, time in try node.start(at: time, grant: grant) }
    }

    static let lease = 2 * Plan.second
    static let leaseMargin = 300 * Plan.millisecond

    /// Lets a node do something, and ends its process if that fails.
    func call(
        _ process: SimulatedProcess, isStart: Bool = false, _ body: (Node<Probe>, Timestamp) throws -> Void
    ) {
        guard let node = process.node else { return }
        do {
            try body(node, clock(process))
            if process.isDying { return crash(process) }
        } catch {
            if process.isDying { return crash(process) }
            return stopped(process, because: error, isStart: isStart)
        }
        inspect(process)
        let next = max(now + 100_000, node.nextWake.nanoseconds - World.epochOfWorld - process.clockOffset)
        if next < process.wakeAt {
            process.wakeAt = next
            events.add(.wake(process: process.index, incarnation: process.incarnation), at: next)
        }
    }

    /// A node gave up by itself.
    private func stopped(_ process: SimulatedProcess, because error: any Error, isStart: Bool) {
        note("\(process.instance) stops: \(error)")
        end(process)
        let isForWantOfRoom = (error as? DiskError)?.kind == .full || "\(error)".contains("the disk is full")
        if process.shard.instance != process.instance {
            process.state = .retired
        } else if isForWantOfRoom {
            again(process, in: 300...900)
        } else if "\(error)".contains("the lease of") {
            again(process, in: 100...300)
        } else {
            accuse("\(process.instance) \(isStart ? "refuses to start" : "stops"): \(error)")
        }
    }

    private func end(_ process: SimulatedProcess) {
        process.node = nil
        process.edge = nil
        process.shard.disk.onOperation = nil
        process.state = .down
        process.crashAfter = nil
        process.crashAfterPublished = nil
        process.isDying = false
        process.incarnation += 1
        process.wakeAt = .max
    }

    func again(_ process: SimulatedProcess, in milliseconds: ClosedRange<Int64>) {
        events.add(.start(process: process.index), at: now + chance.within(milliseconds) * Plan.millisecond)
    }

    /// The process is gone in this instant, or with it the power of its machine.
    func crash(_ process: SimulatedProcess) {
        let shard = process.shard
        let isPowerCut = process.crashIsPowerCut && mayCutPower
        shard.disk.freeze()
        end(process)
        shard.disk.thaw()
        note("\(process.instance) \(isPowerCut ? "loses power" : "is killed")")
        guard shard.instance == process.instance else { return process.state = .retired }
        if isPowerCut {
            shard.boot += 1
            shard.hasLostPower = true
            shard.disk.cutPower(&chance)
            checkDurable(shard)
            if shard.isGranted { shard.grantedEpoch += 1 }
            let delay = chance.within(50...1500) * Plan.millisecond
            if plan.isStrict { beCalm(from: now + delay) }
            events.add(.start(process: process.index), at: now + delay)
        } else {
            if chance.below(2) == 0 { leaveUnfinishedBatch(in: shard) }
            again(process, in: 20...1500)
        }
    }

    /// What a kill in the middle of a batch leaves: records without the word that makes the first one count.
    private func leaveUnfinishedBatch(in shard: ShardState) {
        guard
            let name = shard.disk.nameList.last(where: {
                $0.hasSuffix(".segment") && isBegun(shard.disk.content($0))
            })
        else { return }
        let bytes = shard.disk.content(name)
        var at = SegmentHeader.size
        var records: [Record] = []
        while case .record(let record) = Record.read(bytes, at: at) {
            records.append(record)
            at = record.end
        }
        guard let model = records.isEmpty ? nil : records[chance.below(records.count)],
            at + (model.end - model.offset) < bytes.count
        else { return }
        let length = 4 + chance.below(model.end - model.offset - 4)
        let copy = Array(bytes[(model.offset + 4)..<(model.offset + length)])
        shard.disk.edit(name) { memory in
            for (offset, byte) in copy.enumerated() { memory[at + 4 + offset] = byte }
        }
    }

    private func isBegun(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count > SegmentHeader.size && bytes.prefix(SegmentHeader.size).contains { $0 != 0 }
    }

    func resume(_ process: SimulatedProcess) {
        guard process.state == .up, now >= process.pausedUntil, process.pausedUntil > 0 else { return }
        process.pausedUntil = 0
        let backlog = process.backlog
        process.backlog = []
        note("\(process.instance) goes on")
        for packet in backlog {
            process.onTheWay += 1
            events.add(.deliver(process: process.index, incarnation: process.incarnation, packet), at: now)
        }
        process.wakeAt = now
        events.add(.wake(process: process.index, incarnation: process.incarnation), at: now)
    }

    // MARK: what sources bring in

    func bring(_ shard: ShardState, _ at: Int) {
        events.add(.bring(shard: at), at: now + chance.within(1...2 * plan.sourceInterval))
        guard let process = processes.last(where: { $0.shard === shard && $0.state == .up }),
            now >= process.pausedUntil
        else { return }
        call(process) { [self] node, time in
            try node.wake(at: time)
            guard node.mayOriginate else { return }
            if shard.brought == nil { shard.brought = try lookUp(shard, node) }
            guard !process.isDying else { return }
            if plan.isReplay {
                try bringInstant(shard, at, node)
            } else {
                try bringData(shard, node, time)
            }
            try node.wake(at: time)
        }
    }

    private func bringData(_ shard: ShardState, _ node: Node<Probe>, _ time: Timestamp) throws {
        var items: [(topic: Topic, body: Body)] = []
        var brought = shard.brought!
        for _ in 0..<(1 + chance.below(3)) {
            let own = chance.below(shard.symbols.count)
            guard brought[own] < plan.data else { continue }
            brought[own] += 1
            let quote = plan.quote(shard.symbolIndices[own], brought[own])
            items.append((.quote(quote.symbol), .quote(quote)))
        }
        guard !items.isEmpty else { return }
        try node.originate(items, at: time)
        shard.brought = brought
    }

    private func bringInstant(_ shard: ShardState, _ at: Int, _ node: Node<Probe>) throws {
        let done = node.lastStep.map { Int(($0.nanoseconds - Plan.dataBegin) / Plan.second) } ?? 0
        let instant = done + 1
        let last = instantsOfSource[at]
        guard instant <= last else { return }
        var items: [(topic: Topic, body: Body)] = []
        for (own, symbol) in shard.symbolIndices.enumerated() where plan.hasDatum(symbol, instant) {
            let datum = (1...instant).reduce(0) { $0 + (plan.hasDatum(symbol, $1) ? 1 : 0) }
            guard datum > shard.brought![own] else { continue }
            let quote = plan.quote(symbol, datum)
            items.append((.quote(quote.symbol), .quote(quote)))
            shard.brought![own] = datum
        }
        let time = plan.time(ofInstant: instant)
        try node.originate(items, step: Step(time: time, last: instant == last), at: time)
    }

    /// What a source has brought in already, as its transcript says.
    private func lookUp(_ shard: ShardState, _ node: Node<Probe>) throws -> [Int] {
        var brought = [Int](repeating: 0, count: shard.symbols.count)
        let history = try TranscriptFolder(shard.disk, boot: "\(shard.instance)-\(shard.boot)")
        for file in history.files {
            try history.load(file).withBytes { bytes in
                var at = SegmentHeader.size
                while case .record(let record) = Record.read(bytes, at: at) {
                    at = record.end
                    guard record.kind == .sent || record.kind == .recovered else { continue }
                    guard case .quote(let quote) = try codec.decode(record.payload).body,
                        let own = shard.symbols.firstIndex(of: quote.symbol.text)
                    else { continue }
                    brought[own] = max(brought[own], Int(quote.bidSize.units))
                }
            }
        }
        return brought
    }
}
