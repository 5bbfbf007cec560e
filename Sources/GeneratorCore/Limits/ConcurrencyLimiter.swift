public import GeneratorTransport

/// Limits how many pieces of work run at a time, and how many may begin in an interval. The others wait in line.
///
/// Share one limiter among everything that asks the same service. With ``GenerationEnvironment/limiter`` each picture of each
/// stream waits for its turn; you can also pass it to a batch. The time-out of a picture does not include its time in line.
///
/// ```swift
/// let limiter = ConcurrencyLimiter(8, per: .seconds(1))
/// let provider = ProdiaProvider(environment: GenerationEnvironment { $0.limiter = limiter })
/// ```
public final class ConcurrencyLimiter: Sendable {
    private struct State {
        var line: ConcurrencyLine
        var turns: [Int: CheckedContinuation<Void, any Error>] = [:]
        var lastID = 0
        var isTimed = false
    }

    /// How much may run at once.
    public let limit: Int
    private let clock: GeneratorClock
    private let state: Locked<State>

    /// Makes a limiter.
    /// - Parameters:
    ///   - limit: How much may run at once, at least 1.
    ///   - starts: How much may begin in any `interval`, at least 1; as many as may run at once by default.
    ///   - interval: The time that `starts` is counted in; `nil`, the default, counts nothing.
    ///   - clock: The clock that the interval is measured on.
    public init(
        _ limit: Int, starts: Int? = nil, per interval: Duration? = nil, clock: GeneratorClock = GeneratorClock()
    ) {
        self.limit = max(1, limit)
        self.clock = clock
        let line = ConcurrencyLine(
            limit: self.limit, starts: max(1, starts ?? self.limit), per: max(.zero, interval ?? .zero))
        state = Locked(State(line: line))
    }

    /// Waits for a turn, then runs the work. Do not wait for another turn of the same limiter in the work: it may never come.
    /// - Parameters:
    ///   - isolation: The caller's actor, on which the work runs.
    ///   - work: The work.
    /// - Returns: What the work returned.
    /// - Throws: What the work threw; `CancellationError` when the task is cancelled while it waits.
    public func run<Success>(
        isolation: isolated (any Actor)? = #isolation, _ work: () async throws -> Success
    ) async throws -> Success {
        try await enter()
        defer { leave() }
        try Task.checkCancellation()
        return try await work()
    }

    /// Whether whoever came now would have to wait.
    var isFull: Bool { state.withLock { $0.line.isFull(at: clock.now()) } }

    /// How many wait in line.
    var waiting: Int { state.withLock { $0.turns.count } }

    private func enter() async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { turn in
                let isCancelled = state.withLock { state in
                    if Task.isCancelled { return true }
                    state.line.join(id)
                    state.turns[id] = turn
                    return false
                }
                if isCancelled { turn.resume(throwing: CancellationError()) } else { admit() }
            }
        } onCancel: {
            let turn = state.withLock { state in
                state.line.leave(id)
                return state.turns.removeValue(forKey: id)
            }
            turn?.resume(throwing: CancellationError())
        }
    }

    private func leave() {
        state.withLock { $0.line.finish() }
        admit()
    }

    private func admit() {
        let (turns, wait) = state.withLock { state in
            let (admitted, wait) = state.line.admit(at: clock.now())
            let turns = admitted.compactMap { state.turns.removeValue(forKey: $0) }
            // One who comes back is enough for all who wait.
            defer { state.isTimed = state.isTimed || wait != nil }
            return (turns, state.isTimed ? nil : wait)
        }
        for turn in turns { turn.resume() }
        guard let wait else { return }
        Task {
            try? await clock.sleep(wait)
            state.withLock { $0.isTimed = false }
            admit()
        }
    }
}
