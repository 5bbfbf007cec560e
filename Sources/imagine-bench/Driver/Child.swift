#if os(macOS) || os(Linux)
    import Foundation

    /// A child process that is asked by lines and answers by lines. It ends when its input is closed.
    final class Child {
        private let process = Process()
        private let input = Pipe()
        private let output = Pipe()
        private var received: [UInt8] = []

        /// Starts it. Its own files go to `folder`, which is removed with everything in it.
        init(_ executable: String, _ words: [String], folder: URL, environment more: [String: String] = [:]) throws {
            process.executableURL = URL(fileURLWithPath: executable)
            process.arguments = words
            var environment = ProcessInfo.processInfo.environment
            // The server is on this machine: for a proxy that the environment names, 127.0.0.1 would be another one.
            for name in ["no_proxy", "NO_PROXY"] { environment[name] = "127.0.0.1,localhost" }
            environment["TMPDIR"] = folder.path
            environment.merge(more) { $1 }
            process.environment = environment
            process.standardInput = input
            process.standardOutput = output
            try process.run()
            // The other ends belong to the child: while they are open here, its death would not show.
            try? input.fileHandleForReading.close()
            try? output.fileHandleForWriting.close()
        }

        deinit { stop() }

        /// Asks for a round.
        func run(_ round: Round, patience: TimeInterval = 120) throws -> Figures {
            let question = try JSONEncoder().encode(round) + Data("\n".utf8)
            try input.fileHandleForWriting.write(contentsOf: question)
            return try JSONDecoder().decode(Figures.self, from: Data(line(within: patience).utf8))
        }

        /// Waits for the next line of the child's output.
        func line(within patience: TimeInterval) throws -> String {
            let until = Usage.clock + patience
            let descriptor = output.fileHandleForReading.fileDescriptor
            while true {
                if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                    defer { received.removeSubrange(...end) }
                    return String(decoding: received[..<end], as: UTF8.self)
                }
                var look = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                let left = until - Usage.clock
                guard left > 0, poll(&look, 1, Int32(left * 1000) + 1) > 0 else {
                    kill(process.processIdentifier, SIGKILL)
                    throw BenchError("it did not answer in \(Int(patience)) s.")
                }
                let bytes = output.fileHandleForReading.availableData
                guard !bytes.isEmpty else { throw BenchError("it ended early.") }
                received += bytes
            }
        }

        /// Closes its input, and waits for its end; a child that takes longer is killed.
        func stop(within patience: TimeInterval = 5) {
            try? input.fileHandleForWriting.close()
            let until = Usage.clock + patience
            while process.isRunning, Usage.clock < until { usleep(5000) }
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        }
    }
#endif
