import DemoPictures
import Foundation
import GeneratorTesting
import TestPace
import Testing

@Suite(.paced, .serialized) struct DemoTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func run(_ words: String...) async -> CommandRun {
        await CommandRun.run(["demo", "--width", "256", "--height", "256", "--output", folder.path] + words)
    }

    @Test func withoutAPromptItShowsRound() async throws {
        let run = await run("--seed", "1", "--steps", "3")
        #expect(run.status == 0)
        let names = [
            "a-quiet-harbour-at-dawn-1.png", "snow-over-the-mountains-at-night-1.png",
            "a-red-bicycle-under-a-golden-sky-1.png",
        ]
        #expect(folder.names == names.sorted())
        let answer = "The picture is 256 by 256 pixels, a square. You asked: What does this picture show?"
        #expect(run.outputLines == names.map { "\(folder.path)/\($0)" } + [answer])
        let talk = run.errorLines
        #expect(talk.first?.hasPrefix("The embedded Space runs at http://127.0.0.1:") == true)
        #expect(talk.first?.hasSuffix("; nothing leaves this machine.") == true)
        let titles = [
            "A quiet harbour at dawn (flux1-schnell)", "Snow over the mountains at night (prodia)",
            "A red bicycle under a golden sky (flux-dev)",
            "What does this picture show? (janus-pro)",
        ]
        #expect(talk.filter(titles.contains) == titles)
        for line in [
            "Submitting the job", "Acquiring GPU Token", "Waiting in the queue · place 1 of 1",
            "Generating · 2/3 steps",
        ] {
            #expect(talk.contains(line), "\(line)")
        }
        #expect(!talk.contains { $0.hasPrefix("Warning") }, "The question takes no settings of pictures.")
        #expect(talk.last == "The pictures lie in \(folder.path).")
    }

    @Test func gitDoesNotSeeWhatItLeavesInTheCheckout() throws {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 1...4 { root.deleteLastPathComponent() }
        let ignored = try String(contentsOf: root.appendingPathComponent(".gitignore"), encoding: .utf8)
            .split(separator: "\n").map(String.init)
        for ending in ["png", "jpg", "webp"] { #expect(ignored.contains("/*.\(ending)")) }
    }

    @Test func theTourShowsPreviews() async throws {
        let run = await run("--json", "--steps", "1")
        #expect(run.status == 0)
        #expect(try run.objects("preview").count >= 4)
        #expect(try run.objects("text").count == 1)
        #expect(try run.objects().last?.text("type") == "text")
    }

    @Test(arguments: [
        ["--provider", "flux-dev"], ["--model", "flux"], ["--provider", "g4f", "--model", "flux-schnell"],
        ["--space", "owner/name"],
    ]) func whatBelongsToOneProviderLeavesNoTour(_ words: [String]) async throws {
        let run = await CommandRun.run(["demo", "--no-save", "--json", "--steps", "1", "--width", "256"] + words)
        #expect(run.status == 0)
        let provider = ["--provider": words[1], "--space": "gradio"][words[0]] ?? "flux1-schnell"
        #expect(try run.objects("image").map { $0.text("provider") } == [provider])
        #expect(try run.objects("image").first?.text("alt") == "A quiet harbour at dawn")
    }

    @Test(arguments: ["legacy", "v1", "v2", "v2-async"]) func prodiaNeedsNoKey(_ api: String) async throws {
        let run = await run("A red bicycle", "--provider", "prodia", "--api", api, "--seed", "2", "--json")
        #expect(run.status == 0)
        #expect(try run.objects("image").map { $0.text("provider") } == ["prodia"])
        #expect(folder.names == ["a-red-bicycle-2.png"])
        // v1 and v2 differ in the sizes that they have.
        let picture = try #require(try run.objects("image").first?.list("images").first)
        let width = try #require(picture.number("width")), height = try #require(picture.number("height"))
        let expected = DemoPainter(prompt: "A red bicycle", seed: 2).png(width: Int(width), height: Int(height))
        #expect(try folder.data("a-red-bicycle-2.png") == expected)
        let again = await self.run("--provider", "prodia", "--api", api)
        let first = try #require(again.errorLines.first)
        #expect(first.hasPrefix("The embedded Prodia runs at http://127.0.0.1:"))
    }

    @Test func aJobOfTheDemoEndsWithIt() async throws {
        let words = ["demo", "!never boat", "--provider", "prodia", "--api", "v1", "--width", "256", "--height", "256"]
        let run = try await CommandRun.run(
            words + ["--output", folder.path, "--timeout", "2"], passing: .seconds(2)
        ) { clock in
            // Nothing is as near as the next look at the job.
            await clock.waitForSleepers(1, within: .seconds(0.5))
        }
        #expect(run.status == 74)
        #expect(!run.error.contains("resume"), "Its server is gone.")
    }

    @Test func aTokenOfTheEnvironmentStaysOut() async throws {
        let file = try folder.write(Data("hf_do_not_tell".utf8), "token")
        for environment in [["HF_TOKEN": "hf_do_not_tell"], ["HF_HOME": folder.path], ["HF_TOKEN_PATH": file]] {
            let run = await CommandRun.run(
                ["demo", "--provider", "flux-dev", "--no-save", "--verbose", "--steps", "1", "--width", "256"],
                environment: environment)
            #expect(run.status == 0)
            // With a token the Hub would be asked for one of the person's own.
            #expect(run.errorLines.contains { $0.contains("/spaces/black-forest-labs/FLUX.1-dev → 200") })
            #expect(!run.error.contains("/jwt"))
        }
    }

    @Test func aPromptOfOnesOwn() async throws {
        let run = await run("A red bicycle", "--seed", "2", "--quiet")
        #expect(run.status == 0)
        #expect(run.error == "")
        #expect(run.output == "\(folder.path)/a-red-bicycle-2.png\n")
        let expected = DemoPainter(prompt: "A red bicycle", seed: 2).png(width: 256, height: 256)
        #expect(try folder.data("a-red-bicycle-2.png") == expected)
    }

    @Test func everyPictureHasANumberOfItsOwn() async throws {
        let run = await run("--json", "--count", "2", "--seed", "5", "--steps", "1")
        #expect(run.status == 0)
        #expect(run.error == "")
        let images = try run.objects("image")
        // Two that are made side by side come as they are ready.
        let numbered = images.sorted { ($0.number("index") ?? 0) < ($1.number("index") ?? 0) }
        #expect(numbered.map { $0.number("index") } == [0, 1, 2, 3, 4, 5])
        #expect(numbered.map { $0.list("images").first?.number("seed") } == [5, 6, 5, 6, 5, 6])
        #expect(folder.names.count == 6)
    }

    @Test func withoutSavingNothingIsSaidToLieAnywhere() async {
        let run = await run("--no-save", "--steps", "1")
        #expect(run.status == 0)
        #expect(folder.names == [])
        #expect(!run.error.contains("The pictures lie"))
        #expect(run.outputLines.dropLast().allSatisfy { $0.hasPrefix("http://127.0.0.1:") })
    }

    @Test func itMisbehavesOnRequest() async {
        let run = await run("!none")
        #expect(run.status == 65)
        #expect(!run.error.contains("The pictures lie"))
    }
}
