import Dispatch
import Foundation
import GeneratorTransport

/// The bytes of one TCP connection: reads on the server's queue, asynchronous writes with back-pressure, and its end.
///
/// A write source exists only while a write is blocked: on Linux, libdispatch would otherwise report "writable" without
/// end and burn a core. The descriptor is released when the last source has been cancelled, never earlier.
final class LoopbackChannel: Sendable {
    private struct PendingWrite {
        let id: Int
        let bytes: Data
        var offset = 0
        let continuation: CheckedContinuation<Void, any Error>?
    }

    private struct State {
        var readSource: (any DispatchSourceRead)?
        var writeSource: (any DispatchSourceWrite)?
        var liveSources = 0
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
    private let state = Locked(State())

    init(socket: LoopbackSocket, queue: DispatchQueue) {
        self.socket = socket
        self.queue = queue
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
            let source = DispatchSource.makeReadSource(fileDescriptor: socket.descriptor, queue: queue)
            source.setEventHandler { [self] in receive(onBytes, onEnd) }
            source.setCancelHandler { [self] in forgetSource() }
            state.readSource = source
            state.liveSources += 1
            source.resume()
            return false
        }
        if isClosed { onClose() }
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
                        state.readSource?.cancel()
                        state.readSource = nil
                        return state.takeWatchers()
                    }
                    for watcher in watchers { watcher.resume() }
                    // A reset may hide behind the end; on Linux a write source that is new at that moment never fires.
                    pump()
                    return onEnd()
                }
            }
            // Not left to the source: on Linux it fires only once after the connection was reset.
            queue.async { [self] in receive(onBytes, onEnd) }
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
                case .wouldBlock:
                    awaitRoom(&state)
                    return false
                case .ended, .failed: return true
                }
            }
            state.writeSource?.cancel()
            state.writeSource = nil
            guard state.finishesAfterWrites, !state.isClosed else { return false }
            if !state.hasPeerFinished { socket.finishWriting() }
            return state.hasPeerFinished
        }
        for continuation in done { continuation.resume() }
        if isOver { close() }
    }

    private func awaitRoom(_ state: inout State) {
        guard state.writeSource == nil else { return }
        let source = DispatchSource.makeWriteSource(fileDescriptor: socket.descriptor, queue: queue)
        source.setEventHandler { [self] in pump() }
        source.setCancelHandler { [self] in forgetSource() }
        state.writeSource = source
        state.liveSources += 1
        source.resume()
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
    func close(reset: Bool = false) {
        var writes: [PendingWrite] = []
        var watchers: [CheckedContinuation<Void, Never>] = []
        let onClose = state.withLock { state -> (@Sendable () -> Void)? in
            guard !state.isClosed else { return nil }
            state.isClosed = true
            if reset { socket.prepareReset() } else { socket.finish() }
            state.readSource?.cancel()
            state.writeSource?.cancel()
            (state.readSource, state.writeSource) = (nil, nil)
            if state.liveSources == 0 { socket.release() }
            (writes, watchers) = (state.writes, state.takeWatchers())
            state.writes = []
            defer { state.onClose = nil }
            return state.onClose
        }
        for write in writes { write.continuation?.resume(throwing: Self.disconnected) }
        for watcher in watchers { watcher.resume() }
        onClose?()
    }

    private func forgetSource() {
        state.withLock { state in
            state.liveSources -= 1
            if state.isClosed, state.liveSources == 0 { socket.release() }
        }
    }

    private static var disconnected: LoopbackServerError {
        LoopbackServerError(.disconnected, "The connection is closed.")
    }
}
