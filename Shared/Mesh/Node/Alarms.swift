import Domain

extension Node {
    /// Tells everybody on the control lane something that a person should know.
    public func raise(_ level: AlarmLevel, code: String, _ explanation: String) {
        let alarm = Alarm(level: level, code: code, explanation: explanation)
        pass(.alarm(alarm), on: .alarm(from: settings.instance))
    }

    /// Asks everybody for a beat at once.
    public func greet() {
        pass(.hello(Hello(service: settings.service, shard: settings.shard)), on: .hello(settings.instance))
    }
}
