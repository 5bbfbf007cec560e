internal import GeneratorTransport

/// A job of the embedded Space: what it has said so far, and what it may still say.
///
/// It runs whether or not anybody reads; what it says waits for the first reader, and there is no second one.
final class SpaceJob: Sendable {
    /// What goes to the reader.
    enum Message: Sendable {
        case event(String, data: String)
        case end
        case death
    }

    let id: String
    let messages: AsyncStream<Message>
    private let continuation: AsyncStream<Message>.Continuation
    private let state = Locked<(task: Task<Void, Never>?, isRead: Bool, isOver: Bool)>((nil, false, false))

    init(id: String) {
        self.id = id
        (messages, continuation) = AsyncStream.makeStream()
    }

    /// Starts the work. What it throws becomes an `error` event.
    func start(_ work: @escaping @Sendable (SpaceJob) async -> Void) {
        let task = Task { await work(self) }
        state.withLock { $0.task = task }
    }

    func say(_ event: String, data: String) { continuation.yield(.event(event, data: data)) }

    /// Says the last words, once.
    func finish(_ event: String, data: String) {
        guard end() else { return }
        say(event, data: data)
        continuation.yield(.end)
        continuation.finish()
    }

    /// The process that ran it is gone.
    func die() {
        guard end() else { return }
        continuation.yield(.death)
        continuation.finish()
    }

    /// Stops the work. A reader is told what Gradio tells it: a completion without values.
    func cancel() {
        state.withLock { $0.task }?.cancel()
        finish("complete", data: "null")
    }

    var isOver: Bool { state.withLock { $0.isOver } }

    /// Whether the caller is the first to read.
    func claim() -> Bool {
        state.withLock { state in
            defer { state.isRead = true }
            return !state.isRead
        }
    }

    private func end() -> Bool {
        state.withLock { state in
            defer { state.isOver = true }
            return !state.isOver
        }
    }
}
