internal import Foundation
internal import GeneratorCore
internal import GeneratorTesting

extension Fault {
    /// Answers that refuse, and redirects.
    static let status: [Fault] =
        refusals + waits + redirects + [
            status(204, broken.union([.serviceError])), status(205, broken.union([.serviceError])),
            changed("206", .status) { $0.status = 206 }.with { $0.isRefusal = false },
            status(304, broken.union([.serviceError])),
        ]

    private static let refusals: [Fault] = [
        status(400, [.serviceError, .generationFailed]), status(401, [.unauthorized]),
        status(401, "with Basic", [.unauthorized], [("www-authenticate", "Basic realm=\"x\"")]),
        status(401, "with a page", [.unauthorized, .spaceUnavailable], [("content-type", "text/html")]),
        status(402, [.quotaExceeded]), status(403, [.forbidden]), status(404, [.notFound]), status(405), status(407),
        status(408), status(409), status(413), status(415), status(422), status(425), status(500), status(501),
        status(502), status(504), status(502, "once", [.serviceError]).happening(1), status(599), status(999),
    ]

    /// 429 and 503 with every spelling of the time to wait.
    private static let waits: [Fault] = [429, 503].flatMap { code -> [Fault] in
        let codes: Set<GenerationError.Code> = [code == 429 ? .rateLimited : .serviceUnavailable]
        return [
            ("of 1", "1"), ("of a date in the past", "Wed, 21 Oct 2015 07:28:00 GMT"),
            ("of a date in a thousand years", "Wed, 21 Oct 3025 07:28:00 GMT"), ("of 10²⁰", "100000000000000000000"),
            ("of −1", "-1"), ("of nonsense", "soon"), ("of nothing", ""),
        ].map { name, value in
            status(code, "with Retry-After \(name)", codes, [("retry-after", value)])
        } + [
            status(code, "without Retry-After", codes).with { $0.isRefusal = code == 429 },
            status(code, "once, with Retry-After of 1", codes, [("retry-after", "1")]).happening(1),
        ]
    }

    private static func status(
        _ code: Int, _ words: String = "", _ errors: Set<GenerationError.Code> = [.serviceError],
        _ headers: [(String, String)] = []
    ) -> Fault {
        // Where a job is accepted already, its result is what is lost; where an app is asked for, the app is not there.
        let errors = errors.union([.serviceError, .connectionLost, .spaceUnavailable, .invalidResponse])
        return Fault(.status, "\(code) \(words)".trimmingCharacters(in: .whitespaces), errors, recovers: true) {
            exchange in
            try await exchange.send(
                LoopbackRecording(
                    status: code, headers: [("content-type", "application/json")] + headers,
                    body: Data("{\"detail\":\"not now\"}".utf8)))
        }.with { $0.isRefusal = (429...503).contains(code) && [429, 503].contains(code) }
    }

    private static func status(_ code: Int, _ errors: Set<GenerationError.Code>) -> Fault { status(code, "", errors) }

    // MARK: Redirects

    private static let redirects: [Fault] =
        [302, 303, 307].flatMap { code in
            [
                redirect(code, "without a Location") { _ in nil },
                redirect(code, "to itself") { $0.request.target },
                redirect(code, "to another origin") { $0.server.stranger.absoluteString + "/elsewhere" },
                redirect(code, "to a file:") { _ in "file:///etc/passwd" },
                redirect(code, "to a private address") { _ in "http://10.255.255.1/x" },
                redirect(code, "to metadata, as one number") { _ in "http://2852039166/latest" },
                redirect(code, "with name and password") { exchange in
                    exchange.server.service.absoluteString.replacing("://", with: "://user:word@") + "/nothing"
                },
                redirect(code, "to a port beyond all") { _ in "http://127.0.0.1:99999/" },
                redirect(code, "to https where there is none") {
                    $0.server.stranger.absoluteString.replacing("http:", with: "https:") + "/x"
                },
            ]
        }
        + [300, 301, 308].flatMap { code in
            [
                redirect(code, "without a Location") { _ in nil },
                redirect(code, "to another origin") { $0.server.stranger.absoluteString + "/elsewhere" },
            ]
        }

    private static func redirect(
        _ code: Int, _ words: String, _ location: @escaping @Sendable (FaultExchange) -> String?
    ) -> Fault {
        let errors: Set<GenerationError.Code> = [
            .invalidResponse, .unsafeURL, .serviceError, .notFound, .connectionLost, .tlsFailed, .unauthorized,
            .spaceUnavailable, .connectionFailed, .forbidden,
        ]
        return Fault(.status, "\(code) \(words)", errors, recovers: true) { exchange in
            try await exchange.send(
                LoopbackRecording(
                    status: code, headers: location(exchange).map { [("location", $0)] } ?? [], body: Data()))
        }.with { $0.isRefusal = true }
    }
}
