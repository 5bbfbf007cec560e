#if os(macOS) || os(Linux)
    import Dispatch
    import Foundation
    import GeneratorTransport

    /// A program that runs beside the tests, its output in files.
    final class Executable: Sendable {
        /// How it ended: the exit status, whether it was a signal that nobody caught, and when.
        struct End: Sendable {
            let status: Int32
            let isCrash: Bool
            let time: ContinuousClock.Instant
        }

        let folder: TestFolder
        private let process: Locked<Process>
        private let end: Task<End, Never>

        /// The built `imagine`, which lies where the tests lie.
        static var imagine: String {
            #if os(macOS)
                let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") } ?? Bundle.main
                return bundle.bundleURL.deletingLastPathComponent().appendingPathComponent("imagine").path
            #else
                let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
                return tests.deletingLastPathComponent().appendingPathComponent("imagine").path
            #endif
        }

        /// Starts a program in a folder of its own, which is its home as well. `environment` is added to that of the tests,
        /// without what a person has of the Hub.
        init(
            _ words: [String], program: String = Executable.imagine, environment: [String: String] = [:],
            input: Any = FileHandle.nullDevice, output: Pipe? = nil
        ) throws {
            folder = try TestFolder()
            let process = Process()
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = words
            process.currentDirectoryURL = folder.url
            let own = ProcessInfo.processInfo.environment.filter {
                !$0.key.hasPrefix("HF_") && $0.key != "XDG_CACHE_HOME"
            }
            process.environment = own.merging(["HOME": folder.path]) { $1 }.merging(environment) { $1 }
            process.standardInput = input
            for (name, keyPath) in [("stdout", \Process.standardOutput), ("stderr", \Process.standardError)] {
                try folder.write(Data(), name)
                process[keyPath: keyPath] = try FileHandle(forWritingTo: folder.url.appendingPathComponent(name))
            }
            if let output { process.standardOutput = output }
            let (ends, continuation) = AsyncStream<End>.makeStream()
            process.terminationHandler = { process in
                let isCrash = process.terminationReason == .uncaughtSignal
                continuation.yield(End(status: process.terminationStatus, isCrash: isCrash, time: .now))
                continuation.finish()
            }
            try process.run()
            self.process = Locked(process)
            end = Task {
                for await end in ends { return end }
                return End(status: -1, isCrash: true, time: .now)
            }
        }

        deinit { process.withLock { if $0.isRunning { kill($0.processIdentifier, SIGKILL) } } }

        func send(_ signal: Int32) { process.withLock { _ = kill($0.processIdentifier, signal) } }

        /// Waits for its end, and gives the exit status; `nil` after a crash.
        func wait() async -> Int32? {
            let end = await withTaskCancellationHandler {
                await self.end.value
            } onCancel: {
                // The test's time is up.
                self.send(SIGKILL)
            }
            return end.isCrash ? nil : end.status
        }

        /// How long it went on after `start`, however late this process hears of it.
        func time(since start: ContinuousClock.Instant) async -> Duration { await start.duration(to: end.value.time) }

        var output: String { (try? folder.text("stdout")) ?? "" }
        var error: String { (try? folder.text("stderr")) ?? "" }
    }
#endif
