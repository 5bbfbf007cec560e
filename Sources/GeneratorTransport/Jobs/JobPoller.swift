/// Waits for a job at a service that has to be asked whether it is done.
///
/// ```swift
/// let poller = JobPoller(deadline: Deadline(in: .seconds(300)))
/// let link = try await poller.result {
///     let (response, body) = try await pipeline.data(for: HTTPRequest(url: url))
///     guard response.status == 200 else { throw HTTPStatusError(status: response.status, body: body) }
///     let link = String(decoding: body, as: UTF8.self)
///     return link.isEmpty ? .pending() : .done(link)
/// }
/// ```
///
/// The closure looks once; when to look, and when to stop looking, is decided here:
/// - The first look comes after the interval's shortest wait, or at once for a job that was submitted earlier.
/// - A look is a read, and may fail: connections that break, silence, answers that make no sense, and the statuses 408,
///   429, 500, 502, 503 and 504 are borne up to ``toleratedFailures`` times in a row, with a wait that doubles. The closure
///   throws `HTTPStatusError` for a status, and sends through a pipeline that does not retry, so that nobody waits twice.
/// - `Retry-After` is honoured up to the ceiling of ``retry``; a longer one ends the wait with the error that carried it.
/// - Any other error ends the wait at once.
/// - Nobody waits for a look that would come after the deadline: the last one is brought forward, and it is looked at
///   once more shortly before.
public struct JobPoller: Sendable {
    /// How long to wait before the state is asked for again.
    public var interval: PollingInterval
    /// How many looks may fail in a row before the failure is thrown; 5 by default.
    public var toleratedFailures: Int
    /// How long to wait after a look that failed, and the longest `Retry-After` that is waited for. How often a single
    /// request is repeated does not count here.
    public var retry: RetryPolicy
    /// The end of all waits, and the clock that they are measured on.
    public var deadline: Deadline

    /// Makes a poller.
    /// - Parameters:
    ///   - interval: How long to wait between two looks.
    ///   - toleratedFailures: How many looks may fail in a row before the failure is thrown.
    ///   - retry: How long to wait after a look that failed.
    ///   - deadline: The end of all waits; none by default.
    public init(
        interval: PollingInterval = PollingInterval(), toleratedFailures: Int = 5, retry: RetryPolicy = RetryPolicy(),
        deadline: Deadline = Deadline(in: nil)
    ) {
        self.interval = interval
        self.toleratedFailures = toleratedFailures
        self.retry = retry
        self.deadline = deadline
    }

    /// Looks until the job is done.
    /// - Parameters:
    ///   - atOnce: Whether the first look comes without a wait: for a job that may have been done long ago.
    ///   - look: Looks once. It is cancelled when the deadline passes.
    /// - Returns: The result.
    /// - Throws: ``TransportError`` (`timedOut`) that names the last state, when the deadline passes; what the job failed
    ///   with; what a look threw; `CancellationError`.
    public func result<Result: Sendable>(
        atOnce: Bool = false, _ look: @escaping @Sendable () async throws -> JobPollResult<Result>
    ) async throws -> Result {
        try await deadline.run(onServer: true) { try await poll(atOnce, look) }
    }

    private func poll<Result: Sendable>(
        _ atOnce: Bool, _ look: @Sendable () async throws -> JobPollResult<Result>
    ) async throws -> Result {
        let start = deadline.clock.now()
        var failures = 0
        var state: String?
        if !atOnce { try await sleep(interval.wait(after: .zero), state) }
        while true {
            try Task.checkCancellation()
            var wait = Duration.zero
            do {
                switch try await look() {
                case .done(let result): return result
                case .failed(let error): throw JobFailure(error: error)
                case .pending(let word, let retryAfter):
                    failures = 0
                    state = word ?? state
                    // Longer than is worth waiting for, and no failure: the interval's own longest wait will do.
                    wait = retryAfter.map { $0 <= retry.retryAfterCeiling ? $0 : interval.longest } ?? .zero
                }
            } catch let failure as JobFailure {
                throw failure.error
            } catch {
                failures += 1
                guard let delay = delay(after: error, failures) else { throw error }
                wait = delay
            }
            try await sleep(max(wait, interval.wait(after: deadline.clock.now() - start)), state)
        }
    }

    /// The wait after a look that failed; `nil` where it is not borne.
    private func delay(after error: any Error, _ failures: Int) -> Duration? {
        guard failures <= toleratedFailures else { return nil }
        switch error {
        case let error as TransportError:
            let passing: Set<TransportError.Code> = [
                .connectionFailed, .connectionLost, .timedOut, .invalidResponse,
            ]
            guard passing.contains(error.code) else { return nil }
        case let error as HTTPStatusError:
            guard [408, 429, 500, 502, 503, 504].contains(error.status) else { return nil }
            if let retryAfter = error.retryAfter { return retryAfter <= retry.retryAfterCeiling ? retryAfter : nil }
        default: return nil
        }
        var retry = retry
        retry.retries = failures
        return retry.delay(before: failures - 1)
    }

    private func sleep(_ wait: Duration, _ state: String?) async throws {
        var wait = wait
        if let remaining = deadline.remaining, wait >= remaining {
            // As much as a look may take is left for it.
            let last = remaining - max(interval.shortest, .milliseconds(1))
            guard last > .zero else {
                let words = state.map { " Its last state was \($0.printable(limit: 60))." } ?? ""
                throw TransportError(.timedOut, "The job was not done in time.\(words)", reachedServer: true)
            }
            wait = last
        }
        try await deadline.clock.sleep(wait)
    }
}

/// Tells the failure of a job from the failure of a look at it.
private struct JobFailure: Error {
    let error: any Error
}
