import GeneratorTesting
import GeneratorTransport
import Prodia
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
        _ = try await run.images.first?.load()
        #expect(run.images.count == 1)
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
            let prodia = try LoopbackProdia(key: expected)
            let run = await ProdiaProvider(api, prodia, key: given, variables: variables).run("a boat")
            #expect(run.images.count == 1, "\(api) \(expected)")
        }
    }

    @Test("credentials of one request win over the environment's")
    func request() async throws {
        let prodia = try LoopbackProdia(key: "for-this-one")
        let run = await ProdiaProvider(.v2, prodia).run("a boat") {
            $0.credentials = GenerationCredentials(apiKey: Secret("for-this-one"))
        }
        #expect(run.images.count == 1)
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

    @Test("the key goes to the interface, never to the pictures' host")
    func images() async throws {
        let prodia = try LoopbackProdia(key: "sesame-key")
        let run = await ProdiaProvider(.v1, prodia).run("a boat")
        _ = try await #require(run.images.first).load()
        #expect(prodia.images.requests.count == 1)
        #expect(!prodia.images.heard("sesame"))
        #expect(prodia.server.requests.allSatisfy { $0.header("X-Prodia-Key") == "sesame-key" })
    }
}
