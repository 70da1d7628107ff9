extension Record {
    enum BatchReading {
        case whole
        /// No whole batch stands here, and why if something else does.
        case ends(String?)
    }

    /// Reads all records of the batch at an offset.
    static func batch(
        _ bytes: UnsafeRawBufferPointer, at offset: Int, sequence: UInt64, into batch: inout [Record]
    ) -> BatchReading {
        batch.removeAll(keepingCapacity: true)
        var next = offset
        while true {
            switch read(bytes, at: next) {
            case .empty: return .ends(batch.isEmpty ? nil : "the batch there is not whole")
            case .damaged(let why):
                return .ends(next == offset ? why : "byte \(next) of its batch: \(why)")
            case .record(let record):
                guard record.sequence == UInt32(truncatingIfNeeded: sequence) else {
                    return .ends("its sequence is \(record.sequence) where \(sequence) should be")
                }
                batch.append(record)
                if record.flags.contains(.lastOfBatch) { return .whole }
                next = record.end
            }
        }
    }
}
