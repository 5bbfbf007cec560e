import Foundation
import GeneratorCore
import Testing

/// The real Gradio servers of a test run: each is started once, when a test first asks for it, and all are stopped when
/// the suite is over.
actor Lab {
    /// The releases that have an environment; see `Tests/GradioLab/README.md`.
    static let installed = versions.filter { version in
        FileManager.default.isExecutableFile(atPath: python(version).path)
            && FileManager.default.fileExists(atPath: folder.appendingPathComponent("\(version)/stamp").path)
    }

    /// Whether the run must not leave a release out.
    static let isRequired = ProcessInfo.processInfo.environment["GRADIO_LAB_REQUIRED"] == "1"

    static let missing = versions.filter { !installed.contains($0) }

    static let versions = ["4.44.1", "5.23.3", "5.50.0", "6.31.0"]

    /// The lab of the suite that runs.
    @TaskLocal static var current: Lab?

    static func python(_ version: String) -> URL { folder.appendingPathComponent("\(version)/bin/python") }

    private static var folder: URL {
        let environment = ProcessInfo.processInfo.environment
        if let lab = environment["GRADIO_LAB"], !lab.isEmpty { return URL(fileURLWithPath: lab) }
        let cache = environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : URL(fileURLWithPath: $0) }
        return (cache ?? URL(fileURLWithPath: NSHomeDirectory()).appendingPathComponent(".cache"))
            .appendingPathComponent("image-generators/gradio-lab")
    }

    private var servers: [String: Task<LabServer, any Error>] = [:]
    private var starting = 0
    private var needs: [String: Int] = [:]
    private var reports = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// The server that the scenarios of a release share: it shows its errors, and works on many jobs at a time, because no
    /// release can stop a plain function.
    static func server(_ version: String) async throws -> LabServer {
        try await #require(current).shared(version)
    }

    private func shared(_ version: String) async throws -> LabServer {
        if let running = servers[version] { return try await running.value }
        let server = Task { try await start(version, ["--show-error", "--concurrency", "40"]) }
        servers[version] = server
        return try await server.value
    }

    /// Starts a server of one's own.
    static func start(_ version: String, _ arguments: [String]) async throws -> LabServer {
        try await #require(current).start(version, arguments)
    }

    /// Starts a server for as long as a test needs it.
    static func with(_ version: String, _ arguments: String..., test: (LabServer) async throws -> Void) async throws {
        let server = try await start(version, arguments)
        do {
            try await test(server)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    /// Two servers start at a time: an import of Gradio keeps a processor busy for seconds.
    func start(
        _ version: String, script: String = "space.py", _ arguments: [String]
    ) async throws -> LabServer {
        while starting >= 2 { await withCheckedContinuation { waiting.append($0) } }
        starting += 1
        defer {
            starting -= 1
            if !waiting.isEmpty { waiting.removeFirst().resume() }
        }
        return try await LabServer(version, script: script, arguments)
    }

    /// Notes how often a part of the random apps needed each of some things.
    /// - Returns: The sums, once the last part has told.
    func report(_ needs: [String: Int], of parts: Int) -> [String: Int]? {
        self.needs.merge(needs, uniquingKeysWith: +)
        reports += 1
        return reports == parts ? self.needs : nil
    }

    func stop() async {
        for server in servers.values { try? await server.value.stop() }
        servers = [:]
    }
}

/// Gives a suite its lab, once, and takes it away at the end, whatever became of the tests.
struct LabTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let lab = Lab()
        do {
            try await Lab.$current.withValue(lab, operation: function)
        } catch {
            await lab.stop()
            throw error
        }
        await lab.stop()
    }
}

extension Trait where Self == LabTrait {
    static var lab: LabTrait { LabTrait() }
}
