import CSodium
import Domain
import Glibc

/// Who may command services: a pair of Ed25519 keys for each person, as files. Whose public key lies in the folder is
/// obeyed; a command says who gave it, and its signature proves that and every word of it.
public struct CommandKeys: Sendable {
    public let folder: String

    public struct Problem: Error, CustomStringConvertible, Sendable {
        public let description: String
    }

    public init(folder: String) { self.folder = folder }

    /// Whether a name can be a person's: it becomes a part of a topic and of a file's name.
    public static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 40
            && name.utf8.allSatisfy {
                $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") || (48...57).contains($0)
                    || (97...122).contains($0)
                    || (65...90).contains($0)
            }
    }

    public func has(_ person: String) -> Bool {
        access("\(folder)/\(person).secret", F_OK) == 0 && access("\(folder)/\(person).public", F_OK) == 0
    }

    /// Makes a pair for a person; nobody but the owner of the file can read the secret.
    public func make(_ person: String) throws {
        guard CommandKeys.isName(person) else {
            throw Problem(
                description: "a person's name has letters, digits, - and _, 40 at most, not \(person)")
        }
        try makeFolders(folder)
        var publicKey = [UInt8](repeating: 0, count: Int(crypto_sign_PUBLICKEYBYTES))
        var secret = [UInt8](repeating: 0, count: Int(crypto_sign_SECRETKEYBYTES))
        guard sodium_init() >= 0, crypto_sign_keypair(&publicKey, &secret) == 0 else {
            throw Problem(description: "no key could be made")
        }
        try write(secret, to: "\(person).secret", mode: 0o600)
        try write(publicKey, to: "\(person).public", mode: 0o644)
    }

    /// Signs a command for a service: it is good for no other.
    public func sign(_ command: inout Command, for service: String) throws {
        let path = "\(folder)/\(command.who).secret"
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & 0o077 == 0 else {
            throw Problem(
                description:
                    "\(path) can be read by others; run `chmod 600 \(path)`, and make a new pair if it may have "
                    + "been read")
        }
        let secret = try read("\(command.who).secret", bytes: Int(crypto_sign_SECRETKEYBYTES))
        let words = CommandKeys.words(of: command, for: service)
        var signature = [UInt8](repeating: 0, count: Int(crypto_sign_BYTES))
        guard crypto_sign_detached(&signature, nil, words, UInt64(words.count), secret) == 0 else {
            throw Problem(description: "the command could not be signed")
        }
        command.signature = signature
    }

    /// Why a service does not obey a command, in a sentence; nothing where it does. Afterwards a key may have been retired:
    /// what was said with it was said.
    public func complaint(about command: Command, for service: String, afterwards: Bool = false) -> String? {
        guard CommandKeys.isName(command.who) else { return "it does not say who gives it" }
        let endings = afterwards ? ["public", "retired"] : ["public"]
        let keys = endings.compactMap {
            try? read("\(command.who).\($0)", bytes: Int(crypto_sign_PUBLICKEYBYTES))
        }
        if keys.isEmpty { return "\(command.who) has no public key in \(folder)" }
        let words = CommandKeys.words(of: command, for: service)
        let isTheirs = keys.contains {
            command.signature.count == Int(crypto_sign_BYTES)
                && crypto_sign_verify_detached(command.signature, words, UInt64(words.count), $0) == 0
        }
        return isTheirs ? nil : "its signature is not that of \(command.who)"
    }

    /// What is signed: every field with its length before it, and the service that is meant.
    static func words(of command: Command, for service: String) -> [UInt8] {
        var writer = SnapshotWriter()
        writer.put("tradewind command 1")
        for text in [service, command.id, command.verb, command.who, command.why] { writer.put(text) }
        writer.put(command.at.nanoseconds)
        writer.put(command.arguments.count)
        for argument in command.arguments { writer.put(argument) }
        return writer.bytes
    }

    // MARK: files

    private func write(_ key: [UInt8], to name: String, mode: mode_t) throws {
        let path = "\(folder)/\(name)"
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard file >= 0 else {
            throw Problem(description: "\(path) cannot be made: \(String(cString: strerror(errno)))")
        }
        defer { close(file) }
        let digits = Array("0123456789abcdef".utf8)
        var line: [UInt8] = []
        for byte in key { line += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        line.append(10)
        guard Glibc.write(file, line, line.count) == line.count else {
            throw Problem(description: "\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
    }

    private func read(_ name: String, bytes count: Int) throws -> [UInt8] {
        let text = try FileDisk(folder, readOnly: true).read(name).filter { $0 > 32 }
        var key: [UInt8] = []
        for place in stride(from: 0, to: text.count - 1, by: 2) {
            guard let high = CommandKeys.digit(text[place]), let low = CommandKeys.digit(text[place + 1])
            else { break }
            key.append(high << 4 | low)
        }
        guard key.count == count, text.count == 2 * count else {
            throw Problem(description: "\(folder)/\(name) holds no key of \(count) bytes")
        }
        return key
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 97...102: byte - 87
        default: nil
        }
    }
}
