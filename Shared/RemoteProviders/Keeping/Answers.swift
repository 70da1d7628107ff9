import Configuration
import Domain
import HTTP

/// Asks providers in their order, and keeps what they answered for as long as it stands. When nobody answers, what was
/// kept may stand in for it, marked as old and with its age: whoever uses it decides whether that is good enough.
public final class Answers {
    /// How long something stands, and where it is kept.
    public enum Layer: Sendable { case quotes, answers, companies }

    public struct Answered {
        public var inquiry: any Inquiry
        public var provider: String
        /// When it was answered.
        public var at: Timestamp
        /// Its time is over, and nobody gave anything newer.
        public var isStale: Bool
        /// Why others, or the provider itself now, gave nothing.
        public var faults: [ProviderFault]
    }

    private let courier: Courier
    private let store: AnswerStore
    private let spans: [Layer: Int64]

    /// Why answers that other machines keep are not seen; nothing where they are, or none are shared.
    public var problem: String? { store.problem }

    public init(_ courier: Courier, _ settings: Configuration.Settings) throws {
        self.courier = courier
        let providers = settings.section("providers")
        let named = providers.path("cache_folder")
        var shared: SharedAnswers?
        let redis = providers.text("cache_redis")
        if !redis.isEmpty {
            guard let address = RedisAddress(redis) else {
                throw Failure(
                    "providers.cache_redis is \(redis); redis://HOST:6379 or redis://HOST:6379/1 would be right, and the "
                        + "password is a secret of its own", exitCode: 2)
            }
            shared = SharedAnswers(address, password: providers.secret("cache_redis_password") ?? "")
        }
        store = AnswerStore(
            folder: named.isEmpty ? "\(settings.path("state.folder"))/cache" : named,
            filesMax: providers.size("cache_size"), shared: shared)
        spans = [
            .quotes: providers.duration("cache_quotes"), .answers: providers.duration("cache_answers"),
            .companies: providers.duration("cache_companies"),
        ]
    }

    init(_ courier: Courier, _ store: AnswerStore, spans: [Layer: Int64]) {
        (self.courier, self.store, self.spans) = (courier, store, spans)
    }

    /// `what` names what is asked: `quotes AAPL`. A candidate that lacks its key is passed over.
    public func ask(
        _ what: String, _ layer: Layer, _ candidates: [(provider: any Provider, inquiry: any Inquiry)]
    ) throws(ProviderFault) -> Answered {
        if let fresh = kept(what, layer, candidates, spans[layer] ?? 0) { return fresh }
        return try store.alone(what) { () throws(ProviderFault) -> Answered in
            // Somebody else may have asked meanwhile.
            if let fresh = kept(what, layer, candidates, spans[layer] ?? 0) { return fresh }
            var faults: [ProviderFault] = []
            for (provider, inquiry) in candidates {
                if let lacks = provider.lacks {
                    faults.append(ProviderFault(.refused, lacks))
                    continue
                }
                do throws(ProviderFault) {
                    return try asked(what, layer, provider, inquiry, faults)
                } catch {
                    faults.append(error)
                }
            }
            if var old = kept(what, layer, candidates, .max) {
                old.isStale = true
                old.faults = faults
                return old
            }
            let reasons =
                faults.isEmpty
                ? "nobody is named in the settings" : "\(faults.map(\.description).joined(separator: "; "))"
            throw ProviderFault(faults.last?.kind ?? .unsupported, reasons)
        }
    }

    private func asked(
        _ what: String, _ layer: Layer, _ provider: any Provider, _ inquiry: any Inquiry,
        _ faults: [ProviderFault]
    ) throws(ProviderFault) -> Answered {
        precondition(courier.isIdle, "one thing is asked alone")
        courier.put(inquiry, to: provider.name, tag: 0, recording: true)
        while true {
            guard let end = courier.wait(pause: Nanoseconds.minute).first else { continue }
            switch end.outcome {
            case .failure(let fault): throw fault
            case .success(let answered):
                let now = courier.now
                store.keep(
                    KeptAnswer(name: "\(provider.name) \(what)", at: now, answers: end.answers),
                    inFiles: layer != .quotes)
                return Answered(
                    inquiry: answered, provider: provider.name, at: now, isStale: false, faults: faults)
            }
        }
    }

    /// What is kept and not older than that: of the first candidate that has some, for old ones the newest.
    private func kept(
        _ what: String, _ layer: Layer, _ candidates: [(provider: any Provider, inquiry: any Inquiry)],
        _ ageMax: Int64
    ) -> Answered? {
        var best: Answered?
        for (provider, inquiry) in candidates {
            guard let kept = store.find("\(provider.name) \(what)", inFiles: layer != .quotes),
                courier.now - kept.at <= ageMax, kept.at <= courier.now, best.map({ $0.at < kept.at }) ?? true
            else { continue }
            var replayed = inquiry
            do throws(ProviderFault) {
                for answer in kept.answers { try replayed.take(answer) }
            } catch {
                // It was kept by another version of this program.
                continue
            }
            guard replayed.question == nil else { continue }
            best = Answered(
                inquiry: replayed, provider: provider.name, at: kept.at, isStale: false, faults: [])
            if ageMax < .max { break }
        }
        return best
    }
}
