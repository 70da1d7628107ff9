import Domain

extension Snapshots {
    /// How two states differ.
    public struct Differences: Equatable, Sendable {
        public var series: [Difference] = []
        /// Nothing where one of the two was made before snapshots took splits and dividends.
        public var actions: Actions? = Actions()

        /// Symbols of whose splits and dividends only the first or only the second has a file, or another one.
        public struct Actions: Equatable, Sendable {
            public var onlyBefore: [String] = []
            public var onlyAfter: [String] = []
            public var changed: [String] = []

            public var isEmpty: Bool { onlyBefore.isEmpty && onlyAfter.isEmpty && changed.isEmpty }
        }

        public var isEmpty: Bool { series.isEmpty && actions?.isEmpty ?? true }
    }

    /// What one series is in two states.
    public struct Difference: Equatable, Sendable {
        public var key: SeriesKey
        /// Months or decades that only the first or only the second has, and those whose bars differ.
        public var onlyBefore: [String] = []
        public var onlyAfter: [String] = []
        public var changed: [String] = []
        /// Why it cannot be told of a month or decade whether its bars differ: a file cannot be read.
        public var unread: [String] = []
        public var rowsBefore = 0
        public var rowsAfter = 0

        var isSome: Bool { !onlyBefore.isEmpty || !onlyAfter.isEmpty || !changed.isEmpty || !unread.isEmpty }
    }
}

extension Snapshots.Difference {
    init(of before: SeriesFolder, _ after: SeriesFolder) throws(StoreError) {
        self.init(key: before.key)
        let old = try before.reading { $0.current } ?? []
        let new = try after.reading { $0.current } ?? []
        for file in old {
            guard let other = new.first(where: { $0.period == file.period }) else {
                onlyBefore.append(String(file.period))
                continue
            }
            do throws(StoreError) {
                let areSame = try Self.areSame(file, in: before, other, in: after)
                if !areSame { changed.append(String(file.period)) }
            } catch {
                unread.append(error.description)
            }
        }
        onlyAfter = new.map { String($0.period) }.filter { period in !old.contains { $0.period == period } }
        rowsBefore = old.reduce(0) { $0 + $1.rows }
        rowsAfter = new.reduce(0) { $0 + $1.rows }
    }

    /// Whether two files have the same rows, though one of them may be packed anew.
    private static func areSame(
        _ file: SeriesManifest.File, in folder: SeriesFolder, _ other: SeriesManifest.File,
        in otherFolder: SeriesFolder
    ) throws(StoreError) -> Bool {
        if file.hash == other.hash { return true }
        guard file.rows == other.rows, file.first == other.first, file.last == other.last
        else { return false }
        let rows = try SeriesFile.rows(try folder.bytes(of: file), named: file.name)
        return rows == (try SeriesFile.rows(try otherFolder.bytes(of: other), named: other.name))
    }
}

extension Snapshots.Differences.Actions {
    init(_ before: ActionList, _ after: ActionList) {
        for file in before.files where !after.files.contains(file) {
            if after.files.contains(where: { $0.name == file.name }) {
                changed.append(file.symbol)
            } else {
                onlyBefore.append(file.symbol)
            }
        }
        onlyAfter = after.files.filter { file in !before.files.contains { $0.name == file.name } }.map(
            \.symbol)
    }
}
