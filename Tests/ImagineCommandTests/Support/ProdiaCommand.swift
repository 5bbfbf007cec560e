import Foundation
import GeneratorTesting

/// The command against a Prodia of a test's own, with a key named for it.
struct ProdiaCommand: Sendable {
    let prodia: LoopbackProdia
    let folder: TestFolder

    init(key: String? = "sesame-key") throws {
        prodia = try LoopbackProdia(key: key)
        folder = try TestFolder()
    }

    /// Where it is, and with which key.
    var place: [String] { ["--base-url", prodia.url.absoluteString, "--api-key-env", "MY_KEY"] }

    func run(_ words: [String]) async -> CommandRun {
        await CommandRun.run(words + place + ["--output", folder.path], environment: ["MY_KEY": "sesame-key"])
    }

    /// Makes a small picture where the interface has a choice.
    func generate(_ prompt: String, _ api: String, _ words: String...) async -> CommandRun {
        let side = api == "legacy" ? [] : ["--width", "256", "--height", "256"]
        return await run([prompt, "--provider", "prodia", "--api", api] + side + words)
    }

    /// The body of the last submission.
    func body() throws -> [String: Any] {
        let data = prodia.server.requests.last { $0.method == "POST" }?.body ?? Data()
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }
}
