extension Groups {
    /// One group for each number of streams.
    static func streams(_ options: Options) -> [Group] {
        [1, 100, 1000, 5000].map { count in
            let round = Round(
                count: count, rest: options.isQuick ? 1 : 3, events: options.isQuick ? 200 : 1000)
            let name = "streams/\(count)/"
            var rows: [Row] = []
            var goals: [Goal] = []
            #if os(Linux)
                rows = [
                    Row(name + "limit", "bare libcurl multi loop (C)", .worker("streams", "c"), round),
                    Row(name + "curl", "CurlTransport", .worker("streams", "curl"), round),
                ]
                if count == 1 {
                    goals.append(
                        Goal(
                            row: name + "curl", key: "p50", peer: name + "limit", limit: 3,
                            words: "delay beside bare libcurl"))
                    goals.append(
                        Goal(
                            row: name + "curl", key: "event", peer: name + "limit", limit: 2,
                            words: "CPU of an event beside bare libcurl"))
                }
                if count == 5000 {
                    goals.append(Goal(row: name + "curl", key: "open", limit: 3, words: "time to open all"))
                }
            #endif
            rows.append(Row(name + "urlsession", "URLSessionTransport", .worker("streams", "urlsession"), round))
            if count == 1000 {
                for (row, size) in [("curl", 40e3), ("urlsession", 80e3)] {
                    goals.append(Goal(row: name + row, key: "cpu", limit: 0.02, words: "CPU at rest"))
                    goals.append(Goal(row: name + row, key: "memory", limit: size, words: "memory of a stream"))
                }
            }
            return Group(
                title: "\(count) open stream\(count == 1 ? "" : "s")",
                columns: [
                    Column("cpu", "CPU at rest", .share), Column("memory", "memory", .size),
                    Column("open", "open all", .time), Column("p50", "delay p50", .time),
                    Column("p99", "delay p99", .time), Column("event", "CPU/event", .time),
                ],
                rows: rows, goals: goals, rounds: 1, isFresh: true)
        }
    }
}
