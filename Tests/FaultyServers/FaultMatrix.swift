package import GeneratorTransport

/// The runs of many faults with many providers.
package struct FaultMatrix: Sendable {
    package private(set) var runs: [FaultRun] = []

    /// Runs every fault in every phase of every provider, many at a time: most of the time they wait.
    package init(
        _ faults: [Fault], _ subjects: [FaultSubject], atOnce: Int = 24,
        over transport: any HTTPTransport = Self.transport
    ) async throws {
        var cells: [(Fault, FaultPhase, FaultSubject)] = []
        for fault in faults {
            for subject in subjects {
                for phase in FaultPhase.allCases where subject.phases.contains(phase) && fault.phases.contains(phase) {
                    cells.append((fault, phase, subject))
                }
            }
        }
        runs = try await withThrowingTaskGroup(of: (Int, FaultRun).self) { group in
            var next = 0, runs: [(Int, FaultRun)] = []
            while next < cells.count || !group.isEmpty {
                if next < cells.count, next - runs.count < atOnce {
                    let (index, cell) = (next, cells[next])
                    group.addTask { (index, try await FaultRun(cell.0, in: cell.1, of: cell.2, over: transport)) }
                    next += 1
                } else if let run = try await group.next() {
                    runs.append(run)
                }
            }
            return runs.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// The transport that survives every fault: on Linux Foundation does not.
    package static var transport: any HTTPTransport {
        #if os(Linux)
            CurlTransport()
        #else
            URLSessionTransport()
        #endif
    }

    /// How many runs ended how, in words.
    package var totals: String {
        let outcomes = Dictionary(grouping: runs, by: \.outcome).mapValues(\.count)
            .sorted { $0.value > $1.value }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        let submissions = runs.reduce(0) { $0 + $1.counts.creates }
        let longest = runs.map(\.duration).max() ?? .zero
        return "\(runs.count) cells: \(outcomes); \(submissions) submissions, longest \(longest)"
    }
}
