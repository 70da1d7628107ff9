import Domain

/// Splits for providers that give prices as if all splits had been before them: asked of those that tell of splits, up to
/// today, before such prices are.
public enum KnownSplits {
    /// By symbol; symbols of which nobody tells are left out. What was in vain is told to `says`.
    public static func ask(
        _ symbols: [Symbol], since first: CivilDate, _ set: ProviderSet, _ courier: Courier,
        says: (String) -> Void = { _ in }
    ) -> [Symbol: [CorporateAction]] {
        let today = EasternTime.local(at: courier.now).date
        var known: [Symbol: [CorporateAction]] = [:]
        for symbol in symbols {
            for provider in set.actions where provider.lacks == nil && known[symbol] == nil {
                do throws(ProviderFault) {
                    let days = min(first, today)...today
                    let found = try courier.ask(provider.actions(of: symbol, days), of: provider.name)
                    known[symbol] = found.actions
                } catch {
                    says("the splits of \(symbol): \(error)")
                }
            }
        }
        return known
    }
}
