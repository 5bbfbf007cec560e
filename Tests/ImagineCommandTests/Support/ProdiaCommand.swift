import Foundation
import GeneratorTesting

/// The command against a Prodia of a test's own, with a key named for it.
struct ProdiaCommand: Sendable {
    let prodia: LoopbackProdia
    let folder: TestFolder

    // `isAnswered` answers a request in Prodia's place, or says that it did not.
    init(
        key: String? = "sesame-key",
        unless isAnswered: @escaping @Sendable (LoopbackRequest, LoopbackResponder) async throws -> Bool = { _, _ in
            false
        }
    ) throws {
        prodia = try LoopbackProdia(key: key, unless: isAnswered)
        folder = try TestFolder()
    }

    /// Where it is, and with which key.
    var place: [String] { ["--base-url", prodia.url.absoluteString, "--api-key-env", "MY_KEY"] }

    func run(_ words: [String]) async -> CommandRun {
        await CommandRun.run(words + place + ["--output", folder.path], environment: ["MY_KEY": "sesame-key"])
    }

    /// Makes a small picture where the interface has a choice.
    func generate(_ prompt: String, _ api: String, _ words: String...) async -> CommandRun {
        await run(Self.words(prompt, api) + words)
    }

    private static func words(_ prompt: String, _ api: String) -> [String] {
        let side = api == "legacy" ? [] : ["--width", "256", "--height", "256"]
        return [prompt, "--provider", "prodia", "--api", api] + side
    }

    /// The same with a `--timeout`, which is over each time that a job was accepted and is waited for.
    func generateInVain(_ api: String, _ words: String..., jobs: Int = 1) async throws -> CommandRun {
        try await inVain(
            Self.words("!never boat", api) + place + ["--output", folder.path] + words, jobs: jobs)
    }

    /// Runs the command with a `--timeout`, which is over when so many jobs are waited for.
    func inVain(_ words: [String], jobs: Int = 1) async throws -> CommandRun {
        try await CommandRun.run(
            words + ["--timeout", "1.5"], environment: ["MY_KEY": "sesame-key"], passing: .seconds(1.5)
        ) { clock in
            // Nothing is as near as the next look at a job.
            await clock.waitForSleepers(jobs, within: .seconds(0.5))
        }
    }

    /// The body of the last submission.
    func body() throws -> [String: Any] {
        let data = prodia.server.requests.last { $0.method == "POST" }?.body ?? Data()
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }
}
