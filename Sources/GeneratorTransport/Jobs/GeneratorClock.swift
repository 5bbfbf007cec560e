/// Holds any clock that counts in `Duration`, so that it can be stored and passed on without a type parameter. Its instants
/// become the time since this value was made.
///
/// Everything that waits in this package waits on such a clock, and tests pass one that they move by hand.
public struct GeneratorClock: Sendable {
    /// The time that has passed on the clock.
    public let now: @Sendable () -> Duration
    /// Waits for a time on the clock; throws `CancellationError` when the task is cancelled.
    public let sleep: @Sendable (Duration) async throws -> Void
    /// Calls back when a time has passed, unless what it returns is called before.
    let alarm: @Sendable (Duration, @escaping @Sendable () -> Void) -> @Sendable () -> Void

    /// Wraps a clock.
    /// - Parameter clock: The clock; the continuous one by default, which goes on while the machine sleeps.
    public init<C: Clock>(_ clock: C = ContinuousClock()) where C.Duration == Duration {
        let start = clock.now
        now = { start.duration(to: clock.now) }
        // A wait beyond what 64 bits hold ends the process, and 30 years are as good as for ever.
        sleep = {
            try await clock.sleep(until: clock.now.advanced(by: min($0, .seconds(1e9))), tolerance: nil)
        }
        guard !(clock is ContinuousClock) else {
            alarm = { duration, call in
                let alarm = AlarmClock.shared.set(in: duration, call)
                return { AlarmClock.shared.cancel(alarm) }
            }
            return
        }
        alarm = { duration, call in
            // Counted from now, not from when the task comes to run.
            let due = clock.now.advanced(by: min(duration, .seconds(1e9)))
            let sleeper = Task { if (try? await clock.sleep(until: due, tolerance: nil)) != nil { call() } }
            return { sleeper.cancel() }
        }
    }
}
