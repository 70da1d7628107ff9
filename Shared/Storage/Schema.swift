/// The layout of the database, as the steps that lead to it. A step that was released is never edited: a change is a
/// new step at the end, and its place in the list is the version it leads to.
///
/// One text serves every database: whole numbers are BIGINT, others DOUBLE PRECISION, and each engine puts in what it
/// calls them. Times are nanoseconds since 1970 UTC; prices, quantities and money whole numbers of their units.
enum Schema {
    static let steps = [bars, messages + reference, corrections, origins]

    private static let bars = [
        """
        CREATE TABLE bars (
            symbol TEXT NOT NULL,
            span BIGINT NOT NULL,
            opened_at BIGINT NOT NULL,
            open BIGINT NOT NULL,
            high BIGINT NOT NULL,
            low BIGINT NOT NULL,
            close BIGINT NOT NULL,
            volume BIGINT NOT NULL,
            trades BIGINT NOT NULL,
            PRIMARY KEY (symbol, span, opened_at)
        )
        """,
        """
        CREATE TABLE progress (
            shard TEXT NOT NULL PRIMARY KEY,
            done BIGINT NOT NULL
        )
        """,
    ]

    /// What every durable message says of itself: its name, and the name of the message that brought it about.
    private static func message(_ table: String, _ columns: String) -> String {
        """
        CREATE TABLE \(table) (
            topic TEXT NOT NULL,
            epoch BIGINT NOT NULL,
            number BIGINT NOT NULL,
            sent_at BIGINT NOT NULL,
            sender TEXT NOT NULL,
            cause_topic TEXT,
            cause_epoch BIGINT,
            cause_number BIGINT,
            \(columns),
            PRIMARY KEY (topic, epoch, number)
        )
        """
    }

    private static let order = """
        order_id TEXT NOT NULL,
        account TEXT NOT NULL,
        strategy TEXT NOT NULL,
        symbol TEXT NOT NULL,
        side TEXT NOT NULL,
        kind TEXT NOT NULL,
        quantity BIGINT NOT NULL,
        limit_price BIGINT,
        stop_price BIGINT,
        trail BIGINT,
        trail_share DOUBLE PRECISION,
        time_in_force TEXT NOT NULL,
        order_class TEXT NOT NULL,
        parent TEXT NOT NULL,
        valid_until BIGINT NOT NULL,
        notional BIGINT
        """

    private static let messages = [
        message(
            "signals",
            """
            strategy TEXT NOT NULL, symbol TEXT NOT NULL, strength DOUBLE PRECISION, confidence DOUBLE PRECISION,
            quantity BIGINT, stop BIGINT, target BIGINT, horizon BIGINT NOT NULL, reason TEXT NOT NULL,
            figures TEXT NOT NULL
            """),
        message(
            "proposals", order + ", reason TEXT NOT NULL, price BIGINT NOT NULL, stop_distance BIGINT"),
        message("verdicts", order + ", approved BIGINT NOT NULL, checks TEXT NOT NULL"),
        message(
            "halts",
            """
            account TEXT NOT NULL, active BIGINT NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL,
            halted_by TEXT NOT NULL, flatten BIGINT NOT NULL, figures TEXT NOT NULL
            """),
        message(
            "orders",
            order
                + ", status TEXT NOT NULL, filled BIGINT NOT NULL, average_price BIGINT NOT NULL, reason TEXT NOT NULL"
        ),
        message(
            "fills",
            """
            fill_id TEXT NOT NULL, order_id TEXT NOT NULL, account TEXT NOT NULL, strategy TEXT NOT NULL,
            symbol TEXT NOT NULL, side TEXT NOT NULL, quantity BIGINT NOT NULL, price BIGINT NOT NULL,
            fee BIGINT NOT NULL, filled_at BIGINT NOT NULL
            """),
        message(
            "positions",
            """
            account TEXT NOT NULL, symbol TEXT NOT NULL, quantity BIGINT NOT NULL, average_price BIGINT NOT NULL,
            market_price BIGINT NOT NULL, realised BIGINT NOT NULL, unrealised BIGINT NOT NULL, fill_id TEXT,
            closed BIGINT
            """),
        message(
            "accounts",
            """
            account TEXT NOT NULL, cash BIGINT NOT NULL, equity BIGINT NOT NULL, high_water BIGINT NOT NULL,
            buying_power BIGINT NOT NULL, gross BIGINT NOT NULL, net BIGINT NOT NULL
            """),
    ]

    /// What is known of instruments, and what was tried on them.
    private static let reference = [
        """
        CREATE TABLE actions (
            symbol TEXT NOT NULL,
            kind TEXT NOT NULL,
            ex_at BIGINT NOT NULL,
            known_at BIGINT NOT NULL,
            numerator BIGINT NOT NULL,
            denominator BIGINT NOT NULL,
            amount BIGINT NOT NULL,
            new_symbol TEXT NOT NULL,
            PRIMARY KEY (symbol, kind, ex_at)
        )
        """,
        """
        CREATE TABLE instruments (
            symbol TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            exchange TEXT NOT NULL,
            sector TEXT NOT NULL,
            industry TEXT NOT NULL,
            provider TEXT NOT NULL,
            seen_at BIGINT NOT NULL
        )
        """,
        """
        CREATE TABLE fundamentals (
            symbol TEXT NOT NULL,
            name TEXT NOT NULL,
            at BIGINT NOT NULL,
            value DOUBLE PRECISION,
            provider TEXT NOT NULL,
            PRIMARY KEY (symbol, name, at)
        )
        """,
        """
        CREATE TABLE universe (
            name TEXT NOT NULL,
            symbol TEXT NOT NULL,
            at BIGINT NOT NULL,
            PRIMARY KEY (name, symbol, at)
        )
        """,
        """
        CREATE TABLE runs (
            name TEXT NOT NULL PRIMARY KEY,
            kind TEXT NOT NULL,
            made_at BIGINT NOT NULL,
            command TEXT NOT NULL,
            summary TEXT NOT NULL
        )
        """,
    ]

    private static let corrections = [
        """
        CREATE TABLE corrections (
            symbol TEXT NOT NULL,
            span BIGINT NOT NULL,
            opened_at BIGINT NOT NULL,
            known_at BIGINT NOT NULL,
            open BIGINT NOT NULL,
            high BIGINT NOT NULL,
            low BIGINT NOT NULL,
            close BIGINT NOT NULL,
            volume BIGINT NOT NULL,
            trades BIGINT NOT NULL,
            PRIMARY KEY (symbol, span, opened_at, known_at)
        )
        """
    ]

    /// Who gave bars that are not of the first stream, until their day goes into the store.
    private static let origins = [
        """
        CREATE TABLE origins (
            symbol TEXT NOT NULL,
            closes_at BIGINT NOT NULL,
            provider TEXT NOT NULL,
            PRIMARY KEY (symbol, closes_at)
        )
        """
    ]

    static var newest: Int64 { Int64(steps.count) }

    /// Brings a database, new or old, to the newest layout; refuses one that is newer still.
    static func migrate(_ database: any SQLEngine) throws(StorageError) {
        if try version(of: database) == newest { return }
        try database.transaction { () throws(StorageError) in
            try database.lockSchema()
            // Read again: another process may have been faster to the lock.
            let version = try version(of: database)
            if version == newest { return }
            if try !database.hasTable("schema_version") {
                try database.execute("CREATE TABLE schema_version (version INTEGER NOT NULL)")
            }
            for (step, number) in zip(steps, Int64(1)...) where number > version {
                for statement in step { try database.execute(database.dialect(statement)) }
            }
            try database.execute("DELETE FROM schema_version")
            try database.execute("INSERT INTO schema_version VALUES (\(newest))")
            try database.adorn()
        }
    }

    private static func version(of database: any SQLEngine) throws(StorageError) -> Int64 {
        guard try database.hasTable("schema_version") else { return 0 }
        let version = try database.number("SELECT max(version) FROM schema_version") ?? 0
        guard (0...newest).contains(version) else {
            throw StorageError(
                .newerSchema,
                "\(database.place): the database has layout \(version), and this program knows layouts up to "
                    + "\(newest); start the program that wrote it, or a newer one")
        }
        return version
    }
}
