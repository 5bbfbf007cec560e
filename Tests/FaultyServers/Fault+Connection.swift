internal import Foundation
internal import GeneratorCore
internal import GeneratorTesting

extension Fault {
    /// What breaks below HTTP. The job is taken before the connection breaks, so that a repetition would show.
    static let connection: [Fault] =
        ends + [
            lost("RST before a byte, once", times: 1) { exchange in
                _ = await exchange.genuine()
                exchange.reset()
            },
            lost("FIN before a byte, once", times: 1) { exchange in
                _ = await exchange.genuine()
                exchange.close()
            },
            Fault(.connection, "refused after the first answer", [.connectionFailed, .connectionLost], recovers: true) {
                exchange in
                _ = await exchange.genuine()
                exchange.shutDown()
            },
            lost("Content-Length too long") { exchange in
                let answer = await exchange.genuine()
                let framing = [("content-length", String(answer.body.count + 100))]
                try await exchange.raw(exchange.head(answer, framing: framing), answer.body)
                exchange.close()
            },
            framed("Content-Length too short") { [("content-length", String($0.body.count / 2))] }.leavingWords,
            framed("two different Content-Lengths") {
                [("content-length", String($0.body.count)), ("content-length", "7")]
            }.leavingWords,
            framed("negative Content-Length") { _ in [("content-length", "-1")] },
            framed("Content-Length that is no number") { _ in [("content-length", "many")] },
            framed("Content-Length beyond every number") { _ in [("content-length", "99999999999999999999999")] },
            framed("chunk sizes that are no numbers", sending: "zz\r\n") { _ in [("transfer-encoding", "chunked")] },
            framed("a chunk larger than any memory", sending: "7fffffffffffffff\r\n") { _ in
                [("transfer-encoding", "chunked")]
            },
            framed("a chunk longer than it says", sending: "5\r\n") { _ in [("transfer-encoding", "chunked")] },
            Fault(.connection, "a trailer field behind the chunks", [], recovers: true) { exchange in
                let answer = await exchange.genuine()
                let head = exchange.head(answer, framing: [("transfer-encoding", "chunked")])
                let chunk = answer.body.isEmpty ? "" : String(answer.body.count, radix: 16) + "\r\n"
                let end = (chunk.isEmpty ? "" : "\r\n") + "0\r\nx-sum: 7\r\n\r\n"
                try await exchange.raw(head + chunk, answer.body + Data(end.utf8))
                exchange.close()
            },
            lost("chunks without an end") { exchange in
                let answer = await exchange.genuine()
                let size = String(answer.body.count, radix: 16) + "\r\n"
                try await exchange.raw(
                    exchange.head(answer, framing: [("transfer-encoding", "chunked")]) + size,
                    answer.body + Data("\r\n".utf8))
                exchange.close()
            },
        ]

    private static let ends: [Fault] = [
        lost("RST before a byte") { exchange in
            _ = await exchange.genuine()
            exchange.reset()
        },
        lost("FIN before a byte") { exchange in
            _ = await exchange.genuine()
            exchange.close()
        },
        lost("FIN behind the status line") { exchange in
            _ = await exchange.genuine()
            try await exchange.raw("HTTP/1.1 200 OK\r\n")
            exchange.close()
        },
        lost("FIN within a header") { exchange in
            _ = await exchange.genuine()
            try await exchange.raw("HTTP/1.1 200 OK\r\ncontent-ty")
            exchange.close()
        },
        lost("RST within the headers") { exchange in
            _ = await exchange.genuine()
            try await exchange.raw("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n")
            exchange.reset()
        },
        lost("FIN within the body") { exchange in
            let answer = await exchange.genuine()
            try await exchange.raw(exchange.head(answer), answer.body.prefix(answer.body.count / 2))
            exchange.close()
        },
        lost("RST within the body") { exchange in
            let answer = await exchange.genuine()
            try await exchange.raw(exchange.head(answer), answer.body.prefix(answer.body.count / 2))
            exchange.reset()
        },
    ]

    private static func lost(_ name: String, times: Int? = nil, _ act: @escaping Act) -> Fault {
        // A result that came before the break is a result.
        Fault(.connection, name, [.connectionLost], recovers: true, act).with { $0.times = times }
    }

    /// An answer whose framing lies.
    private static func framed(
        _ name: String, sending prefix: String = "",
        _ framing: @escaping @Sendable (LoopbackRecording) -> [(String, String)]
    ) -> Fault {
        Fault(.connection, name, [.connectionLost, .invalidResponse, .responseTooLarge], recovers: true) { exchange in
            let answer = await exchange.genuine()
            try await exchange.raw(exchange.head(answer, framing: framing(answer)) + prefix, answer.body)
            exchange.close()
        }
    }
}
