import Domain

/// The dead-man's switch of a service: which others it must hear, and how long they may be silent.
public struct Vigil: Sendable, Equatable {
    /// By service: `risk`, `feed`.
    public var services: [String]
    /// In nanoseconds; 0 never minds.
    public var silenceMax: Int64

    public init(_ services: [String], silenceMax: Int64) {
        self.services = services
        self.silenceMax = silenceMax
    }
}

extension Node {
    /// Tells the machine when a service that it must hear has been silent too long, and when it is heard again. The host's
    /// clock judges; what the machine is told stands in the transcript. A feed that is there and has lost its provider
    /// (`degraded`) is as good as silent.
    func keepVigil() {
        guard let vigil = settings.vigil, vigil.silenceMax > 0, isRunning, failure == nil, canTake else {
            return
        }
        // Who was stopped himself, or whose clock was set, has not listened meanwhile.
        if hostNow.nanoseconds - vigilAt.nanoseconds > 2 * settings.beatInterval {
            vigilSince = hostNow
        }
        vigilAt = hostNow
        // Before the first instant and after the last there is nothing to lose by silence.
        guard lockstep == nil || shard.instant != nil, !isReplayOver else { return }
        for service in vigil.services {
            let heardAt = peers.values.filter { $0.service == service }.map(\.soundAt).max() ?? .zero
            let silence = hostNow.nanoseconds - max(heardAt, vigilSince).nanoseconds
            let isSilent = silence > vigil.silenceMax
            guard isSilent != silentServices.contains(service) else { continue }
            if isSilent { silentServices.insert(service) } else { silentServices.remove(service) }
            sayVigil(service, isSilent, after: silence)
        }
    }

    private func sayVigil(_ service: String, _ isSilent: Bool, after silence: Int64) {
        let text =
            isSilent
            ? "\(service) has been silent or in trouble for \(silence / 1_000_000) ms"
            : "\(service) is heard again"
        tell(isSilent ? .error : .info, "vigil", text)
        var alarm = Alarm(
            level: isSilent ? .critical : .notice, code: isSilent ? Vigilance.silent : Vigilance.heard,
            explanation: text)
        alarm.figures = [Figure(name: "silence_ms", value: Double(silence / 1_000_000))]
        take(own: .alarm(alarm), on: Vigilance.topic, at: recordedTime(hostNow))
    }
}
