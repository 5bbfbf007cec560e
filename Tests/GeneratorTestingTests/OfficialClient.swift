import Foundation
import GeneratorTesting
import Gradio
import TestPace
import Testing

/// Gradio's own Python client, one for each release; see `Tests/GradioLab/README.md`.
enum OfficialClient {
    static let installed = GradioRelease.all.filter { release in
        FileManager.default.isExecutableFile(atPath: python(release).path)
    }

    static let missing = GradioRelease.all.filter { !installed.contains($0) }

    /// Whether the run must not leave a release out.
    static let isRequired = ProcessInfo.processInfo.environment["GRADIO_LAB_REQUIRED"] == "1"

    private static func python(_ release: GradioRelease) -> URL {
        let environment = ProcessInfo.processInfo.environment
        let cache =
            environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : URL(fileURLWithPath: $0) }
            ?? URL(fileURLWithPath: NSHomeDirectory()).appendingPathComponent(".cache")
        let lab =
            environment["GRADIO_LAB"].flatMap { $0.isEmpty ? nil : URL(fileURLWithPath: $0) }
            ?? cache.appendingPathComponent("image-generators/gradio-lab")
        return lab.appendingPathComponent("\(release)/bin/python")
    }

    /// Runs lines of Python in which `client` is a client of the Space, and `out` a dictionary.
    /// - Returns: `out`.
    static func run(
        _ script: String, _ release: GradioRelease, _ arguments: [String], login: String = ""
    ) async throws -> JSONValue {
        #if os(macOS) || os(Linux)
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("client-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let process = Process()
            process.executableURL = python(release)
            let lab = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appendingPathComponent("GradioLab")
            process.arguments =
                ["-c", prelude + script + "\nprint(json.dumps(out))\n", login, folder.path, lab.path] + arguments
            process.currentDirectoryURL = folder
            let errors = folder.appendingPathComponent("errors")
            try Data().write(to: errors)
            let output = Pipe.uninherited()
            process.standardOutput = output
            process.standardError = try FileHandle(forWritingTo: errors)
            try process.run()
            let running = process
            let tooSlow = Task {
                try await Task.sleep(for: .seconds(270))
                running.terminate()
            }
            defer { tooSlow.cancel() }
            let said = try await blocking {
                let said = output.fileHandleForReading.readDataToEndOfFile()
                running.waitUntilExit()
                return said
            }
            let words = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
            return try #require(
                try? JSONValue(parsing: said), "The client of Gradio \(release) failed: \(words.suffix(3000))")
        #else
            throw CocoaError(.featureUnsupported)
        #endif
    }

    private static let prelude = """
        import base64, faulthandler, json, pathlib, sys, time
        # Says where it hangs, before the test gives up.
        faulthandler.dump_traceback_later(240, exit=True)
        login, folder, lab, url, *arguments = sys.argv[1:]
        sys.path.insert(0, lab)
        sys.dont_write_bytecode = True
        from official_client import Client, handle_file
        auth = tuple(login.split(":", 1)) if login else None
        def content(path):
            return base64.b64encode(pathlib.Path(path).read_bytes()).decode()
        def failure(*data, **named):
            try:
                client.predict(*data, **named)
            except Exception as error:
                return str(error)
        out = {}
        client = Client(url, auth=auth, download_files=folder)

        """
}
