import Foundation
import GeneratorTesting
import Prodia
import ProviderRuns
import TestPace
import Testing

@Suite("Prodia: keyless", .paced)
struct ProdiaLegacyTests {
    /// The fields of the query of the only submission, as a server reads them.
    private func query(_ prodia: LoopbackProdia) throws -> [String: String] {
        let request = try #require(prodia.server.requests.first { $0.path == "/generate" })
        let text = request.target.split(separator: "?").dropFirst().joined().replacingOccurrences(of: "+", with: " ")
        let fields = text.split(separator: "&").map { $0.split(separator: "=", omittingEmptySubsequences: false) }
        return Dictionary(
            uniqueKeysWithValues: fields.map { (String($0[0]), $0[1].removingPercentEncoding ?? "?") })
    }

    @Test("one picture, made of the arguments that were asked for")
    func picture() async throws {
        let prodia = try LoopbackProdia()
        let run = await ProdiaProvider(.legacy, prodia).run("a café & a boat +1", seed: 21) {
            $0.size = .pixels(768, 512)
            $0.steps = 12
            $0.guidance = 7.5
            $0.negativePrompt = "people"
            $0.model = "dreamshaper_8.safetensors [9d40847d]"
            $0.prodia.sampler = "dpm++ sde karras"
        }
        #expect(run.error == nil)
        #expect(run.warnings.isEmpty)
        #expect(
            try query(prodia) == [
                "new": "true", "prompt": "a café & a boat +1", "model": "dreamshaper_8.safetensors [9d40847d]",
                "negative_prompt": "people", "steps": "12", "cfg": "7.5", "seed": "21",
                "sampler": "DPM++ SDE Karras", "aspect_ratio": "landscape",
            ])
        let target = try #require(prodia.server.requests.first?.target)
        #expect(target.contains("DPM%2B%2B%20SDE%20Karras") && !target.contains("+"))
        let response = try #require(run.images.first)
        #expect(response.model == "dreamshaper_8.safetensors [9d40847d]")
        #expect(response.alt == "a café & a boat +1")
        let image = try #require(response.images.first)
        let job = try #require(run.jobs.first)
        #expect(image.url.absoluteString == "\(prodia.imagesURL)/\(job.id).png")
        #expect(image.seed == 21)
        #expect(image.metadata["job"] == .string(job.id))
        let loaded = try await image.load()
        #expect(loaded.data == LoopbackProdia.picture(prompt: "a café & a boat +1", seed: 21, width: 768, height: 512))
        #expect(image.size == loaded.size)
        #expect(prodia.submissions == 1)
    }

    @Test("without a wish: the defaults of the old playground, and the seed that was drawn")
    func defaults() async throws {
        let prodia = try LoopbackProdia()
        let run = await ProdiaProvider(.legacy, prodia).run("a boat", seed: nil)
        var query = try query(prodia)
        let seed = try #require(query.removeValue(forKey: "seed").flatMap { Int($0) })
        #expect(
            query == [
                "new": "true", "prompt": "a boat", "model": "absolutereality_v181.safetensors [3d9d4d2b]",
                "negative_prompt": "", "steps": "20", "cfg": "7", "sampler": "DPM++ 2M Karras",
                "aspect_ratio": "square",
            ])
        let image = try #require(run.pictures.first)
        #expect(image.seed == seed)
        #expect(
            try await image.load().data == LoopbackProdia.picture(prompt: "a boat", seed: seed, width: 512, height: 512)
        )
        #expect(run.warnings.isEmpty)
    }

    @Test("what lies outside the ranges is changed, and said so")
    func ranges() async throws {
        let prodia = try LoopbackProdia()
        let run = await ProdiaProvider(.legacy, prodia).run("a boat", model: "gpt-4", seed: 1 << 40) {
            $0.steps = 500
            $0.guidance = 99
            $0.size = .pixels(1920, 1080)
            $0.prodia.sampler = "UniPC"
            $0.prodia.stylePreset = "anime"
            $0.inputImages = [.data(Data([1]))]
        }
        let query = try query(prodia)
        #expect(query["steps"] == "25" && query["cfg"] == "20" && query["aspect_ratio"] == "landscape")
        #expect(query["model"] == "absolutereality_v181.safetensors [3d9d4d2b]")
        #expect(query["sampler"] == "DPM++ 2M Karras")
        #expect(
            Set(run.complaints)
                == ["model", "seed", "steps", "guidance", "width", "height", "sampler", "stylePreset", "inputImages"])
        #expect(run.warnings.first { $0.setting == "model" }?.kind == .modelReplaced)
        #expect(run.warnings.first { $0.setting == "stylePreset" }?.kind == .unsupported)
        #expect(run.pictures.count == 1)
    }

    @Test(
        "the nearest of three shapes",
        arguments: [
            (ImageSize.aspectRatio(16, 9), "landscape", true), (.aspectRatio(3, 2), "landscape", false),
            (.aspectRatio(2, 3), "portrait", false), (.aspectRatio(1, 1), "square", false),
            (.pixels(512, 512), "square", false), (.pixels(640, 640), "square", true),
            (.pixels(512, 768), "portrait", false), (.aspectRatio(9, 16), "portrait", true),
        ] as [(ImageSize, String, Bool)])
    func shapes(size: ImageSize, aspect: String, isAdjusted: Bool) async throws {
        let prodia = try LoopbackProdia()
        let run = await ProdiaProvider(.legacy, prodia).run("!none") { $0.size = size }
        #expect(try query(prodia)["aspect_ratio"] == aspect)
        #expect(run.warnings.isEmpty == !isAdjusted)
    }

    @Test("a request that would rather fail sends nothing")
    func failing() async throws {
        let prodia = try LoopbackProdia()
        let provider = ProdiaProvider(.legacy, prodia)
        let wishes: [(inout GenerationRequest) -> Void] = [
            { $0.model = "gpt-4" }, { $0.steps = 26 }, { $0.size = .pixels(640, 640) },
            { $0.prodia.sampler = "UniPC" }, { $0.prodia.loras = ["x"] },
        ]
        for wish in wishes {
            let run = await provider.run("a boat") {
                $0.unsupported = .fail
                wish(&$0)
            }
            #expect(run.failure?.code == .unsupportedSetting || run.failure?.code == .unknownModel)
            #expect(run.failure?.message.contains("was taken") == false)
        }
        #expect(prodia.server.requests.isEmpty)
    }

    @Test("twice as large")
    func upscale() async throws {
        let prodia = try LoopbackProdia()
        let run = await ProdiaProvider(.legacy, prodia).run("a boat") { $0.prodia.upscale = true }
        #expect(try query(prodia)["upscale"] == "True")
        #expect(try await run.pictures.first?.load().size == PixelSize(width: 1024, height: 1024))
        #expect(run.pictures.first?.size == PixelSize(width: 1024, height: 1024))
    }

    @Test("where the interface is gone, the error says so")
    func gone() async throws {
        let server = try LoopbackServer { _, responder in try await responder.respond(status: 404, body: "not found") }
        let run = await ProdiaProvider(.legacy, at: server.url).run("a boat")
        #expect(run.failure?.code == .notFound)
        // The server's words have no end, and another sentence follows.
        let words = "The server answered 404: not found. Prodia switched its keyless interface off in 2025; "
        #expect(run.failure?.message == words + "the others need a key.")
        #expect(run.failure?.wasAccepted == false)
    }

    @Test("a link of the job's own wins over the one that is built")
    func link() async throws {
        let png = LoopbackProdia.picture(prompt: "x", seed: 1, width: 32, height: 32)
        let server = try LoopbackServer { request, responder in
            switch request.path {
            case "/generate": try await responder.respond(json: #"{"job":"abc","status":"queued"}"#)
            case "/job/abc":
                try await responder.respond(body: #"{"status":"succeeded","imageUrl":"/elsewhere/abc.png"}"#)
            default: try await responder.respond(body: png)
            }
        }
        let run = await ProdiaProvider(.legacy, at: server.url, images: server.url).run("a boat")
        #expect(run.pictures.first?.url.path == "/elsewhere/abc.png")
        #expect(try await run.pictures.first?.load().data == png)
    }
}
