internal import Foundation

/// A log entry about one attempt to send a request. It holds no header, no body, and no query of a URL.
///
/// Printed, it is one line: `POST https://example.com/job → 200 (31 ms)`. Whoever logs with fields, counts or draws spans takes
/// its parts.
public struct HTTPLogEntry: Sendable, Hashable, CustomStringConvertible {
    /// The kinds of entries. More may be added.
    public struct Event: RawRepresentable, Sendable, Hashable {
        /// The stable name.
        public let rawValue: String

        /// Makes a kind.
        /// - Parameter rawValue: The stable name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The head of an answer came, whatever its status.
        public static let answered = Event(rawValue: "answered")
        /// There was no answer.
        public static let failed = Event(rawValue: "failed")
        /// Something worth knowing that belongs to no request, such as the choice of a transport.
        public static let notice = Event(rawValue: "notice")
    }

    /// What happened.
    public let event: Event
    /// The request's method; empty for a notice.
    public let method: String
    /// Where the request went: origin and path, fit for a terminal; empty for a notice.
    public internal(set) var place: String
    /// Which attempt it was, from 1; redirects count as parts of the attempt that they belong to.
    public let attempt: Int
    /// Whether the request creates or bills something, and is therefore repeated only where it was not taken.
    public let isCreate: Bool
    /// The status of the answer.
    public let status: Int?
    /// Why there was no answer; `nil` also where the caller cancelled.
    public let failure: TransportError.Code?
    /// The time from the attempt's beginning to the answer's head, or to the failure.
    public let elapsed: Duration
    /// The words of a notice; empty for a request.
    public internal(set) var message: String

    init(notice: String) {
        event = .notice
        (method, place, attempt, isCreate) = ("", "", 0, false)
        (status, failure, elapsed) = (nil, nil, .zero)
        message = notice.printable
    }

    init(_ request: HTTPRequest, attempt: Int, elapsed: Duration, status: Int? = nil, failure: (any Error)? = nil) {
        event = status == nil ? .failed : .answered
        method = request.method
        place = ((HTTPOrigin(request.url)?.description ?? "") + request.url.path).printable
        self.attempt = attempt
        if case .create = request.intent { isCreate = true } else { isCreate = false }
        self.status = status
        self.failure = (failure as? TransportError)?.code
        self.elapsed = elapsed
        message = ""
    }

    /// The entry without what nobody may read: a server may have put it into the path of a URL.
    package func hiding(with hide: (String) -> String) -> HTTPLogEntry {
        var entry = self
        entry.place = hide(place)
        entry.message = hide(message)
        return entry
    }

    /// The entry as one line.
    public var description: String {
        guard event != .notice else { return message }
        let outcome = status.map(String.init) ?? failure?.rawValue ?? "cancelled"
        let again = attempt > 1 ? ", attempt \(attempt)" : ""
        return "\(method) \(place) → \(outcome) (\(Int(elapsed.seconds * 1000)) ms\(again))"
    }
}
