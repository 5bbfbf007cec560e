/// The figures of a row from all rounds.
struct Outcome: Sendable {
    let row: Row
    private(set) var values: [String: [Double]] = [:]
    /// Why it was left out.
    var failure: String?

    init(_ row: Row) { self.row = row }

    mutating func add(_ figures: Figures, named name: String) {
        for (key, value) in figures { values[name + key, default: []].append(value) }
    }

    func median(_ key: String) -> Double? {
        guard let sorted = values[key]?.sorted(), !sorted.isEmpty else { return nil }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}

/// What became of a goal.
struct Verdict: Sendable {
    let goal: Goal
    let value: Double

    var isMet: Bool { goal.isLeast ? value >= goal.limit : value <= goal.limit }

    /// - Returns: `nil` where a row that it needs was left out.
    init?(_ goal: Goal, _ outcomes: [Outcome]) {
        func median(_ row: String) -> Double? { outcomes.first { $0.row.id == row }?.median(goal.key) }
        guard let own = median(goal.row) else { return nil }
        if let peer = goal.peer {
            guard let theirs = median(peer), theirs > 0 else { return nil }
            value = own / theirs
        } else {
            value = own
        }
        self.goal = goal
    }
}
