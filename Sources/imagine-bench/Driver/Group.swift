/// Rows that are compared with each other: their rounds are run in turn.
struct Group: Sendable {
    let title: String
    let columns: [Column]
    private(set) var rows: [Row]
    var goals: [Goal] = []
    /// Run once before everything else, and not counted.
    var warmUp: Round?
    var rounds: Int
    /// Whether each round has a process of its own: where the memory counts.
    var isFresh = false
    /// How long a round may take, in seconds.
    var patience = 120.0
    /// Whether it is run only where it is asked for by name.
    var isOnDemand = false
    /// Runs before the first round.
    var prepare: (@Sendable () throws -> Void)?

    /// Only the rows that were asked for.
    func limited(to options: Options) -> Group {
        var group = self
        group.rows = rows.filter { options.takes($0.id, isOnDemand: isOnDemand) }
        return group
    }
}

/// What is measured.
struct Row: Sendable {
    enum Child: Sendable {
        /// A worker of this program: a kind, and a way to do it.
        case worker(String, String)
        /// A Python client.
        case python(String)
    }

    /// The name that `--only` and the JSON know.
    let id: String
    let label: String
    let child: Child
    /// What one turn does; the figures of each get its name in front.
    let turns: [(name: String, round: Round)]

    init(_ id: String, _ label: String, _ child: Child, _ turns: [(name: String, round: Round)]) {
        self.id = id
        self.label = label
        self.child = child
        self.turns = turns
    }

    init(_ id: String, _ label: String, _ child: Child, _ round: Round = Round()) {
        self.init(id, label, child, [("", round)])
    }
}

/// A figure that the table shows.
struct Column: Sendable {
    enum Unit: Sendable {
        case time, size, rate, share, number
    }

    let key: String
    let heading: String
    let unit: Unit

    init(_ key: String, _ heading: String, _ unit: Unit) {
        self.key = key
        self.heading = heading
        self.unit = unit
    }

    /// A value in the unit that suits it.
    func text(_ value: Double) -> String {
        switch unit {
        case .time:
            if value < 1e-3 { return Self.short(value * 1e6) + " us" }
            return value < 1 ? Self.short(value * 1e3) + " ms" : Self.short(value) + " s"
        case .size: return value < 1e6 ? Self.short(value / 1e3) + " KB" : Self.short(value / 1e6) + " MB"
        case .rate: return value < 1e9 ? Self.short(value / 1e6) + " MB/s" : Self.short(value / 1e9) + " GB/s"
        case .share: return Self.short(value * 100) + " %"
        case .number: return Self.short(value)
        }
    }

    /// Three digits.
    static func short(_ value: Double) -> String {
        let size = abs(value)
        let digits = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let whole = (value * scale).rounded() / scale
        var text = digits == 0 ? String(Int(whole)) : String(whole)
        guard digits > 0, let dot = text.firstIndex(of: ".") else { return text }
        let missing = digits - text.distance(from: dot, to: text.endIndex) + 1
        text += String(repeating: "0", count: max(0, missing))
        return text
    }
}

/// What a row must reach.
struct Goal: Sendable {
    let row: String
    let key: String
    /// The row that it is compared with; the figure itself counts where there is none.
    var peer: String?
    let limit: Double
    /// Whether the limit is the least, not the most.
    var isLeast = false
    let words: String
}
