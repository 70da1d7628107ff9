/// The layout of the bars' database, as the steps that lead to it. A step that was released is never edited:
/// a change is a new step at the end, and its place in the list is the version it leads to.
enum Schema {
    static let steps = [
        """
        CREATE TABLE bars (
            symbol TEXT NOT NULL,
            span INTEGER NOT NULL,
            opened_at INTEGER NOT NULL,
            open INTEGER NOT NULL,
            high INTEGER NOT NULL,
            low INTEGER NOT NULL,
            close INTEGER NOT NULL,
            volume INTEGER NOT NULL,
            trades INTEGER NOT NULL,
            PRIMARY KEY (symbol, span, opened_at)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE progress (
            shard TEXT NOT NULL PRIMARY KEY,
            done INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
    ]

    static var newest: Int64 { Int64(steps.count) }

    /// Brings a database, new or old, to the newest layout; refuses one that is newer still.
    static func migrate(_ database: Database) throws(StorageError) {
        if try version(of: database) == newest { return }
        try database.transaction { () throws(StorageError) in
            try database.execute(
                "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL) STRICT")
            // Read again: another process may have been faster to the lock.
            let version = try version(of: database)
            for (step, number) in zip(steps, Int64(1)...) where number > version {
                try database.execute(step)
            }
            try database.execute("DELETE FROM schema_version")
            try database.execute("INSERT INTO schema_version VALUES (\(newest))")
        }
    }

    private static func version(of database: Database) throws(StorageError) -> Int64 {
        let table = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_version'"
        guard try database.number(table) == 1 else { return 0 }
        let version = try database.number("SELECT max(version) FROM schema_version") ?? 0
        guard (0...newest).contains(version) else {
            throw StorageError(
                .newerSchema,
                "\(database.path): the database has layout \(version), and this program knows layouts up to "
                    + "\(newest); start the program that wrote it, or a newer one")
        }
        return version
    }
}
