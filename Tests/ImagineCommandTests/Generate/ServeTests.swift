import Foundation
import GeneratorTesting
import GeneratorTransport
import ImagineCommand
import TestPace
import Testing

@Suite(.paced, .serialized) struct ServeTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    /// Starts `imagine serve`, waits for its line, hands that to `body`, and stops it.
    private func serving(
        _ words: String..., body: (String) async throws -> Void
    ) async throws -> Int32 {
        let (lines, continuation) = AsyncStream<String>.makeStream()
        let console = Console(output: { continuation.yield($0) }, error: { Issue.record("\($0)") })
        let task = Task { await Imagine(console: console, environment: [:]).run(["serve"] + words) }
        defer { task.cancel() }
        var iterator = lines.makeAsyncIterator()
        try await body(try #require(await iterator.next()))
        task.cancel()
        return await task.value
    }

    private func urls(in line: String) throws -> [String: String] {
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String]
        #expect(object?.keys.sorted() == ["hub", "images", "prodia", "space"])
        return try #require(object)
    }

    @Test func itAnswersUntilItIsStopped() async throws {
        let address = Locked("")
        let status = try await serving("--json") { line in
            #expect(line.hasSuffix("\n"))
            let urls = try urls(in: line)
            let space = try #require(urls["space"]), hub = try #require(urls["hub"])
            address.withLock { $0 = space }
            let run = await CommandRun.run([
                "harbour", "--provider", "flux-dev", "--base-url", space, "--hub-url", hub, "--no-save", "--steps", "2",
                "--width", "256", "--height", "256", "--json",
            ])
            #expect(run.status == 0)
            // The Hub gives a token, so nobody goes on without one.
            #expect(try run.objects().allSatisfy { $0.text("status") != "Going on without a GPU token" })
            let prodia = try #require(urls["prodia"]), images = try #require(urls["images"])
            for words in [["--api", "v2"], ["--api", "v1", "--base-url", "images=\(images)"], ["--api", "legacy"]] {
                let run = await CommandRun.run(
                    ["harbour", "--provider", "prodia", "--base-url", prodia, "--api-key-env", "KEY", "--json"]
                        + ["--output", folder.path] + words, environment: ["KEY": "any"])
                #expect(run.status == 0, "\(run.output)")
            }
        }
        #expect(status == 130)
        let space = address.withLock { $0 }
        let run = await CommandRun.run(["harbour", "--base-url", space, "--no-save", "--retries", "0"])
        #expect(run.status == 69, "Nobody answers any more.")
    }

    @Test func peopleAreToldWhereAndForHowLong() async throws {
        let status = try await serving { line in
            #expect(line.hasPrefix("A Gradio Space runs at http://127.0.0.1:"))
            #expect(line.contains(" and a Hub at http://127.0.0.1:"))
            #expect(line.contains("\nProdia at http://127.0.0.1:"))
            #expect(line.contains(" (any key will do) and its pictures' host at http://127.0.0.1:"))
            #expect(line.hasSuffix(", until you press Ctrl-C.\n"))
        }
        #expect(status == 130)
    }

    @Test func aTakenPortIsNamed() async throws {
        let taken = try LoopbackServer { _, _ in }
        let run = await CommandRun.run(["serve", "--port", String(taken.port)])
        #expect(run.status == 69)
        #expect(run.output == "")
        #expect(
            run.error
                == "imagine: The embedded server cannot start. Port \(taken.port) of 127.0.0.1: Address already in use. "
                + "[connectionFailed]\n")
    }

    @Test(arguments: ["65536", "-1", "http"]) func portsThatAreNone(_ port: String) async {
        let run = await CommandRun.run(["serve", "--port=\(port)"])
        #expect(run.status == 64)
        #expect(run.errorLines.first == "imagine: --port takes a whole number, 0 to 65535. [invalidRequest]")
    }
}
