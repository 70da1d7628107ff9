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
    public var relayIn: String { relayAddress(relayPublish, "relay.in", port: 7401) }
    /// Where takers get it.
    public var relayOut: String { relayAddress(relaySubscribe, "relay.out", port: 7402) }

    private func relayAddress(_ given: String, _ name: String, port: Int) -> String {
        if !given.isEmpty { return given }
        return transport == .ipc ? "ipc://\(folder)/\(name)" : "tcp://127.0.0.1:\(port)"
    }

    /// Where the relay opens one of its addresses: on every interface if keys guard the door.
    func relayBind(_ address: String) throws -> String {
        guard address.hasPrefix("tcp://"), let colon = address.lastIndex(of: ":") else { return address }
        if isEncrypted { return "tcp://0.0.0.0\(address[colon...])" }
        guard address.hasPrefix("tcp://127.") else {
            throw SocketError(
                sentence: "\(address) would be open to anybody who reaches it; set mesh.curve: true, or an "
                    + "address of this machine alone (tcp://127.0.0.1:7401)")
        }
        return address
    }

    /// Where one of an owner's addresses is opened: that of a lane, or its gallery.
    func bindAddress(_ name: String, of instance: String) -> String {
        switch transport {
        case .ipc: "ipc://\(folder)/\(instance).\(name)"
        case .tcp: isEncrypted ? "tcp://0.0.0.0:*" : "tcp://127.0.0.1:*"
        }
    }

    /// The same address as others see it, once it is bound.
    func advertised(_ bound: String) -> String {
        guard transport == .tcp, let colon = bound.lastIndex(of: ":") else { return bound }
        if !isEncrypted { return "tcp://127.0.0.1\(bound[colon...])" }
        return "tcp://\(advertise.isEmpty ? MeshSettings.hostName : advertise)\(bound[colon...])"
    }

    static var hostName: String {
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
