package import Foundation

extension HTTPResponse {
    /// Whether the answer to a request that creates something proves that nothing was taken: every 4xx, and a 503 that says
    /// when to come back or that the queue is full. Any other 503 may come from a gateway behind which the work goes on.
    /// - Parameter body: The answer's beginning.
    /// - Returns: `false` where it was or may have been taken.
    package func provesRefusal(_ body: Data) -> Bool {
        if (400..<500).contains(status) { return true }
        return status == 503 && (headers.retryAfter() != nil || body.saysQueueIsFull)
    }
}

extension HTTPResponse {
    /// Refuses a success of which nobody could tell that something is missing.
    /// - Throws: ``TransportError`` (`invalidResponse`).
    func checkIsWhole(for request: HTTPRequest) throws {
        guard (200..<300).contains(status) else { return }
        let coding = headers["Content-Encoding"]?.lowercased() ?? ""
        if request.headers["Accept-Encoding"]?.lowercased() == "identity", coding != "", coding != "identity" {
            throw TransportError(
                .invalidResponse, "The server compressed its answer, which it was asked not to do.",
                reachedServer: true)
        }
        if status == 206, request.headers["Range"] == nil {
            throw TransportError(
                .invalidResponse, "The server sent a part of its answer (206); nobody asked for one.",
                reachedServer: true)
        }
    }
}

extension Data {
    /// Whether a service says in its own words that its queue is full. A web page is a gateway's, not the service's.
    package var saysQueueIsFull: Bool {
        let text = String(decoding: prefix(64 << 10), as: UTF8.self).lowercased()
        return text.contains("queue is full") && text.first { !$0.isWhitespace && $0 != "\u{FEFF}" } != "<"
    }
}
