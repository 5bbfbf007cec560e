import Foundation
import GeneratorTesting
import GeneratorTransport
import Prodia
import ProviderRuns
import TestPace
import Testing

@Suite("Prodia: v2", .paced)
struct ProdiaV2Tests {
    @Test("one picture, and what is known about it", arguments: [ProdiaAPI.v2, .v2Async])
    func picture(api: ProdiaAPI) async throws {
        let prodia = try LoopbackProdia(key: "sesame-key")
        let run = await ProdiaProvider(api, prodia).run("a boat", seed: nil) { $0.steps = 3 }
        #expect(run.error == nil && run.warnings.isEmpty)
        let job = try #require(run.jobs.first)
        #expect(job.isResumable == (api == .v2Async))
        let response = try #require(run.images.first)
        #expect(response.model == "inference.flux-fast.schnell.txt2img.v2")
        #expect(response.alt == "a boat")
        let image = try #require(response.images.first)
        let seed = try #require(image.seed)
        #expect(
            image.metadata == [
                "job": .string(job.id), "elapsed": 0.25, "dollars": 0.001, "file": "image.png",
                "product": "inference.flux-fast.schnell.txt2img.v2",
            ])
        #expect(image.size == PixelSize(width: 256, height: 256))
        #expect(
            try await image.load().data == LoopbackProdia.picture(prompt: "a boat", seed: seed, width: 256, height: 256)
        )
        #expect(image.isLocal == (api == .v2))
        #expect(
            prodia.bodies == [
                [
                    "type": "inference.flux-fast.schnell.txt2img.v2",
                    "config": ["prompt": "a boat", "steps": 3, "width": 256, "height": 256],
                ]
            ])
        let request = try #require(prodia.server.requests.first)
        #expect(request.target == (api == .v2 ? "/v2/job?price=true" : "/v2/job/async?price=true"))
        #expect(prodia.server.requests.allSatisfy { $0.header("Authorization") == "Bearer sesame-key" })
        #expect(prodia.submissions == 1)
    }

    @Test("only what was set is sent", arguments: [ProdiaAPI.v2, .v2Async])
    func bare(api: ProdiaAPI) async throws {
        let prodia = try LoopbackProdia()
        let run = await ProdiaProvider(api, prodia).run("a boat", seed: nil, side: nil)
        #expect(prodia.bodies.first?["config"] == ["prompt": "a boat"])
        #expect(try await run.pictures.first?.load().size == PixelSize(width: 1024, height: 1024))
    }

    @Test("the formats that are asked for", arguments: [ProdiaAPI.v2, .v2Async])
    func accept(api: ProdiaAPI) async throws {
        let prodia = try LoopbackProdia()
        _ = await ProdiaProvider(api, prodia).run("a boat")
        let run = await ProdiaProvider(api, prodia).run("a boat") { $0.prodia.format = .webp }
        let accepts = prodia.server.requests.filter { $0.method == "POST" }.map { $0.header("Accept") }
        let expected =
            api == .v2
            ? ["multipart/form-data", "multipart/form-data; image/webp"] : ["*/*", "image/webp"]
        #expect(accepts == expected)
        _ = try await run.pictures.first?.load()
        #expect(api == .v2 || prodia.server.requests.last?.header("Accept") == "image/webp")
    }

    @Test("bare bytes")
    func raw() async throws {
        let prodia = try LoopbackProdia()
        let run = await ProdiaProvider(.v2, prodia).run("a boat") { $0.prodia.rawBytes = true }
        #expect(prodia.server.requests.first?.header("Accept") == "image/jpeg")
        let image = try #require(run.pictures.first)
        #expect(image.seed == 7 && image.metadata.isEmpty && run.jobs.isEmpty)
        #expect(
            try await image.load().data == LoopbackProdia.picture(prompt: "a boat", seed: 7, width: 256, height: 256))
        let elsewhere = await ProdiaProvider(.v2Async, prodia).run("a boat") { $0.prodia.rawBytes = true }
        #expect(elsewhere.complaints == ["rawBytes"])
    }

    @Test("several outputs are one response", arguments: [ProdiaAPI.v2, .v2Async])
    func outputs(api: ProdiaAPI) async throws {
        let prodia = try LoopbackProdia()
        let run = await ProdiaProvider(api, prodia).run("!two a boat")
        #expect(run.images.count == 1)
        #expect(run.pictures.map { $0.metadata["file"] } == ["foreground.png", "mask.png"])
        for (index, image) in run.pictures.enumerated() {
            let expected = LoopbackProdia.picture(prompt: "!two a boat", seed: 7 + index, width: 256, height: 256)
            #expect(try await image.load().data == expected)
        }
    }

    @Test("inputs go as a form, under distinct names and their true types", arguments: [ProdiaAPI.v2, .v2Async])
    func inputs(api: ProdiaAPI) async throws {
        let prodia = try LoopbackProdia()
        let png = LoopbackProdia.picture(prompt: "x", seed: 1, width: 16, height: 16)
        let server = try LoopbackServer { _, responder in try await responder.respond(body: png) }
        let jpeg = Data([0xFF, 0xD8, 0xFF, 0xE0, 0, 1])
        let run = await ProdiaProvider(api, prodia).run("a boat", model: "inference.flux-2.pro.img2img.v1") {
            $0.inputImages = [.data(png), .data(jpeg), .data(Data("\r\n--".utf8)), .remote(server.url)]
        }
        #expect(run.error == nil && run.warnings.isEmpty)
        let request = try #require(prodia.server.requests.first)
        let type = try #require(request.header("Content-Type"))
        let parts = try await HTTPResponse(
            status: 200, headers: ["Content-Type": type], url: prodia.url, body: HTTPBody(request.body)
        ).multipartParts()
        let names = ["input-1.png", "input-2.jpg", "input-3.bin", "input-4.png"]
        #expect(parts.map(\.name) == ["job", "input", "input", "input", "input"])
        #expect(parts.map(\.fileName) == ["job.json"] + names)
        #expect(
            parts.map(\.mediaType) == [
                "application/json", "image/png", "image/jpeg", "application/octet-stream", "image/png",
            ])
        #expect(parts.dropFirst().map(\.data) == [png, jpeg, Data("\r\n--".utf8), png])
        let job = try JSONValue(parsing: parts[0].data)
        #expect(job["config"]?["images"] == .array(names.map(JSONValue.string)))
        #expect(!server.heard("sesame"))
    }

    @Test("inputs that cannot be had: nothing is submitted", arguments: [ProdiaAPI.v2, .v2Async])
    func missingInputs(api: ProdiaAPI) async throws {
        let prodia = try LoopbackProdia()
        let server = try LoopbackServer { _, responder in try await responder.respond(status: 404, body: "no") }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("no-\(UUID().uuidString).png")
        for (input, code) in [(ImageInput.remote(server.url), "notFound"), (.file(file), "fileUnreadable")] {
            let run = await ProdiaProvider(api, prodia).run("a boat", model: "inference.flux.dev.img2img.v1") {
                $0.inputImages = [input]
            }
            #expect(run.failure?.code.rawValue == code)
            #expect(run.failure?.wasAccepted == false)
        }
        let large = ProdiaProvider(api, prodia) { $0.downloads.maximumBytes = 10 }
        let png = FileManager.default.temporaryDirectory.appendingPathComponent("large-\(UUID().uuidString).png")
        try LoopbackProdia.picture(prompt: "x", seed: 1, width: 16, height: 16).write(to: png)
        defer { try? FileManager.default.removeItem(at: png) }
        let run = await large.run("a boat", model: "inference.flux.dev.img2img.v1") { $0.inputImages = [.file(png)] }
        #expect(run.failure?.code == .fileUnreadable)
        #expect(prodia.server.requests.isEmpty)
    }

    @Test("an answer in small pieces, cut short, or of another kind")
    func answers() async throws {
        let prodia = try LoopbackProdia()
        let provider = ProdiaProvider(.v2, prodia)
        let drip = await provider.run("!drip a boat")
        #expect(
            try await drip.pictures.first?.load().data
                == LoopbackProdia.picture(prompt: "!drip a boat", seed: 7, width: 256, height: 256))
        let cut = await provider.run("!cut a boat")
        #expect(cut.failure?.code == .connectionLost)
        #expect(cut.failure?.wasAccepted == true, "The head comes when the picture is done.")
        let none = await provider.run("!none")
        #expect(none.failure?.code == .noImage)
        #expect(none.failure?.wasAccepted == true && none.failure?.job != nil)
        let failed = await provider.run("!error No face found.")
        #expect(failed.failure?.code == .generationFailed)
        #expect(failed.failure?.message.contains("No face found.") == true)
        #expect(failed.failure?.wasAccepted == true && failed.failure?.job?.ticket == nil)
        #expect(prodia.submissions == 4)
    }

    @Test(
        "a config that is refused names the field, a type that is unknown gets a hint",
        arguments: [ProdiaAPI.v2, .v2Async])
    func refused(api: ProdiaAPI) async throws {
        let prodia = try LoopbackProdia(retryAfter: 0)
        let run = await ProdiaProvider(api, prodia).run("a boat") { $0.prodia.config = ["steps": 1000] }
        #expect(run.failure?.status == 400)
        #expect(run.failure?.message.contains("maximum: got 1000") == true)
        #expect(run.failure?.wasAccepted == false)
        let unknown = await ProdiaProvider(api, prodia).run("a boat", model: "interference.flux.v1")
        #expect(unknown.failure?.code == .rateLimited)
        #expect(unknown.failure?.message.contains("interference.flux.v1") == true)
        let requests = prodia.server.requests.count
        let misspelt = await ProdiaProvider(api, prodia).run("a boat", model: "flux-shnell")
        #expect(misspelt.failure?.code == .unknownModel)
        #expect(misspelt.failure?.message.contains("flux-schnell") == true)
        #expect(prodia.server.requests.count == requests)
        #expect(prodia.submissions == 0)
    }

    @Test(
        "settings under the names of each type",
        arguments: [
            (
                "flux-2-flex", ["guidance": 2.5, "steps": 9, "width": 320, "height": 304, "seed": 7],
                ["height", "negativePrompt", "stylePreset"]
            ),
            (
                "sdxl",
                [
                    "guidance_scale": 2.5, "steps": 9, "width": 320, "height": 310, "seed": 7, "negative_prompt": "fog",
                    "style_preset": "anime",
                ], []
            ),
            (
                "sd15", ["steps": 9, "width": 320, "height": 310, "seed": 7, "negative_prompt": "fog"],
                ["guidance", "stylePreset"]
            ),
            (
                "flux-schnell", ["steps": 4, "width": 320, "height": 310, "seed": 7, "style_preset": "anime"],
                ["steps", "guidance", "negativePrompt"]
            ),
            (
                "inference.flux-fast.schnell.txt2img.v1",
                ["steps": 4, "resolution": "512x512", "seed": 7, "style_preset": "anime"],
                ["steps", "guidance", "negativePrompt", "width", "height"]
            ),
            (
                "inference.new.thing.v7",
                [
                    "guidance_scale": 2.5, "steps": 9, "width": 320, "height": 310, "seed": 7, "negative_prompt": "fog",
                    "style_preset": "anime",
                ], []
            ),
        ] as [(String, [String: JSONValue], [String])])
    func types(model: String, config: [String: JSONValue], complaints: [String]) async throws {
        let prodia = try LoopbackProdia()
        let run = await ProdiaProvider(.v2, prodia).run("a boat", model: model) {
            $0.steps = 9
            $0.guidance = 2.5
            $0.negativePrompt = "fog"
            $0.size = .pixels(320, 310)
            $0.prodia.stylePreset = "anime"
        }
        var expected = config
        expected["prompt"] = "a boat"
        #expect(prodia.bodies.first?["config"] == .object(expected))
        #expect(Set(run.complaints) == Set(complaints))
        #expect(run.pictures.count == 1)
        let strict = await ProdiaProvider(.v2, prodia).run("a boat", model: model) {
            $0.size = .pixels(320, 310)
            $0.negativePrompt = "fog"
            $0.unsupported = .fail
        }
        let isFine = !complaints.contains("height") && !complaints.contains("negativePrompt")
        #expect((strict.failure?.code == .unsupportedSetting) == !isFine)
        #expect(prodia.submissions == (isFine ? 2 : 1))
    }

    @Test("a free config wins, and options that a type does not know are said")
    func config() async throws {
        let prodia = try LoopbackProdia()
        let run = await ProdiaProvider(.v2, prodia).run("a boat", seed: 3) {
            $0.prodia.config = ["seed": 5, "prompt": "two boats", "nested": ["a": [1, nil]]]
            $0.prodia.loras = ["x"]
            $0.prodia.progressive = true
            $0.prodia.sampler = "DDIM"
            $0.prodia.upscale = true
            $0.prodia.strength = 0.5
        }
        #expect(
            prodia.bodies.first?["config"] == [
                "seed": 5, "prompt": "two boats", "nested": ["a": [1, nil]], "loras": ["x"], "progressive": true,
                "width": 256, "height": 256,
            ])
        #expect(Set(run.complaints) == ["sampler", "upscale", "strength"])
        #expect(run.pictures.first?.seed == 5)
    }
}
