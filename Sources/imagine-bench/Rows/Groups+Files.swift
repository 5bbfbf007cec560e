extension Groups {
    static func downloads(_ options: Options) -> Group {
        let round = Round(bytes: options.isQuick ? 32_000_000 : 256_000_000)
        var rows = [Row("download/program", "curl program", .worker("download", "program"), round)]
        var goals: [Goal] = []
        #if os(Linux)
            rows.append(Row("download/curl", "CurlTransport", .worker("download", "curl"), round))
            goals = [
                Goal(
                    row: "download/curl", key: "rate", peer: "download/program", limit: 0.95, isLeast: true,
                    words: "rate beside the curl program"),
                Goal(row: "download/curl", key: "memory", limit: 20e6, words: "memory"),
            ]
        #endif
        rows.append(Row("download/urlsession", "URLSessionTransport", .worker("download", "urlsession"), round))
        return Group(
            title: "a download of \(round.bytes / 1_000_000) MB to disk",
            columns: [Column("rate", "rate", .rate), Column("cpu", "CPU", .time), Column("memory", "memory", .size)],
            rows: rows, goals: goals, rounds: options.isQuick ? 2 : 5, isFresh: true)
    }

    /// A body of random bytes, and one of short lines.
    static func multipart(_ options: Options) -> [Group] {
        [("picture", "random bytes"), ("lines", "lines of 50 bytes")].map { kind, words in
            let round = Round(prompt: kind, bytes: options.isQuick ? 4_000_000 : 32_000_000)
            let name = "multipart/\(kind)/"
            return Group(
                title: "multipart: \(words)", columns: [Column("rate", "rate", .rate)],
                rows: [
                    Row(name + "memchr", "memchr from line to line (C)", .worker("multipart", "memchr"), round),
                    Row(name + "reader", "MultipartReader", .worker("multipart", "reader"), round),
                ],
                rounds: options.isQuick ? 2 : 5)
        }
    }

    static func poller(_ options: Options) -> Group {
        let round = Round(count: options.isQuick ? 50 : 400)
        var rows = [Row("poller/alone", "JobPoller alone", .worker("poller", "alone"), round)]
        #if os(Linux)
            rows.append(Row("poller/curl", "CurlTransport", .worker("poller", "curl"), round))
        #endif
        rows.append(Row("poller/urlsession", "URLSessionTransport", .worker("poller", "urlsession"), round))
        return Group(
            title: "a look at a job, an interval of 1 ms",
            columns: [Column("cpu", "CPU", .time), Column("wall", "wall", .time)], rows: rows,
            warmUp: Round(count: 20), rounds: options.isQuick ? 2 : 3)
    }
}
