import Foundation
import GeneratorTesting
import Prodia
import ProviderRuns
import TestPace
import Testing

/// Lets the public Python client of v1 talk to the server in a box; see `Tests/ProdiaLab/README.md`.
@Suite("Prodia: the public Python client", .paced)
struct ProdiaPythonTests {
    private static var python: URL {
        let environment = ProcessInfo.processInfo.environment
        let cache = environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : URL(fileURLWithPath: $0) }
        let usual = (cache ?? URL(fileURLWithPath: NSHomeDirectory()).appendingPathComponent(".cache"))
            .appendingPathComponent("image-generators/prodia-lab")
        let lab = environment["PRODIA_LAB"].flatMap { $0.isEmpty ? nil : URL(fileURLWithPath: $0) }
        return (lab ?? usual).appendingPathComponent("bin/python")
    }

    private static let isInstalled = FileManager.default.isExecutableFile(atPath: python.path)
    private static let isRequired = ProcessInfo.processInfo.environment["PRODIA_LAB_REQUIRED"] == "1"

    @Test(
        "is served as by Prodia",
        .enabled(if: isInstalled || isRequired, "Not tested with the Python client: run Tests/ProdiaLab/install"))
    func client() async throws {
        let prodia = try LoopbackProdia(key: "sesame-key")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("prodia-lab-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let output = try await run([prodia.url.absoluteString, "sesame-key", folder.path])
        let found = try JSONValue(parsing: output)
        #expect(found["models"]?.array?.contains("v1-5-pruned-emaonly.safetensors [d7049739]") == true)
        #expect(found["xl_models"]?.array?.contains("sd_xl_base_1.0.safetensors [be9edd61]") == true)
        #expect(found["samplers"]?.array?.count == 19)
        let pictures: [(String, String, Int, Int, Int)] = [
            ("sd", "a quiet harbour", 21, 256, 320), ("xl", "a red fox", 3, 512, 384),
            ("slow", "!slow 0.6 a boat", 4, 128, 128), ("transform", "a boat", 5, 64, 64),
            ("async", "a boat", 6, 64, 64),
        ]
        for (name, prompt, seed, width, height) in pictures {
            #expect(name == "async" || found[name] == ["status": "succeeded", "type": "image/png"])
            let picture = try Data(contentsOf: folder.appendingPathComponent("\(name).png"))
            let expected = LoopbackProdia.picture(prompt: prompt, seed: seed, width: width, height: height)
            #expect(picture == expected, "\(name)")
        }
        let errors = ["failed", "refused", "no_picture", "wrong_key", "unknown_job"].map { found[$0]?[0]?.string }
        #expect(
            errors == [
                "FailedJobError", "InvalidParameterError", "InvalidParameterError", "AuthenticationError",
                "UnknownError",
            ])
        #expect(prodia.submissions == 6)
        #expect(prodia.images.requests.allSatisfy { $0.header("X-Prodia-Key") == nil })
        // What the client submitted and what this package submits for the same wish are the same.
        var theirs = try #require(prodia.bodies.first?.object)
        _ = await ProdiaProvider(.v1, prodia).run("a quiet harbour", seed: 21) {
            $0.size = .pixels(256, 320)
            $0.steps = 20
            $0.guidance = 7.5
            $0.negativePrompt = "people"
            $0.prodia.sampler = "DPM++ 2M Karras"
        }
        theirs["model"] = "v1-5-pruned-emaonly.safetensors [d7049739]"
        #expect(prodia.bodies.last == .object(theirs))
    }

    /// Runs the script, and fails with its words where it fails.
    private func run(_ arguments: [String]) async throws -> Data {
        #if os(macOS) || os(Linux)
            let process = Process()
            process.executableURL = Self.python
            let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appendingPathComponent("ProdiaLab/client.py")
            process.arguments = [script.path] + arguments
            let output = Pipe.uninherited(), errors = Pipe.uninherited()
            process.standardOutput = output
            process.standardError = errors
            try process.run()
            let tooSlow = Task {
                try await Task.sleep(for: .seconds(250))
                process.terminate()
            }
            defer { tooSlow.cancel() }
            // Never on the threads that the tests need.
            async let found = Self.read(output), words = Self.read(errors)
            let (data, text) = try await (found, String(decoding: words, as: UTF8.self))
            try await blocking { process.waitUntilExit() }
            try #require(process.terminationStatus == 0, "\(text.suffix(3000))")
            return data
        #else
            throw CocoaError(.featureUnsupported)
        #endif
    }

    private static func read(_ pipe: Pipe) async throws -> Data {
        try await blocking { pipe.fileHandleForReading.readDataToEndOfFile() }
    }
}
