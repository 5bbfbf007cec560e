public import Foundation
import GeneratorTransport

/// Writes the response to one request, honestly or not.
///
/// A response is either sent whole (`respond`) or as a stream (``beginStream(status:headers:)`` or
/// ``beginClosing(status:headers:)``, then `send`, then
/// ``end()``). A handler that returns before its response is complete cuts the connection there. The next request on the
/// same connection is served after the handler has returned.
///
/// Header fields are written verbatim, and replace what would be written by default (`server`, `content-type`,
/// `content-length`, `transfer-encoding`, `connection`).
///
/// All writes suspend until the kernel took the bytes. They throw ``LoopbackServerError`` with code `disconnected` when
/// the connection is closed, `wrongOrder` when the response is in another state, and `CancellationError` when the task
/// is cancelled meanwhile, which leaves the rest unsent and the connection good for closing only.
public final class LoopbackResponder: Sendable {
    private enum Phase {
        case fresh, verbatim, chunked, untilClose, complete, over
    }

    private struct State {
        var phase = Phase.fresh
        var sendsBody = true
        var keepsAlive: Bool
        var closesAfterResponse = false
        var dropsNextRequest = false
    }

    /// What becomes of the connection after the handler.
    enum Outcome {
        case close, keep, dropNextRequest
    }

    private static let streamType = "text/event-stream"
    private let request: LoopbackRequest
    private let channel: any LoopbackWire
    private let bytesSentBefore: Int
    private let state: Locked<State>

    init(request: LoopbackRequest, channel: any LoopbackWire) {
        self.request = request
        self.channel = channel
        bytesSentBefore = channel.bytesSent
        state = Locked(State(keepsAlive: request.keepsAlive))
    }

    /// How many bytes of this response, header section and chunk framing included, the kernel took so far. A write that
    /// is blocked by a client that does not read shows here as a number that stands still.
    public var bytesSent: Int { channel.bytesSent - bytesSentBefore }

    /// Sends a whole response with `Content-Length`.
    ///
    /// The answer to `HEAD`, and any with status 204 or 304, has no body.
    /// - Parameters:
    ///   - status: The status code.
    ///   - headers: Header fields, written verbatim.
    ///   - body: The body; empty by default.
    /// - Throws: ``LoopbackServerError`` or `CancellationError`.
    public func respond(
        status: Int = 200, headers: [(String, String)] = [], body: Data = Data()
    ) async throws {
        try await respond(status, headers, body, type: nil)
    }

    /// Sends a whole response with a text body and, by default, `Content-Type: text/plain; charset=utf-8`.
    /// - Parameters:
    ///   - status: The status code.
    ///   - headers: Header fields, written verbatim.
    ///   - body: The body, sent as UTF-8.
    /// - Throws: ``LoopbackServerError`` or `CancellationError`.
    public func respond(status: Int = 200, headers: [(String, String)] = [], body: String) async throws {
        try await respond(status, headers, Data(body.utf8), type: "text/plain; charset=utf-8")
    }

    /// Sends a whole response whose body is JSON text, with `Content-Type: application/json`.
    /// - Parameters:
    ///   - status: The status code.
    ///   - headers: Header fields, written verbatim.
    ///   - json: JSON text; sent as it is, not checked.
    /// - Throws: ``LoopbackServerError`` or `CancellationError`.
    public func respond(status: Int = 200, headers: [(String, String)] = [], json: String) async throws {
        try await respond(status, headers, Data(json.utf8), type: "application/json")
    }

    /// Sends a whole response whose body is a value written as JSON, with `Content-Type: application/json`.
    /// - Parameters:
    ///   - status: The status code.
    ///   - headers: Header fields, written verbatim.
    ///   - json: Dictionaries, arrays, strings, numbers, Booleans and `NSNull`, as `JSONSerialization` takes them.
    /// - Throws: ``LoopbackServerError`` (code `notJSON` for any other value) or `CancellationError`.
    public func respond(
        status: Int = 200, headers: [(String, String)] = [], json: sending Any
    ) async throws {
        // Asked first, because JSONSerialization raises an Objective-C exception on Apple platforms.
        guard JSONSerialization.isValidJSONObject([json]) else {
            throw LoopbackServerError(.notJSON, "A \(type(of: json)) cannot be written as JSON.")
        }
        let body = try JSONSerialization.data(withJSONObject: json, options: [.fragmentsAllowed, .sortedKeys])
        try await respond(status, headers, body, type: "application/json")
    }

    private func respond(_ status: Int, _ headers: [(String, String)], _ body: Data, type: String?) async throws {
        var head = LoopbackResponseHead(status: status, headers: headers)
        if let type { head.defaults.append(("content-type", type)) }
        if head.allowsBody { head.defaults.append(("content-length", String(body.count))) }
        let sendsBody = try begin(.complete, &head)
        try await write(sendsBody ? head.bytes + body : head.bytes)
    }

    /// Begins a streamed response with `Transfer-Encoding: chunked`; a client of HTTP/1.0 gets a body that ends with the
    /// connection instead. By default it is an event stream: of what has no type, and of plain text, Apple's `URLSession`
    /// holds back the first 512 bytes to guess what it is.
    /// - Parameters:
    ///   - status: The status code.
    ///   - headers: Header fields, written verbatim.
    /// - Throws: ``LoopbackServerError`` or `CancellationError`.
    public func beginStream(status: Int = 200, headers: [(String, String)] = []) async throws {
        guard request.minorVersion >= 1 else { return try await beginClosing(status: status, headers: headers) }
        var head = LoopbackResponseHead(status: status, headers: headers)
        if head.allowsBody {
            head.defaults += [("content-type", Self.streamType), ("transfer-encoding", "chunked")]
        }
        _ = try begin(.chunked, &head)
        try await write(head.bytes)
    }

    /// Begins a streamed response whose body ends when the connection is closed, which ``end()`` does; by default an event
    /// stream.
    /// - Parameters:
    ///   - status: The status code.
    ///   - headers: Header fields, written verbatim.
    /// - Throws: ``LoopbackServerError`` or `CancellationError`.
    public func beginClosing(status: Int = 200, headers: [(String, String)] = []) async throws {
        var head = LoopbackResponseHead(status: status, headers: headers)
        if head.allowsBody { head.defaults.append(("content-type", Self.streamType)) }
        _ = try begin(.untilClose, &head)
        try await write(head.bytes)
    }

    /// Sends a piece of the streamed body: exactly one HTTP chunk when the stream is chunked. Nothing is written for
    /// empty bytes, because an empty chunk would end the body.
    /// - Parameter bytes: The piece.
    /// - Throws: ``LoopbackServerError`` or `CancellationError`.
    public func send(_ bytes: Data) async throws {
        let (phase, sendsBody) = state.withLock { ($0.phase, $0.sendsBody) }
        guard phase == .chunked || phase == .untilClose else { throw Self.wrongOrder("send", phase) }
        guard sendsBody, !bytes.isEmpty else { return }
        guard phase == .chunked else { return try await write(bytes) }
        try await write(Data("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Data("\r\n".utf8))
    }

    /// Sends a piece of text, as UTF-8, of the streamed body.
    /// - Parameter text: The piece.
    /// - Throws: ``LoopbackServerError`` or `CancellationError`.
    public func send(_ text: String) async throws {
        try await send(Data(text.utf8))
    }

    /// Completes a streamed response, or declares what `raw` wrote to be a complete response, so that the
    /// connection stays open for the next request.
    /// - Throws: ``LoopbackServerError`` or `CancellationError`.
    public func end() async throws {
        let (phase, sendsBody) = try state.withLock { state in
            guard [.verbatim, .chunked, .untilClose].contains(state.phase) else {
                throw Self.wrongOrder("end", state.phase)
            }
            defer { state.phase = .complete }
            return (state.phase, state.sendsBody)
        }
        if phase == .chunked, sendsBody { try await write(Data("0\r\n\r\n".utf8)) }
        if phase == .untilClose { close() }
    }

    /// Writes bytes verbatim, at any moment: to lie about lengths, to send garbage, half a chunk, or an informational
    /// response before the real one.
    /// - Parameter bytes: What goes on the wire.
    /// - Throws: ``LoopbackServerError`` or `CancellationError`.
    public func raw(_ bytes: Data) async throws {
        try state.withLock { state in
            if state.phase == .over { throw Self.wrongOrder("raw", state.phase) }
            if state.phase == .fresh { state.phase = .verbatim }
        }
        try await write(bytes)
    }

    /// Writes text verbatim, as UTF-8.
    /// - Parameter text: What goes on the wire.
    /// - Throws: ``LoopbackServerError`` or `CancellationError`.
    public func raw(_ text: String) async throws {
        try await raw(Data(text.utf8))
    }

    /// Closes the connection at once: what the kernel took is delivered, then FIN.
    public func close() {
        channel.close()
    }

    /// Aborts the connection at once with RST: the client may lose even bytes that the kernel took.
    public func reset() {
        channel.close(reset: true)
    }

    /// Lets the connection be closed when the handler has returned, although the response looks as if it stayed open.
    ///
    /// For a client that re-uses a connection which the server closes at that very moment.
    public func closeAfterResponse() {
        state.withLock { $0.closesAfterResponse = true }
    }

    /// Lets the server read the next request on this connection, record it and close without an answer.
    ///
    /// Proves that a client does not submit a second time by itself when a re-used connection dies.
    public func dropNextRequest() {
        state.withLock { $0.dropsNextRequest = true }
    }

    /// Suspends until the client has closed its side or the connection is gone, and also until the server stops or the
    /// task is cancelled. Call it without responding for a server that never answers.
    ///
    /// A client that half-closes counts as closed; it can still be answered. Further requests that the client already
    /// sent on this connection stay untouched (up to 1 MiB of them; a client that sends more is disconnected).
    public func waitForDisconnect() async {
        await channel.waitForDisconnect()
    }
}

extension LoopbackResponder {
    /// Claims the response for `phase` and completes `head`; tells whether a body may be sent.
    private func begin(_ phase: Phase, _ head: inout LoopbackResponseHead) throws -> Bool {
        let announcesClose = head.announcesClose || phase == .untilClose
        let sendsBody = head.allowsBody && request.method != "HEAD"
        let keepsAlive = try state.withLock { state in
            guard state.phase == .fresh || state.phase == .verbatim else { throw Self.wrongOrder("begin", state.phase) }
            state.phase = phase
            state.sendsBody = sendsBody
            if announcesClose { state.keepsAlive = false }
            return state.keepsAlive
        }
        if !keepsAlive {
            head.defaults.append(("connection", "close"))
        } else if request.minorVersion == 0 {
            head.defaults.append(("connection", "keep-alive"))
        }
        return sendsBody
    }

    private func write(_ bytes: Data) async throws {
        do {
            try await channel.write(bytes)
        } catch {
            // Something is missing on the wire now: the connection must not serve another request.
            state.withLock { $0.keepsAlive = false }
            throw error
        }
    }

    /// Called when the handler returned: no more writes, and the verdict on the connection.
    func conclude() -> Outcome {
        state.withLock { state in
            defer { state.phase = .over }
            guard state.phase == .complete, state.keepsAlive, !state.closesAfterResponse else { return .close }
            return state.dropsNextRequest ? .dropNextRequest : .keep
        }
    }

    /// Called when the handler threw: answers 500 if nothing was written yet.
    func concludeFailed() async -> Outcome {
        try? await respond(status: 500, body: "The request handler threw an error.")
        return conclude()
    }

    private static func wrongOrder(_ call: String, _ phase: Phase) -> LoopbackServerError {
        LoopbackServerError(.wrongOrder, "\(call) is not possible: the response is \(phase).")
    }
}
