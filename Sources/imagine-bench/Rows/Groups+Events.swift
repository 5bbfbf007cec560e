extension Groups {
    /// One group for each kind of stream.
    static func events(_ options: Options, _ streams: EventStreams) -> [Group] {
        EventStreams.Kind.allCases.map { kind in
            let round = Round(
                file: streams.file(kind), half: kind.isLong ? streams.file(kind, isHalf: true) : "", bytes: kind.piece)
            let name = "sse/\(kind.rawValue)/"
            var goals: [Goal] = []
            switch kind {
            case .small, .big, .tiny:
                goals.append(
                    Goal(
                        row: name + "parser", key: "seconds", peer: name + "limit", limit: kind == .big ? 2.5 : 2,
                        words: "time beside C"))
            case .line16, .lines1m, .drip:
                // Linear is 2, and what pages and caches add; quadratic would be 4.
                goals.append(Goal(row: name + "parser", key: "scaling", limit: 3, words: "time for twice the size"))
            case .crlf: break
            }
            if kind == .small {
                goals.append(Goal(row: name + "parser", key: "growth", limit: 4 * 1_048_576, words: "memory growth"))
            }
            return Group(
                title: "event stream: \(kind.rawValue)",
                columns: [
                    Column("rate", "rate", .rate), Column("seconds", "time", .time),
                    Column("scaling", "x 2 size", .number), Column("growth", "memory", .size),
                ],
                rows: [
                    Row(name + "memchr", "memchr from line to line (C)", .worker("events", "memchr"), round),
                    Row(name + "limit", "whole standard (C)", .worker("events", "c"), round),
                    Row(name + "parser", "ServerSentEventParser", .worker("events", "parser"), round),
                    Row(name + "sequence", "serverSentEvents()", .worker("events", "sequence"), round),
                ],
                goals: goals, rounds: options.isQuick ? 3 : 7,
                prepare: { try streams.write(kind) })
        }
    }
}
