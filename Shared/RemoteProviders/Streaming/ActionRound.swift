import Domain

/// One round of questions about splits and dividends: provider by provider, each for those of whom nobody has told yet.
struct ActionRound {
    private let providers: [any ActionsProvider]
    private let days: ClosedRange<CivilDate>
    private let courier: Courier

    init(_ providers: [any ActionsProvider], _ days: ClosedRange<CivilDate>, _ courier: Courier) {
        (self.providers, self.days, self.courier) = (providers, days, courier)
    }

    func outcome(of symbols: [Symbol]) -> ActionLook.Outcome {
        var outcome = ActionLook.Outcome()
        outcome.unknown = symbols
        for provider in providers where provider.lacks == nil && !outcome.unknown.isEmpty {
            ask(provider, in: provider.actionSymbolsMax, &outcome)
            // One answer that cannot be read must not hide the others.
            if provider.actionSymbolsMax > 1, !outcome.unknown.isEmpty, outcome.hasWrong {
                ask(provider, in: 1, &outcome)
            }
        }
        // Answers come in any order.
        outcome.actions.sort { ($0.exAt, $0.symbol) < ($1.exAt, $1.symbol) }
        if outcome.unknown.isEmpty { outcome.failures = [] }
        if !outcome.unknown.isEmpty, outcome.failures.isEmpty {
            outcome.failures = ["nobody of providers.actions can be asked"]
        }
        return outcome
    }

    private func ask(_ provider: any ActionsProvider, in size: Int, _ outcome: inout ActionLook.Outcome) {
        let symbols = outcome.unknown
        let groups = stride(from: 0, to: symbols.count, by: size).map {
            Array(symbols[$0..<min($0 + size, symbols.count)])
        }
        for (tag, group) in groups.enumerated() {
            courier.put(provider.actions(of: group, days), to: provider.name, tag: tag)
        }
        var told: Set<Symbol> = []
        outcome.hasWrong = false
        while !courier.isIdle {
            for end in courier.wait() {
                switch end.outcome {
                case .success(let inquiry):
                    let group = groups[end.tag]
                    told.formUnion(group)
                    let found = (inquiry as? any ActionsInquiry)?.actions ?? []
                    outcome.actions += found.filter {
                        group.contains($0.symbol) && days.contains(EasternTime.local(at: $0.exAt).date)
                    }
                case .failure(let fault):
                    if fault.kind == .wrong { outcome.hasWrong = true }
                    if !outcome.failures.contains("\(fault)") { outcome.failures.append("\(fault)") }
                }
            }
        }
        outcome.unknown = symbols.filter { !told.contains($0) }
    }
}
