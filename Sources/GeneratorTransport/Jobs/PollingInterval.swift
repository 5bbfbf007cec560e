/// How long to wait before the state of a job is asked for again: not long at first, and longer as the job takes
/// longer.
///
/// The wait grows with the time that the job has taken so far. So a look comes at most a fixed part of the job's own
/// length after its end, and a long job costs few requests: with the defaults 24 looks in 30 seconds, and the result is
/// there 0.3 s or 17 % of the length after the end at worst, half of that on average.
public struct PollingInterval: Sendable, Hashable {
    /// The shortest wait, and the time before the first look; 0.3 s by default.
    public var shortest: Duration
    /// The wait as a part of the time that the job has taken so far; 0.17 by default, 0 for a fixed interval.
    public var growth: Double
    /// The longest wait; 10 s by default.
    public var longest: Duration

    /// Makes an interval.
    /// - Parameters:
    ///   - shortest: The shortest wait, and the time before the first look; less than a millisecond counts as one.
    ///   - growth: The wait as a part of the time that the job has taken so far; below 0 it counts as 0, above 1
    ///     as 1.
    ///   - longest: The longest wait; the shortest one wins where it is longer.
    public init(
        shortest: Duration = .milliseconds(300), growth: Double = 0.17, longest: Duration = .seconds(10)
    ) {
        self.shortest = shortest
        self.growth = growth
        self.longest = longest
    }

    /// The wait before the next look.
    /// - Parameter elapsed: The time that the job has taken so far.
    /// - Returns: The wait, a millisecond at least.
    public func wait(after elapsed: Duration) -> Duration {
        let shortest = Swift.max(shortest, .milliseconds(1))
        let part = growth > 0 ? elapsed * Swift.min(growth, 1) : .zero
        return Swift.max(shortest, Swift.min(part, longest))
    }
}
