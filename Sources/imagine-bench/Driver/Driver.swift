#if os(macOS) || os(Linux)
    import Dispatch
    import Foundation

    /// Runs the groups one after the other, and prints what they found.
    struct Driver {
        private let options: Options
        private let executable: String

        init(_ options: Options) throws {
            self.options = options
            guard let path = Bundle.main.executablePath else {
                throw BenchError("this program does not know its own path.")
            }
            executable = path
        }

        /// - Returns: Whether all rows could be run; a goal that is missed is a result like any other.
        func run() throws -> Bool {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
                "imagine-bench-\(UUID().uuidString)")
            let groups = Groups.all(options, folder: folder).map { $0.limited(to: options) }.filter { !$0.rows.isEmpty }
            if options.listsRows {
                for row in groups.flatMap(\.rows) { Console.output(row.id) }
                return true
            }
            guard !groups.isEmpty else { throw BenchError("no row has such a name; see --list.") }
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let interruptions = Self.removeWhenInterrupted(folder)
            defer { for interruption in interruptions { interruption.cancel() } }
            Usage.raiseDescriptorLimit()
            let peers = PythonPeers(
                options, folder: folder, isNeeded: groups.flatMap(\.rows).contains(where: \.isPython))
            if let reason = peers.absence { Console.note("Without Python's clients: \(reason)") }
            let server = try Child(executable, ["server"], folder: folder)
            defer { server.stop() }
            let url = try server.line(within: 30)
            let report = Report(isJSON: options.isJSON)
            var isWhole = true
            for group in groups {
                let outcomes = try measure(group, url, peers, folder)
                isWhole = isWhole && outcomes.allSatisfy { $0.failure == nil }
                report.add(group, outcomes)
            }
            report.finish()
            return isWhole
        }

        /// An interrupt leaves nothing behind: the children end with this process.
        private static func removeWhenInterrupted(_ folder: URL) -> [any DispatchSourceSignal] {
            [SIGINT, SIGTERM].map { number in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler {
                    try? FileManager.default.removeItem(at: folder)
                    exit(128 + number)
                }
                source.resume()
                return source
            }
        }

        private func measure(_ group: Group, _ url: String, _ peers: PythonPeers, _ folder: URL) throws -> [Outcome] {
            try group.prepare?()
            var outcomes = group.rows.filter { !$0.isPython || peers.absence == nil }.map { Outcome($0) }
            var children: [String: Child] = [:]
            for round in 0..<group.rounds {
                for (place, outcome) in outcomes.enumerated() where outcome.failure == nil {
                    let row = outcome.row
                    do {
                        let child = try children[row.id] ?? begin(row, group, url, peers, folder)
                        if !group.isFresh { children[row.id] = child }
                        for (name, round) in row.turns {
                            outcomes[place].add(try child.run(round, patience: group.patience), named: name)
                        }
                        if group.isFresh { child.stop() }
                    } catch {
                        children[row.id] = nil
                        outcomes[place].failure = "\(error)"
                        Console.note("\(row.id), round \(round + 1): \(error)")
                    }
                }
            }
            for child in children.values { child.stop() }
            return outcomes
        }

        private func begin(
            _ row: Row, _ group: Group, _ url: String, _ peers: PythonPeers, _ folder: URL
        ) throws -> Child {
            let child =
                switch row.child {
                case .worker(let kind, let way): try Child(executable, ["worker", kind, way, url], folder: folder)
                case .python(let name): try peers.child(name, url)
                }
            if let warmUp = group.warmUp { _ = try child.run(warmUp) }
            return child
        }
    }

    extension Row {
        var isPython: Bool { if case .python = child { true } else { false } }
    }
#endif
