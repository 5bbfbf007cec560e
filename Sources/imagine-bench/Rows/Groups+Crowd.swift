extension Groups {
    /// Very many generations at once: in a line whose places all of them hear, and without one.
    static func crowd(_ options: Options) -> Group {
        let line = options.isQuick ? 100 : 1000, all = options.isQuick ? 500 : 5000
        var rows: [Row] = []
        var goals: [Goal] = []
        #if os(Linux)
            func row(_ name: String, _ label: String, _ count: Int, _ prompt: String) -> Row {
                Row(
                    "crowd/" + name, label, .worker("generation", "curl"),
                    Round(count: count, concurrency: count, prompt: prompt))
            }
            rows = [
                row("line", "CurlTransport, \(line) in a line", line, ReplayedSpace.crowdedPrompt),
                row("all", "CurlTransport, \(all) at once", all, Round().prompt),
            ]
            goals = [
                Goal(row: "crowd/line", key: "cpu", limit: 3e-3, words: "CPU of one"),
                Goal(row: "crowd/line", key: "memory", limit: 80e3, words: "memory of one"),
            ]
        #endif
        return Group(
            title: "very many pictures at once",
            columns: [Column("cpu", "CPU", .time), Column("wall", "wall", .time), Column("memory", "memory", .size)],
            rows: rows, goals: goals, warmUp: Round(count: 4), rounds: options.isQuick ? 1 : 3, isFresh: true,
            patience: 600)
    }
}
