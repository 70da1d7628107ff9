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

    static func named(by parsed: Parsed) throws -> [Plant] {
        try (parsed.list(ifGiven: "plant") ?? []).map { word in
            if let plant = Plant(rawValue: word) { return plant }
            let right = allCases.map(\.rawValue).joined(separator: ", ")
            throw Failure("--plant \(word) is none; \(right) would be right", exitCode: 2)
        }
    }

    /// Whose record is falsified.
    private var service: String { self == .lostFill ? "portfolio" : "execution" }

    func falsify(_ testimony: inout Testimony) throws {
        let records = testimony.all(of: service)
        let eligible = records.indices.filter { isEligible(records[$0]) }
        guard !eligible.isEmpty else { throw Failure("there is nothing of which \(rawValue) could be made") }
        // In the midst of it, and no two plants at the same place.
        let place = eligible[eligible.count * (1 + Plant.allCases.firstIndex(of: self)!) / 4]
        var changed = records
        switch self {
        case .lostFill:
            let id = fill(in: records[place])?.id
            changed.removeAll { fill(in: $0)?.id == id && id != nil }
        case .doubledOrder: changed.insert(records[place], at: place)
        case .lostOrder: changed.remove(at: place)
        }
        testimony.replace(service, by: changed)
    }

    private func isEligible(_ copy: Copy) -> Bool {
        if self == .lostFill { return copy.isSent && fill(in: copy) != nil }
        guard copy.isSent, case .venueRequest(let request) = copy.message.body else { return false }
        return request.verb == .submit
    }

    private func fill(in copy: Copy) -> Fill? {
        switch copy.message.body {
        case .position(let position): position.fill
        case .brokerReport(let report): report.fill
        default: nil
        }
    }
}
