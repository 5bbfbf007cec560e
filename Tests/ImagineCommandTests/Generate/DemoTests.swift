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

    @Test func withoutAPromptItMakesPicturesOfItsOwn() async {
        let run = await run("--seed", "1")
        #expect(run.status == 0)
        let names = [
            "a-quiet-harbour-at-dawn-1.png", "a-red-bicycle-under-a-golden-sky-1.png",
            "snow-over-the-mountains-at-night-1.png",
        ]
        #expect(folder.names == names)
        #expect(run.outputLines == names.map { "\(folder.path)/\($0)" })
        let talk = run.errorLines
        #expect(talk.first?.hasPrefix("The embedded Space runs at http://127.0.0.1:") == true)
        #expect(talk.first?.hasSuffix("; nothing leaves this machine.") == true)
        #expect(talk.dropFirst().first == "A quiet harbour at dawn")
        #expect(talk.last == "The pictures lie in \(folder.path).")
    }

    @Test func aPromptOfOnesOwn() async throws {
        let run = await run("A red bicycle", "--seed", "2", "--quiet")
        #expect(run.status == 0)
        #expect(run.error == "")
        #expect(run.output == "\(folder.path)/a-red-bicycle-2.png\n")
        let expected = LoopbackSpace.picture(prompt: "A red bicycle", seed: 2, width: 256, height: 256)
        #expect(try folder.data("a-red-bicycle-2.png") == expected)
    }

    @Test func everyPictureHasANumberOfItsOwn() async throws {
        let run = await run("--json", "--count", "2", "--seed", "5")
        #expect(run.status == 0)
        #expect(run.error == "")
        let images = try run.objects("image")
        #expect(images.map { $0.number("index") } == [0, 1, 2, 3, 4, 5])
        #expect(images.map { $0.list("images").first?.number("seed") } == [5, 6, 5, 6, 5, 6])
        #expect(folder.names.count == 6)
    }

    @Test func withoutSavingNothingIsSaidToLieAnywhere() async {
        let run = await run("--no-save")
        #expect(run.status == 0)
        #expect(folder.names == [])
        #expect(!run.error.contains("The pictures lie"))
        #expect(run.outputLines.allSatisfy { $0.hasPrefix("http://127.0.0.1:") })
    }

    @Test func itMisbehavesOnRequest() async {
        let run = await run("!none")
        #expect(run.status == 65)
        #expect(!run.error.contains("The pictures lie"))
    }
}
