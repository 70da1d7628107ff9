import Configuration
import Glibc

/// Which parts of a divided service a process owns, and what it is called.
extension Service {
    static func opening(_ text: String, of parts: Int, _ name: String) throws -> ReplicaSettings.Opening {
        if text == "all" { return .parts(Part.all(parts)) }
        if text == "granted" { return .granted }
        let numbers = text.split(separator: ",").map { Int($0) ?? 0 }
        guard !numbers.isEmpty, numbers.allSatisfy({ (1...parts).contains($0) }),
            Set(numbers).count == numbers.count
        else {
            throw Failure(
                "--parts \(text): expected all, granted, or numbers from 1 to \(parts) (\(name).parts) such as 1,3",
                exitCode: 2)
        }
        return .parts(numbers.sorted().map { Part($0, of: parts) })
    }

    static func instance(_ name: String, _ parsed: Parsed) throws -> String {
        let instance = parsed.text(ifGiven: "instance") ?? "\(name).1"
        guard instance.hasPrefix(name + "."), !instance.contains("/") else {
            throw Failure(
                "--instance \(instance): an instance of \(name) is called \(name).1, \(name).2…", exitCode: 2)
        }
        return instance
    }

    static func check(shard: String) throws {
        guard !shard.isEmpty, !shard.hasPrefix("."), !shard.contains("/") else {
            throw Failure(
                "--shard \(shard): a shard is a name such as all or AAPL, for its folder is called so",
                exitCode: 2)
        }
    }

    /// The name of a process that hosts parts; its nodes are called by the parts.
    static func replica(_ name: String, _ parsed: Parsed) throws -> String {
        for option in ["instance", "shard"] where parsed.isGiven(option) {
            throw Failure(
                "--\(option): the parts of \(name) have names and shards of their own; say which ones with --parts",
                exitCode: 2)
        }
        let replica =
            parsed.text(ifGiven: "replica") ?? "\(name)-\(MeshSettings.hostName.prefix { $0 != "." })"
        guard replica.hasPrefix(name + "-"), !replica.contains("/"), !replica.contains(".") else {
            throw Failure(
                "--replica \(replica): a process that shares the parts of \(name) is called \(name)-1, \(name)-2…",
                exitCode: 2)
        }
        return replica
    }

    /// The nodes that a setting names; a service without a number stands for all of its parts.
    public func nodes(_ key: String) -> [String] {
        settings.list(key).flatMap { name in
            let count = name.contains(".") ? nil : settings.partCount(of: name)
            return count.map { count in Part.all(count).map { "\(name).\($0.number)" } } ?? [name]
        }
    }
}

extension Configuration.Settings {
    /// Into how many parts a service is divided; nothing for a service that cannot be.
    public func partCount(of service: String) -> Int? {
        schema.settings.contains { $0.key == "\(service).parts" } ? integer("\(service).parts") : nil
    }
}

extension MeshSettings {
    /// Makes the folders of all parts, the last one first, and refuses those of another division: a key would be
    /// looked for where it is not.
    func layOut(_ service: String, parts: Int) throws {
        let folder = "\(stateFolder)/\(service)"
        try makeFolders(folder)
        let expected = Part.all(parts).map(\.shard)
        let present = try FileDisk(folder, readOnly: true).names()
        if let other = present.first(where: { !expected.contains($0) })
            ?? (present.isEmpty || present.contains(expected.last!) ? nil : present.last)
        {
            throw Failure(
                "\(folder) holds the part \(other) of another division, and \(service).parts is \(parts): keys cannot "
                    + "change their part; set \(service).parts as it was, or choose another state.folder")
        }
        for shard in expected.reversed() { try makeFolders("\(folder)/\(shard)") }
    }
}
