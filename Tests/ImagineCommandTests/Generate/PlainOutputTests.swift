import Foundation
import GeneratorTesting
import GeneratorTransport
import ImageGenerators
import TestPace
import Testing

@testable import ImagineCommand

@Suite(.paced, .serialized) struct PlainOutputTests {
    private let space: LoopbackSpace
    private let folder: TestFolder

    init() throws {
        space = try LoopbackSpace()
        folder = try TestFolder()
    }

    private func run(_ words: String..., isTerminal: Bool = false, columns: Int = 80) async -> CommandRun {
        let fixed = ["--base-url", space.url.absoluteString, "--output", folder.path]
        return await CommandRun.run(
            words + ["--width", "256", "--height", "256"] + fixed, isTerminal: isTerminal, columns: columns)
    }

    @Test func filesGoToStandardOutputAndTheRestDoesNot() async {
        // The simple flow says the same at every run.
        let run = await run("A quiet harbour", "--seed", "5", "--count", "2", "--guidance", "3", "--route", "call")
        #expect(run.status == 0)
        #expect(run.output == "\(folder.path)/a-quiet-harbour-5.png\n\(folder.path)/a-quiet-harbour-6.png\n")
        let expected = """
            Connecting to the Space
            Warning: This model has no setting guidance; it was left out.
            Generating
              voodoohop-flux-1-schnell · 256x256 · png · seed 5
            Warning: This model has no setting guidance; it was left out.
            Generating
              voodoohop-flux-1-schnell · 256x256 · png · seed 6

            """
        #expect(run.error == expected)
    }

    @Test func quietSaysNothingButTheFiles() async {
        let run = await run("harbour", "--seed", "5", "--guidance", "3", "--quiet")
        #expect(run.status == 0)
        #expect(run.output == "\(folder.path)/harbour-5.png\n")
        #expect(run.error == "")
    }

    @Test func quietStillSaysWhatFailedAndWhatToDo() async {
        let run = await run("!error Out of paint", "--quiet")
        #expect(run.status == 69)
        #expect(run.output == "")
        #expect(
            run.error == """
                imagine: flux1-schnell at \(space.url.absoluteString): Out of paint [generationFailed]
                Change the request, or try again. The service had taken the job, and making it again may be paid for twice.

                """)
    }

    @Test func withoutSavingTheURLsArePrinted() async throws {
        let run = await run("harbour", "--no-save", "--quiet")
        #expect(run.outputLines.count == 1)
        #expect(run.output.hasPrefix(space.url.absoluteString + "/gradio_api/file="))
        #expect(folder.names == [])
    }

    @Test func verboseNamesRequestsWithoutTheirQueries() async throws {
        let base = space.url.absoluteString + "?__sign=credential-in-a-query"
        let run = await CommandRun.run(
            ["harbour", "--base-url", base, "--output", folder.path, "--verbose", "--hub-token-env", "TOKEN"],
            environment: ["TOKEN": "credential-in-a-header"])
        #expect(run.status == 0)
        let place = space.url.absoluteString
        let log = run.errorLines.filter { $0.contains(" → ") }
        #expect(log.count == 4)
        #expect(log.first?.hasPrefix("GET \(place)/config → 200 (") == true)
        #expect(log.dropFirst().first?.hasPrefix("POST \(place)/gradio_api/queue/join → 200 (") == true)
        #expect(run.errorLines.contains { $0.hasPrefix("The service accepted the job ") })
        #expect(!(run.error + run.output).contains("credential"))
        #expect(!(run.error + run.output).contains("?"))
    }

    @Test func aTerminalShowsOneLineThatGoesAway() async {
        let run = await run("!slow 0.3 harbour", "--seed", "1", "--guidance", "3", isTerminal: true, columns: 30)
        #expect(run.status == 0)
        #expect(run.output == "\(folder.path)/slow-0-3-harbour-1.png\n")
        let wipe = "\r\u{1B}[K"
        let drawn = run.error.components(separatedBy: wipe).dropFirst().filter { !$0.isEmpty && !$0.contains("\n") }
        #expect(drawn.count >= 3, "It is drawn again while nothing happens.")
        #expect(drawn.contains { $0.contains("Connecting to the Space") })
        #expect(drawn.contains { $0.hasSuffix(" s") && $0.contains("Generating · ") })
        #expect(drawn.allSatisfy { $0.count < 30 })
        #expect(Set(drawn.compactMap(\.first)).count > 1, "The wheel turns.")
        // What stays when every line was wiped that should be.
        let lines = run.error.split(separator: "\n", omittingEmptySubsequences: false)
        let kept = lines.map { $0.components(separatedBy: wipe).last ?? "" }
        #expect(
            kept == [
                "Warning: This model has no setting guidance; it was left out.",
                "  voodoohop-flux-1-schnell · 256x256 · png · seed 1", "",
            ])
    }

    @Test func aFailureWipesTheProgressLine() async {
        let run = await run("!error Out of paint", isTerminal: true)
        #expect(run.error.contains("\r\u{1B}[Kimagine: flux1-schnell at \(space.url.absoluteString): Out of paint "))
    }

    @Test func jsonAndQuietDrawNothingOnATerminal() async {
        #expect(await run("harbour", "--json", isTerminal: true).error == "")
        #expect(await run("harbour", "--quiet", isTerminal: true).error == "")
    }

    @Test func aStatusSaysEverythingThatIsKnown() {
        let whole = Reasoning(
            status: "Painting", progress: GenerationProgress(completed: 1200, total: 2800, unit: "steps"),
            queue: QueuePlace(position: 1, size: 3, estimate: .milliseconds(2500)))
        #expect(ProgressLine.text(whole) == "Painting · place 2 of 3 · about 2.5 s left · 1200/2800 steps")
        let sparse = Reasoning(
            status: "", progress: GenerationProgress(completed: 0.5), queue: QueuePlace(position: 4, size: 2))
        #expect(ProgressLine.text(sparse) == "place 5 of 5 · 0.5")
        #expect(ProgressLine.text(Reasoning(status: "Waiting")) == "Waiting")
    }

    @Test func textKeepsItsLinesAndSpacesAndLosesItsControlCharacters() {
        let written = Locked("")
        let console = Console(output: { text in written.withLock { $0 += text } }, error: { _ in })
        let reporter = Reporter(console) { _ in false }
        for piece in ["A quiet", " harbour\n", "  at\u{1B}[2Jdawn"] { reporter.report(.text(piece)) }
        #expect(written.withLock { $0 } == "A quiet harbour\n  at [2Jdawn")
    }
}
