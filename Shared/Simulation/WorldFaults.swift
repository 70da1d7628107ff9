import Domain
import Mesh
import Wire

/// What goes wrong.
extension World {
    /// The databases of all edges are away for one second in seven, until the faults end.
    var databaseIsAway: Bool {
        now < plan.faultsEnd && (now / Plan.second + Int64(plan.seed % 7)) % 7 == 0
    }

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
            if fault == .powerCut, chance.below(2) == 0 { return cutPowerSoon(of: process) }
            process.crashIsPowerCut = fault == .powerCut
            process.isDying = true
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
        case .fullDisk: fillDisk(of: process)
        case .clockJump: jump(process)
        case .orderlyRestart: close(process) { [self] in again(process, in: 20...600) }
        case .rescale: guard rescale() else { return }
        case .hang: guard hang() else { return }
        }
        count(fault.rawValue)
    }

    /// Where nothing may be lost, all takers can be asked after a power cut: nobody hangs, and no part is on its way.
    var mayCutPower: Bool {
        !plan.isStrict
            || lapsing.isEmpty
                && !shards.contains { $0.role == .middle && plan.isGranted && owner(of: $0) == nil }
    }

    /// The last messages of a process come to its takers when they are long forgotten.
    private func cutPowerSoon(of process: SimulatedProcess) {
        guard process.crashAfterPublished == nil else { return }
        process.crashIsPowerCut = true
        process.crashAfterPublished = 1 + chance.below(6)
        slowWires.removeAll { $0.until <= now }
        slowWires.append((process.index, until: now + 300 * Plan.millisecond))
        count(Fault.powerCut.rawValue)
    }

    func pause(_ process: SimulatedProcess, until: Int64) {
        process.pausedUntil = until
        events.add(.resume(process: process.index), at: until)
        note("\(process.instance) is paused")
    }

    private func fillDisk(of process: SimulatedProcess) {
        let disks = process.seats.map(\.disk) + (process.isSupervisor ? [supervisor.disk] : [])
        for disk in disks {
            disk.isFull = true
            fullUntil.append((disk, now + chance.within(100...3_000) * Plan.millisecond))
        }
        note("the disk of \(process.instance) is full")
    }

    /// A clock is set: a little for those that hold leases, whose safety rests on clocks that agree.
    private func jump(_ process: SimulatedProcess) {
        let holdsLeases = plan.lease > 0 && (process.isReplica || process.isSupervisor)
        let limit: Int64 = holdsLeases ? 100 : process.isSupervisor ? 2_000 : 20_000
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
            if process.pausedUntil > now, !isLapsing(process) {
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
        guard let work = process.work else { return }
        process.crashAfter = nil
        do {
            try work.close(at: clock(process))
            note("\(process.instance) closes in good order")
        } catch {
            let isFull =
                process.isSupervisor ? supervisor.disk.isFull : process.allSeats.contains { $0.disk.isFull }
            guard isFull else { return accuse("\(process.instance) cannot close: \(error)") }
        }
        _ = end(process)
        then()
    }
}
