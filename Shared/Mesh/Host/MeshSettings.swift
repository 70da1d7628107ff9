import Domain
import Glibc

/// Where a process finds the others, and how it talks to them.
public struct MeshSettings: Sendable {
    public enum Transport: Sendable { case ipc, tcp }

    public var transport = Transport.ipc
    /// The folder of the sockets on one machine.
    public var folder = "state/run"
    /// The relay's two addresses, as others connect to them; derived from the folder when empty.
    public var relayPublish = ""
    public var relaySubscribe = ""
    /// The name or address under which this process is reached from other machines.
    public var advertise = ""
    public var isEncrypted = false
    public var keysFolder = "state/keys"
    /// The folder of all transcripts.
    public var stateFolder = "state"

    public init() {}

    /// Where owners send what goes through the relay.
    public var relayIn: String { relayPublish.isEmpty ? "ipc://\(folder)/relay.in" : relayPublish }
    /// Where takers get it.
    public var relayOut: String { relaySubscribe.isEmpty ? "ipc://\(folder)/relay.out" : relaySubscribe }

    /// Where an owner's socket for a lane is opened.
    func bindAddress(_ lane: Lane, of instance: String) -> String {
        switch transport {
        case .ipc: "ipc://\(folder)/\(instance).\(lane)"
        case .tcp: "tcp://0.0.0.0:*"
        }
    }

    /// The same address as others see it, once it is bound.
    func advertised(_ bound: String) -> String {
        guard transport == .tcp, let colon = bound.lastIndex(of: ":") else { return bound }
        return "tcp://\(advertise.isEmpty ? MeshSettings.hostName : advertise)\(bound[colon...])"
    }

    private static var hostName: String {
        var buffer = [CChar](repeating: 0, count: 256)
        gethostname(&buffer, buffer.count)
        let text = buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        return text.isEmpty ? "127.0.0.1" : String(decoding: text, as: UTF8.self)
    }

    /// The folder of a shard's transcript.
    public func transcriptFolder(_ service: String, _ shard: String) -> String {
        "\(stateFolder)/\(service)/\(shard)"
    }
}
