import GeneratorTransport

/// Bears silences of some requests only for a moment, however long a busy machine takes for everything else.
struct ImpatientTransport: HTTPTransport {
    enum Requests { case follows, creates }

    var requests = Requests.follows
    var silence = Duration.milliseconds(200)

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        var request = request
        switch (request.intent, requests) {
        case (.follow, .follows): request.idleTimeout = silence
        // What says itself how long it waits is not told otherwise.
        case (.create, .creates): request.idleTimeout = request.idleTimeout ?? silence
        default: request.idleTimeout = .seconds(120)
        }
        return try await URLSessionTransport().send(request)
    }
}
