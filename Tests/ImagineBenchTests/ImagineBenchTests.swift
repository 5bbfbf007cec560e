#if os(Linux)
    import Foundation
    import TestPace
    import Testing

    /// Only that it runs: what it measures beside other tests means nothing.
    @Suite(.paced) struct ImagineBenchTests {
        private struct Document: Decodable {
            struct Figure: Decodable {
                let median, min, max: Double
            }
            struct Row: Decodable {
                let row: String
                let figures: [String: Figure]
                let failure: String?
            }
            struct Goal: Decodable {
                let row: String
                let value, limit: Double
            }

            let rows: [Row]
            let goals: [Goal]
        }

        @Test func everyKindOfRowRuns() async throws {
            let tls = ["tls/1.3/p256/resumed/limit", "tls/1.2/rsa2048/resumed/curl"]
            let wanted =
                [
                    "generation/limit", "generation/curl", "streams/1/limit", "streams/1/curl", "sse/tiny/limit",
                    "sse/tiny/parser", "sse/drip/sequence", "download/curl",
                ] + (hasTLSServer ? tls : []) + ["multipart/lines/reader", "poller/alone", "soak/curl"]
            let (status, output) = try await run(
                ["--quick", "--json", "--no-python"] + wanted.flatMap { ["--only", $0] })
            let document = try JSONDecoder().decode(Document.self, from: output)
            #expect(status == 0)
            #expect(document.rows.map(\.row) == wanted)
            for row in document.rows {
                #expect(row.failure == nil)
                #expect(!row.figures.isEmpty)
                #expect(row.figures.values.allSatisfy { $0.min <= $0.median && $0.median <= $0.max })
            }
            // Both have parsed the same.
            let events = document.rows.filter { $0.row.hasPrefix("sse/tiny/") }.map { $0.figures["events"]?.median }
            #expect(events.count == 2 && events[0] != nil && events[0] == events[1])
            // Whatever a quick soak is too short for, it counts.
            let soak = document.rows.last?.figures ?? [:]
            for (key, count) in [("lost", 0.0), ("untyped", 0), ("doubles", 0), ("alive", 0)] {
                #expect(soak[key]?.median == count, "\(key)")
            }
            #expect(soak["pictures"].map { $0.median > 0 } == true)
            #expect(Set(document.goals.map(\.row)).isSuperset(of: ["streams/1/curl", "sse/tiny/parser"]))
        }

        @Test func aRowThatDoesNotExistIsAnError() async throws {
            let (status, output) = try await run(["--only", "nothing"])
            #expect(status == 2)
            #expect(output.isEmpty)
        }

        private var hasTLSServer: Bool {
            let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            return ["python3", "openssl"].allSatisfy { name in
                folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
            }
        }

        private func run(_ words: [String]) async throws -> (status: Int32, output: Data) {
            let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            let process = Process(), output = Pipe.uninherited()
            process.executableURL = tests.deletingLastPathComponent().appendingPathComponent("imagine-bench")
            process.arguments = words
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = output
            try process.run()
            let tooSlow = Task {
                try await Task.sleep(for: .seconds(240))
                process.terminate()
            }
            defer { tooSlow.cancel() }
            return await withCheckedContinuation { continuation in
                // What blocks does it on a thread that nobody else needs.
                Thread {
                    let data = output.fileHandleForReading.readDataToEndOfFile()
                    process.waitUntilExit()
                    continuation.resume(returning: (process.terminationStatus, data))
                }.start()
            }
        }
    }
#endif
