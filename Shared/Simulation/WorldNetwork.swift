import Domain
import Mesh
import Wire

/// A process's way into the simulated network.
final class SimulatedLink: Link {
    private unowned let world: World
    private unowned let process: SimulatedProcess
    private let incarnation: Int

    init(_ world: World, _ process: SimulatedProcess) {
        self.world = world
        self.process = process
        incarnation = process.incarnation
    }

    func send(_ lane: Lane, topic: UnsafeRawBufferPointer, envelope: UnsafeRawBufferPointer) {
        guard process.incarnation == incarnation else { return }
        world.operation(of: process)
        guard !process.isDying else { return }
        world.send(lane, Packet(topic: Array(topic), envelope: Array(envelope)), from: process)
        if lane != .control, !topic.starts(with: "control/".utf8) { world.published(by: process) }
    }

    func connect(_ lane: Lane, to instance: String, at address: String) {
        process.connections.removeAll { $0.lane == lane && $0.instance == instance }
        process.connections.append((lane, instance, address, world.now + 5 * Plan.millisecond))
    }

    func subscribe(_ lane: Lane, prefix: String) {
        let utf8 = Array(prefix.utf8)
        if !process.subscriptions[Int(lane.rawValue)].contains(utf8) {
            process.subscriptions[Int(lane.rawValue)].append(utf8)
        }
    }
}

extension World {
    /// The bound of a subscriber's queue, as ZeroMQ's high-water mark.
    private static let onTheWayMax = 400

    func send(_ lane: Lane, _ packet: Packet, from sender: SimulatedProcess) {
        let isKept = !packet.topic.starts(with: "control/".utf8)
        if isKept, let sentence = judge.published(packet, by: sender, codec) { accuse(sentence) }
        if !isKept, packet.topic.starts(with: "control/answer/".utf8),
            let sentence = judge.answered(packet, codec)
        {
            accuse(sentence)
        }
        if lane == .control {
            if let arrival = arrival(from: sender.index, to: -1, isControl: true) {
                events.add(.relay(from: sender.index, packet), at: arrival)
            }
            return
        }
        let address = (lane == .market ? "m:" : "t:") + sender.address
        for taker in processes where taker.state == .up && taker.index != sender.index {
            guard
                taker.connections.contains(where: {
                    $0.lane == lane && $0.address == address && $0.since <= now
                }),
                isWanted(packet, lane, by: taker)
            else { continue }
            carry(packet, from: sender.index, to: taker, isControl: false)
        }
    }

    func relay(_ packet: Packet, from sender: Int) {
        guard now >= relayDownUntil else { return }
        for taker in processes where taker.state == .up && isWanted(packet, .control, by: taker) {
            carry(packet, from: -1, to: taker, isControl: true)
        }
    }

    private func isWanted(_ packet: Packet, _ lane: Lane, by taker: SimulatedProcess) -> Bool {
        taker.subscriptions[Int(lane.rawValue)].contains { packet.topic.starts(with: $0) }
    }

    private func carry(_ packet: Packet, from sender: Int, to taker: SimulatedProcess, isControl: Bool) {
        guard let first = arrival(from: sender, to: taker.index, isControl: isControl) else { return }
        guard taker.onTheWay < World.onTheWayMax else {
            packetsLost += 1
            return
        }
        taker.onTheWay += 1
        events.add(
            .deliver(process: taker.index, incarnation: taker.incarnation, packet),
            at: max(first, taker.slowUntil))
        if faultsAreOn, networkChance.happens(plan.duplicates) {
            packetsDoubled += 1
            taker.onTheWay += 1
            let again = first + networkChance.within(0...plan.delayMax)
            events.add(.deliver(process: taker.index, incarnation: taker.incarnation, packet), at: again)
        }
    }

    /// When a message comes to the other side, if it does.
    private func arrival(from sender: Int, to taker: Int, isControl: Bool) -> Int64? {
        if cuts.contains(where: {
            now < $0.until && ($0.0 == sender && $0.1 == taker || $0.1 == sender && $0.0 == taker)
        }) {
            packetsLost += 1
            return nil
        }
        if faultsAreOn, !(isCalm && isControl), networkChance.happens(plan.drops) {
            packetsLost += 1
            return nil
        }
        var time = now + networkChance.within(50...2_000) * 1000
        if faultsAreOn, !isCalm, networkChance.happens(plan.delays) {
            packetsDelayed += 1
            time += networkChance.within(0...plan.delayMax)
        }
        if !isControl, slowWires.contains(where: { $0.from == sender && now < $0.until }) {
            packetsDelayed += 1
            return time + networkChance.within(300...3_000) * Plan.millisecond
        }
        guard plan.keepsOrder else { return time }
        let connection = (sender + 1) << 20 | (taker + 1) << 1 | (isControl ? 1 : 0)
        time = max(time, lastArrival[connection] ?? 0)
        lastArrival[connection] = time
        return time
    }
}
