/// The moment by which everything must be over. One deadline runs through all waits of one piece of work.
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
        expiry = allowed.map { clock.now() + $0 }
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
        guard let remaining else { return try await body() }
        guard remaining > .zero else { throw timeOut(reachedServer: false) }
        let clock = clock
        return try await withThrowingTaskGroup(of: Success?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await clock.sleep(remaining)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            if let value = first { return value }
            group.cancelAll()
            // The work may finish in the very moment in which it is cancelled: then it counts.
            if let last = try? await group.next(), let value = last { return value }
            throw timeOut(reachedServer: nil)
        }
    }

    private func timeOut(reachedServer: Bool?) -> TransportError {
        TransportError(
            .timedOut, "The work took longer than \((allowed ?? .zero).inSeconds).", reachedServer: reachedServer)
    }
}
