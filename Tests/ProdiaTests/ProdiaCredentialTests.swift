import Foundation
import GeneratorTesting
import GeneratorTransport
import Prodia
import ProviderRuns
import TestPace
import Testing

@Suite("Prodia: credentials", .paced)
struct ProdiaCredentialTests {
    @Test("without a key nothing is sent", arguments: [ProdiaAPI.v1, .v2, .v2Async])
    func missing(api: ProdiaAPI) async throws {
        let prodia = try LoopbackProdia()
        for key in [nil, "", " \n"] as [String?] {
            let run = await ProdiaProvider(api, prodia, key: key, variables: ["PRODIA_TOKEN": " "]).run("a boat")
            #expect(run.failure?.code == .missingCredentials)
            #expect(run.failure?.message.contains("PRODIA_TOKEN") == true)
            #expect(run.failure?.wasAccepted == false)
        }
        #expect(prodia.server.acceptedConnections == 0)
    }

    @Test("the keyless interface gets none, also where there is one")
    func legacy() async throws {
        let prodia = try LoopbackProdia()
        let run = await ProdiaProvider(.legacy, prodia, variables: ["PRODIA_TOKEN": "sesame-token"]).run("a boat")
        _ = try await run.pictures.first?.load()
        #expect(run.pictures.count == 1)
        #expect(!prodia.server.heard("sesame") && !prodia.images.heard("sesame"))
    }

    @Test("each interface takes the variable that is meant for it, and a key that was given wins")
    func variables() async throws {
        let both = ["PRODIA_TOKEN": "the-token", "PRODIA_API_KEY": "the-key"]
        let cases: [(ProdiaAPI, [String: String], String?, String)] = [
            (.v1, both, nil, "the-key"), (.v2, both, nil, "the-token"), (.v2Async, both, nil, "the-token"),
            (.v1, ["PRODIA_TOKEN": "the-token"], nil, "the-token"),
            (.v2, ["PRODIA_API_KEY": "the-key\n"], nil, "the-key"), (.v2, both, "given", "given"),
        ]
        for (api, variables, given, expected) in cases {
            for url in [nil, URL(string: api.defaultURL + "/\(api == .v1 ? "v1" : "v2")/")] {
                let transport = RecordingTransport()
                let environment = GenerationEnvironment {
                    $0.transport = transport
                    $0.retry = .never
                    $0.credentials = GenerationCredentials(apiKey: given.map { Secret($0) })
                }
                let provider = ProdiaProvider(
                    api: api, url: url, imagesURL: nil, environment: environment, variables: variables)
                #expect(await provider.run("a boat").failure?.code == .connectionFailed)
                let request = try #require(transport.requests.first)
                let key = request.headers["X-Prodia-Key"] ?? request.headers["Authorization"]
                #expect(key == (api == .v1 ? expected : "Bearer \(expected)"), "\(api)")
                #expect(transport.requests.count == 1)
            }
        }
    }

    @Test(
        "what the environment holds goes to the server that was configured", arguments: [ProdiaAPI.v1, .v2, .v2Async])
    func configured(api: ProdiaAPI) async throws {
        let prodia = try LoopbackProdia(key: "sesame")
        let run = await ProdiaProvider(
            api, prodia, key: nil, variables: ["PRODIA_TOKEN": "sesame", "PRODIA_API_KEY": "sesame"]
        ).run("a boat")
        _ = try await run.pictures.first?.load()
        #expect(run.pictures.count == 1)
        #expect(!prodia.images.heard("sesame"))
    }

    @Test(
        "a server at another URL has the pictures too, unless they are said to lie elsewhere", arguments: [true, false])
    func oneServer(isLegacy: Bool) async throws {
        let prodia = try LoopbackProdia()
        let run = await ProdiaProvider(isLegacy ? .legacy : .v1, at: prodia.url).run("a boat")
        let image = try #require(run.pictures.first)
        _ = try await image.load()
        #expect(isLegacy == image.url.absoluteString.hasPrefix(prodia.url.absoluteString))
        #expect(prodia.images.requests.count == (isLegacy ? 0 : 1))
    }

    @Test("credentials of one request win over the environment's")
    func request() async throws {
        let prodia = try LoopbackProdia(key: "for-this-one")
        let run = await ProdiaProvider(.v2, prodia).run("a boat") {
            $0.credentials = GenerationCredentials(apiKey: Secret("for-this-one"))
        }
        #expect(run.pictures.count == 1)
        #expect(!prodia.server.heard("sesame"))
    }

    @Test("a wrong key is refused, and never printed", arguments: [ProdiaAPI.v1, .v2, .v2Async])
    func wrong(api: ProdiaAPI) async throws {
        let prodia = try LoopbackProdia(key: "another")
        let run = await ProdiaProvider(api, prodia).run("a boat")
        #expect(run.failure?.code == .unauthorized)
        #expect(run.failure?.wasAccepted == false)
        #expect(run.failure.map { "\($0)" }?.contains("sesame") == false)
        #expect(prodia.server.requests.count == 1)
    }

    @Test("a server that repeats a key is quoted without it, also where the process's environment held it")
    func repeated() async throws {
        for key in [nil, "sesame-key"] as [String?] {
            let lines = Locked<[String]>([])
            let provider = ProdiaProvider(
                api: .v1, url: URL(string: "http://127.0.0.1:9/sesame-key"), imagesURL: nil,
                environment: GenerationEnvironment {
                    $0.transport = RepeatingTransport()
                    $0.retry = .never
                    $0.credentials = GenerationCredentials(apiKey: key.map { Secret($0) })
                    $0.log = { entry in lines.withLock { $0.append(entry.description) } }
                }, variables: ["PRODIA_API_KEY": "sesame-key"])
            let error = await #expect(throws: GenerationError.self) { try await provider.fetchModels() }
            let failure = await provider.run("a boat").failure
            let job = JobHandle(provider: "prodia", id: "a-job", isResumable: true, state: ["api": "v1"])
            let late = await ProviderRun(provider.resumeAsyncGenerator(job)).failure
            let told = lines.withLock { $0 } + [error, failure, late].compactMap { $0?.message }
            #expect(told.count == 6)
            for text in told { #expect(text.contains("<secret>") && !text.contains("sesame"), "\(text)") }
        }
    }

    @Test("the key goes to the interface, never to the pictures' host")
    func images() async throws {
        let prodia = try LoopbackProdia(key: "sesame-key")
        let run = await ProdiaProvider(.v1, prodia).run("a boat")
        _ = try await #require(run.pictures.first).load()
        #expect(prodia.images.requests.count == 1)
        #expect(!prodia.images.heard("sesame"))
        #expect(prodia.server.requests.allSatisfy { $0.header("X-Prodia-Key") == "sesame-key" })
    }
}

/// Sends nothing, and remembers what would have gone out.
private struct RecordingTransport: HTTPTransport {
    private let seen = Locked<[HTTPRequest]>([])

    var requests: [HTTPRequest] { seen.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        seen.withLock { $0.append(request) }
        throw TransportError(.connectionFailed, "There is no network here.")
    }
}

/// Answers with what it was told.
private struct RepeatingTransport: HTTPTransport {
    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let words = "No such key: " + (request.headers["X-Prodia-Key"] ?? "none")
        return HTTPResponse(status: 403, headers: [:], url: request.url, body: HTTPBody(Data(words.utf8)))
    }
}
