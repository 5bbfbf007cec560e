import Foundation
import GeneratorCore
import GeneratorTransport
import TestPace
import Testing

@Suite(.paced)
struct GenerationErrorTests {
    private struct Odd: Error, LocalizedError {
        var errorDescription: String? { "a secret" }
    }

    static let transportCodes: [(TransportError.Code, GenerationError.Code, Bool?)] = [
        (.invalidRequest, .invalidRequest, false), (.proxyUnsupported, .proxyUnsupported, false),
        (.transportUnavailable, .transportUnavailable, false),
        (.connectionFailed, .connectionFailed, false), (.connectionLost, .connectionLost, nil),
        (.tlsFailed, .tlsFailed, false), (.timedOut, .timedOut, nil), (.invalidResponse, .invalidResponse, nil),
        (.responseTooLarge, .responseTooLarge, nil), (.unsafeURL, .unsafeURL, nil),
        (.fileUnreadable, .fileUnreadable, false), (.fileUnwritable, .fileUnwritable, nil),
    ]

    @Test(arguments: transportCodes.indices) func transportErrors(_ index: Int) {
        let (code, expected, wasAccepted) = Self.transportCodes[index]
        let error = GenerationError(wrapping: TransportError(code, "What happened."))
        #expect(error.code == expected)
        #expect(error.message == "What happened.")
        #expect(error.wasAccepted == wasAccepted)
        #expect(error.underlying is TransportError)
        #expect(GenerationError(wrapping: TransportError(code, "", reachedServer: true)).wasAccepted == nil)
    }

    @Test func otherErrors() {
        let own = GenerationError(.queueFull, "Full.", provider: "p", status: 503, retryAfter: .seconds(3))
        let same = GenerationError(wrapping: own)
        #expect(same.code == .queueFull && same.provider == "p" && same.status == 503 && same.retryAfter == .seconds(3))
        #expect(GenerationError(wrapping: CancellationError()).code == .cancelled)
        let odd = GenerationError(wrapping: Odd())
        #expect(odd.code == .invalidResponse)
        #expect(odd.underlying is Odd)
        // Nobody knows what strangers put into their texts.
        #expect(!odd.message.contains("secret"))
        #expect(odd.message.contains("Odd"))
    }

    static let statuses: [(Int, String, GenerationError.Code)] = [
        (400, "no", .serviceError), (401, "", .unauthorized), (402, "", .quotaExceeded), (403, "", .forbidden),
        (404, "", .notFound), (413, "", .serviceError), (422, "", .serviceError), (429, "", .rateLimited),
        (500, "", .serviceError), (502, "", .serviceError), (503, "", .serviceUnavailable),
        (503, #"{"detail":"Queue is full. Max size is 20 and size is 20."}"#, .queueFull),
        (504, "", .serviceError), (599, "", .serviceError),
        (429, #"{"error":"You have exceeded your GPU quota (60s requested vs. 0s left)."}"#, .quotaExceeded),
        (403, #"{"message":"Quota exceeded"}"#, .quotaExceeded),
        (400, #"{"error":"Your request was rejected by our safety system."}"#, .contentFiltered),
        (403, #"{"detail":"The prompt violates the content policy."}"#, .contentFiltered),
        (401, #"{"error":"NSFW content is not allowed without an account."}"#, .unauthorized),
        (500, #"{"error":"The safety checker was blocked by a crash"}"#, .serviceError),
    ]

    @Test(arguments: statuses.indices) func status(_ index: Int) {
        let (status, body, code) = Self.statuses[index]
        let direct = GenerationError(status: status, retryAfter: .seconds(7), body: Data(body.utf8))
        let wrapped = GenerationError(
            wrapping: HTTPStatusError(status: status, retryAfter: .seconds(7), body: Data(body.utf8)))
        for error in [direct, wrapped] {
            #expect(error.code == code)
            #expect(error.status == status)
            #expect(error.retryAfter == .seconds(7))
            #expect(error.wasAccepted == nil)
            #expect(error.message.contains("\(status)"))
        }
    }

    @Test func whoseNameAndPasswordAProxyWants() {
        let error = GenerationError(status: 407, retryAfter: nil, body: Data("<html>Squid</html>".utf8))
        #expect(error.code == .serviceError)
        #expect(error.message.hasPrefix("The proxy wants"))
    }

    @Test func theWaitInTheWordsCounts() {
        let body = Data(#"{"error":"quota exceeded. Try again in 1:02:03"}"#.utf8)
        #expect(GenerationError(status: 429, retryAfter: nil, body: body).retryAfter == .seconds(3723))
        #expect(GenerationError(status: 429, retryAfter: .seconds(1), body: body).retryAfter == .seconds(1))
    }

    static let passing: [GenerationError.Code] = [
        .rateLimited, .quotaExceeded, .queueFull, .serviceUnavailable, .connectionFailed, .connectionLost, .timedOut,
    ]
    static let lasting: [GenerationError.Code] = [
        .invalidRequest, .unknownModel, .unsupportedSetting, .proxyUnsupported, .transportUnavailable,
        .missingCredentials, .unauthorized, .forbidden, .notFound, .serviceError, .spaceUnavailable, .tlsFailed,
        .generationFailed, .contentFiltered, .noImage, .invalidResponse, .responseTooLarge, .unsafeURL, .fileUnreadable,
        .fileUnwritable, .cancelled,
    ]
    static let codes = passing + lasting

    @Test func whatMayBeTriedAgain() {
        let passing = Self.passing, lasting = Self.lasting
        for code in passing {
            #expect(GenerationError(code, "", wasAccepted: false).isRetryable)
            #expect(!GenerationError(code, "", wasAccepted: true).isRetryable)
            #expect(!GenerationError(code, "", wasAccepted: nil).isRetryable)
        }
        for code in lasting { #expect(!GenerationError(code, "", wasAccepted: false).isRetryable) }
        #expect(Set((passing + lasting).map(\.rawValue)).count == 28)
    }

    @Test func errorsSayWhatToDo() throws {
        // Their messages say what is wrong with what the caller gave.
        let clear: [GenerationError.Code] = [
            .invalidRequest, .unsupportedSetting, .unknownModel, .missingCredentials, .fileUnreadable, .fileUnwritable,
            .cancelled, .notFound, .init(rawValue: "a newer one"),
        ]
        var advice: Set<String> = []
        for code in Self.codes + [GenerationError.Code(rawValue: "a newer one")] {
            for wasAccepted in [true, false, nil] as [Bool?] {
                let error = GenerationError(code, "It broke.", wasAccepted: wasAccepted)
                #expect(error.remedy.isEmpty == (clear.contains(code) && wasAccepted == false), "\(code)")
                #expect(error.remedy.isEmpty || error.remedy.hasSuffix("."))
                #expect(!error.remedy.hasPrefix(" "))
                let warning = code == .cancelled ? "may still do the work and charge for it" : "paid for twice"
                #expect(error.remedy.contains(warning) == (wasAccepted != false))
                advice.insert(error.remedy)
                #expect(error.recoverySuggestion == (error.remedy.isEmpty ? nil : error.remedy))
                #expect(error.failureReason == "It broke.")
                #expect(
                    error.localizedDescription == (error.remedy.isEmpty ? "It broke." : "It broke. " + error.remedy))
            }
            let download = GenerationError(downloading: GenerationError(code, "It broke."))
            #expect(!download.remedy.contains("paid for"))
        }
        #expect(advice.count > Self.codes.count)
        for (status, words) in [
            (404, "Check the URL and the name."), (422, "Change the request; "), (500, "Try again later; "),
        ] {
            let error = GenerationError(status: status, retryAfter: nil, body: Data())
            #expect(error.remedy.hasPrefix(words), "\(status)")
        }
        // Its message says what the proxy wants.
        #expect(GenerationError(status: 407, retryAfter: nil, body: Data()).remedy.hasPrefix("The service may"))
        let unsaved = GenerationError(downloading: GenerationError(.fileUnwritable, "Full."))
        #expect(unsaved.remedy == "It was made: save it elsewhere, which costs nothing.")
        for (seconds, words) in [(0.4, "in 1 second."), (89.2, "in 90 seconds."), (0.0, "later.")] {
            let error = GenerationError(.queueFull, "Full.", retryAfter: .seconds(seconds))
            #expect(error.remedy == "Try again " + words)
        }
    }

    @Test func everyErrorSaysWhoAndWhere() throws {
        var error = GenerationError(.queueFull, "Full.")
        #expect(error.localizedDescription == "Full. Try again later.")
        error.provider = "flux-dev"
        #expect(error.localizedDescription == "flux-dev: Full. Try again later.")
        error.origin = HTTPOrigin(try #require(URL(string: "https://space.example/x?y=secret")))
        #expect(error.localizedDescription == "flux-dev at https://space.example: Full. Try again later.")
        #expect("\(error)" == "queueFull: flux-dev at https://space.example: Full.")
        error.provider = nil
        #expect(error.localizedDescription == "https://space.example: Full. Try again later.")
        #expect(TransportError(.tlsFailed, "Expired.").localizedDescription == "Expired.")
        #expect(HTTPStatusError(status: 503).localizedDescription == "The server answered with status 503.")
    }

    @Test func texts() {
        let error: any Error = GenerationError(.notFound, "No such\u{1B}[2J\nSpace.")
        #expect(error.localizedDescription == "No such [2J Space.")
        #expect("\(error)" == "notFound: No such [2J Space.")
        #expect(GenerationError(.notFound, String(repeating: "x", count: 9999)).message.count == 2001)
        #expect(GenerationError(.notFound, "No.").wasAccepted == false)
    }

    @Test(arguments: [
        (1, "1 second"), (119, "119 seconds"), (120, "120 seconds"), (121, "3 minutes"), (5400, "90 minutes"),
        (7201, "3 hours"), (86_400, "24 hours"),
    ])
    func aLongWaitIsToldInAUnitThatPeopleUse(_ seconds: Int, _ words: String) {
        let error = GenerationError(.rateLimited, "Too many requests", retryAfter: .seconds(seconds))
        #expect(error.remedy == "Try again in \(words).")
        #expect(error.localizedDescription == "Too many requests. Try again in \(words).")
    }
}
