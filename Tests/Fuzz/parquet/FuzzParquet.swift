import Parquet

// Any bytes are a table or a sentence.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    do {
        let file = try ParquetFile(bytes: bytes, named: "f", groupRowsMax: 50_000)
        for group in 0..<min(file.groupCount, 4) {
            for column in file.columns.indices.prefix(20) where file.columns[column].isFlat {
                // A column that cannot be read says nothing about the next one.
                guard let values = try? file.read(column, group: group) else { continue }
                precondition(values.count == file.rowCount(ofGroup: group))
                touch(values)
            }
        }
    } catch {
        precondition(error.description.hasPrefix("f") && !error.description.contains("\n"))
    }
    return 0
}

/// Looks at every byte that is said to be there.
private func touch(_ values: ColumnValues) {
    guard case .bytes(let texts) = values.values else { return }
    var sum = 0
    for row in 0..<texts.count { sum &+= texts.bytes(row).reduce(0) { $0 &+ Int($1) } }
    precondition(sum >= 0)
}
