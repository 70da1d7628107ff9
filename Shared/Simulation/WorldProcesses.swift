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
        freeze(process)
    }

    /// Nothing that the process still does has any effect.
    func freeze(_ process: SimulatedProcess) {
        for seat in process.seats {
            seat.disk.freeze()
            seat.edge.isFrozen = true
        }
        if process.isSupervisor { supervisor.disk.freeze() }
    }

    /// The disks as the next process finds them.
    private func thaw(_ disks: [SimulatedDisk]) {
        for disk in disks {
            disk.onOperation = nil
            disk.thaw()
        }
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
        guard process.state == .down else { return }
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
        process.allSeats = []
        if process.hasLostPower, faultsAreOn, chance.below(3) == 0 {
            // Misfortunes do not come singly.
            process.crashIsPowerCut = true
            if chance.below(2) == 0 {
                process.crashAfter = chance.below(40)
            } else {
                process.crashAfterPublished = 1 + chance.below(8)
            }
        }
        process.hasLostPower = false
        note("\(process.instance) starts")
        process.work = process.isSupervisor ? supervisorWork(process) : nodesWork(process)
        call(process, isStart: true) { work, time in try work.start(at: time) }
    }

    private func nodesWork(_ process: SimulatedProcess) -> any SimulatedWork {
        let settings: ReplicaSettings
        switch process.kind {
        case .owner(let shard):
            shard.brought = nil
            settings = ReplicaSettings(
                service: shard.service, name: process.instance, parts: shard.part.count,
                opening: .parts([shard.part]), flows: plan.flows(shard.role))
        case .replica(let service):
            settings = ReplicaSettings(
                service: service, name: process.instance, parts: plan.middles, opening: .granted,
                flows: plan.flows(.middle))
        case .supervisor: preconditionFailure("the supervisor has work of its own")
        }
        let service = settings.service
        let replica = Replica<Probe>(settings, link: SimulatedLink(self, process)) {
            [unowned self, unowned process] part in
            try node(of: shards.first { $0.service == service && $0.part == part }!, in: process)
        }
        if log != nil {
            replica.onEvent = { [unowned self] name, event in note("\(name) \(event.name): \(event.text)") }
        }
        return replica
    }

    /// Opens a shard in a process, as its host does: one process at a time where all see the same folder.
    private func node(of shard: ShardState, in process: SimulatedProcess) throws -> Node<Probe> {
        let other = processes.first { other in
            other !== process && other.seats.contains { $0.disk === shard.disk }
        }
        if other != nil {
            guard plan.lease > 0 else {
                throw DiskError(.owned, "\(shard.disk.place) is in use by another process")
            }
            // A folder on another machine: what its old owner still writes is not seen there.
            shard.disk = shard.disk.copy(place: shard.disk.place + "'")
        }
        shard.boot = process.machine.boot
        let edge = LedgerEdge(shard.ledger) { [unowned self] in databaseIsAway }
        shard.disk.onOperation = { [unowned self, unowned process] in operation(of: process) }
        let identity = Transcript.Identity(
            service: shard.service, shard: shard.key, instance: shard.instance, boot: shard.boot)
        let node = Node(
            Probe(shard.role, shard: shard.instance),
            plan.settings(shard, address: process.address, of: shards),
            disk: shard.disk, link: SimulatedLink(self, process), edge: edge, identity: identity)
        process.allSeats.append(Seat(shard, edge, node))
        return node
    }

    /// Lets a process do something, and ends it if that fails.
    func call(
        _ process: SimulatedProcess, isStart: Bool = false,
        _ body: (any SimulatedWork, Timestamp) throws -> Void
    ) {
        guard let work = process.work else { return }
        do {
            try body(work, clock(process))
            if process.isSupervisor { try pumpSupervisor(at: clock(process)) }
            if process.isDying { return crash(process) }
        } catch {
            if process.isDying { return crash(process) }
            return stopped(process, because: error, isStart: isStart)
        }
        inspect(process)
        let next = max(now + 100_000, work.nextWake.nanoseconds - World.epochOfWorld - process.clockOffset)
        if next < process.wakeAt {
            process.wakeAt = next
            events.add(.wake(process: process.index, incarnation: process.incarnation), at: next)
        }
    }

    /// A process gave up by itself.
    private func stopped(_ process: SimulatedProcess, because error: any Error, isStart: Bool) {
        note("\(process.instance) stops: \(error)")
        _ = end(process)
        let isForWantOfRoom = (error as? DiskError)?.kind == .full || "\(error)".contains("the disk is full")
        if isForWantOfRoom {
            again(process, in: 300...900)
        } else {
            accuse("\(process.instance) \(isStart ? "refuses to start" : "stops"): \(error)")
        }
    }

    /// Ends a process; gives the shards that it had open when it died.
    func end(_ process: SimulatedProcess) -> [ShardState] {
        let shards = process.allSeats.filter { $0.edge.isFrozen && $0.disk === $0.shard.disk }.map(\.shard)
        let disks = process.allSeats.map(\.disk) + (process.isSupervisor ? [supervisor.disk] : [])
        process.work = nil
        process.allSeats = []
        lapsing.remove(process.index)
        if process.isSupervisor {
            supervisor.node = nil
            supervisor.assigning = nil
        }
        for disk in disks where !processes.contains(where: { $0.seats.contains { $0.disk === disk } }) {
            disk.onOperation = nil
        }
        process.state = .down
        process.crashAfter = nil
        process.crashAfterPublished = nil
        process.isDying = false
        process.incarnation += 1
        process.wakeAt = .max
        return shards
    }

    func again(_ process: SimulatedProcess, in milliseconds: ClosedRange<Int64>) {
        events.add(.start(process: process.index), at: now + chance.within(milliseconds) * Plan.millisecond)
    }

    /// The process is gone in this instant, or with it the power of its machine.
    func crash(_ process: SimulatedProcess) {
        let isPowerCut = process.crashIsPowerCut && mayCutPower
        let victims = isPowerCut ? processes.filter { $0.machine === process.machine } : [process]
        var shards: [ShardState] = []
        for victim in victims where victim.state == .up {
            freeze(victim)
            let disks = victim.allSeats.map(\.disk) + (victim.isSupervisor ? [supervisor.disk] : [])
            shards += end(victim)
            thaw(disks)
            note("\(victim.instance) \(isPowerCut ? "loses power" : "is killed")")
            // Where all run on one machine, the supervisor sees it.
            if victim.isReplica, plan.lease == 0 { supervisor.assigning?.ended(victim.instance) }
        }
        guard isPowerCut else {
            if chance.below(2) == 0, let shard = shards.first { leaveUnfinishedBatch(in: shard) }
            return again(process, in: 20...1500)
        }
        cutPower(of: process.machine, shards)
        let delay = chance.within(50...1500) * Plan.millisecond
        for victim in victims { victim.hasLostPower = true }
        if plan.isStrict { beCalm(from: now + delay) }
        for victim in victims { events.add(.start(process: victim.index), at: now + delay) }
    }

    private func cutPower(of machine: SimulatedMachine, _ open: [ShardState]) {
        machine.cutPower()
        if machine.name == "supervisor.1" { return supervisor.disk.cutPower(&chance) }
        // On a shared machine lie the folders of parts that nobody has open, too.
        let all = machine.name == "mid" ? shards.filter { $0.role == .middle } : open
        for shard in all {
            shard.disk.cutPower(&chance)
            shard.boot = machine.boot
            checkDurable(shard)
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
        lapsing.remove(process.index)
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
        guard let (process, node) = owner(of: shard), now >= process.pausedUntil else { return }
        call(process) { [self] work, time in
            try work.wake(at: time)
            guard node.mayOriginate else { return }
            if shard.brought == nil { shard.brought = try lookUp(shard, node) }
            guard !process.isDying else { return }
            if plan.isReplay {
                try bringInstant(shard, at, node)
            } else {
                try bringData(shard, node, time)
            }
            try work.wake(at: time)
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
        let history = try TranscriptFolder(shard.disk, boot: shard.boot)
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
