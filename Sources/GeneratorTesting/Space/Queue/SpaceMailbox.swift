import GeneratorTransport

/// The messages of a session. They wait for a reader; several readers share them.
final class SpaceMailbox: Sendable {
    private struct State {
        var letters: [(job: String, message: SpaceMessage)] = []
        var first = 0
        var readers: [Int: CheckedContinuation<Void, Never>] = [:]
        var lastID = 0

        mutating func take() -> (job: String, message: SpaceMessage)? {
            guard first < letters.count else { return nil }
            defer {
                first += 1
                if first == letters.count { (letters, first) = ([], 0) }
            }
            return letters[first]
        }
    }

    private let state = Locked(State())

    func put(_ message: SpaceMessage, about job: String) {
        let readers = state.withLock { state in
            state.letters.append((job, message))
            defer { state.readers = [:] }
            return Array(state.readers.values)
        }
        // When the lock is free: resuming takes a lock of the task, which its cancellation holds while it asks for this.
        for reader in readers { reader.resume() }
    }

    /// Waits for the next message.
    /// - Parameter interval: How long a message that had to be waited for is kept back.
    /// - Returns: `nil` when the task is cancelled.
    func next(every interval: Duration) async -> (job: String, message: SpaceMessage)? {
        while !Task.isCancelled {
            if let letter = state.withLock({ $0.take() }) { return letter }
            await change()
            if interval > .zero { try? await Task.sleep(for: interval) }
        }
        return nil
    }

    private func change() async {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if Task.isCancelled || state.first < state.letters.count { return true }
                    state.readers[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let reader = state.withLock { $0.readers.removeValue(forKey: id) }
            reader?.resume()
        }
    }
}
