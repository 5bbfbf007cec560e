package import GeneratorTransport

/// The runs of many cells.
package struct FaultMatrix: Sendable {
    package let runs: [FaultRun]

    package init(_ runs: [FaultRun]) { self.runs = runs }

    /// Runs cells, many at a time: most of the time they wait.
    package init(
        _ cells: [FaultCell], atOnce: Int = 24, over transport: any HTTPTransport = PlatformTransport.make(),
        onEvent: @escaping @Sendable (Event) -> Void = { _ in }
    ) async throws {
        runs = try await withThrowingTaskGroup(of: (Int, FaultRun).self) { group in
            var next = 0, runs: [(Int, FaultRun)] = []
            while next < cells.count || !group.isEmpty {
                if next < cells.count, next - runs.count < atOnce {
                    let index = next
                    group.addTask {
                        onEvent(.began(index))
                        let run = try await FaultRun(cells[index], over: transport)
                        onEvent(.ended(index, run.result))
                        return (index, run)
                    }
                    next += 1
                } else if let run = try await group.next() {
                    runs.append(run)
                }
            }
            return runs.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// What is told of a run while it lasts, with the index of its cell.
    package enum Event: Sendable, Codable {
        case began(Int)
        case ended(Int, FaultRun.Result)

        /// The same, the cell named by what stands for it in a list.
        package func at(_ places: [Int]) -> Event {
            switch self {
            case .began(let index): .began(places[index])
            case .ended(let index, let result): .ended(places[index], result)
            }
        }
    }

    /// How many runs ended how, in words.
    package var totals: String {
        let outcomes = Dictionary(grouping: runs, by: \.result.outcome).mapValues(\.count)
            .sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        let submissions = runs.reduce(0) { $0 + $1.result.counts.creates }
        let longest = runs.map(\.result.seconds).max() ?? 0
        let wrong = runs.filter { !$0.result.complaints.isEmpty }.count
        return "\(runs.count) cells: \(outcomes); \(submissions) submissions; \(wrong) with complaints; "
            + "the longest took \(Int(longest.rounded(.up))) s"
    }
}
