import Foundation
import GeneratorTesting
import TestPace
import Testing

@Suite(.paced, .serialized) struct StandardInputTests {
    private let space: LoopbackSpace

    init() throws { space = try LoopbackSpace() }

    private func run(_ input: Data, operand: String = "-") async -> CommandRun {
        let fixed = ["--base-url", space.url.absoluteString, "--no-save", "--json"]
        return await CommandRun.run([operand, "--width", "256", "--height", "256"] + fixed) { input }
    }

    @Test func thePromptIsReadWithoutItsLastNewline() async throws {
        let run = await run(Data("A quiet harbour,\nat dawn\n".utf8))
        #expect(run.status == 0)
        #expect(try run.objects("image").first?.text("alt") == "A quiet harbour,\nat dawn")
    }

    @Test func aMegabyteIsSentWhole() async throws {
        let prompt = String(repeating: "A quiet härbour. ", count: 60_000).dropLast()
        #expect(prompt.utf8.count > 1_000_000)
        let run = await run(Data((prompt + "\n").utf8))
        #expect(run.status == 0)
        #expect(try run.objects("image").first?.text("alt") == String(prompt))
        let submission = try #require(space.server.requests.last { $0.method == "POST" })
        let body = try #require(try JSONSerialization.jsonObject(with: submission.body) as? [String: Any])
        #expect((body["data"] as? [Any])?.first as? String == String(prompt))
    }

    @Test(arguments: [
        (Data([0x41, 0xFF, 0x42]), "The prompt on standard input is not UTF-8 text."),
        (Data(" \n\t".utf8), "The prompt is empty. Say what the picture should show."),
        (Data(), "The prompt is empty. Say what the picture should show."),
    ]) func whatIsNoPromptIsRefused(input: Data, message: String) async throws {
        let run = await run(input)
        #expect(run.status == 64)
        #expect(try run.objects().last?.text("message") == message)
        #expect(space.server.requests.isEmpty)
    }

    @Test func anUnreadableInputIsAnUnreadableFile() async throws {
        let run = await CommandRun.run(["-", "--base-url", space.url.absoluteString]) { throw POSIXError(.EISDIR) }
        #expect(run.status == 66)
        #expect(run.error == "imagine: Standard input cannot be read. [fileUnreadable]\n")
    }

    @Test func optionsAreCheckedBeforeAnythingIsRead() async {
        let run = await CommandRun.run(["-", "--count", "0"]) {
            Issue.record("It was read.")
            return Data()
        }
        #expect(run.status == 64)
    }

    @Test func theDemoReadsItToo() async throws {
        let run = await CommandRun.run(["demo", "-", "--no-save", "--json"]) { Data("A red bicycle\n".utf8) }
        #expect(try run.objects("image").map { $0.text("alt") } == ["A red bicycle"])
    }
}
