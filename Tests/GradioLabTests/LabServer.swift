import Dispatch
import Flux1Schnell
import Foundation
import GeneratorTransport
import Gradio
import TestPace
import Testing

/// One run of `Tests/GradioLab/space.py`, or of another server of the lab. It ends with its standard input, so also when the tests die.
final class LabServer: Sendable {
    let url: URL
    let version: String
    let log: LabLog
    /// What it said when it was ready.
    let ready: JSONValue
    #if os(macOS) || os(Linux)
        private let process: Process
    #endif
    private let input: FileHandle
    let folder: URL

    init(_ version: String, script: String = "space.py", _ arguments: [String]) async throws {
        #if os(macOS) || os(Linux)
            self.version = version
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("gradio-lab-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let logFile = folder.appendingPathComponent("log")
            let errors = folder.appendingPathComponent("errors")
            try Data().write(to: errors)
            process = Process()
            process.executableURL = Lab.python(version)
            process.arguments = [Self.script(script), "--log", logFile.path] + arguments
            let standardInput = Pipe.uninherited(), output = Pipe.uninherited()
            input = standardInput.fileHandleForWriting
            process.standardInput = standardInput
            process.standardOutput = output
            process.standardError = try FileHandle(forWritingTo: errors)
            try process.run()
            let running = process
            let tooSlow = Task {
                try await Task.sleep(for: .seconds(270))
                running.terminate()
            }
            let line = await Self.blocking { () -> Data in
                var line = Data()
                // Nothing is left to read when the server ended.
                while !line.contains(UInt8(ascii: "\n")) {
                    let more = output.fileHandleForReading.availableData
                    if more.isEmpty { break }
                    line += more
                }
                return line
            }
            tooSlow.cancel()
            let words = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
            ready = try #require(
                try? JSONValue(parsing: line), "Gradio \(version) did not start: \(words.suffix(2000))")
            url = try #require(ready["url"]?.string.flatMap { URL(string: $0) })
            log = LabLog(file: logFile)
            #expect(ready["version"]?.string == version)
        #else
            throw CocoaError(.featureUnsupported)
        #endif
    }

    deinit { try? input.close() }

    /// Closes its input and waits for its end: it takes its own files along.
    func stop() async {
        try? input.close()
        #if os(macOS) || os(Linux)
            let process = process
            await Self.blocking { process.waitUntilExit() }
        #endif
        try? FileManager.default.removeItem(at: folder)
    }

    /// Never on the threads that the tests need.
    private static func blocking<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "LabServer").async { continuation.resume(returning: body()) }
        }
    }

    // MARK: What tests ask it

    /// Lets the jobs go on that `!wait`.
    func openGate() throws { try input.write(contentsOf: Data("\n".utf8)) }

    /// What the official client of the same environment gets from every named endpoint without arguments: an object with
    /// `result`, or with `error`.
    func official() async throws -> [String: JSONValue] {
        let (data, _) = try await run("official.py", [url.absoluteString])
        return try #require(try JSONValue(parsing: data).object)
    }

    /// Runs a script of the lab with the Python of the server's environment.
    /// - Returns: What it printed, and its status.
    func run(_ script: String, _ arguments: [String]) async throws -> (output: Data, status: Int32) {
        #if os(macOS) || os(Linux)
            let process = Process()
            process.executableURL = Lab.python(version)
            process.arguments = [Self.script(script)] + arguments
            let output = Pipe.uninherited()
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            process.standardInput = FileHandle.nullDevice
            try process.run()
            let running = process
            return await withTaskCancellationHandler {
                await Self.blocking {
                    let data = output.fileHandleForReading.readDataToEndOfFile()
                    running.waitUntilExit()
                    return (data, running.terminationStatus)
                }
            } onCancel: {
                // The test's time is up.
                running.terminate()
            }
        #else
            throw CocoaError(.featureUnsupported)
        #endif
    }

    private static func script(_ name: String) -> String {
        var folder = URL(fileURLWithPath: #filePath)
        for _ in 1...2 { folder.deleteLastPathComponent() }
        return folder.appendingPathComponent("GradioLab/\(name)").path
    }

    func connect() async throws -> GradioApp { try await GradioApp.connect(to: url) }

    /// Waits until a later generator with as many steps, each as long, has overtaken the one that was stopped: it would not
    /// if that one went on.
    func expectStop(of prompt: String, arguments: (String) -> [JSONValue]) async throws {
        let later = "\(prompt), and one more"
        let job = try await connect().submit("/preview", arguments(later))
        for try await message in job {
            guard case .generating = message else { continue }
            if log.steps(of: later) > log.steps(of: prompt) + 1 { break }
        }
        // Else the later one came to its end, and did not overtake it.
        #expect(log.steps(of: later) > log.steps(of: prompt) + 1)
        let number = try log.start(prompt)["number"]
        #expect(!log.lines("finish").contains { $0["number"] == number })
    }

    func provider(
        route: GradioRoute = .automatic, _ configure: (inout GenerationEnvironment) -> Void = { _ in }
    ) -> Flux1SchnellProvider {
        Flux1SchnellProvider(
            url: url, route: route,
            environment: GenerationEnvironment {
                $0.credentials = GenerationCredentials()
                $0.retry = RetryPolicy(retries: 2, initialDelay: .milliseconds(10))
                configure(&$0)
            })
    }
}

/// What the server writes down: one JSON object a line.
struct LabLog: Sendable {
    let file: URL

    var lines: [JSONValue] {
        let text = (try? Data(contentsOf: file)) ?? Data()
        return text.split(separator: UInt8(ascii: "\n")).compactMap { try? JSONValue(parsing: $0) }
    }

    func lines(_ event: String) -> [JSONValue] { lines.filter { $0["event"]?.string == event } }

    /// The statuses of the requests to a route.
    func requests(_ method: String, _ route: String) -> [Int] {
        lines("request").filter { $0["method"]?.string == method && $0["path"]?.string?.hasSuffix(route) == true }
            .compactMap { $0["status"]?.integer }
    }

    /// How the one execution with this prompt began.
    func start(_ prompt: String) throws -> JSONValue {
        let hash = SHA256.hex(prompt.utf8)
        let found = lines("start").filter { $0["prompt_sha256"]?.string == hash }
        #expect(found.count == 1)
        return try #require(found.first)
    }

    /// How many steps the one execution with this prompt has begun.
    func steps(of prompt: String) -> Int {
        let hash = SHA256.hex(prompt.utf8)
        let lines = lines
        let number = lines.first { $0["event"] == "start" && $0["prompt_sha256"]?.string == hash }?["number"]
        guard let number else { return 0 }
        return lines.count { $0["event"] == "step" && $0["number"] == number }
    }

    /// Waits for an event of the one execution with this prompt: it may be written after the answer was sent.
    func wait(for event: String, of prompt: String) async throws -> JSONValue {
        let deadline = ContinuousClock.now + .seconds(240)
        while true {
            let hash = SHA256.hex(prompt.utf8)
            let number = lines("start").first { $0["prompt_sha256"]?.string == hash }?["number"]
            if let number, let found = lines(event).first(where: { $0["number"] == number }) { return found }
            try #require(ContinuousClock.now < deadline, "no \(event) in the log")
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
