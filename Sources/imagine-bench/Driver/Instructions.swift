#if os(macOS) || os(Linux)
    import Foundation

    /// Counts instructions with valgrind, and compares them with figures of an earlier run.
    struct Instructions {
        /// What is counted.
        private struct Piece {
            let name: String
            /// What the figure is for.
            let unit: String
            let kind: String
            let way: String
            let round: Round
        }

        /// The file of the figures.
        private struct Document: Codable {
            let swift: String
            let processor: String
            var figures: [String: Int]

            var isOfThisKind: Bool { swift == Self.swiftNow && processor == Self.processorNow }

            static let swiftNow: String = {
                #if compiler(>=6.5)
                    "6.5 or later"
                #elseif compiler(>=6.4)
                    "6.4"
                #elseif compiler(>=6.3)
                    "6.3"
                #elseif compiler(>=6.2)
                    "6.2"
                #else
                    "6.0 or 6.1"
                #endif
            }()
            static let processorNow: String = {
                #if arch(x86_64)
                    "x86_64"
                #elseif arch(arm64)
                    "arm64"
                #else
                    "another"
                #endif
            }()
        }

        /// More than that above the figure of the file is too much.
        private static let tolerance = 0.05

        /// How long a round under valgrind may take, and its end, after which it writes what it has counted.
        private static let patience: TimeInterval = 600

        private let options: Options
        private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "imagine-bench-\(UUID().uuidString)")

        init(_ options: Options) { self.options = options }

        /// - Returns: Whether no figure is too far above that of the file.
        func run() throws -> Bool {
            guard let executable = Bundle.main.executablePath, let path = options.instructions else {
                throw BenchError("this program does not know its own path.")
            }
            let file = URL(fileURLWithPath: path)
            let known =
                options.writesInstructions ? nil : try JSONDecoder().decode(Document.self, from: Data(contentsOf: file))
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let bare = try withoutDebugInformation(executable)
            let server = try Child(executable, ["server"], folder: folder)
            defer { server.stop() }
            let url = try server.line(within: 30)
            var isFine = true
            var figures: [String: Int] = [:]
            for piece in try pieces() {
                let count = Int(try count(piece, bare, url).rounded())
                figures[piece.name] = count
                var line = "\(piece.name): \(count) instructions for \(piece.unit)"
                if let before = known?.figures[piece.name] {
                    let change = Double(count) / Double(before) - 1
                    line += ", \(change < 0 ? "" : "+")\(Column.short(change * 100)) % beside \(before)"
                    if known?.isOfThisKind == true, change > Self.tolerance {
                        isFine = false
                        line += " (MORE than \(Column.short(Self.tolerance * 100)) %)"
                    }
                }
                Console.output(line)
            }
            if let known, !known.isOfThisKind {
                Console.note("The file holds for Swift \(known.swift) on \(known.processor): nothing was judged.")
            }
            if options.writesInstructions {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
                let document = Document(swift: Document.swiftNow, processor: Document.processorNow, figures: figures)
                try (encoder.encode(document) + Data("\n".utf8)).write(to: file)
            }
            return isFine
        }

        private func pieces() throws -> [Piece] {
            let streams = EventStreams(folder: folder, isQuick: true)
            try streams.write(.small)
            return [
                Piece(
                    name: "parser", unit: "an event", kind: "events", way: "parser",
                    round: Round(file: streams.file(.small), bytes: EventStreams.Kind.small.piece)),
                Piece(name: "decoder", unit: "a message", kind: "decoder", way: "", round: Round(count: 500)),
                Piece(
                    name: "generation", unit: "a picture", kind: "generation", way: "curl",
                    round: Round(count: options.isQuick ? 20 : 100)),
            ]
        }

        /// The instructions of one unit: those of three rounds, less those of one, in which everything is begun and warmed up.
        private func count(_ piece: Piece, _ executable: String, _ url: String) throws -> Double {
            let (one, units) = try instructions(of: 1, piece, executable, url)
            let (three, _) = try instructions(of: 3, piece, executable, url)
            return (three - one) / units / 2
        }

        private func instructions(
            of rounds: Int, _ piece: Piece, _ executable: String, _ url: String
        ) throws -> (count: Double, units: Double) {
            let log = folder.appendingPathComponent("valgrind.log")
            let child = try Child(
                "/usr/bin/env",
                [
                    "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--log-file=\(log.path)",
                    executable,
                    "worker", piece.kind, piece.way, url,
                ], folder: folder,
                environment: [
                    "SWIFT_DETERMINISTIC_HASHING": "1",
                    // Else each byte of a long copy counts as one instruction.
                    "GLIBC_TUNABLES": "glibc.cpu.x86_rep_movsb_threshold=1000000000",
                ])
            var units = Double(piece.round.count)
            for _ in 0..<rounds { units = try child.run(piece.round, patience: Self.patience)["events"] ?? units }
            child.stop(within: Self.patience)
            let words = try String(contentsOf: log, encoding: .utf8).split(separator: "\n").last {
                $0.contains("Collected")
            }
            guard let number = words?.split(separator: " ").last, let count = Double(number) else {
                throw BenchError("valgrind has counted nothing. Is it installed?")
            }
            return (count, units)
        }

        /// A copy for valgrind, which knows older debug information only.
        private func withoutDebugInformation(_ executable: String) throws -> String {
            let copy = folder.appendingPathComponent("imagine-bench").path
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["strip", "-g", "-o", copy, executable]
            try process.run()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else { throw BenchError("strip, of binutils, is needed for it.") }
            return copy
        }
    }
#endif
