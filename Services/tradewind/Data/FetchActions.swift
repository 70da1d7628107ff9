import Configuration
import Domain
import RemoteProviders

/// Splits and dividends beside fetched bars: those that came along with them, else those of whoever has them.
struct FetchActions {
    private let set: ProviderSet
    private let courier: Courier
    private let sink: any BarSink

    init(_ set: ProviderSet, _ courier: Courier, _ sink: any BarSink) {
        (self.set, self.courier, self.sink) = (set, courier, sink)
    }

    func run(_ wanted: Fetch.Wanted, _ fetch: Fetch, _ report: inout FetchReport) throws {
        for symbol in wanted.symbols {
            // Where nothing is new, what is known of the actions is as good as it was.
            guard report.fetched[symbol] != nil || !sink.knowsActions(of: symbol) else { continue }
            guard report.fetched[symbol] != nil || (report.present[symbol] ?? 0) > 0 else { continue }
            if let along = fetch.actions[symbol], report.fetched[symbol]?.count == 1,
                report.present[symbol] == 0
            {
                try keep(along.found, symbol, wanted, along.provider, &report)
                continue
            }
            var faults: [String] = []
            var isKnown = false
            for provider in set.actions where provider.lacks == nil && !isKnown {
                do throws(ProviderFault) {
                    let found = try courier.ask(provider.actions(of: symbol, wanted.days), of: provider.name)
                    isKnown = true
                    try keepOrFault(found.actions, symbol, wanted, provider.name, &report)
                } catch {
                    faults.append("\(error)")
                }
            }
            if !isKnown {
                let reasons =
                    faults.isEmpty
                    ? "nobody of providers.actions can be asked" : faults.joined(separator: "; ")
                report.notes.append("the splits and dividends of \(symbol) are not known: \(reasons)")
            }
        }
    }

    private func keepOrFault(
        _ actions: [CorporateAction], _ symbol: Symbol, _ wanted: Fetch.Wanted, _ provider: String,
        _ report: inout FetchReport
    ) throws(ProviderFault) {
        do {
            try keep(actions, symbol, wanted, provider, &report)
        } catch {
            throw ProviderFault(.unsupported, "\(error)")
        }
    }

    private func keep(
        _ actions: [CorporateAction], _ symbol: Symbol, _ wanted: Fetch.Wanted, _ provider: String,
        _ report: inout FetchReport
    ) throws {
        let found = actions.filter { wanted.days.contains(EasternTime.local(at: $0.exAt).date) }
        try sink.replace(actions: found, of: symbol, wanted.days)
        report.actions[symbol] = (found.count, provider)
    }
}
