internal import GeneratorTransport

/// The results of many requests, each as soon as it is there.
///
/// Every request has exactly one outcome: a failure is one too, and concerns no other request. Like a ``GenerationStream``
/// it is cold, runs once, and stops all work when the loop is left; while nobody takes the outcomes, nothing new is begun.
public struct GenerationBatch: AsyncSequence, Sendable {
    /// The outcome of one request.
    public typealias Element = GenerationOutcome

    private let run: GenerationRun<GenerationOutcome>

    init<P: AsyncGeneratorProvider>(_ provider: P, _ requests: [GenerationRequest], _ limiter: ConcurrencyLimiter?) {
        let clock = provider.environment.clock
        run = GenerationRun(on: clock) { outcomes in
            let limiter = limiter ?? provider.environment.limiter ?? ConcurrencyLimiter(provider.concurrency)
            let remaining = Locked(requests.indices)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<Swift.min(limiter.limit, requests.count) {
                    group.addTask {
                        while let index = remaining.withLock({ $0.popFirst() }) {
                            let engine = GenerationEngine(
                                provider: provider, request: requests[index], limiter: limiter)
                            let stream = GenerationStream(on: clock, engine.run)
                            try await outcomes.send(GenerationOutcome(of: stream, at: index))
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    /// Starts the work. Only the first iterator of a batch can.
    /// - Returns: An iterator.
    public func makeAsyncIterator() -> GenerationIterator<GenerationOutcome> { GenerationIterator(run) }

    /// Stops the work and waits, two seconds at most, until the servers were told.
    public func cancel() async { await run.cancel() }
}

extension AsyncGeneratorProvider {
    /// Describes the work on many requests; nothing is sent before the first outcome is asked for.
    ///
    /// ```swift
    /// for try await outcome in provider.createAsyncGenerators(requests, limiter: ConcurrencyLimiter(8)) {
    ///     switch outcome.result {
    ///     case .success(let response): print(outcome.index, response.images.count)
    ///     case .failure(let error): print(outcome.index, error.message)
    ///     }
    /// }
    /// ```
    /// - Parameters:
    ///   - requests: What to make. A request's own `count` of pictures waits for as many turns.
    ///   - limiter: How many pictures are made at once, and how many begun in an interval. By default the environment's
    ///     limiter, where it has one, else ``concurrency`` at once.
    /// - Returns: The outcomes, each with the index of its request, in the order in which they come; to be iterated once.
    public func createAsyncGenerators(
        _ requests: [GenerationRequest], limiter: ConcurrencyLimiter? = nil
    ) -> GenerationBatch {
        GenerationBatch(self, requests, limiter)
    }
}
