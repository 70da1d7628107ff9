import CZmq
import Glibc

/// The keys of an installation, kept as files: a pair for an instance (`feed.1`), or one for a whole service
/// (`historian`), which speaks for its parts and processes. Whose public key is in the folder belongs to the mesh;
/// nobody else gets in.
public struct Keyring: Sendable {
    public struct Problem: Error, CustomStringConvertible, Sendable {
        public let description: String
    }

    /// Whose pair this process has: its own, or its service's.
    private let holder: String
    private let secret: String
    /// By instance or service; keys are in ZeroMQ's Z85 text of 40 characters.
    public let publicKeys: [String: String]

    /// Reads `<folder>/<instance>.secret`, or that of its service, and every `<folder>/*.public`.
    public init(folder: String, instance: String) throws {
        var status = stat()
        let holders = [instance, Keyring.service(of: instance)]
        guard let holder = holders.first(where: { stat("\(folder)/\($0).secret", &status) == 0 }) else {
            throw Problem(
                description: "\(folder)/\(instance).secret is not there; make a key pair with "
                    + "`tradewind keys make \(instance)`")
        }
        self.holder = holder
        let path = "\(folder)/\(holder).secret"
        guard status.st_mode & 0o077 == 0 else {
            throw Problem(
                description:
                    "\(path) can be read by others; run `chmod 600 \(path)`, and make a new pair if it "
                    + "may have been read")
        }
        secret = try Keyring.key(path)
        var found: [String: String] = [:]
        for name in try FileDisk(folder, readOnly: true).names() where name.hasSuffix(".public") {
            found[String(name.dropLast(7))] = try Keyring.key("\(folder)/\(name)")
        }
        publicKeys = found
        guard found[holder] != nil else {
            throw Problem(description: "\(folder)/\(holder).public is not there, though its secret is")
        }
    }

    private static func key(_ path: String) throws -> String {
        let slash = path.lastIndex(of: "/")!
        let bytes = try FileDisk(String(path[..<slash]), readOnly: true).read(
            String(path[path.index(after: slash)...]))
        let text = String(decoding: bytes.filter { $0 > 32 }, as: UTF8.self)
        guard text.utf8.count == 40 else {
            throw Problem(
                description: "\(path) holds no key: 40 characters are expected, \(text.utf8.count) found")
        }
        return text
    }

    /// Whether an instance has a pair.
    public static func has(_ instance: String, in folder: String) -> Bool {
        access("\(folder)/\(instance).secret", F_OK) == 0 && access("\(folder)/\(instance).public", F_OK) == 0
    }

    /// Makes a pair for an instance. An existing one is kept unless it is to be replaced.
    public static func make(_ instance: String, in folder: String) throws {
        try makeFolders(folder)
        let path = "\(folder)/\(instance).secret"
        guard access(path, F_OK) != 0 else {
            throw Problem(
                description: "\(path) is there already; remove it first if the pair is to be replaced")
        }
        var publicKey = [CChar](repeating: 0, count: 41)
        var secretKey = [CChar](repeating: 0, count: 41)
        guard zmq_curve_keypair(&publicKey, &secretKey) == 0 else {
            throw Problem(description: "this libzmq was built without CURVE")
        }
        try write(secretKey, to: path, mode: 0o600)
        try write(publicKey, to: "\(folder)/\(instance).public", mode: 0o644)
    }

    private static func write(_ key: [CChar], to path: String, mode: mode_t) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard file >= 0 else { throw failure("create", path) }
        defer { close(file) }
        let line = key.prefix(40).map(UInt8.init(bitPattern:)) + [10]
        guard Glibc.write(file, line, line.count) == line.count else { throw failure("write", path) }
    }

    /// Makes a socket one that others connect to.
    func serve(_ socket: Socket) throws {
        socket.set(ZMQ_CURVE_SERVER, 1)
        try socket.set(ZMQ_CURVE_SECRETKEY, secret)
    }

    /// Makes a socket one that connects to an instance, and to nobody who merely says so.
    func call(_ socket: Socket, _ other: String) throws {
        guard let serverKey = key(of: other) else {
            throw Problem(
                description: "there is no public key of \(other) in the keys' folder; it is not let in")
        }
        try socket.set(ZMQ_CURVE_SERVERKEY, serverKey)
        try socket.set(ZMQ_CURVE_PUBLICKEY, publicKeys[holder]!)
        try socket.set(ZMQ_CURVE_SECRETKEY, secret)
    }

    /// The key that an instance proves itself by: its own, or its service's.
    private func key(of instance: String) -> String? {
        publicKeys[instance] ?? publicKeys[Keyring.service(of: instance)]
    }

    /// Whether an instance proves itself by the same key as the others.
    func isSame(_ instance: String, _ others: Set<String>) -> Bool {
        others.allSatisfy { key(of: $0) == key(of: instance) }
    }

    /// The service of an instance or process: what comes before `.1`, or before `-2`.
    static func service(of instance: String) -> String {
        String(instance.prefix { $0 != "." && $0 != "-" })
    }

    /// Whether the holder of a key pair may speak for an instance: for itself, and a service for all of its own.
    static func speaks(_ holder: String, for instance: String) -> Bool {
        holder == instance || holder == service(of: instance)
    }

    /// The instance or service that a public key belongs to.
    func owner(of key: [UInt8]) -> String? {
        var text = [CChar](repeating: 0, count: 41)
        guard key.count == 32, zmq_z85_encode(&text, key, 32) != nil else { return nil }
        let encoded = String(decoding: text.prefix(40).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return publicKeys.first { $0.value == encoded }?.key
    }
}

/// The door of a process: answers ZeroMQ's question whether a key may come in (ZAP, RFC 27).
final class Doorkeeper {
    let socket: Socket
    private let keyring: Keyring
    /// Told of each key that was not let in.
    var onRefusal: (() -> Void)?

    init(_ context: SocketContext, _ keyring: Keyring) throws {
        self.keyring = keyring
        socket = try Socket(context, .authenticator)
        try socket.bind("inproc://zeromq.zap.01")
    }

    /// Answers what is asked. The request: version, id, domain, address, identity, mechanism, key.
    func answer() {
        while let request = socket.receiveParts() {
            guard request.count >= 2 else { continue }
            var name: String?
            if request.count == 7, request[5].elementsEqual("CURVE".utf8) {
                name = keyring.owner(of: request[6])
            }
            if name == nil { onRefusal?() }
            let status = name == nil ? "400" : "200"
            let text = name == nil ? "unknown key" : "OK"
            socket.send(parts: [
                request[0], request[1], Array(status.utf8), Array(text.utf8), Array((name ?? "").utf8), [],
            ])
        }
    }
}
