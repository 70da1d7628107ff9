import CChecksum
import Domain

/// What a shard was at one point of its transcript, so that recovery need not begin at the first message.
public struct SnapshotFile: Equatable, Sendable {
    static let magic: Int64 = 0x3150_414E_5354_5754  // "TWTSNAP1"

    public var service: String
    public var shard: String
    /// Where the transcript goes on after it.
    public var position: TranscriptFolder.Position
    public var epoch: UInt64
    public var machineVersion: UInt32
    public var machine: [UInt8]
    /// The numbers, timers and places that the host keeps beside the machine.
    public var host: [UInt8]

    public static func name(_ sequence: UInt64) -> String {
        let digits = String(sequence)
        return "snapshot-" + String(repeating: "0", count: max(0, 14 - digits.count)) + digits
    }

    var bytes: [UInt8] {
        var writer = SnapshotWriter()
        writer.put(service)
        writer.put(shard)
        writer.put(position.index)
        writer.put(position.offset)
        writer.put(position.sequence)
        writer.put(position.hash.bytes)
        writer.put(position.hashedFrom)
        writer.put(epoch)
        writer.put(machineVersion)
        writer.put(machine)
        writer.put(host)
        let content = writer.bytes
        var frame = SnapshotWriter()
        frame.put(SnapshotFile.magic)
        frame.put(content.withUnsafeBytes { tradewind_crc32c(0, $0.baseAddress, $0.count) })
        return frame.bytes + content
    }

    init(
        service: String, shard: String, position: TranscriptFolder.Position, epoch: UInt64,
        machineVersion: UInt32,
        machine: [UInt8], host: [UInt8]
    ) {
        self.service = service
        self.shard = shard
        self.position = position
        self.epoch = epoch
        self.machineVersion = machineVersion
        self.machine = machine
        self.host = host
    }

    init(_ bytes: [UInt8]) throws(SnapshotMismatch) {
        var frame = SnapshotReader(bytes)
        guard try frame.integer() == SnapshotFile.magic else {
            throw SnapshotMismatch("it does not begin as a snapshot does")
        }
        let crc = try frame.integer()
        let content = Array(bytes.dropFirst(16))
        guard Int64(content.withUnsafeBytes { tradewind_crc32c(0, $0.baseAddress, $0.count) }) == crc else {
            throw SnapshotMismatch("its checksum does not match")
        }
        var reader = SnapshotReader(content)
        service = try reader.text()
        shard = try reader.text()
        let index = try reader.count()
        let offset = Int(try reader.integer())
        let sequence = try reader.count()
        let hash = try reader.blob()
        guard hash.count == RunningHash.size else { throw SnapshotMismatch("its hash has a wrong length") }
        position = TranscriptFolder.Position(
            index: index, offset: offset, sequence: sequence, hash: RunningHash(hash),
            hashedFrom: Int(try reader.integer()))
        epoch = try reader.count()
        machineVersion = UInt32(truncatingIfNeeded: try reader.integer())
        machine = try reader.blob()
        host = try reader.blob()
    }

    /// The newest snapshot of a folder that can be read, and what was wrong with those that cannot.
    package static func latest(on disk: any Disk) throws -> (snapshot: SnapshotFile?, unreadable: [String]) {
        var unreadable: [String] = []
        for name in try disk.names().reversed() where name.hasPrefix("snapshot-") {
            do throws(SnapshotMismatch) {
                let bytes: [UInt8]
                do { bytes = try disk.read(name) } catch { throw SnapshotMismatch(error.description) }
                return (try SnapshotFile(bytes), unreadable)
            } catch {
                unreadable.append("\(disk.place)/\(name): \(error)")
            }
        }
        return (nil, unreadable)
    }
}

extension SnapshotFile {
    /// All snapshots of a folder that can be read, oldest first, and what is wrong with those that cannot.
    static func all(on disk: any Disk) throws -> (snapshots: [SnapshotFile], unreadable: [String]) {
        var snapshots: [SnapshotFile] = []
        var unreadable: [String] = []
        for name in try disk.names() where name.hasPrefix("snapshot-") {
            do { snapshots.append(try SnapshotFile(disk.read(name))) } catch {
                unreadable.append("\(disk.place)/\(name): \(error)")
            }
        }
        return (snapshots, unreadable)
    }
}
