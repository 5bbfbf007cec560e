extension Groups {
    /// One group for each version of TLS and kind of key.
    static func tls(_ options: Options) -> [Group] {
        #if os(Linux)
            [("1.3", "p256"), ("1.3", "rsa2048"), ("1.2", "p256"), ("1.2", "rsa2048")].map { version, key in
                let name = "tls/\(version)/\(key)/"
                let round = Round(count: options.isQuick ? 20 : 200)
                let rows = TLSWork.Connection.allCases.flatMap { connection in
                    [("limit", "bare libcurl (C)"), ("curl", "CurlTransport")].map { client, label in
                        let way = "\(connection.rawValue)/\(client)"
                        return Row(
                            name + way, "\(words(connection)): \(label)", .worker("tls", "\(version)/\(key)/\(way)"),
                            round)
                    }
                }
                return Group(
                    title: "a request over TLS \(version), \(key == "p256" ? "P-256" : "RSA 2048")",
                    columns: [Column("cpu", "CPU", .time), Column("wall", "wall", .time)], rows: rows,
                    warmUp: Round(count: 20), rounds: options.isQuick ? 2 : 5)
            }
        #else
            []
        #endif
    }

    #if os(Linux)
        private static func words(_ connection: TLSWork.Connection) -> String {
            switch connection {
            case .full: "full handshake"
            case .resumed: "resumed session"
            case .kept: "kept connection"
            }
        }
    #endif
}
