import Configuration
import Domain
import Explaining

/// Something that must never be, put into what a round has recorded, before that is looked at: whoever asks whether it would
/// be noticed can see it.
enum Plant: String, CaseIterable {
    /// Portfolio never heard of a fill.
    case lostFill = "lost-fill"
    /// Execution sent an order twice.
    case doubledOrder = "doubled-order"
    /// Execution never sent an order that was approved.
    case lostOrder = "lost-order"
    /// A broker's service neither sent an order nor told of it.
    case swallowedOrder = "swallowed-order"

    static func named(by parsed: Parsed) throws -> [Plant] {
        try (parsed.list(ifGiven: "plant") ?? []).map { word in
            if let plant = Plant(rawValue: word) { return plant }
            let right = allCases.map(\.rawValue).joined(separator: ", ")
            throw Failure("--plant \(word) is none; \(right) would be right", exitCode: 2)
        }
    }

    /// Whose record is falsified.
    private var service: String {
        switch self {
        case .lostFill: "portfolio"
        case .doubledOrder, .lostOrder: "execution"
        case .swallowedOrder: "broker"
        }
    }

    func falsify(_ testimony: inout Testimony) throws {
        let records = testimony.all(of: service)
        let eligible = records.indices.filter { isEligible(records[$0]) }
        guard !eligible.isEmpty else { throw Failure("there is nothing of which \(rawValue) could be made") }
        // In the midst of it, and no two plants at the same place.
        let place = eligible[
            eligible.count * (1 + Plant.allCases.firstIndex(of: self)!) / (Plant.allCases.count + 1)]
        var changed = records
        switch self {
        case .lostFill:
            let id = fill(in: records[place])?.id
            changed.removeAll { fill(in: $0)?.id == id && id != nil }
        case .doubledOrder: changed.insert(records[place], at: place)
        case .lostOrder: changed.remove(at: place)
        case .swallowedOrder:
            let id = orderId(in: records[place])
            changed.removeAll { $0.isSent && orderId(in: $0) == id }
        }
        testimony.replace(service, by: changed)
    }

    private func isEligible(_ copy: Copy) -> Bool {
        switch (self, copy.message.body) {
        case (.lostFill, _): copy.isSent && fill(in: copy) != nil
        case (.swallowedOrder, .brokerCall(let call)): copy.isSent && call.kind == .submit
        case (.doubledOrder, .venueRequest(let request)), (.lostOrder, .venueRequest(let request)):
            copy.isSent && request.verb == .submit
        default: false
        }
    }

    private func orderId(in copy: Copy) -> String? {
        switch copy.message.body {
        case .brokerCall(let call): call.kind == .submit ? call.order?.id : nil
        case .brokerReport(let report): report.orderId
        default: nil
        }
    }

    private func fill(in copy: Copy) -> Fill? {
        switch copy.message.body {
        case .position(let position): position.fill
        case .brokerReport(let report): report.fill
        default: nil
        }
    }
}
