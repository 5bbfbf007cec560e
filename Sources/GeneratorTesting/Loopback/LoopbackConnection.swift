import Dispatch
import Foundation
import GeneratorTransport

/// One connection: parses requests, has them answered one after the other, and decides when to close.
///
/// Everything here runs on the server's serial queue; the lock is there for the compiler and costs next to nothing.
final class LoopbackConnection: Sendable {
    /// How much a client may send ahead while a request is being answered.
    static let pipelineLimit = 1024 * 1024

    private enum Stage {
        case receiving, answering, ended
    }

    private struct State {
        var parser = LoopbackRequestParser()
        var stage = Stage.receiving
        var requestCount = 0
        /// The request whose body is arriving, and its identity in the log.
        var incoming: (request: LoopbackRequest, identity: Int)?
        var hasPeerFinished = false
        var dropsRequest = false
    }

    let ordinal: Int
    private let channel: LoopbackChannel
    private let listener: LoopbackListener
    private let state = Locked(State())

    init(ordinal: Int, socket: LoopbackSocket, listener: LoopbackListener) {
        self.ordinal = ordinal
        self.listener = listener
        channel = LoopbackChannel(socket: socket, queue: listener.queue, readiness: listener.readiness)
    }

    func start() {
        channel.start(
            onBytes: { [self] bytes in
                state.withLock { state in
                    if state.stage != .ended { state.parser.append(bytes) }
                }
                advance()
            },
            onEnd: { [self] in
                state.withLock { $0.hasPeerFinished = true }
                advance()
            },
            onClose: { [self] in listener.remove(self) }
        )
    }

    func close() {
        channel.close()
    }

    private enum Step {
        case record(LoopbackRequestParser.Head)
        case answer(LoopbackRequest, identity: Int)
        case drop(LoopbackRequest, identity: Int)
        case reject(status: Int)
        case close
    }

    private func advance() {
        while let step = state.withLock({ Self.nextStep(&$0) }) {
            switch step {
            case .record(let head): record(head)
            case .answer(let request, let identity):
                listener.complete(identity, request)
                answer(request)
            case .drop(let request, let identity):
                listener.complete(identity, request)
                channel.close()
            case .reject(let status):
                let head = LoopbackResponseHead(
                    status: status, defaults: [("content-length", "0"), ("connection", "close")], headers: [])
                channel.enqueue(head.bytes)
                channel.closeGently()
            case .close: channel.close()
            }
        }
    }

    private static func nextStep(_ state: inout State) -> Step? {
        switch state.stage {
        case .ended: return state.hasPeerFinished ? finish(&state, .close) : nil
        case .answering:
            return state.parser.buffered > pipelineLimit ? finish(&state, .close) : nil
        case .receiving: break
        }
        do throws(LoopbackRequestParser.Rejection) {
            switch try state.parser.next() {
            case .head(let head): return .record(head)
            case .body(let body):
                guard let (head, identity) = state.incoming else { return nil }
                state.incoming = nil
                var request = head
                (request.body, request.bodyLength) = (body, body.count)
                if state.dropsRequest { return finish(&state, .drop(request, identity: identity)) }
                state.stage = .answering
                return .answer(request, identity: identity)
            case nil: return state.hasPeerFinished ? finish(&state, .close) : nil
            }
        } catch {
            return finish(&state, .reject(status: error.status))
        }
    }

    private static func finish(_ state: inout State, _ step: Step) -> Step {
        state.stage = .ended
        // A close leads to no further step; a rejected client may still be sending and closes later.
        if case .reject = step {} else { state.hasPeerFinished = false }
        return step
    }

    private func record(_ head: LoopbackRequestParser.Head) {
        let isFirst = state.withLock { state in
            state.requestCount += 1
            return state.requestCount == 1
        }
        let request = LoopbackRequest(
            method: head.method, target: head.target, headers: head.headers, connection: ordinal,
            isFirstOnConnection: isFirst, arrival: .now, minorVersion: head.minorVersion)
        let identity = listener.record(request)
        state.withLock { $0.incoming = (request, identity) }
        if head.expectsContinue { channel.enqueue(Data("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
    }

    private func answer(_ request: LoopbackRequest) {
        let responder = LoopbackResponder(request: request, channel: channel)
        listener.answer(request, with: responder) { [self] outcome in
            state.withLock { state in
                guard state.stage == .answering, outcome != .close else {
                    state.stage = .ended
                    return
                }
                state.stage = .receiving
                state.dropsRequest = outcome == .dropNextRequest
            }
            if outcome == .close { channel.close() } else { advance() }
        }
    }
}
