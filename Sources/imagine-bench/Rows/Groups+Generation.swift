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
                Column("many.wall", "wall, 16 lanes", .time), Column("paced.cpu", "CPU, paced", .time),
            ],
            rows: rows,
            goals: [
                goal("curl", "cpu", "limit", 3.5, "CPU beside bare C"),
                goal("curl", "cpu", "aiohttp", 1, "CPU beside aiohttp"),
                goal("curl", "many.cpu", "limit", 2, "CPU beside bare C, 16 lanes"),
                goal("curl", "paced.cpu", "limit", 3, "CPU beside bare C, paced"),
                goal("curl", "paced.cpu", "aiohttp", 0.6, "CPU beside aiohttp, paced"),
                goal("curl", "wall", "aiohttp", 1.05, "wall beside aiohttp"),
                goal("curl", "cpu", "official", 1.0 / 60, "CPU beside gradio_client"),
                goal("urlsession", "cpu", "official", 1.0 / 20, "CPU beside gradio_client"),
            ],
            warmUp: Round(count: options.isQuick ? 3 : 20), rounds: options.isQuick ? 2 : 7)
    }
}
