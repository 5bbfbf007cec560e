/// What a ``LoopbackServer`` has seen up to one moment.
public struct LoopbackSnapshot: Sendable {
    /// The requests whose header section arrived, in order of arrival; see ``LoopbackServer/requests`` for the limits.
    public let requests: [LoopbackRequest]
    /// How many requests arrived in all, including those that ``requests`` no longer holds.
    public let requestCount: Int
    /// How many connections are open.
    public let openConnections: Int
    /// How many connections were accepted in all.
    public let acceptedConnections: Int
}
