import CPq

/// How rows go into a table of PostgreSQL: few as prepared statements that are sent in one go, many by COPY.
extension PostgresConnection {
    /// From so many rows on COPY is quicker than statements: it costs two round trips of its own.
    package static let copyMin = 64
    /// So many statements are sent before an answer is read; their answers fit into a socket's buffer.
    private static let pipelineMax = 256

    package func put(_ rows: [[SQLValue]], into table: SQLTable) throws(StorageError) {
        guard rows.count >= PostgresConnection.copyMin else { return try pipeline(rows, table) }
        // COPY knows no clash: where a row is there already, all go in as statements, which do.
        try execute("SAVEPOINT copied")
        do throws(StorageError) {
            try copy(rows, table)
        } catch {
            guard error.kind == .clash else { throw error }
            try execute("ROLLBACK TO SAVEPOINT copied")
            try pipeline(rows, table)
        }
        try execute("RELEASE SAVEPOINT copied")
    }

    private func pipeline(_ rows: [[SQLValue]], _ table: SQLTable) throws(StorageError) {
        let name = "put_" + table.name
        if !prepared.contains(name) {
            let handle = try open(table.insert)
            var types = table.columns.map { Oid($0.kind == .integer ? 20 : $0.kind == .real ? 701 : 25) }
            guard PQsendPrepare(handle, name, table.insert, Int32(types.count), &types) == 1 else {
                throw lost(table.insert)
            }
            for result in try results(table.insert) { PQclear(result) }
            prepared.insert(name)
        }
        var begin = 0
        while begin < rows.count {
            let end = min(rows.count, begin + PostgresConnection.pipelineMax)
            try send(rows[begin..<end], name, table)
            begin = end
        }
    }

    private func send(_ rows: ArraySlice<[SQLValue]>, _ name: String, _ table: SQLTable) throws(StorageError)
    {
        let handle = try open(table.insert)
        guard PQenterPipelineMode(handle) == 1 else { throw lost(table.insert) }
        for row in rows {
            let sent = withTexts(row.map(PostgresConnection.parameter)) {
                PQsendQueryPrepared(handle, name, Int32(row.count), $0, nil, nil, 0)
            }
            guard sent == 1 else { throw lost(table.insert) }
        }
        guard PQpipelineSync(handle) == 1 else { throw lost(table.insert) }
        // The answers of all statements, each ended by nothing, then that of the sync.
        var failure: StorageError?
        var isOver = false
        while !isOver {
            guard PQstatus(handle) == CONNECTION_OK else { throw lost(table.insert) }
            while let result = try next(table.insert) {
                let status = PQresultStatus(result)
                if status == PGRES_PIPELINE_SYNC { isOver = true }
                if status == PGRES_FATAL_ERROR, failure == nil {
                    failure = self.failure(result, table.insert)
                }
                PQclear(result)
                if isOver { break }
            }
        }
        guard PQexitPipelineMode(handle) == 1 else { throw lost(table.insert) }
        if let failure { throw failure }
    }

    private func copy(_ rows: [[SQLValue]], _ table: SQLTable) throws(StorageError) {
        let names = table.columns.map(\.name).joined(separator: ", ")
        let sql = "COPY \(table.name) (\(names)) FROM STDIN (FORMAT binary)"
        let handle = try open(sql)
        guard PQsendQuery(handle, sql) == 1 else { throw lost(sql) }
        guard let begun = try next(sql) else { throw lost(sql) }
        guard PQresultStatus(begun) == PGRES_COPY_IN else {
            let failure = failure(begun, sql)
            PQclear(begun)
            for result in try results(sql) { PQclear(result) }
            throw failure
        }
        PQclear(begun)
        var content = CopyContent()
        for row in rows {
            content.add(row)
            if content.bytes.count >= CopyContent.chunk { try push(&content.bytes, sql) }
        }
        content.end()
        try push(&content.bytes, sql)
        guard PQputCopyEnd(handle, nil) == 1 else { throw lost(sql) }
        for result in try results(sql) { PQclear(result) }
    }

    private func push(_ bytes: inout [UInt8], _ sql: String) throws(StorageError) {
        let handle = try open(sql)
        let sent = bytes.withUnsafeBytes { raw in
            raw.withMemoryRebound(to: CChar.self) { PQputCopyData(handle, $0.baseAddress, Int32($0.count)) }
        }
        guard sent == 1 else { throw lost(sql) }
        bytes.removeAll(keepingCapacity: true)
    }
}
