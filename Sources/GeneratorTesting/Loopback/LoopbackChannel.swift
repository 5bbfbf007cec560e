import Dispatch
import Foundation
import GeneratorTransport

/// The bytes of one TCP connection: reads on the server's queue, asynchronous writes with back-pressure, and its end.
///
/// Where the kernel takes or gives no more, ``LoopbackReadiness`` tells when it does. The descriptor is released on the
/// queue, where nothing can be reading from it at that moment.
final class LoopbackChannel: LoopbackWire {
    private struct PendingWrite {
        let id: Int
        let bytes: Data
        var offset = 0
        let continuation: CheckedContinuation<Void, any Error>?
    }

    private struct State {
        var watch: UInt?
        var writes: [PendingWrite] = []
        var bytesSent = 0
        var watchers: [Int: CheckedContinuation<Void, Never>] = [:]
        var lastID = 0
        var hasPeerFinished = false
        var finishesAfterWrites = false
        var isClosed = false
        var onClose: (@Sendable () -> Void)?

        mutating func nextID() -> Int {
            lastID += 1
            return lastID
        }

        /// The tasks that the end of the peer wakes. Resumed when the lock is free, like every other: resuming takes a
        /// lock of the task, and cancelling the task holds that lock while it asks for this one.
        mutating func takeWatchers() -> [CheckedContinuation<Void, Never>] {
            defer { watchers = [:] }
            return Array(watchers.values)
        }
    }

    private let socket: LoopbackSocket
    private let queue: DispatchQueue
    private let readiness: LoopbackReadiness
    private let state = Locked(State())

    init(socket: LoopbackSocket, queue: DispatchQueue, readiness: LoopbackReadiness) {
        self.socket = socket
        self.queue = queue
        self.readiness = readiness
    }

    /// How many bytes the kernel took.
    var bytesSent: Int { state.withLock { $0.bytesSent } }

    /// Begins reading. `onBytes` and `onEnd` (the peer sent FIN) run on the queue; `onClose` runs once, anywhere.
    func start(
        onBytes: @escaping @Sendable (UnsafeRawBufferPointer) -> Void,
        onEnd: @escaping @Sendable () -> Void,
        onClose: @escaping @Sendable () -> Void
    ) {
        let isClosed = state.withLock { state in
            guard !state.isClosed else { return true }
            state.onClose = onClose
            state.watch = readiness.watch(socket.descriptor) { [self] in
                queue.async { [self] in move(onBytes, onEnd) }
            }
            return false
        }
        if isClosed { return onClose() }
        if state.withLock({ $0.watch == nil }) { close() }
    }

    /// Takes what has arrived and gives what is pending.
    private func move(
        _ onBytes: @escaping @Sendable (UnsafeRawBufferPointer) -> Void, _ onEnd: @escaping @Sendable () -> Void
    ) {
        receive(onBytes, onEnd)
        pump()
    }

    private func receive(
        _ onBytes: @escaping @Sendable (UnsafeRawBufferPointer) -> Void, _ onEnd: @escaping @Sendable () -> Void
    ) {
        withUnsafeTemporaryAllocation(byteCount: 64 * 1024, alignment: 16) { buffer in
            // In turns, so that one fast sender does not keep the queue from the other connections.
            for _ in 0..<16 {
                guard !state.withLock({ $0.isClosed || $0.hasPeerFinished }) else { return }
                switch socket.receive(into: buffer) {
                case .moved(let count): onBytes(UnsafeRawBufferPointer(rebasing: buffer.prefix(count)))
                case .wouldBlock: return
                case .failed: return close()
                case .ended:
                    let watchers = state.withLock { state in
                        state.hasPeerFinished = true
                        return state.takeWatchers()
                    }
                    for watcher in watchers { watcher.resume() }
                    return onEnd()
                }
            }
            queue.async { [self] in move(onBytes, onEnd) }
        }
    }

    /// Writes all bytes; returns when the kernel took the last one. Writes are done in the order of the calls.
    func write(_ bytes: Data) async throws {
        let id = state.withLock { $0.nextID() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let refusal: (any Error)? = state.withLock { state in
                    if Task.isCancelled { return CancellationError() }
                    if state.isClosed || state.finishesAfterWrites { return Self.disconnected }
                    state.writes.append(PendingWrite(id: id, bytes: bytes, continuation: continuation))
                    return nil
                }
                if let refusal { continuation.resume(throwing: refusal) } else { pump() }
            }
        } onCancel: {
            let write = state.withLock { state in
                state.writes.firstIndex { $0.id == id }.map { state.writes.remove(at: $0) }
            }
            write?.continuation?.resume(throwing: CancellationError())
        }
    }

    /// Writes bytes for whose departure nobody waits.
    func enqueue(_ bytes: Data) {
        state.withLock { state in
            guard !state.isClosed else { return }
            state.writes.append(PendingWrite(id: state.nextID(), bytes: bytes, continuation: nil))
        }
        pump()
    }

    /// Moves pending bytes to the kernel until it takes no more.
    private func pump() {
        var done: [CheckedContinuation<Void, any Error>] = []
        let isOver = state.withLock { state in
            while !state.isClosed, let write = state.writes.first {
                let transfer = write.bytes.withUnsafeBytes { bytes in
                    write.offset == bytes.count
                        ? .moved(0) : socket.transmit(UnsafeRawBufferPointer(rebasing: bytes[write.offset...]))
                }
                switch transfer {
                case .moved(let count):
                    state.bytesSent += count
                    state.writes[0].offset += count
                    guard state.writes[0].offset == write.bytes.count else { continue }
                    state.writes.removeFirst()
                    if let continuation = write.continuation { done.append(continuation) }
                case .wouldBlock: return false
                case .ended, .failed: return true
                }
            }
            guard state.finishesAfterWrites, !state.isClosed else { return false }
            if !state.hasPeerFinished { socket.finishWriting() }
            return state.hasPeerFinished
        }
        for continuation in done { continuation.resume() }
        if isOver { close() }
    }

    /// Suspends until the peer sent FIN or RST, or this side closed; also ends when the task is cancelled.
    func waitForDisconnect() async {
        let id = state.withLock { $0.nextID() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if Task.isCancelled || state.isClosed || state.hasPeerFinished { return true }
                    state.watchers[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let watcher = state.withLock { $0.watchers.removeValue(forKey: id) }
            watcher?.resume()
        }
    }

    /// Sends FIN behind the pending writes, then reads on for at most two seconds: closing while the peer still sends
    /// would answer with RST, which may destroy what it has not read yet.
    func closeGently() {
        state.withLock { $0.finishesAfterWrites = true }
        pump()
        queue.asyncAfter(deadline: .now() + 2) { [weak self] in self?.close() }
    }

    /// Ends both directions at once, with FIN or with RST. Pending writes fail.
    func close(reset: Bool) {
        var writes: [PendingWrite] = []
        var watchers: [CheckedContinuation<Void, Never>] = []
        let onClose = state.withLock { state -> (@Sendable () -> Void)? in
            guard !state.isClosed else { return nil }
            state.isClosed = true
            if let watch = state.watch { readiness.forget(watch) }
            if reset { socket.prepareReset() } else { socket.finish() }
            queue.async { [socket] in socket.release() }
            (writes, watchers) = (state.writes, state.takeWatchers())
            state.writes = []
            defer { state.onClose = nil }
            return state.onClose
        }
        for write in writes { write.continuation?.resume(throwing: Self.disconnected) }
        for watcher in watchers { watcher.resume() }
        onClose?()
    }

    private static var disconnected: LoopbackServerError {
        LoopbackServerError(.disconnected, "The connection is closed.")
    }
}
