internal import Foundation
package import GeneratorTesting

/// One request that a fault answers.
package struct FaultExchange: Sendable {
    package let request: LoopbackRequest
    package let phase: FaultPhase
    package let server: FaultyServer.Addresses
    /// Whether this is the first time that the fault happens.
    let isFirst: Bool
    let responder: LoopbackResponder
    /// Closes every connection to this place, and refuses all that come.
    let shutDown: @Sendable () -> Void
    /// Sets the client's clock forward or back.
    let jump: @Sendable (Duration) -> Void
    let answer: @Sendable () async -> LoopbackRecording

    /// Has the request served as it should be, and returns the answer in place of sending it. A job is accepted by that.
    func genuine() async -> LoopbackRecording { await answer() }

    /// Has the request served as it should be.
    package func pass() async throws { try await send(await genuine()) }

    /// Sends an answer whose length is known.
    func send(_ answer: LoopbackRecording) async throws {
        try await responder.respond(status: answer.status, headers: answer.headers, body: answer.body)
    }

    /// Sends an answer without any check.
    func raw(_ text: String, _ body: Data = Data()) async throws { try await responder.raw(Data(text.utf8) + body) }

    /// The head of an answer, with its length unless another framing is given.
    func head(_ answer: LoopbackRecording, framing: [(String, String)]? = nil, close: Bool = true) -> String {
        let framing = framing ?? [("content-length", String(answer.body.count))]
        let fields = (answer.headers + framing + (close ? [("connection", "close")] : [])).map {
            "\($0.0): \($0.1)\r\n"
        }
        return "HTTP/1.1 \(answer.status) OK\r\n" + fields.joined() + "\r\n"
    }

    /// Writes the same again and again until the client leaves.
    func repeatForEver(every pause: Duration = .zero, _ piece: Data) async throws {
        while true {
            try await responder.raw(piece)
            if pause > .zero { try await Task.sleep(for: pause) }
        }
    }

    func hold() async { await responder.waitForDisconnect() }
    func close() { responder.close() }
    func reset() { responder.reset() }
}
