import Dispatch
import Foundation
import GeneratorTransport

/// Accepts connections, keeps the books about them and wakes those who wait for a change.
///
/// Apart from ``LoopbackServer`` so that its watch and its tasks may hold it: the server can then stop it when nobody
/// needs the server any more.
final class LoopbackListener: Sendable {
    typealias Handler = @Sendable (LoopbackRequest, LoopbackResponder) async throws -> Void

    private struct State {
        var watch: UInt?
        var isStopped = false
        var keepsPort = false
        var connections: [Int: LoopbackConnection] = [:]
        var accepted = 0
        /// The running handlers by connection: at most one each, and they may outlive it.
        var answers: [Int: Task<Void, Never>] = [:]
        var log = LoopbackRequestLog()
        var changes = 0
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    let port: UInt16
    let queue = DispatchQueue(label: "LoopbackServer")
    private let handler: Handler
    private let socket: LoopbackSocket
    let readiness: LoopbackReadiness
    private let state = Locked(State())

    init(port: UInt16, handler: @escaping Handler) throws {
        guard let readiness = LoopbackReadiness.shared() else { throw Self.exhausted }
        (socket, self.port) = try LoopbackSocket.listening(on: port)
        (self.handler, self.readiness) = (handler, readiness)
        let watch = readiness.watch(socket.descriptor) { [self] in queue.async { [self] in acceptConnections() } }
        guard let watch else {
            socket.release()
            throw Self.exhausted
        }
        state.withLock { $0.watch = watch }
    }

    private static var exhausted: LoopbackServerError {
        LoopbackServerError(.cannotListen, "The system watches no more descriptors.")
    }

    private func acceptConnections() {
        while !state.withLock({ $0.isStopped }) {
            switch socket.acceptConnection() {
            case .noneWaiting: return
            case .exhausted:
                // Nothing tells when one is free. Slowed down by blocking, because a timer may itself need a descriptor.
                Thread.sleep(forTimeInterval: 0.005)
                return queue.async { [self] in acceptConnections() }
            case .accepted(let socket):
                let connection: LoopbackConnection? = state.withLock { state in
                    guard !state.isStopped else { return nil }
                    state.accepted += 1
                    let connection = LoopbackConnection(ordinal: state.accepted, socket: socket, listener: self)
                    state.connections[state.accepted] = connection
                    return connection
                }
                guard let connection else { return socket.release() }
                connection.start()
                noteChange()
            }
        }
    }

    func remove(_ connection: LoopbackConnection) {
        state.withLock { $0.connections[connection.ordinal] = nil }
        noteChange()
    }

    /// Records a request whose body is still to come; returns its identity in the log.
    func record(_ request: LoopbackRequest) -> Int {
        let identity = state.withLock { $0.log.append(request) }
        noteChange()
        return identity
    }

    func complete(_ identity: Int, _ request: LoopbackRequest) {
        state.withLock { $0.log.complete(identity, body: request.body) }
        noteChange()
    }

    /// Runs the handler as a task; `settle` runs on the queue afterwards.
    func answer(
        _ request: LoopbackRequest, with responder: LoopbackResponder,
        settle: @escaping @Sendable (LoopbackResponder.Outcome) -> Void
    ) {
        state.withLock { state in
            guard !state.isStopped else { return }
            state.answers[request.connection] = Task {
                let outcome: LoopbackResponder.Outcome
                do {
                    try await handler(request, responder)
                    outcome = responder.conclude()
                } catch {
                    outcome = await responder.concludeFailed()
                }
                self.state.withLock { $0.answers[request.connection] = nil }
                queue.async { settle(outcome) }
            }
        }
    }

    deinit {
        if state.withLock({ $0.keepsPort }) { socket.release() }
    }

    /// - Parameter keepsPort: Whether the port stays taken as long as this lives, so that nobody else answers there. (A
    ///   closed listener is the only one that refuses on Apple's systems.)
    func stop(keepsPort: Bool = false) {
        let (connections, answers) = state.withLock { state in
            if let watch = state.watch {
                readiness.forget(watch)
                socket.finish()
                #if canImport(Darwin)
                    let keepsPort = false
                #endif
                state.keepsPort = keepsPort
                if !keepsPort { queue.async { [socket] in socket.release() } }
            }
            state.isStopped = true
            state.watch = nil
            defer { (state.connections, state.answers) = ([:], [:]) }
            return (Array(state.connections.values), Array(state.answers.values))
        }
        // Outside the lock: cancelling runs cancellation handlers at once.
        for answer in answers { answer.cancel() }
        for connection in connections { connection.close() }
        noteChange()
    }

    /// A snapshot, and the number of changes up to it.
    func snapshot() -> (LoopbackSnapshot, changes: Int) {
        state.withLock { state in
            let snapshot = LoopbackSnapshot(
                requests: state.log.requests, requestCount: state.log.total,
                openConnections: state.connections.count, acceptedConnections: state.accepted)
            return (snapshot, state.changes)
        }
    }

    /// Suspends until there were more than `changes` changes.
    func waitForChange(after changes: Int) async {
        await withCheckedContinuation { continuation in
            let isLate = state.withLock { state in
                if state.changes != changes { return true }
                state.waiters.append(continuation)
                return false
            }
            if isLate { continuation.resume() }
        }
    }

    /// Wakes all waiters.
    func noteChange() {
        let waiters = state.withLock { state in
            state.changes += 1
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
