/// A database, of whatever make: what the store of history asks of it. The words are the same for all; parameters are
/// `$1`, `$2`… in the order in which they first appear.
package protocol SQLEngine: AnyObject {
    /// The file, or the server and its database: for a sentence.
    var place: String { get }
    /// A statement of the schema as this database wants it: whole numbers are BIGINT, others DOUBLE PRECISION.
    func dialect(_ statement: String) -> String
    /// Runs statements without parameters and rows.
    func execute(_ sql: String) throws(StorageError)
    /// The rows of a question.
    func rows(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> [[SQLValue]]
    /// Puts rows into a table; those that are there already count once.
    func put(_ rows: [[SQLValue]], into table: SQLTable) throws(StorageError)
    /// Does all of `body` or nothing of it; durable when it returns.
    func transaction(_ body: () throws(StorageError) -> Void) throws(StorageError)
    func hasTable(_ name: String) throws(StorageError) -> Bool
    /// Keeps others from changing the schema until the transaction ends.
    func lockSchema() throws(StorageError)
    /// What a database can do with a new schema beyond the plain tables.
    func adorn() throws(StorageError)
    func close()
}

extension SQLEngine {
    package func number(_ sql: String, _ values: [SQLValue] = []) throws(StorageError) -> Int64? {
        try rows(sql, values).first?.first?.integer
    }
}
