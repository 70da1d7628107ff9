/// Where a PostgreSQL server is, and how long it is waited for.
public struct PostgresAddress: Sendable {
    /// As libpq takes it: `host=… dbname=… user=…`, or `postgresql://…`.
    public var text: String
    /// Empty where libpq finds one itself (`PGPASSWORD`, `~/.pgpass`), or none is needed.
    public var password: String
    /// What the server's list of connections calls this one.
    public var application: String
    /// How long an answer may take before the connection is given up.
    public var patience: Int64 = 60_000_000_000

    public init(_ text: String, password: String = "", application: String = "tradewind") {
        self.text = text
        self.password = password
        self.application = application
    }

    /// The words of libpq: what stands before `dbname` holds unless the address says otherwise. A server that is gone
    /// without a word is noticed within ten seconds, not within hours.
    var parameters: [(String, String)] {
        [
            ("connect_timeout", "3"), ("keepalives_idle", "5"), ("keepalives_interval", "2"),
            ("keepalives_count", "3"), ("tcp_user_timeout", "10000"), ("application_name", application),
            ("dbname", text), ("client_encoding", "UTF8"),
        ] + (password.isEmpty ? [] : [("password", password)])
    }
}
