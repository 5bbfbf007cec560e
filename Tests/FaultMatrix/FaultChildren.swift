#if os(Linux)
    internal import FaultyServers
    internal import Foundation

    /// Runs cells over URLSession in child processes, two at a time: each keeps a processor busy while it waits.
    ///
    /// Where a child dies, each cell that it had begun gets a child of its own, which shows which of them ends a process;
    /// another child goes on behind them.
    struct FaultChildren {
        private let all = FaultCell.all(Fault.all)

        /// Runs cells, and gives the runs in their order.
        func runs(of cells: [FaultCell]) async throws -> [FaultRun] {
            let wanted = Set(cells.map(\.description))
            let places = all.indices.filter { wanted.contains(all[$0].description) }
            let halves = [0, 1].map { half in places.filter { $0 % 2 == half } }
            let found = try await withThrowingTaskGroup(of: [Int: FaultRun.Result?].self) { group in
                for half in halves { group.addTask { try await results(half) } }
                return try await group.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
            }
            return places.compactMap { place in found[place].map { FaultRun(all[place], $0) } }
        }

        /// The results; `nil` for a cell that ended its process.
        private func results(_ places: [Int]) async throws -> [Int: FaultRun.Result?] {
            var results: [Int: FaultRun.Result?] = [:]
            var left = places
            while !left.isEmpty {
                let (begun, ended) = try await child(left)
                for (place, result) in ended { results[place] = .some(result) }
                for suspect in begun.subtracting(ended.keys).sorted() {
                    results[suspect] = .some(try await child([suspect]).ended[suspect])
                }
                guard !begun.isEmpty else { throw CocoaError(.executableLoad) }
                left.removeAll(where: begun.contains)
            }
            return results
        }

        /// Runs one child: what it began, and what came of it.
        private func child(_ places: [Int]) async throws -> (begun: Set<Int>, ended: [Int: FaultRun.Result]) {
            let process = Process(), input = Pipe(), output = Pipe()
            process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            process.arguments = ["cells"]
            // The runtime would take seconds to print where a process ended.
            process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
            (process.standardInput, process.standardOutput) = (input, output)
            process.standardError = FileHandle.nullDevice
            try process.run()
            let words = Data(places.map(String.init).joined(separator: " ").utf8)
            let data = await withCheckedContinuation { continuation in
                // What blocks does it on a thread that nobody else needs.
                Thread {
                    try? input.fileHandleForWriting.write(contentsOf: words)
                    try? input.fileHandleForWriting.close()
                    continuation.resume(returning: output.fileHandleForReading.readDataToEndOfFile())
                }.start()
            }
            process.waitUntilExit()
            var begun: Set<Int> = [], ended: [Int: FaultRun.Result] = [:]
            for line in data.split(separator: UInt8(ascii: "\n")) {
                switch try? JSONDecoder().decode(FaultMatrix.Event.self, from: line) {
                case .began(let place): begun.insert(place)
                case .ended(let place, let result): ended[place] = result
                // The last line may be half of one.
                case nil: continue
                }
            }
            return (begun, ended)
        }
    }
#endif
