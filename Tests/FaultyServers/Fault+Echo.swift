internal import Foundation
internal import GeneratorCore
internal import GeneratorTesting

extension Fault {
    /// The worst peers that a secret has: they repeat all that they were sent, wherever an answer has room for it.
    package static let echoes: [Fault] = [
        echo("in a failure") { exchange, said in
            LoopbackRecording(
                status: 500, headers: [("content-type", "application/json")],
                body: (try? JSONValue.object(["detail": .string(said)]).serialized()) ?? Data())
        },
        echo("in every text of an answer") { exchange, said in
            await exchange.genuine().replacingTexts { _, _ in said }
        },
        // Without a letter that no name may have.
        echo("in names and models") { exchange, said in
            let name = said.split { !$0.isASCII || $0.isWhitespace || "/\\\"".contains($0) }.joined(separator: "-")
                .suffix(190)
            return await exchange.genuine().replacingTexts { key, text in
                ["event_id", "job", "id", "model", "type", "desc", "log"].contains(key) ? String(name) : text
            }
        },
    ]

    private static func echo(
        _ place: String, _ answer: @escaping @Sendable (FaultExchange, String) async throws -> LoopbackRecording
    ) -> Fault {
        Fault(.words, "an echo \(place)", anything, recovers: true) { exchange in
            let request = exchange.request
            let said = [request.target, String(decoding: request.body.prefix(4096), as: UTF8.self)]
            let values = request.headers.map(\.value).filter { $0.count > 8 }
            try await exchange.send(try await answer(exchange, (said + values).joined(separator: " ")))
        }.ending(by: .deadline)
    }

    private static let anything: Set<GenerationError.Code> = [
        .invalidRequest, .unauthorized, .forbidden, .notFound, .rateLimited, .quotaExceeded, .queueFull,
        .serviceUnavailable, .serviceError, .spaceUnavailable, .connectionFailed, .connectionLost, .timedOut,
        .generationFailed, .contentFiltered, .noImage, .invalidResponse, .responseTooLarge, .unsafeURL, .unknownModel,
    ]
}

extension LoopbackRecording {
    /// The answer with other texts in its JSON, or in that of its events.
    fileprivate func replacingTexts(_ change: (_ key: String, _ text: String) -> String) -> LoopbackRecording {
        func changed(_ value: JSONValue, _ key: String) -> JSONValue {
            switch value {
            // What kind of message it is must stay, or nothing of it is read.
            case .string(let text):
                .string(["msg", "version", "protocol", "api_name"].contains(key) ? text : change(key, text))
            case .array(let values): .array(values.map { changed($0, key) })
            case .object(let members): .object(Dictionary(uniqueKeysWithValues: members.map { ($0, changed($1, $0)) }))
            default: value
            }
        }
        func changed(_ json: Data) -> Data? {
            (try? JSONValue(parsing: json)).flatMap { try? changed($0, "").serialized() }
        }
        if let body = changed(body) { return LoopbackRecording(status: status, headers: headers, body: body) }
        guard headers.contains(where: { $0.1.hasPrefix("text/event-stream") }) else { return self }
        let lines = String(decoding: body, as: UTF8.self).components(separatedBy: "\n").map { line -> String in
            guard line.hasPrefix("data: "), let data = changed(Data(line.dropFirst(6).utf8)) else { return line }
            return "data: " + String(decoding: data, as: UTF8.self)
        }
        return LoopbackRecording(status: status, headers: headers, body: Data(lines.joined(separator: "\n").utf8))
    }
}
