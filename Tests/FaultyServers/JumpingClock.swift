internal import GeneratorTransport

/// A clock that goes on by itself, and now and then jumps.
package struct JumpingClock: Clock {
    package typealias Instant = ContinuousClock.Instant

    private let ahead = Locked(Duration.zero)

    package var now: Instant { ContinuousClock.now + ahead.withLock { $0 } }
    package var minimumResolution: Duration { ContinuousClock().minimumResolution }

    /// - Parameter time: How far; back where it is negative.
    func jump(by time: Duration) { ahead.withLock { $0 += time } }

    package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        // In short steps, because nobody says when it jumps.
        while now < deadline {
            try await Task.sleep(for: min(now.duration(to: deadline), .milliseconds(20)), tolerance: tolerance)
        }
        try Task.checkCancellation()
    }
}
