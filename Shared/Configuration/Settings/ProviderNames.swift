/// Names of providers that there are no more.
public enum ProviderNames {
    static let gone = ["iexcloud", "iex", "iex-cloud", "iex_cloud"].reduce(into: [String: String]()) {
        $0[$1] =
            "IEX Cloud was shut down on 31 August 2024; prices of IEX are to be had from alpaca with "
            + "providers.alpaca.feed: iex, or from tiingo"
    }

    /// What to take instead of a provider that is gone; nothing for every other name.
    public static func gone(_ name: String) -> String? { gone[name.lowercased()] }
}
