import Configuration
import Domain
import Glibc
import Store

/// Small JSON files about instruments and the market, here in a folder and for others in a place of their own: who has a
/// good address fetches, the others read.
struct StaticFiles {
    /// What a file says of itself.
    struct Origin {
        var at: Timestamp
        var provider: String
    }

    let folder: String
    let place: (any BackupPlace)?

    private static func name(_ file: String) -> String { "static/\(file)" }

    /// Of the file that is here; nothing where there is none, or one that says nothing of itself.
    func origin(of file: String) -> Origin? {
        guard let bytes = try? CatalogCommand.read("\(folder)/\(file)") else { return nil }
        return StaticFiles.origin(bytes)
    }

    private static func origin(_ bytes: [UInt8]) -> Origin? {
        guard let json = try? JSONValue(bytes), let at = json["at"]?.text.flatMap({ try? Timestamp($0) }),
            let provider = json["provider"]?.text
        else { return nil }
        return Origin(at: at, provider: provider)
    }

    /// Puts a file that was fetched into the place, for the others.
    func push(_ file: String) throws {
        guard let place else { return }
        try place.write(try CatalogCommand.read("\(folder)/\(file)"), to: StaticFiles.name(file))
    }

    /// Reads a file from the place, where that one is newer than the one that is here; what it says of itself then.
    func pull(_ file: String) throws -> Origin? {
        guard let place else { return nil }
        let bytes = try place.read(StaticFiles.name(file))
        guard let origin = StaticFiles.origin(bytes) else {
            throw Failure(
                "\(place.name)\(StaticFiles.name(file)): `tradewind data refresh` has not written this")
        }
        if let own = self.origin(of: file), own.at >= origin.at { return nil }
        try ResultFolder.write([.init(name: file, bytes: bytes)], to: folder)
        return origin
    }
}
