extension Groups {
    static func generation(_ options: Options) -> Group {
        let one = Round(count: options.isQuick ? 30 : 200)
        let many = Round(count: options.isQuick ? 32 : 320, concurrency: 16)
        let paced = Round(count: options.isQuick ? 10 : 30, prompt: ReplayedSpace.pacedPrompt)
        let turns = [("", one), ("many.", many), ("paced.", paced)]
        let few = Round(count: options.isQuick ? 3 : 20)
        var rows: [Row] = []
        #if os(Linux)
            rows = [
                Row("generation/limit", "bare libcurl loop (C)", .worker("generation", "c"), turns),
                Row("generation/curl", "CurlTransport", .worker("generation", "curl"), turns),
            ]
        #endif
        rows += [
            Row("generation/urlsession", "URLSessionTransport", .worker("generation", "urlsession"), turns),
            Row("generation/aiohttp", "bare aiohttp loop (Python)", .python("bare"), turns),
            Row("generation/official", "gradio_client (Python)", .python("official"), few),
        ]
        func goal(_ row: String, _ key: String, _ peer: String, _ limit: Double, _ words: String) -> Goal {
            Goal(row: "generation/" + row, key: key, peer: "generation/" + peer, limit: limit, words: words)
        }
        return Group(
            title: "a picture through Gradio's queue",
            columns: [
                Column("cpu", "CPU", .time), Column("wall", "wall", .time), Column("many.cpu", "CPU, 16 lanes", .time),
                Column("many.wall", "wall, 16", .time), Column("paced.cpu", "CPU, paced", .time),
            ],
            rows: rows,
            goals: [
                goal("curl", "cpu", "aiohttp", 0.25, "CPU beside aiohttp"),
                goal("curl", "paced.cpu", "aiohttp", 0.25, "CPU beside aiohttp, paced"),
                goal("curl", "cpu", "official", 1.0 / 60, "CPU beside gradio_client"),
                goal("curl", "wall", "aiohttp", 1, "wall beside aiohttp"),
                goal("urlsession", "cpu", "aiohttp", 1, "CPU beside aiohttp"),
                goal("urlsession", "paced.cpu", "aiohttp", 1, "CPU beside aiohttp, paced"),
                goal("urlsession", "cpu", "official", 1.0 / 20, "CPU beside gradio_client"),
                goal("urlsession", "wall", "aiohttp", 1, "wall beside aiohttp"),
            ],
            warmUp: Round(count: options.isQuick ? 3 : 20), rounds: options.isQuick ? 2 : 7)
    }
}
