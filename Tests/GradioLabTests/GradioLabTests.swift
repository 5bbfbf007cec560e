import GeneratorCore
import TestPace
import Testing

/// Asks real Gradio servers, of every release that is installed.
@Suite("Real Gradio servers", .paced, .lab)
struct GradioLabTests {
    private static let leftOut: Comment =
        "Not tested against real Gradio \(Lab.missing.joined(separator: ", ")): run Tests/GradioLab/install"

    @Test(
        "do as the client expects", .enabled(if: !Lab.installed.isEmpty, leftOut), arguments: Lab.installed,
        LabScenario.all)
    func scenario(_ version: String, _ scenario: LabScenario) async throws {
        try await scenario.run(version)
    }

    @Test(
        "get from apps that nobody wrote what the official client gets",
        .enabled(if: !Lab.installed.isEmpty, leftOut), arguments: Lab.installed, LabRandomApps.parts)
    func randomApps(_ version: String, _ part: Range<Int>) async throws {
        try await LabRandomApps(version: version, part: part).compare()
    }

    @Test(
        "are served right as any Space, or refused in words, and no setting goes to the wrong parameter",
        .enabled(if: !Lab.installed.isEmpty, leftOut), arguments: Lab.installed)
    func anySpace(_ version: String) async throws {
        try await LabSpaces(version: version).run()
    }

    /// Says what is left out where only some releases are installed, and fails where all are required.
    @Test("of every release", .enabled(if: Lab.isRequired || Lab.missing.isEmpty || Lab.installed.isEmpty, leftOut))
    func everyRelease() {
        #expect(Lab.missing.isEmpty || (Lab.installed.isEmpty && !Lab.isRequired))
    }

    @Test(
        "are asked once what they are, by 300 who begin at the same moment",
        .enabled(if: !Lab.installed.isEmpty, leftOut), arguments: Lab.installed.suffix(1))
    func coldStarts(_ version: String) async throws {
        try await Lab.with(version, "--concurrency", "40") { server in
            let provider = server.provider { $0.timeout = .seconds(600) }
            let made = await withTaskGroup(of: Bool.self) { group in
                for number in 1...300 {
                    group.addTask {
                        var request = GenerationRequest(prompt: "cold start \(number)")
                        request.size = .pixels(256, 256)
                        request.steps = 1
                        return await (try? provider.createAsyncGenerator(request).response())?.images.count == 1
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(made == 300)
            #expect(server.log.requests("GET", "/config") == [200])
            #expect(server.log.requests("POST", "/queue/join").count == 300)
            #expect(server.log.requests("GET", "/info").isEmpty)
        }
    }

    @Test("write down hashes that are computed here as well")
    func hash() {
        #expect(SHA256.hex("".utf8) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            SHA256.hex(String(repeating: "abc", count: 100).utf8)
                == "d9f5aeb06abebb3be3f38adec9a2e3b94228d52193be923eb4e24c9b56ee0930")
    }
}
