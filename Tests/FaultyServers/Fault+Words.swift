internal import Foundation
internal import GeneratorCore
internal import GeneratorTesting

extension Fault {
    /// What a server says that must not be repeated as it is.
    static let words: [Fault] = texts.flatMap { name, text in
        [
            Fault(.words, "\(name), in a failure", refusing, recovers: true) { exchange in
                try await exchange.send(
                    LoopbackRecording(
                        status: 500, headers: [("content-type", "application/json")], body: quoted("detail", text)))
            },
            Fault(.words, "\(name), in a refusal as plain text", refusing, recovers: true) { exchange in
                try await exchange.send(
                    LoopbackRecording(status: 400, headers: [("content-type", "text/plain")], body: Data(text.utf8)))
            },
            Fault(.words, "\(name), in the reason", refusing, recovers: true) { exchange in
                let line = text.prefix(1000).filter { !$0.isNewline }
                try await exchange.raw("HTTP/1.1 422 \(line)\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
                exchange.close()
            },
            Fault(.words, "\(name), in events", in: [.stream], refusing, recovers: true) { exchange in
                let answer = await exchange.genuine()
                let word = String(decoding: quoted("log", text).dropFirst().dropLast(), as: UTF8.self)
                let events = [
                    "data: {\"msg\":\"log\",\"level\":\"info\",\(word)}\n\n",
                    "data: {\"msg\":\"log\",\"level\":\"warning\",\(word)}\n\n",
                    "data: {\"msg\":\"process_completed\",\"success\":false,\"output\":{\"error\":\(word.dropFirst(6))}}\n\n",
                    "event: error\ndata: \(word.dropFirst(6))\n\n",
                ]
                try await exchange.raw(exchange.head(answer, framing: []) + events.joined())
                exchange.close()
            },
        ]
    }

    private static let refusing: Set<GenerationError.Code> = [
        .serviceError, .generationFailed, .connectionLost, .spaceUnavailable, .invalidResponse, .noImage,
        .responseTooLarge,
    ]

    private static let texts: [(String, String)] = [
        ("ANSI and C1 controls", "\u{1B}[31mred\u{1B}[0m \u{9B}2J\u{7}\u{8}\u{8}"),
        ("marks that turn text around", "\u{202E}gnp.exe\u{2066}\u{200F}\u{61C}"),
        ("carriage returns", "one\rtwo\r\nthree\u{2028}four"),
        ("a megabyte", String(repeating: "word ", count: 200_000)),
        ("tags and entities", "<b onclick=x>&lt;script&gt;&#x1b;[31m</b><!--"),
        ("the prompt", "You said: " + FaultSubject.prompt),
        ("the prompt, twice and cut", FaultSubject.prompt + FaultSubject.prompt.dropLast(3)),
        ("the prompt, percent-encoded", encoded(FaultSubject.prompt)),
        ("the prompt, in base64", Data(FaultSubject.prompt.utf8).base64EncodedString()),
        ("every secret", secrets.joined(separator: " ")),
        ("every secret, percent-encoded", secrets.map(encoded).joined(separator: " ")),
        ("every secret, in base64", secrets.map { Data($0.utf8).base64EncodedString() }.joined(separator: " ")),
    ]

    private static let secrets = [
        FaultSubject.apiKey, FaultSubject.hubToken, FaultSubject.hubCookies, FaultSubject.ownToken,
    ]

    private static func encoded(_ text: String) -> String { text.utf8.map { "%" + String($0, radix: 16) }.joined() }

    private static func quoted(_ key: String, _ text: String) -> Data {
        (try? JSONSerialization.data(withJSONObject: [key: text])) ?? Data()
    }
}
