#if os(Linux)
    import Foundation
    import GeneratorTransport
    import TestPace
    import Testing

    /// The built `imagine`, at work on FLUX.1 [dev] beside the tests.
    final class LabProgram: Sendable {
        private let process: Locked<Process>
        private let output: URL

        init(_ url: URL, _ prompt: String) throws {
            let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            output = FileManager.default.temporaryDirectory.appendingPathComponent("gradio-lab-\(UUID().uuidString)")
            try Data().write(to: output)
            let process = Process()
            process.executableURL = tests.deletingLastPathComponent().appendingPathComponent("imagine")
            process.arguments = [
                prompt, "--provider", "flux-dev", "--base-url", url.absoluteString, "--hub-url", "http://127.0.0.1:1",
                "--width", "256", "--height", "256", "--no-save", "--json",
            ]
            process.standardOutput = try FileHandle(forWritingTo: output)
            process.standardError = FileHandle.nullDevice
            process.standardInput = FileHandle.nullDevice
            try process.run()
            self.process = Locked(process)
        }

        deinit {
            end()
            try? FileManager.default.removeItem(at: output)
        }

        /// Waits until it has printed something.
        func wait(for words: String) async throws {
            let deadline = ContinuousClock.now + .seconds(120)
            while true {
                let text = (try? String(contentsOf: output, encoding: .utf8)) ?? ""
                if text.contains(words) { return }
                try #require(ContinuousClock.now < deadline, "\(text)")
                try await Task.sleep(for: .milliseconds(20))
            }
        }

        /// Ends it at once, and waits until it is gone: it has no time to do anything.
        func kill() async throws {
            end()
            try await eventually { [self] in process.withLock { !$0.isRunning } }
        }

        private func end() {
            process.withLock { if $0.isRunning { Foundation.kill($0.processIdentifier, SIGKILL) } }
        }
    }
#endif
