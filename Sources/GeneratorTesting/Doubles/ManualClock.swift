internal import GeneratorTransport

/// A clock that stands still until it is moved: waits on it end when a test says so, without waiting.
///
/// ```swift
/// let clock = ManualClock()
/// let environment = GenerationEnvironment { $0.clock = GeneratorClock(clock) }
/// // … start something that waits …
/// await clock.waitForSleepers(1)
/// clock.advance(by: .seconds(300))
/// ```
public final class ManualClock: Clock, Sendable {
    /// A moment on the clock: the time since it was made.
    public struct Instant: InstantProtocol {
        /// The time since the clock was made.
        public let offset: Duration

        /// A moment later or earlier.
        /// - Parameter duration: How much later.
        /// - Returns: The moment.
        public func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }

        /// The time from this moment to another.
        /// - Parameter other: The other moment.
        /// - Returns: The time.
        public func duration(to other: Instant) -> Duration { other.offset - offset }

        /// Whether one moment is before another.
        /// - Parameters:
        ///   - left: A moment.
        ///   - right: Another moment.
        /// - Returns: `true` where `left` is before.
        public static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    fileprivate struct State {
        var now = Duration.zero
        var sleepers: [Int: (deadline: Duration, continuation: CheckedContinuation<Void, Never>)] = [:]
        var cancelled: Set<Int> = []
        var next = 0
        var watchers: [Int: (count: Int, within: Duration?, continuation: CheckedContinuation<Void, Never>)] = [:]
    }

    private let state = Locked(State())

    /// Makes a clock that stands at zero.
    public init() {}

    /// The time that the clock shows.
    public var now: Instant { Instant(offset: state.withLock { $0.now }) }

    /// Zero: the clock is exact.
    public var minimumResolution: Duration { .nanoseconds(1) }

    /// Waits until the clock is moved to a moment.
    /// - Parameters:
    ///   - deadline: The moment.
    ///   - tolerance: Ignored.
    /// - Throws: `CancellationError` when the task is cancelled.
    public func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        let id = state.withLock { state in
            defer { state.next += 1 }
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (isOver, woken) = state.withLock { state in
                    if deadline.offset <= state.now || state.cancelled.remove(id) != nil || Task.isCancelled {
                        return (true, [CheckedContinuation<Void, Never>]())
                    }
                    state.sleepers[id] = (deadline.offset, continuation)
                    return (false, state.takeWatchers())
                }
                if isOver { continuation.resume() }
                for watcher in woken { watcher.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers.removeValue(forKey: id)
                if sleeper == nil { state.cancelled.insert(id) }
                return sleeper?.continuation
            }
            sleeper?.resume()
        }
        try Task.checkCancellation()
    }

    /// Moves the clock, and wakes whoever waits for a moment that has come.
    /// - Parameter duration: How far.
    public func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now += duration
            let due = state.sleepers.filter { $0.value.deadline <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.sorted { $0.deadline < $1.deadline }.map(\.continuation) + state.takeWatchers()
        }
        for continuation in woken { continuation.resume() }
    }

    /// How many wait on the clock.
    package var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    /// Suspends until enough tasks sleep on the clock, or the task is cancelled.
    /// - Parameters:
    ///   - count: How many there must be.
    ///   - within: Counts only those whose wait ends within this time. A request that is under way waits too, for the
    ///     end of its idle time; `nil` counts all.
    public func waitForSleepers(_ count: Int = 1, within: Duration? = nil) async {
        let id = state.withLock { state in
            defer { state.next += 1 }
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    // Under the lock: who is cancelled later than this is found by the handler.
                    let isOver = state.sleeperCount(within: within) >= count || Task.isCancelled
                    if !isOver { state.watchers[id] = (count, within, continuation) }
                    return isOver
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.watchers.removeValue(forKey: id) }?.continuation.resume()
        }
    }
}

extension ManualClock.State {
    fileprivate func sleeperCount(within: Duration?) -> Int {
        guard let within else { return sleepers.count }
        return sleepers.values.count { $0.deadline - now <= within }
    }

    /// The watchers whose number of sleepers is there.
    fileprivate mutating func takeWatchers() -> [CheckedContinuation<Void, Never>] {
        let ready = watchers.filter { sleeperCount(within: $0.value.within) >= $0.value.count }
        for id in ready.keys { watchers[id] = nil }
        return ready.values.map(\.continuation)
    }
}
