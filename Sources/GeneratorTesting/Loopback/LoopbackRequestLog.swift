import Foundation

/// The requests that a server received, within a memory limit. A pure value.
struct LoopbackRequestLog {
    static let requestLimit = 100_000
    static let bodyLimit = 64 * 1024 * 1024

    private(set) var requests: [LoopbackRequest] = []
    /// How many requests were recorded, dropped ones included. Also the identity of the next one.
    private(set) var total = 0
    private var bodyBytes = 0
    /// All bodies before this identity are already dropped.
    private var oldestBody = 0

    private var dropped: Int { total - requests.count }

    /// Records a request and returns its identity.
    mutating func append(_ request: LoopbackRequest) -> Int {
        if requests.count == Self.requestLimit {
            // Half at a time, so that a long run does not move the whole log at each request.
            let half = Self.requestLimit / 2
            bodyBytes -= requests.prefix(half).reduce(0) { $0 + $1.body.count }
            requests.removeFirst(half)
        }
        requests.append(request)
        total += 1
        return total - 1
    }

    mutating func complete(_ identity: Int, body: Data) {
        guard identity >= dropped else { return }
        requests[identity - dropped].bodyLength = body.count
        requests[identity - dropped].body = body
        bodyBytes += body.count
        // A body may complete behind the mark: long uploads end after later, shorter ones.
        oldestBody = max(dropped, min(oldestBody, identity))
        while bodyBytes > Self.bodyLimit, oldestBody < total {
            bodyBytes -= requests[oldestBody - dropped].body.count
            requests[oldestBody - dropped].body = Data()
            oldestBody += 1
        }
    }
}
