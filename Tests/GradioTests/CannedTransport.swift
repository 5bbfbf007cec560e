import Foundation
import GeneratorCore
import GeneratorTransport

@testable import Gradio

/// Answers without a network, for hosts that a test cannot have, and keeps what was asked for.
final class CannedTransport: HTTPTransport {
    struct Answer {
        var status = 200
        var type = "application/json"
        var body = ""
        var location: String?
    }

    private let answer: @Sendable (HTTPRequest) throws -> Answer
    private let sent = Locked<[HTTPRequest]>([])

    init(_ answer: @escaping @Sendable (HTTPRequest) throws -> Answer) { self.answer = answer }

    var requests: [HTTPRequest] { sent.withLock { $0 } }
    /// Host and path of each request.
    var places: [String] { requests.map { ($0.url.host ?? "") + $0.url.path } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        sent.withLock { $0.append(request) }
        let answer = try answer(request)
        var headers: HTTPHeaders = ["Content-Type": answer.type]
        headers["Location"] = answer.location
        return HTTPResponse(
            status: answer.status, headers: headers, url: request.url,
            body: HTTPBody(Data(answer.body.utf8)))
    }
}
