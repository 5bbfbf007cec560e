import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

/// The lines that `--json` writes: other programs read them, so names and types are fixed.
@Suite(.paced, .serialized) struct JSONLinesTests {
    private let space: LoopbackSpace
    private let folder: TestFolder

    init() throws {
        space = try LoopbackSpace()
        folder = try TestFolder()
    }

    private func run(_ words: String...) async -> CommandRun {
        let fixed = ["--base-url", space.url.absoluteString, "--output", folder.path, "--json"]
        return await CommandRun.run(words + ["--width", "256", "--height", "256"] + fixed)
    }

    @Test func onePicture() async throws {
        let run = await run("A quiet harbour", "--seed", "7", "--steps", "4")
        #expect(run.status == 0)
        #expect(run.error == "")
        let objects = try run.objects()
        let types = objects.compactMap { $0.text("type") }
        try #require(types.prefix(3) == ["reasoning", "submitted", "reasoning"])
        #expect(types.dropFirst(2).dropLast().allSatisfy { $0 == "reasoning" })
        var last = 0.0
        for object in objects {
            let elapsed = try #require(object.number("elapsed"))
            #expect(elapsed >= last && elapsed < 60)
            last = elapsed
        }
        #expect(objects[0].names == ["elapsed", "status", "type"])
        #expect(objects[0].text("status") == "Connecting to the Space")
        // Over Gradio there is no ticket.
        #expect(objects[1].names == ["elapsed", "id", "type"])
        #expect(objects[1].text("id")?.isEmpty == false)
        let waiting = objects[2]
        #expect(waiting.text("status") == "Waiting in the queue")
        #expect(waiting.names == ["elapsed", "queue", "status", "type"])
        let queue = try #require(waiting["queue"] as? [String: Any])
        #expect(queue.names == ["position", "size"])
        #expect(queue.number("position") == 0)
        #expect(queue.number("size") == 1)
        let bars = objects.compactMap { $0["progress"] as? [String: Any] }
        #expect(bars.first?.names == ["completed", "total", "unit"])
        #expect(bars.map { $0.number("completed") } == [0, 1, 2, 3])
        #expect(bars.allSatisfy { $0.number("total") == 4 && $0.text("unit") == "steps" })
        let image = try #require(objects.last)
        #expect(image.names == ["alt", "elapsed", "images", "index", "model", "provider", "type"])
        #expect(image.number("index") == 0)
        #expect(image.text("provider") == "flux1-schnell")
        #expect(image.text("model") == "voodoohop-flux-1-schnell")
        #expect(image.text("alt") == "A quiet harbour")
        let pictures = image.list("images")
        #expect(pictures.count == 1)
        let picture = try #require(pictures.first)
        #expect(picture.names == ["file", "height", "mediaType", "seed", "url", "width"])
        #expect(picture.text("url")?.hasPrefix(space.url.absoluteString + "/") == true)
        #expect(picture.text("file") == folder.path + "/a-quiet-harbour-7.png")
        #expect(picture.number("seed") == 7)
        #expect(picture.number("width") == 256)
        #expect(picture.number("height") == 256)
        #expect(picture.text("mediaType") == "image/png")
        let expected = LoopbackSpace.picture(prompt: "A quiet harbour", seed: 7, width: 256, height: 256)
        #expect(try folder.data("a-quiet-harbour-7.png") == expected)
        #expect(folder.names == ["a-quiet-harbour-7.png"])
    }

    @Test func severalPicturesCountUp() async throws {
        let run = await run("harbour", "--count", "3", "--seed", "5")
        #expect(run.status == 0)
        let images = try run.objects("image")
        #expect(images.map { $0.number("index") } == [0, 1, 2])
        #expect(images.map { $0.list("images").first?.number("seed") } == [5, 6, 7])
        #expect(folder.names == ["harbour-5.png", "harbour-6.png", "harbour-7.png"])
        for seed in 5...7 {
            let expected = LoopbackSpace.picture(prompt: "harbour", seed: seed, width: 256, height: 256)
            #expect(try folder.data("harbour-\(seed).png") == expected)
        }
    }

    @Test func withoutSavingThereIsNoFile() async throws {
        let run = await run("harbour", "--no-save", "--seed", "1")
        #expect(run.status == 0)
        let picture = try #require(try run.objects("image").first?.list("images").first)
        #expect(picture.names == ["height", "seed", "url", "width"])
        #expect(folder.names == [])
        #expect(space.server.requests.allSatisfy { !$0.path.contains("file=") })
    }

    @Test func previewsAreLinesOfTheirOwn() async throws {
        let run = await run("!preview 2 harbour")
        #expect(run.status == 0)
        let previews = try run.objects("preview")
        #expect(previews.count == 2)
        for preview in previews {
            #expect(preview.names == ["elapsed", "images", "type"])
            #expect(preview.list("images").first?.text("url")?.hasPrefix("http://127.0.0.1:") == true)
        }
    }

    @Test func settingsThatAreNotHonoured() async throws {
        let run = await run("harbour", "--steps", "99", "--guidance", "3.5", "--negative-prompt", "rain")
        #expect(run.status == 0)
        #expect(run.error == "")
        let warnings = try run.objects("warning")
        #expect(warnings.count == 3)
        let steps = try #require(warnings.first { $0.text("setting") == "steps" })
        #expect(steps.names == ["elapsed", "kind", "message", "requested", "setting", "type", "used"])
        #expect(steps.text("kind") == "adjusted")
        #expect(steps.number("requested") == 99)
        #expect(steps.number("used") == 50)
        #expect(
            steps.text("message") == "The number of steps was changed from 99 to 50, the nearest that the model takes.")
        let guidance = try #require(warnings.first { $0.text("setting") == "guidance" })
        #expect(guidance.names == ["elapsed", "kind", "message", "requested", "setting", "type"])
        #expect(guidance.text("kind") == "unsupported")
        #expect(guidance.number("requested") == 3.5)
        let negative = try #require(warnings.first { $0.text("setting") == "negativePrompt" })
        #expect(negative.names == ["elapsed", "kind", "message", "setting", "type"])
    }

    @Test func anErrorIsTheLastLine() async throws {
        let run = await run("!error Out of paint")
        #expect(run.status == 69)
        #expect(run.error == "")
        let error = try #require(try run.objects().last)
        #expect(
            error.names == ["accepted", "code", "elapsed", "message", "origin", "provider", "remedy", "type"])
        #expect(
            error.text("provider") == "flux1-schnell" && error.text("origin")?.hasPrefix("http://127.0.0.1:") == true)
        #expect(error.text("type") == "error")
        #expect(error.text("code") == "generationFailed")
        #expect(error.text("message") == "Out of paint")
        #expect(error.truth("accepted") == true)
        #expect(error.number("elapsed") != nil)
    }

    @Test func mistakesAreErrorObjectsToo() async throws {
        for words in [["--json"], ["harbour", "--json", "--nope"], ["harbour", "--json", "--count", "0"]] {
            let run = await CommandRun.run(words)
            #expect(run.status == 64)
            #expect(run.error == "")
            let objects = try run.objects()
            #expect(objects.count == 1)
            #expect(objects.first?.names == ["accepted", "code", "elapsed", "message", "type"])
            #expect(objects.first?.text("code") == "invalidRequest")
            #expect(objects.first?.truth("accepted") == false)
        }
        // Behind `--` it is a prompt, not an option.
        #expect(await CommandRun.run(["--nope", "--", "--json"]).output == "")
    }

    @Test func cancellingIsAnErrorObjectToo() async throws {
        let space = space, path = folder.path
        let task = Task {
            // The server is told before the two seconds are over that it has for that.
            await CommandRun.run(
                ["!never", "--base-url", space.url.absoluteString, "--output", path, "--json"],
                clock: GeneratorClock(ManualClock()))
        }
        try await space.server.waitUntil {
            $0.requests.contains { $0.path.hasSuffix("/queue/data") }
        }
        task.cancel()
        let run = await task.value
        #expect(run.status == 130)
        #expect(space.cancellations == 1)
        let error = try #require(try run.objects().last)
        #expect(error.text("code") == "cancelled")
        #expect(error.truth("accepted") == true)
    }
}
