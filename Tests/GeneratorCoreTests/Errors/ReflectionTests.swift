import Foundation
import GeneratorCore
import GeneratorTransport
import Gradio
import TestPace
import Testing

/// A secret in every slot, and a look at everything that can be printed of it.
@Suite("Reflections", .paced)
struct ReflectionTests {
    @Test("nothing that holds a credential shows it")
    func reflections() throws {
        let url = try #require(URL(string: "http://name:sesame-proxy-password@127.0.0.1:3128"))
        let origin = try #require(HTTPOrigin(url))
        let credentials = GenerationCredentials(
            apiKey: Secret("sesame-key"), hubToken: Secret("sesame-hub"), hubCookies: Secret("a=sesame-cookie"),
            bearerTokens: [origin: Secret("sesame-bearer")],
            logins: [origin: GenerationLogin(username: "ann", password: Secret("sesame-password"))])
        var request = GenerationRequest(prompt: "fog")
        (request.credentials, request.proxy) = (credentials, try HTTPProxy(url))
        var sent = HTTPRequest(url: origin.url, headers: ["Authorization": "Bearer sesame-bearer"])
        sent.proxy = request.proxy
        let environment = GenerationEnvironment {
            $0.credentials = credentials
            $0.proxy = request.proxy
        }
        for value in [credentials, request, sent, environment, request.proxy as Any] as [Any] {
            for text in Self.texts(of: value) { #expect(!text.contains("sesame"), "\(text)") }
        }
    }

    @Test("an error shows neither the name of its job nor what lies underneath")
    func errors() throws {
        let job = JobHandle(provider: "prodia", id: "sesame", isResumable: true)
        let status = HTTPStatusError(status: 500, body: Data("sesame".utf8))
        let error = GenerationError(.serviceError, "It failed.", job: job, underlying: status)
        for text in Self.texts(of: error) + Self.texts(of: status) {
            #expect(!text.contains("sesame") && !text.contains(job.ticket ?? "-"), "\(text)")
        }
        #expect(error.job == job && error.underlying != nil, "They are there for the program.")
    }

    private static func texts(of value: Any) -> [String] {
        var dumped = ""
        dump(value, to: &dumped)
        return [String(describing: value), String(reflecting: value), dumped]
    }
}

extension HTTPOrigin {
    fileprivate var url: URL { URL(string: description) ?? URL(fileURLWithPath: "/") }
}
