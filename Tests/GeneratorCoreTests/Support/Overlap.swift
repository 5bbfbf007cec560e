import GeneratorTransport
import TestPace

/// Counts how much happens at the same time.
final class Overlap: Sendable {
    private let state = Locked((now: 0, most: 0))
    private let enough: Int
    private let met = Gate()

    /// - Parameter enough: How many have to be at work together before the first of them ends.
    init(of enough: Int = 1) { self.enough = enough }

    /// The largest number that was at work together.
    var most: Int { state.withLock { $0.most } }

    func during(_ work: () async throws -> Void) async rethrows {
        let now = state.withLock { state in
            state.now += 1
            state.most = max(state.most, state.now)
            return state.now
        }
        if now == enough { met.open() }
        await met.pass()
        defer { state.withLock { $0.now -= 1 } }
        try await work()
    }
}
