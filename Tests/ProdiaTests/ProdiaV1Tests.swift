import Foundation
import GeneratorTesting
import GeneratorTransport
import Prodia
import ProviderRuns
import TestPace
import Testing

@Suite("Prodia: v1", .paced)
struct ProdiaV1Tests {
    @Test("one picture of each family")
    func pictures() async throws {
        let prodia = try LoopbackProdia(key: "sesame-key")
        let provider = ProdiaProvider(.v1, prodia)
        let first = await provider.run("a boat", seed: 21) {
            $0.size = .pixels(256, 320)
            $0.steps = 12
            $0.guidance = 7
            $0.negativePrompt = "people"
            $0.prodia.sampler = "DPM++ 2M Karras"
            $0.prodia.stylePreset = "anime"
        }
        #expect(first.error == nil && first.warnings.isEmpty)
        let image = try #require(first.pictures.first)
        #expect(image.seed == 21 && image.size == PixelSize(width: 256, height: 320))
        #expect(
            try await image.load().data == LoopbackProdia.picture(prompt: "a boat", seed: 21, width: 256, height: 320))
        #expect(image.url.absoluteString.hasPrefix("\(prodia.imagesURL)/"))
        let second = await provider.run("a boat", model: "sd_xl_base_1.0.safetensors [be9edd61]", seed: nil, side: nil)
        let seed = try #require(second.pictures.first?.seed)
        #expect(second.images.first?.model == "sd_xl_base_1.0.safetensors [be9edd61]")
        #expect(
            prodia.bodies == [
                [
                    "prompt": "a boat", "model": "v1-5-pruned-emaonly.safetensors [d7049739]", "seed": 21, "width": 256,
                    "height": 320, "steps": 12, "cfg_scale": 7, "negative_prompt": "people",
                    "sampler": "DPM++ 2M Karras", "style_preset": "anime",
                ],
                ["prompt": "a boat", "model": "sd_xl_base_1.0.safetensors [be9edd61]", "seed": .integer(seed)],
            ])
        #expect(prodia.lines.filter { $0.hasPrefix("POST") } == ["POST /v1/sd/generate", "POST /v1/sdxl/generate"])
    }

    @Test("a base URL with the version in it will do as well")
    func versionedURL() async throws {
        let prodia = try LoopbackProdia()
        let run = await ProdiaProvider(.v1, at: prodia.url.appending(path: "v1/"), images: prodia.imagesURL).run(
            "a boat")
        #expect(run.pictures.count == 1)
        #expect(prodia.lines.first == "POST /v1/sd/generate")
    }

    @Test("a model that is not known here is looked up before anything is paid for")
    func lookup() async throws {
        let prodia = try LoopbackProdia()
        let provider = ProdiaProvider(.v1, prodia)
        let xl = await provider.run("a boat", model: "loopback_xl.safetensors [00000002]", side: 1024)
        #expect(xl.warnings.isEmpty && xl.pictures.count == 1)
        let sd = await provider.run("a boat", model: "loopback_sd.safetensors [00000001]", side: 1536)
        #expect(sd.pictures.first?.size == PixelSize(width: 1024, height: 1024))
        #expect(sd.complaints == ["width", "height"])
        let unknown = await provider.run("a boat", model: "loopback_xxl.safetensors")
        #expect(unknown.failure?.code == .unknownModel)
        #expect(unknown.failure?.message.contains("loopback_xl") == true)
        #expect(unknown.failure?.wasAccepted == false)
        #expect(prodia.submissions == 2)
        #expect(prodia.lines.filter { $0.hasPrefix("POST") } == ["POST /v1/sdxl/generate", "POST /v1/sd/generate"])
    }

    @Test("image to image, from bytes, a file and a link")
    func transform() async throws {
        let prodia = try LoopbackProdia()
        let provider = ProdiaProvider(.v1, prodia)
        let png = LoopbackProdia.picture(prompt: "x", seed: 1, width: 16, height: 16)
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("prodia-\(UUID().uuidString).png")
        try png.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let link = try #require(URL(string: "https://203.0.114.9/x.png"))
        for input in [ImageInput.data(png), .file(file), .remote(link)] {
            let run = await provider.run("a boat") {
                $0.inputImages = [input]
                $0.prodia.strength = 0.4
            }
            #expect(run.pictures.count == 1 && run.warnings.isEmpty)
        }
        let encoded = JSONValue.string(png.base64EncodedString())
        #expect(prodia.bodies.map { $0["imageData"] } == [encoded, encoded, nil])
        #expect(prodia.bodies.map { $0["imageUrl"] } == [nil, nil, .string(link.absoluteString)])
        #expect(prodia.bodies.allSatisfy { $0["denoising_strength"] == 0.4 })
        #expect(prodia.lines.filter { $0.hasPrefix("POST") }.allSatisfy { $0 == "POST /v1/sd/transform" })
        let missing = await provider.run("a boat") { $0.inputImages = [.file(file.appendingPathExtension("no"))] }
        #expect(missing.failure?.code == .fileUnreadable)
        #expect(missing.failure?.wasAccepted == false)
        let without = await provider.run("a boat") { $0.prodia.strength = 0.4 }
        #expect(without.complaints == ["strength"])
        #expect(prodia.submissions == 4)
    }

    @Test("further members win, and twice the size is reported")
    func config() async throws {
        let prodia = try LoopbackProdia()
        let run = await ProdiaProvider(.v1, prodia).run("a boat", seed: 3) {
            $0.prodia.upscale = true
            $0.prodia.config = ["seed": 5, "extra": "x"]
            $0.prodia.loras = ["y"]
        }
        #expect(prodia.bodies.first?["extra"] == "x")
        #expect(run.pictures.first?.seed == 5)
        #expect(run.pictures.first?.size == PixelSize(width: 512, height: 512))
        #expect(try await run.pictures.first?.load().size == PixelSize(width: 512, height: 512))
        #expect(run.complaints == ["loras"])
    }

    @Test("parameters that the service refuses")
    func refused() async throws {
        let prodia = try LoopbackProdia()
        let run = await ProdiaProvider(.v1, prodia).run("a boat") { $0.prodia.sampler = "none" }
        #expect(run.failure?.status == 400)
        #expect(run.failure?.message.contains("Invalid Generation Parameters") == true)
        #expect(run.failure?.wasAccepted == false)
        #expect(prodia.server.requests.count == 1)
    }
}
