import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import Gradio
import TestPace
import Testing

/// Pictures that a caller names by their URL.
@Suite(.paced) struct InputPictureTests {
    private let gif = "GIF89a" + String(repeating: "x", count: 100)

    /// Runs a provider at `service` that fetches what it was given, and says what came of it and what was asked.
    private func fetch(
        _ url: String, at service: String = "https://203.0.114.9", limit: Int = 1000, redirect: String? = nil
    ) async throws -> (bytes: Data?, error: GenerationError?, asked: [HTTPRequest]) {
        let asked = Locked<[HTTPRequest]>([]), gif = gif
        let transport = RedirectingTransport { request in
            asked.withLock { $0.append(request) }
            return request.url.path == "/moved"
                ? (302, redirect, "") : (200, nil, request.url.path == "/page" ? "<p>" : gif)
        }
        var environment = GenerationEnvironment.sealed(nil, transport)
        environment.downloads.maximumBytes = limit
        environment.credentials = GenerationCredentials(apiKey: "key-1234", hubToken: "hub-1234")
        for origin in [url, service].compactMap({ URL(string: $0).flatMap(HTTPOrigin.init) }) {
            environment.credentials.bearerTokens[origin] = "own-1234"
        }
        let picture = Locked<Data?>(nil)
        let input = try #require(URL(string: url)), origin = try HTTPOrigin(#require(URL(string: service)))
        let provider = ScriptedProvider(environment: environment) { _, context in
            let found = try await context.inputPicture(at: input, origin: origin)
            picture.withLock { $0 = found.data }
            try await context.yieldImage()
        }
        let (_, error) = await provider.createAsyncGenerator(prompt: "x").collect()
        return (picture.withLock { $0 }, error as? GenerationError, asked.withLock { $0 })
    }

    @Test func publicOnesAreFetchedWithoutCredentials() async throws {
        for url in ["https://203.0.114.7/cat.gif", "https://203.0.114.9/cat.gif"] {
            let (bytes, error, asked) = try await fetch(url)
            #expect(bytes == Data(gif.utf8) && error == nil)
            #expect(asked.count == 1)
            for field in asked.flatMap(\.headers) { #expect(!field.value.contains("1234")) }
        }
    }

    @Test func onesInTheMessageAreDecoded() async throws {
        let text = "data:image/gif;base64," + Data(gif.utf8).base64EncodedString()
        let (bytes, error, asked) = try await fetch(text)
        #expect(bytes == Data(gif.utf8) && error == nil && asked.isEmpty)
        #expect(try await fetch(text, limit: 50).error?.code == .responseTooLarge)
        #expect(try await fetch("data:text/plain,hello").error?.code == .invalidResponse)
    }

    @Test(arguments: [
        "http://10.0.0.1/cat.gif", "http://127.0.0.1:99/cat.gif", "http://169.254.169.254/latest", "http://[::1]/x",
        "ftp://203.0.114.7/cat.gif", "file:///etc/passwd", "https://me:secret@203.0.114.7/cat.gif",
    ])
    func whatLeadsElsewhereIsTheCallersMistake(_ url: String) async throws {
        let (bytes, error, asked) = try await fetch(url)
        #expect(bytes == nil && asked.isEmpty)
        #expect(error?.code == .invalidRequest)
        #expect(error?.wasAccepted == false)
        #expect(error?.message.contains("Download the picture") == true)
        #expect(error?.message.contains("secret") == false)
    }

    @Test func theServicesOwnPrivateAddressMayBeAsked() async throws {
        for (url, service) in [
            ("http://10.0.0.1/cat.gif", "http://10.0.0.1"), ("http://127.0.0.1:99/cat.gif", "http://localhost:7860"),
        ] { #expect(try await fetch(url, at: service).error == nil) }
        #expect(try await fetch("http://10.0.0.2/cat.gif", at: "http://10.0.0.1").error?.code == .invalidRequest)
    }

    @Test func aRedirectIntoAPrivateNetworkIsNotFollowed() async throws {
        let moved = try await fetch("https://203.0.114.7/moved", redirect: "http://169.254.169.254/latest")
        #expect(moved.error?.code == .unsafeURL)
        #expect(moved.error?.wasAccepted == false)
        #expect(moved.asked.count == 1)
    }

    @Test func whatIsNoPictureAndWhatIsTooLarge() async throws {
        let page = try await fetch("https://203.0.114.7/page")
        #expect(page.error?.code == .invalidResponse && page.error?.wasAccepted == false)
        #expect(page.error?.message.contains("input picture") == true)
        #expect(try await fetch("https://203.0.114.7/cat.gif", limit: 50).error?.code == .responseTooLarge)
    }

    @Test func whatPeopleWrite() throws {
        let url = try #require(URL(string: "https://203.0.114.7/a.png"))
        #expect(try ImageInput("https://203.0.114.7/a.png") == .remote(url))
        #expect(try ImageInput("HTTP://203.0.114.7/a.png") != .file(URL(fileURLWithPath: "HTTP://203.0.114.7/a.png")))
        let base64 = pixel.base64EncodedString()
        #expect(try ImageInput("data:image/png;base64," + base64) == .data(pixel))
        #expect(try ImageInput(base64) == .data(pixel))
        for path in ["a.png", "/tmp/a b.png", "https.png", "data/x.png"] {
            #expect(try ImageInput(path) == .file(URL(fileURLWithPath: path)))
        }
        for text in ["data:image/png;base64,A", "data:nothing", "http://", "https://[/x"] {
            let error = #expect(throws: GenerationError.self) { try ImageInput(text) }
            #expect(error?.code == .invalidRequest)
        }
    }
}

private struct RedirectingTransport: HTTPTransport {
    let answer: @Sendable (HTTPRequest) -> (status: Int, location: String?, body: String)

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let (status, location, body) = answer(request)
        var headers: HTTPHeaders = [:]
        headers["Location"] = location
        return HTTPResponse(status: status, headers: headers, url: request.url, body: HTTPBody(Data(body.utf8)))
    }
}
