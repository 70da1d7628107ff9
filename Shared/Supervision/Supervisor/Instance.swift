/// Which process an instance of the mesh is.
public enum Instance {
    /// The process whose beats a sender signs: `historian.2` is `historian-2`, and `relay` is `relay-1`.
    public static func process(of sender: String) -> ProcessName? {
        guard let dot = sender.lastIndex(of: ".") else { return ProcessName(sender, 1) }
        guard let replica = Int(sender[sender.index(after: dot)...]), replica > 0 else { return nil }
        return ProcessName(String(sender[..<dot]), replica)
    }

    /// What a process is told about who it is.
    static func arguments(_ name: ProcessName) -> [String] {
        name.replica == 1 ? [] : ["--instance", "\(name.service).\(name.replica)"]
    }
}
