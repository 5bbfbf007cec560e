import Foundation
import GeneratorTesting
import Prodia
import ProviderRuns
import TestPace
import Testing

@Suite("Prodia: models", .paced)
struct ProdiaModelTests {
    @Test("the keyless interface knows 65 models, and takes its default for any other")
    func legacy() throws {
        let models = ProdiaProvider(api: .legacy).models
        #expect(models.models.count == 65)
        #expect(Set(models.models.map(\.id)).count == 65)
        for model in models.models {
            let found = try models.resolve(model.id)
            #expect(found.model.id == model.id)
            #expect(found.route != .fallback)
            #expect(model.id.contains(/\.(safetensors|ckpt) \[[0-9a-f]{8}\]$/))
        }
        #expect(models.defaultModel == "absolutereality_v181.safetensors [3d9d4d2b]")
        // One hash, two models: only the whole name counts.
        for name in ["[1400e684]", "dreamshaper", "absolutereality_v181.safetensors"] {
            #expect(try models.resolve(name).route == .fallback)
        }
        #expect(models.textModels.isEmpty)
    }

    @Test("v1 knows both families, v2 job types with short names, and both pass other names on")
    func others() throws {
        let v1 = ProdiaProvider(api: .v1).models
        #expect(v1.models.count == 71)
        #expect(v1.defaultModel == "v1-5-pruned-emaonly.safetensors [d7049739]")
        #expect(try v1.resolve("new.safetensors [00000000]").route == .passedThrough)
        let v2 = ProdiaProvider().models
        #expect(v2.defaultModel == "inference.flux-fast.schnell.txt2img.v2")
        #expect(try v2.resolve("flux").model.id == v2.defaultModel)
        #expect(try v2.resolve("sdxl").model.capabilities.negativePrompt)
        #expect(try v2.resolve("inference.any.thing.v9").route == .passedThrough)
        for (alias, target) in v2.aliases { #expect(v2.models.contains { $0.id == target }, "\(alias)") }
        #expect(ProdiaProvider(api: .v2Async).models.imageModels == v2.imageModels)
    }

    @Test("a model that is named after the key is left out of the lists", arguments: [ProdiaAPI.v1, .legacy])
    func named(api: ProdiaAPI) async throws {
        let server = try LoopbackServer { request, responder in
            let key = request.header("X-Prodia-Key") ?? "sesame-key"
            let list = "[\"\(key)\", \"sd/\(key)\", \"a-model\"]"
            let labels = "{\"one\": \"\(key)\", \"\(key)\": \"two\", \"three\": \"a-model\"}"
            try await responder.respond(status: 200, json: api == .v1 ? list : labels)
        }
        let catalog = try await ProdiaProvider(api, at: server.url).fetchModels()
        let names = catalog.models.map(\.id) + catalog.aliases.flatMap { [$0.key, $0.value] }
        #expect(names.contains("a-model"))
        #expect(!names.contains { $0.contains("sesame") }, "\(names)")
    }

    @Test("the lists of the service are fetched on request")
    func fetched() async throws {
        let prodia = try LoopbackProdia(key: "sesame-key")
        let v1 = try await ProdiaProvider(.v1, prodia).fetchModels()
        #expect(v1.models.map(\.id).contains("loopback_xl.safetensors [00000002]"))
        #expect(v1.models.count == 5)
        let legacy = try await ProdiaProvider(.legacy, prodia).fetchModels()
        #expect(legacy.models.count == 66)
        #expect(try legacy.resolve("loopback_sd").model.id == "loopback_sd.safetensors [00000001]")
        #expect(
            try await ProdiaProvider(.v2, prodia).fetchModels().models.count == ProdiaProvider().models.models.count)
        #expect(prodia.lines == ["GET /v1/sd/models", "GET /v1/sdxl/models", "GET /models"])
        let error = await #expect(throws: GenerationError.self) {
            _ = try await ProdiaProvider(.v1, prodia, key: "wrong").fetchModels()
        }
        #expect(error?.code == .unauthorized)
        #expect(error?.provider == "prodia")
        let missing = await #expect(throws: GenerationError.self) {
            _ = try await ProdiaProvider(.v1, prodia, key: nil).fetchModels()
        }
        #expect(missing?.code == .missingCredentials)
        let gone = try LoopbackServer { _, _ in }
        gone.stopKeepingPort()
        let refused = await #expect(throws: GenerationError.self) {
            _ = try await ProdiaProvider(.v1, at: gone.url).fetchModels()
        }
        #expect(refused?.code == .connectionFailed && gone.acceptedConnections == 0)
    }

    @Test("options by their names")
    func options() throws {
        var options = ProdiaOptions()
        try options.set("sampler", to: "DDIM")
        try options.set("stylePreset", to: "anime")
        try options.set("upscale", to: true)
        try options.set("strength", to: 0.5)
        try options.set("loras", to: ["a", "b"])
        try options.set("progressive", to: false)
        try options.set("format", to: "PNG")
        try options.set("rawBytes", to: true)
        try options.set("config", to: ["a": [1]])
        var expected = ProdiaOptions()
        expected.sampler = "DDIM"
        expected.stylePreset = "anime"
        expected.upscale = true
        expected.strength = 0.5
        expected.loras = ["a", "b"]
        expected.progressive = false
        expected.format = .png
        expected.rawBytes = true
        expected.config = ["a": [1]]
        #expect(options == expected)
        let wrong: [(String, JSONValue)] = [
            ("sampler", 1), ("stylePreset", nil), ("upscale", "yes"), ("strength", 1.5), ("strength", "0.5"),
            ("loras", ["a", 1]), ("loras", "a"), ("progressive", 1), ("format", "gif"), ("rawBytes", 0),
            ("config", []), ("colour", "red"), ("", nil),
        ]
        for (name, value) in wrong {
            let error = #expect(throws: GenerationError.self) { try options.set(name, to: value) }
            #expect(error?.code == .invalidRequest)
        }
        #expect(options == expected)
    }

    @Test(
        "a job type that Prodia does not know is no busy service, where its words say so",
        arguments: [
            (429, "unknown job type", true), (429, "Unknown type inference.foo.txt2img.v1", true),
            (400, #"{"error":"job type not found: inference.foo.txt2img.v1"}"#, true),
            (422, #"{"detail":[{"msg":"unsupported job type"}]}"#, true), (404, "no such job type", true),
            (429, "too many requests", false), (429, "unknown", false), (400, "steps: unknown type", false),
            (400, #"{"error":"inference.foo.txt2img.v1: additional property 'x' not found"}"#, false),
            (429, "", false), (503, "job type not found", false), (404, "not found", false),
        ], [ProdiaAPI.v2, .v2Async])
    func unknownType(_ answer: (status: Int, body: String, isUnknown: Bool), _ api: ProdiaAPI) async throws {
        let server = try LoopbackServer { _, responder in
            try await responder.respond(status: answer.status, body: answer.body)
        }
        let run = await ProdiaProvider(api, at: server.url) { $0.retry = .never }
            .run("a boat", model: "inference.foo.txt2img.v1")
        #expect((run.failure?.code == .unknownModel) == answer.isUnknown, "\(String(describing: run.error))")
        #expect(server.requests.count == 1)
        guard answer.isUnknown else { return }
        #expect(run.failure?.wasAccepted == false && run.failure?.isRetryable == false)
        let message = try #require(run.failure?.message)
        #expect(message.contains("inference.foo.txt2img.v1") && message.contains("Try "))
        #expect(message.contains("inference.sd15.txt2img.v1") || message.contains("inference.flux"))
    }

    @Test("a known type that the service has given up is named, and not offered again")
    func goneType() async throws {
        let type = "inference.sdxl.txt2img.v1"
        let server = try LoopbackServer { _, responder in
            try await responder.respond(status: 429, body: "unknown job type")
        }
        let run = await ProdiaProvider(.v2, at: server.url).run("a boat", model: "sdxl")
        #expect(run.failure?.code == .unknownModel)
        #expect(run.failure?.message.contains("There is no model \(type) here.") == true)
        #expect(run.failure?.message.components(separatedBy: type).count == 2)
    }

    @Test("words that refuse the content", arguments: [ProdiaAPI.legacy, .v1, .v2, .v2Async])
    func refusedContent(api: ProdiaAPI) async throws {
        let words = #""error":"NSFW content detected""#
        let server = try LoopbackServer { request, responder in
            switch request.path {
            case let path where path.hasSuffix("current"): try await responder.respond(body: "failed")
            case "/v2/job":
                try await responder.respond(status: 400, json: "{\(words),\"state\":{\"current\":\"failed\"}}")
            case let path where request.method == "GET" && path != "/generate":
                try await responder.respond(json: "{\"status\":\"failed\",\"state\":{\"current\":\"failed\"},\(words)}")
            default: try await responder.respond(json: #"{"job":"abc","id":"abc"}"#)
            }
        }
        let run = await ProdiaProvider(api, at: server.url).run("a boat")
        #expect(run.failure?.code == .contentFiltered, "\(String(describing: run.error))")
        #expect(run.failure?.wasAccepted == true)
    }
}
