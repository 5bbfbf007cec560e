/// When a request that failed is sent again, and how long to wait before.
///
/// What *may* be repeated is not a matter of policy: a request that creates something is only repeated where the server
/// provably did not take it (no connection; status 429; status 503 with `Retry-After` or with the words that its queue is
/// full), a request that reads also after a broken connection or
/// a failing gateway.
public struct RetryPolicy: Sendable {
    /// How often a request is sent again; 2 by default, 0 for never.
    public var retries: Int
    /// The wait before the first repetition; doubled each time. Half a second by default.
    public var initialDelay: Duration
    /// The longest wait between two attempts, where the server names none; 8 s by default.
    public var maximumDelay: Duration
    /// The longest `Retry-After` that is waited for; 60 s by default. A longer one ends the attempts.
    public var retryAfterCeiling: Duration
    /// A factor for each wait, so that many clients do not come back at the same moment; 0.5 to 1 by default.
    public var jitter: @Sendable () -> Double

    /// Makes a policy.
    /// - Parameters:
    ///   - retries: How often a request is sent again.
    ///   - initialDelay: The wait before the first repetition.
    ///   - maximumDelay: The longest wait where the server names none.
    ///   - retryAfterCeiling: The longest `Retry-After` that is waited for.
    ///   - jitter: A factor for each wait.
    public init(
        retries: Int = 2, initialDelay: Duration = .milliseconds(500), maximumDelay: Duration = .seconds(8),
        retryAfterCeiling: Duration = .seconds(60), jitter: @escaping @Sendable () -> Double = { .random(in: 0.5...1) }
    ) {
        self.retries = retries
        self.initialDelay = initialDelay
        self.maximumDelay = maximumDelay
        self.retryAfterCeiling = retryAfterCeiling
        self.jitter = jitter
    }

    /// A policy that sends every request once and never again.
    public static let never = RetryPolicy(retries: 0)

    /// The wait before a repetition.
    /// - Parameters:
    ///   - retry: 0 for the first repetition.
    ///   - retryAfter: What the server asked for, if it did.
    /// - Returns: The wait, or `nil` where the attempts are over.
    public func delay(before retry: Int, retryAfter: Duration? = nil) -> Duration? {
        guard retry < retries else { return nil }
        if let retryAfter { return retryAfter <= retryAfterCeiling ? max(.zero, retryAfter) : nil }
        // Longer than 30 years is for ever, and twice the longest duration is more than one can hold.
        let longest = max(.zero, min(maximumDelay, .seconds(1e9)))
        var delay = max(.zero, min(initialDelay, longest))
        for _ in 0..<min(max(retry, 0), 64) { delay = min(delay * 2, longest) }
        let factor = jitter()
        return (0...1e3).contains(factor) ? delay * factor : delay
    }
}
