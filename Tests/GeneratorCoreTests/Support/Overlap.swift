import GeneratorTransport

/// Counts how much happens at the same time.
final class Overlap: Sendable {
    private let state = Locked((now: 0, most: 0))

    /// The largest number that was at work together.
    var most: Int { state.withLock { $0.most } }

    func during(_ work: () async throws -> Void) async rethrows {
        state.withLock { state in
            state.now += 1
            state.most = max(state.most, state.now)
        }
        defer { state.withLock { $0.now -= 1 } }
        try await work()
    }
}
