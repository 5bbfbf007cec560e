/// The moment at which a piece of work has to be finished. All waits of that work share one deadline.
public struct Deadline: Sendable {
    /// The clock that it is measured on.
    public let clock: GeneratorClock
    private let expiry: Duration?
    private let allowed: Duration?

    /// A deadline that begins now.
    /// - Parameters:
    ///   - allowed: How long the work may take; `nil` for no limit.
    ///   - clock: The clock to measure with.
    public init(in allowed: Duration?, clock: GeneratorClock = GeneratorClock()) {
        self.clock = clock
        self.allowed = allowed
        // As long as any clock waits; more would not add up.
        expiry = allowed.map { clock.now() + max(.zero, min($0, .seconds(1e9))) }
    }

    /// The time left, not below zero; `nil` where there is no limit.
    public var remaining: Duration? {
        expiry.map { max(.zero, $0 - clock.now()) }
    }

    /// Runs work, and cancels it when the deadline passes.
    ///
    /// It returns when the work has returned, also after the deadline: cancelled work ends at its next wait. Work is not
    /// begun when the deadline has passed already.
    /// - Parameter body: The work.
    /// - Returns: What the work returned, if it did before the deadline.
    /// - Throws: ``TransportError`` (`timedOut`) when the deadline passed, else what the work threw.
    public func run<Success: Sendable>(
        _ body: @escaping @Sendable () async throws -> Success
    ) async throws -> Success {
        try await run(onServer: false, body)
    }

    /// Does work that may be about something that exists on a server: then no time-out says that nothing has reached it.
    /// - Parameters:
    ///   - exists: Whether something exists there already.
    ///   - thread: The thread on which the caller works, where it was lent one.
    ///   - body: The work.
    /// - Returns: What the work returned.
    /// - Throws: As ``run(_:)``.
    package func run<Success: Sendable>(
        onServer exists: Bool, on thread: LentThread? = nil, _ body: @escaping @Sendable () async throws -> Success
    ) async throws -> Success {
        guard let remaining else { return try await body() }
        guard remaining > .zero else { throw timeOut(reachedServer: exists) }
        let isOver = Locked(false)
        let work = CancellableWork(on: thread, body)
        let takeBack = clock.alarm(remaining) {
            isOver.withLock { $0 = true }
            work.cancel()
        }
        defer { takeBack() }
        do {
            return try await withTaskCancellationHandler {
                try await work.run()
            } onCancel: {
                work.cancel()
            }
        } catch {
            // Who was cancelled hears of that, also where the deadline passed while the work came to its end.
            throw isOver.withLock { $0 } && !Task.isCancelled ? timeOut(reachedServer: exists ? true : nil) : error
        }
    }

    private func timeOut(reachedServer: Bool?) -> TransportError {
        TransportError(
            .timedOut, "The work took longer than \((allowed ?? .zero).inSeconds).", reachedServer: reachedServer)
    }
}

/// Work in a task of its own, which can be cancelled from anywhere. Whoever cancels it and then takes away what it waits
/// for can be sure that it finds itself cancelled.
private final class CancellableWork<Success: Sendable>: Sendable {
    private struct State {
        var task: Task<Void, any Error>?
        var isCancelled = false
        var result: Result<Success, any Error>?
    }

    private let callersThread: LentThread?
    private let body: @Sendable () async throws -> Success
    private let thread = LentThread()
    private let state = Locked(State())

    init(on callersThread: LentThread?, _ body: @escaping @Sendable () async throws -> Success) {
        self.callersThread = callersThread
        self.body = body
    }

    /// Waits for the end of the work, also when it was cancelled.
    func run() async throws -> Success {
        defer { thread.takeBack() }
        start()
        while true {
            let version = thread.version
            if let result = state.withLock({ $0.result }) { return try result.get() }
            await thread.wait(since: version, isCancellable: false)
        }
    }

    private func start() {
        state.withLock { state in
            let task = (callersThread ?? thread).task { [self] in
                // Not before the task can be found.
                self.state.withLock { _ in }
                let result: Result<Success, any Error>
                do { result = .success(try await body()) } catch { result = .failure(error) }
                self.state.withLock { $0.result = result }
                thread.wake()
            }
            if state.isCancelled { task.cancel() }
            state.task = task
        }
    }

    func cancel() {
        let task = state.withLock { state in
            state.isCancelled = true
            return state.task
        }
        task?.cancel()
    }
}
