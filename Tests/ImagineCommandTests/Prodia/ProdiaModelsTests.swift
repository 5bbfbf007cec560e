import Foundation
import GeneratorTesting
import TestPace
import Testing

/// `imagine models prodia`: what is known, and what is asked for.
@Suite(.paced, .serialized) struct ProdiaModelsTests {
    private let command: ProdiaCommand

    init() throws { command = try ProdiaCommand() }

    private func models(_ words: [String], _ environment: [String: String] = [:]) async throws -> [String] {
        let run = await CommandRun.run(["models", "prodia", "--json"] + words, environment: environment)
        #expect(run.status == 0, "\(run.output)")
        let object = try #require(try run.objects().first)
        #expect(object.names == ["default", "models", "options", "provider"])
        return object.list("models").compactMap { $0.text("id") }
    }

    @Test func theListOfV1IsAskedFor() async throws {
        let words = ["--api", "v1"] + command.place
        let found = try await models(words, ["MY_KEY": "sesame-key"])
        #expect(found.contains("loopback_sd.safetensors [00000001]") && found.count == 5)
        #expect(command.prodia.server.requests.map(\.path) == ["/v1/sd/models", "/v1/sdxl/models"])
        for request in command.prodia.server.requests { #expect(request.header("X-Prodia-Key") == "sesame-key") }
        let wrong = await CommandRun.run(["models", "prodia"] + words, environment: ["MY_KEY": "another"])
        #expect(wrong.status == 77)
        #expect(wrong.error.contains("[unauthorized]") && wrong.output == "")
    }

    @Test func withoutAKeyNobodyIsAsked() async throws {
        let base = ["--base-url", command.prodia.url.absoluteString]
        let run = await CommandRun.run(["models", "prodia", "--api", "v1"] + base, environment: [:])
        #expect(run.status == 77)
        #expect(command.prodia.server.acceptedConnections == 0)
    }

    @Test func theOthersAreKnown() async throws {
        #expect(try await models(["--api", "legacy"]).count == 65)
        #expect(try await models(["--api", "v2-async"]) == models([]))
        #expect(try await models([]).first == "inference.flux-fast.schnell.txt2img.v2")
    }

    @Test(arguments: [
        (["--api", "v1"], "--api wants a provider beside it: imagine models prodia."),
        (["--base-url", "http://a"], "--base-url wants a provider beside it: imagine models prodia."),
        (["flux-dev", "--api", "v1"], "The provider flux-dev has one interface; --api is for prodia."),
        (
            ["prodia", "--base-url", "http://a"],
            "Nobody is asked for these models: --base-url belongs to `imagine models prodia --api v1`."
        ),
    ]) func mistakes(words: [String], message: String) async {
        let run = await CommandRun.run(["models"] + words)
        #expect(run.status == 64)
        #expect(run.errorLines.first == "imagine: \(message) [invalidRequest]")
    }
}
