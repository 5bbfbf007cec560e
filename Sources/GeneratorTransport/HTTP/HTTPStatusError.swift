public import Foundation

/// The error of a download that a server answered with a status other than success.
public struct HTTPStatusError: Error, Sendable, LocalizedError, CustomStringConvertible, CustomReflectable {
    /// So much of the body is kept.
    private static let bodyLimit = 64 << 10

    /// The status code.
    public let status: Int
    /// How long the server asks to wait, where it does.
    public let retryAfter: Duration?
    /// The beginning of the body, at most 64 KiB; it may hold anything and is never part of ``description``.
    public let body: Data

    /// Describes an answer.
    /// - Parameters:
    ///   - status: The status code.
    ///   - retryAfter: How long the server asks to wait.
    ///   - body: The body; what is beyond 64 KiB is cut.
    public init(status: Int, retryAfter: Duration? = nil, body: Data = Data()) {
        self.status = status
        self.retryAfter = retryAfter
        self.body = Data(body.prefix(Self.bodyLimit))
    }

    /// Reads what there is of the body; that it breaks off matters less than the status.
    /// - Throws: `CancellationError`.
    package init(reading response: HTTPResponse) async throws {
        var body = Data()
        do {
            for try await chunk in response.body {
                body.append(contentsOf: chunk.prefix(Self.bodyLimit - body.count))
                if body.count == Self.bodyLimit { break }
            }
        } catch is TransportError {}
        response.body.cancel()
        self.init(status: response.status, retryAfter: response.headers.retryAfter(), body: body)
    }

    /// The status in a sentence, without the body.
    public var description: String { "The server answered with status \(status)." }

    /// As ``description``.
    public var errorDescription: String? { description }

    /// Shows status and wait; the body may repeat anything.
    public var customMirror: Mirror {
        Mirror(self, children: ["status": status, "retryAfter": retryAfter as Any])
    }
}
