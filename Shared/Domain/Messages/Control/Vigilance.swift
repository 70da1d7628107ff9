/// What a host tells its machine of services that it must hear: an alarm on a topic of its own, whose code says which.
public enum Vigilance {
    public static let topic = Topic("local/vigil")
    /// A service has been silent for too long.
    public static let silent = "silent"
    public static let heard = "heard"
}
