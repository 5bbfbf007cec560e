import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

extension LoopbackServer {
    /// A request to this server that does not wait for ever where something is wrong.
    func request(
        _ path: String = "/", method: String = "GET", headers: HTTPHeaders = [:], body: String? = nil,
        intent: HTTPRequest.Intent = .read
    ) throws -> HTTPRequest {
        let url: URL = try #require(URL(string: url.absoluteString + path))
        var request = HTTPRequest(
            url: url, method: method, headers: headers, body: body.map { Data($0.utf8) }, intent: intent)
        request.idleTimeout = .seconds(120)
        return request
    }

    /// A server that has stopped: nobody listens on its port as long as it is held.
    static func stopped() throws -> LoopbackServer {
        let server = try LoopbackServer { _, _ in }
        server.stopKeepingPort()
        return server
    }

    /// Answers every request with 200 and its path.
    static func echoingPaths() throws -> LoopbackServer {
        try LoopbackServer { request, responder in try await responder.respond(body: request.path) }
    }

    /// Waits until no client is connected.
    func waitForHangUp() async throws { try await waitUntil { $0.openConnections == 0 } }
}

extension ManualClock {
    /// Moves on when the transport of an answer waits for its reader.
    func advance(by duration: Duration, whileHeld response: HTTPResponse) async throws {
        let transfer = try #require(response.body.source as? HTTPTransfer)
        try await eventually { transfer.isHeld }
        advance(by: duration)
    }
}

extension HTTPTransport {
    /// Sends a request and reads its whole answer as text.
    func text(_ request: HTTPRequest) async throws -> String {
        try await send(request).text()
    }

    /// The error that a request, or reading its answer, ends with.
    func failure(_ request: HTTPRequest) async throws -> TransportError {
        try await transportError { _ = try await self.send(request).text() }
    }
}

extension HTTPResponse {
    /// The whole body as text.
    func text() async throws -> String {
        String(decoding: try await body.collect(upTo: 64 << 20), as: UTF8.self)
    }
}

/// The transport error that `body` must end with.
func transportError(_ body: () async throws -> Void) async throws -> TransportError {
    let error: TransportError? = await #expect(throws: TransportError.self) { try await body() }
    return try #require(error)
}
