import Domain
import Mesh
import Wire

/// What goes wrong, and the supervisor that grants shards.
extension World {
    func injectFault() {
        guard faultsAreOn else { return }
        let next = chance.within(1...2 * plan.faultInterval)
        events.add(.fault, at: isCalm ? max(calmUntil, now + next) : now + next)
        guard !isCalm, let fault = plan.faults.isEmpty ? nil : chance.pick(plan.faults) else { return }
        let running = processes.filter { $0.state == .up && now >= $0.pausedUntil && !$0.isDying }
        guard let process = running.isEmpty ? nil : chance.pick(running) else { return }
        let long = now + chance.within(50...4_000) * Plan.millisecond
        switch fault {
        case .kill, .powerCut:
            guard fault == .kill || mayCutPower else { return }
            process.crashIsPowerCut = fault == .powerCut
            process.isDying = true
            process.edge?.isFrozen = true
            crash(process)
        case .killInside, .powerCutInside:
            guard process.crashAfter == nil else { return }
            process.crashIsPowerCut = fault == .powerCutInside
            process.crashAfter = chance.below(60)
        case .partition:
            let other = chance.below(processes.count + 1) - 1
            cuts.removeAll { $0.until <= now }
            cuts.append((process.index, other, until: long))
            note("\(process.instance) and \(other < 0 ? "relay" : processes[other].instance) are cut apart")
        case .relayCrash: relayDownUntil = long
        case .slowTaker: process.slowUntil = long
        case .pause: pause(process, until: long)
        case .fullDisk: fillDisk(of: process.shard)
        case .clockJump: jump(process)
        case .orderlyRestart: close(process) { [self] in again(process, in: 20...600) }
        case .handOver: guard handOver() else { return }
        case .takeOver: guard takeOver() else { return }
        }
        count(fault.rawValue)
    }

    /// Where nothing may be lost, all takers can be asked after a power cut.
    var mayCutPower: Bool {
        !plan.isStrict
            || !processes.contains { lapsing.contains($0.index) && $0.shard.instance == $0.instance }
    }

    private func pause(_ process: SimulatedProcess, until: Int64) {
        process.pausedUntil = until
        events.add(.resume(process: process.index), at: until)
        note("\(process.instance) is paused")
    }

    private func fillDisk(of shard: ShardState) {
        shard.disk.isFull = true
        fullUntil.append((shard.disk, now + chance.within(100...3_000) * Plan.millisecond))
        note("the disk of \(shard.instance) is full")
    }

    /// A clock is set: a little for those that hold leases, whose safety rests on clocks that agree.
    private func jump(_ process: SimulatedProcess) {
        let limit: Int64 = process.shard.isGranted ? 100 : 20_000
        process.clockOffset = chance.within(-limit...limit) * Plan.millisecond
        note("the clock of \(process.instance) is off by \(process.clockOffset / Plan.millisecond) ms")
    }

    /// Nothing stands in the way of taking back for a while.
    func beCalm(from start: Int64) {
        calmUntil = max(calmUntil, start + 2500 * Plan.millisecond)
        cuts.removeAll()
        relayDownUntil = 0
        lastArrival.removeAll()
        for process in processes {
            process.slowUntil = 0
            process.crashAfter = process.isDying ? process.crashAfter : nil
            if process.pausedUntil > now, process.shard.instance == process.instance, !isLapsing(process) {
                process.pausedUntil = now
                events.add(.resume(process: process.index), at: now)
            }
            if process.state == .down { events.add(.start(process: process.index), at: start) }
        }
        for (disk, _) in fullUntil { disk.isFull = false }
        fullUntil = []
    }

    private func isLapsing(_ process: SimulatedProcess) -> Bool { lapsing.contains(process.index) }

    func close(_ process: SimulatedProcess, then: @escaping () -> Void) {
        guard let node = process.node else { return }
        process.crashAfter = nil
        do {
            try node.close(at: clock(process))
            inspect(process)
            note("\(process.instance) closes in good order")
        } catch {
            guard process.shard.disk.isFull else {
                return accuse("\(process.instance) cannot close: \(error)")
            }
        }
        process.node = nil
        process.edge = nil
        process.state = .down
        process.incarnation += 1
        process.wakeAt = .max
        process.shard.disk.onOperation = nil
        then()
    }

    // MARK: the supervisor

    func grant() {
        events.add(.grant, at: now + 400 * Plan.millisecond)
        for shard in shards where shard.isGranted {
            guard let process = processes.last(where: { $0.shard === shard && $0.state == .up }),
                !isLapsing(process),
                shard.instance == process.instance
            else { continue }
            shard.leaseUntil = now + World.lease
            let grant = Grant(
                shard: shard.key, instance: process.instance, epoch: shard.grantedEpoch,
                until: Timestamp(nanoseconds: World.epochOfWorld + shard.leaseUntil))
            let message = Message(
                topic: Topic("control/grant/\(process.instance)"), number: 1, epoch: 1,
                sender: "supervisor.1",
                body: .grant(grant))
            relay(Packet(topic: Array(message.topic.text.utf8), envelope: codec.encode(message)), from: -2)
        }
    }

    /// Moves a shard in good order: drain, seal, transfer, open.
    private func handOver() -> Bool {
        guard let process = holder() else { return false }
        close(process) { [self] in
            process.state = .retired
            successor(of: process, in: 20...400)
        }
        return true
    }

    /// A holder hangs; its lease runs out, another takes over, and the first wakes up late.
    private func takeOver() -> Bool {
        guard let process = holder(), let at = shards.firstIndex(where: { $0 === process.shard }) else {
            return false
        }
        lapsing.insert(process.index)
        let time = process.shard.leaseUntil + World.leaseMargin
        pause(process, until: time + chance.within(10...4_000) * Plan.millisecond)
        events.add(.takeOver(shard: at, from: process.index), at: time)
        return true
    }

    func takeOver(_ shard: ShardState, from process: SimulatedProcess) {
        guard process.state == .up, shard.instance == process.instance, lapsing.contains(process.index) else {
            return
        }
        note("the lease of \(process.instance) has run out")
        successor(of: process, in: 0...50)
    }

    private func holder() -> SimulatedProcess? {
        let holders = processes.filter {
            $0.shard.isGranted && $0.shard.instance == $0.instance && $0.state == .up && now >= $0.pausedUntil
                && $0.shard.handOvers < 6 && !lapsing.contains($0.index)
                && !(plan.isStrict && $0.node?.state == .recovering)
        }
        return holders.isEmpty ? nil : chance.pick(holders)
    }

    private func successor(of process: SimulatedProcess, in milliseconds: ClosedRange<Int64>) {
        let shard = process.shard
        shard.handOvers += 1
        shard.grantedEpoch += 1
        shard.disk = shard.disk.copy(place: shard.disk.place + "'")
        shard.instance = "\(shard.service).\(shards.firstIndex { $0 === shard }! * 10 + shard.handOvers + 10)"
        again(addProcess(shard), in: milliseconds)
    }
}
