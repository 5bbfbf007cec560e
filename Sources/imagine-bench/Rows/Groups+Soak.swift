extension Groups {
    /// Everything at once for a long time: what must stay as it was is compared with how it was after a tenth.
    static func soak(_ options: Options) -> Group {
        let round = Round(count: options.isQuick ? 200 : 10_000, concurrency: options.isQuick ? 50 : 200)
        var rows: [Row] = []
        #if os(Linux)
            rows.append(Row("soak/curl", "CurlTransport", .worker("soak", "curl"), round))
        #endif
        func goal(_ key: String, _ limit: Double, _ words: String) -> Goal {
            Goal(row: "soak/curl", key: key, limit: limit, words: words)
        }
        var goals = [
            goal("lost", 0, "generations without an end"), goal("untyped", 0, "errors without a type"),
            goal("doubles", 0, "submissions after one that was or may have been taken"),
            goal("alive", 0, "answers left open"), goal("descriptors", 8, "descriptors more than after a tenth"),
            goal("threads", 4, "threads more than after a tenth"),
        ]
        // In a short run the memory is still growing into its usual size.
        if !options.isQuick { goals.append(goal("memory", 16e6, "memory more than after a tenth")) }
        return Group(
            title: "\(round.count) generations, \(round.concurrency) at a time, among faults",
            columns: [
                Column("pictures", "pictures", .number), Column("errors", "errors", .number),
                Column("cpu", "CPU", .time), Column("wall", "wall", .time), Column("memory", "memory", .size),
                Column("descriptors", "descriptors", .number), Column("threads", "threads", .number),
            ],
            rows: rows, goals: goals, rounds: 1, isFresh: true, patience: 2400, isOnDemand: true)
    }
}
