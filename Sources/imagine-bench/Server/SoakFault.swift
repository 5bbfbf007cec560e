import GeneratorTesting

/// What a server gets wrong; see ``SoakServers``.
///
/// The sixth class, results that are none, is asked for by the prompt: ``SoakFault/results``.
enum SoakFault: String, CaseIterable, Sendable {
    case connection, silence, http, status, content

    /// Beginnings of prompts that make the embedded servers fail at their work.
    static let results = ["!none ", "!error It broke. ", "!die ", "!quota "]

    private static let html = "<!doctype html><html><body>Bad gateway</body></html>"
    private static let deep = String(repeating: "[", count: 5000)

    /// Whether the answer of that number refuses the request, so that it may be sent again.
    func refuses(_ number: Int) -> Bool {
        guard self == .status else { return false }
        let (status, headers) = Self.pick(Self.statuses, number)
        return (400..<500).contains(status) || (status == 503 && !headers.isEmpty)
    }

    /// Answers so. The number chooses among the faults of the class.
    func answer(_ number: Int, _ responder: LoopbackResponder) async throws {
        switch self {
        case .connection: try await breakConnection(number, responder)
        case .silence: try await fallSilent(number, responder)
        case .http: try await responder.raw(Self.pick(Self.nonsense, number))
        case .status:
            let (status, headers) = Self.pick(Self.statuses, number)
            let body = status == 204 ? "" : "{\"detail\":\"No\"}"
            try await responder.respond(status: status, headers: headers, body: body)
        case .content:
            try await responder.respond(
                headers: [("content-type", Self.pick(["application/json", "text/event-stream", "image/png"], number))],
                body: Self.pick(Self.contents, number))
        }
    }

    private static func pick<Element>(_ elements: [Element], _ number: Int) -> Element {
        elements[number % elements.count]
    }

    private func breakConnection(_ number: Int, _ responder: LoopbackResponder) async throws {
        let beginnings = [
            "", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Le",
            "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"a\":",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{",
        ]
        let beginning = Self.pick(beginnings, number)
        if !beginning.isEmpty { try await responder.raw(beginning) }
        if number % 2 == 0 { responder.close() } else { responder.reset() }
    }

    private func fallSilent(_ number: Int, _ responder: LoopbackResponder) async throws {
        let beginnings = [
            "", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"a\"",
        ]
        let beginning = Self.pick(beginnings, number)
        if !beginning.isEmpty { try await responder.raw(beginning) }
        await responder.waitForDisconnect()
    }

    private static let statuses: [(Int, [(String, String)])] = [
        (204, []), (302, []), (302, [("location", "http://169.254.169.254/")]), (400, []), (401, []), (402, []),
        (403, []), (404, []), (422, []), (429, []), (429, [("retry-after", "0")]), (500, []), (502, []), (503, []),
        (503, [("retry-after", "0")]), (503, [("retry-after", "99999999999999999999")]), (504, []),
    ]

    private static let nonsense = [
        "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: sideways\r\ncontent-length: 2\r\n\r\n{}", "SSH-2.0-OpenSSH\r\n",
        "{}\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n",
        "HTTP/1.0 200 OK\r\n\r\n{\"a\":1",
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}", "HTTP/1.1 101 Switching\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nx: y\r\n\r\n",
    ]

    private static let contents = [
        html, "", "null", "{\"event_id\":", deep, "{\"event_id\":1e400}", "data: {\"msg\":\"process_completed\"}\n\n",
        "data: \n\nevent: complete\ndata: 7\n\n", "\u{FEFF}{}", "{\"job\":\"\u{9B}\",\"job\":null}", "[NaN]",
    ]
}
