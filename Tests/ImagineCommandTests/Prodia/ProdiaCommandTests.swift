import Foundation
import GeneratorTesting
import TestPace
import Testing

/// Prodia's four interfaces through the whole command.
@Suite(.paced, .serialized) struct ProdiaCommandTests {
    static let apis = ["legacy", "v1", "v2", "v2-async"]
    private let command: ProdiaCommand

    init() throws { command = try ProdiaCommand() }

    @Test(arguments: apis) func onePicture(_ api: String) async throws {
        let run = await command.generate("A quiet harbour", api, "--seed", "7", "--json")
        #expect(run.status == 0)
        #expect(run.error == "")
        let objects = try run.objects()
        let submitted = try #require(try run.objects("submitted").first)
        // The one request of v2 is over when its job has a name.
        #expect(submitted.names == (api == "v2" ? ["elapsed", "id", "type"] : ["elapsed", "id", "ticket", "type"]))
        let image = try #require(objects.last)
        #expect(image.names == ["alt", "elapsed", "images", "index", "model", "provider", "type"])
        #expect(image.text("provider") == "prodia")
        #expect(image.text("alt") == "A quiet harbour")
        let models = [
            "legacy": "absolutereality_v181.safetensors [3d9d4d2b]", "v1": "v1-5-pruned-emaonly.safetensors [d7049739]",
        ]
        #expect(image.text("model") == models[api, default: "inference.flux-fast.schnell.txt2img.v2"])
        let picture = try #require(image.list("images").first)
        let names = ["file", "height", "mediaType", "seed", "url", "width"]
        #expect(picture.names == names.filter { $0 != "url" || api != "v2" })
        #expect(picture.number("seed") == 7)
        let side = api == "legacy" ? 512 : 256
        let expected = LoopbackProdia.picture(prompt: "A quiet harbour", seed: 7, width: side, height: side)
        #expect(try command.folder.data("a-quiet-harbour-7.png") == expected)
        #expect(command.prodia.submissions == 1)
    }

    @Test func withoutAChoiceItIsV2AndPeopleSeeThePrice() async {
        let run = await command.run(["boat", "--provider", "prodia", "--seed", "3"])
        #expect(run.status == 0)
        #expect(command.prodia.server.requests.map(\.path) == ["/v2/job"])
        #expect(
            run.errorLines.last == "  inference.flux-fast.schnell.txt2img.v2 · 1024x1024 · png · seed 3 · $0.001")
    }

    @Test(arguments: [("legacy", "sampler"), ("v1", "sampler")]) func theSamplerArrivesAsItIsWritten(
        api: String, name: String
    ) async throws {
        let run = await command.generate("boat", api, "--sampler", "DPM++ SDE Karras", "--json")
        #expect(run.status == 0)
        #expect(try run.objects("warning").allSatisfy { $0.text("setting") != "sampler" })
        let request = try #require(command.prodia.server.requests.first)
        if api == "legacy" {
            #expect(request.target.contains("&sampler=DPM%2B%2B%20SDE%20Karras&"))
        } else {
            #expect(try command.body().text(name) == "DPM++ SDE Karras")
        }
    }

    @Test func aSamplerWhereThereIsNoneIsAWarning() async throws {
        let space = try LoopbackSpace()
        let elsewhere = ["boat", "--base-url", space.url.absoluteString, "--no-save", "--json", "--sampler", "Heun"]
        for run in [
            await CommandRun.run(elsewhere), await command.generate("boat", "v2", "--sampler", "Heun", "--json"),
        ] {
            #expect(run.status == 0)
            let warning = try #require(try run.objects("warning").first { $0.text("setting") == "sampler" })
            #expect(warning.text("kind") == "unsupported")
            #expect(warning.text("requested") == "Heun")
        }
        let refused = await CommandRun.run(elsewhere + ["--unsupported", "fail"])
        #expect(refused.status == 64)
        #expect(try refused.objects().map { $0.text("code") } == ["unsupportedSetting"])
        #expect(space.submissions == 1)
    }

    @Test func settingsOfEveryKind() async throws {
        let options = [
            "--option", "config={\"refiner\": 1}", "--option", "stylePreset=anime", "--option", "format=\"png\"",
        ]
        let words = ["boat", "--provider", "prodia", "--model", "sdxl", "--aspect-ratio", "16:9", "--json"]
        let run = await command.run(
            words + ["--negative-prompt", "rain", "--steps", "9", "--guidance", "6.5"] + options)
        #expect(run.status == 0)
        let body = try command.body()
        #expect(body.text("type") == "inference.sdxl.txt2img.v1")
        let config = try #require(body["config"] as? [String: Any])
        #expect(config.text("negative_prompt") == "rain")
        #expect(config.text("style_preset") == "anime")
        #expect(config.number("refiner") == 1)
        #expect(config.number("steps") == 9)
        #expect(config.number("guidance_scale") == 6.5)
        #expect(try #require(config.number("width")) > #require(config.number("height")))
        #expect(command.prodia.server.requests.last?.header("Accept")?.contains("image/png") == true)
    }

    @Test func severalPicturesCountUp() async throws {
        let run = await command.generate("boat", "v1", "--count", "2", "--seed", "5", "--json")
        #expect(run.status == 0)
        #expect(try run.objects("image").map { $0.list("images").first?.number("seed") ?? 0 }.sorted() == [5, 6])
        #expect(command.folder.names == ["boat-5.png", "boat-6.png"])
    }

    @Test func anInputPictureIsTransformed() async throws {
        let png = LoopbackProdia.picture(prompt: "fox", seed: 1, width: 64, height: 32)
        let folder = try TestFolder()
        let input = try folder.write(png, "fox.png")
        let run = await command.generate("boat", "v1", "--image", input, "--option", "strength=0.5")
        #expect(run.status == 0)
        #expect(command.prodia.server.requests.contains { $0.path == "/v1/sd/transform" })
        #expect(try command.body().text("imageData") == png.base64EncodedString())
        let model = "inference.flux.dev.img2img.v1"
        let second = await command.generate("boat", "v2", "--model", model, "--image", input)
        #expect(second.status == 0)
        let form = try #require(command.prodia.server.requests.last { $0.path == "/v2/job" })
        #expect(form.header("Content-Type")?.hasPrefix("multipart/form-data") == true)
        #expect(form.body.range(of: png) != nil)
    }

    @Test(arguments: ["v1", "v2", "v2-async"]) func withoutAKeyNothingIsSent(_ api: String) async throws {
        let words = ["boat", "--provider", "prodia", "--api", api, "--base-url", command.prodia.url.absoluteString]
        let run = await CommandRun.run(words, environment: [:])
        #expect(run.status == 77)
        #expect(run.output == "")
        #expect(run.errorLines.first?.hasSuffix(" [missingCredentials]") == true)
        #expect(command.prodia.server.acceptedConnections == 0)
        // The variables that everybody knows will do.
        let both = ["PRODIA_TOKEN": "sesame-key", "PRODIA_API_KEY": "sesame-key"]
        let found = await CommandRun.run(words + ["--no-save"], environment: both)
        #expect(found.status == 0)
        #expect(!(found.output + found.error).contains("sesame"))
    }

    @Test(arguments: apis) func theKeyIsPrintedNowhere(_ api: String) async throws {
        for more in [["--json"], ["--verbose"]] {
            let run = await command.run(["boat", "--provider", "prodia", "--api", api] + more)
            #expect(run.status == 0)
            #expect(!(run.output + run.error).contains("sesame"))
        }
        let other = try ProdiaCommand(key: "another")
        guard api != "legacy" else { return }
        let refused = await other.generate("boat", api, "--verbose")
        #expect(refused.status == 77)
        #expect(!(refused.output + refused.error).contains("sesame"))
    }

    @Test(arguments: [
        (["--provider", "prodia", "--api", "v3"], "--api takes legacy, v1, v2, v2-async."),
        (["--provider", "flux-dev", "--api", "v1"], "The provider flux-dev has one interface; --api is for prodia."),
        (["--api", "v1"], "The provider flux1-schnell has one interface; --api is for prodia."),
        (["--provider", "prodia", "--route", "queue"], "The provider prodia is no Gradio app; --route is for those."),
        (
            ["--provider", "prodia", "--hub-token-env", "MY_KEY"],
            "The provider prodia is no Gradio app; --hub-token-env is for those."
        ),
        (
            ["--provider", "prodia", "--base-url", "pictures=http://127.0.0.1:9"],
            "The provider prodia has no role pictures. --base-url takes images=URL, or one URL for all."
        ),
        (
            ["--provider", "prodia", "--option", "strength=2"],
            "The option strength must be a number from 0 to 1."
        ),
    ]) func mistakes(words: [String], message: String) async throws {
        let run = await CommandRun.run(["boat", "--no-save", "--json"] + words, environment: ["MY_KEY": "x"])
        #expect(run.status == 64)
        #expect(try run.objects().map { $0.text("message") } == [message])
    }

    @Test(arguments: [
        ("legacy", "!error oops", 69), ("v1", "!error oops", 69), ("v2", "!error oops", 69),
        ("v2-async", "!error oops", 69),
        ("v1", "!die", 74), ("v2", "!cut boat", 74), ("v2", "!html", 65), ("v2-async", "!none", 65),
        ("v1", "!busy 9 boat", 75),
    ]) func whatBecomesOfAJob(api: String, prompt: String, status: Int32) async throws {
        let run = await command.generate(prompt, api, "--json", "--retries", "0")
        #expect(run.status == status)
        let error = try #require(try run.objects("error").last)
        #expect(error["ticket"] == nil, "Nothing can be picked up again.")
    }
}
