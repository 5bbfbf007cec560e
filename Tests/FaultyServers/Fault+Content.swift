internal import Foundation
internal import GeneratorCore
internal import GeneratorTesting

extension Fault {
    /// Answers whose framing is right and whose content is not.
    static let content: [Fault] = documents + numbers + events

    private static let senseless: Set<GenerationError.Code> = broken.union([
        .spaceUnavailable, .notFound, .noImage, .generationFailed, .unsafeURL, .serviceError, .timedOut,
    ])

    private static func document(
        _ name: String, in phases: Set<FaultPhase> = FaultPhase.all.subtracting([.stream]),
        _ change: @escaping @Sendable (Data) -> Data
    ) -> Fault {
        changed(name, .content, in: phases, senseless) { $0.body = change($0.body) }
    }

    private static let documents: [Fault] = [
        changed("a web page", .content, senseless) { answer in
            answer = LoopbackRecording(
                headers: [("content-type", "text/html")], body: Data("<!doctype html><html>Just a moment…</html>".utf8))
        },
        changed("a web page that says it is JSON", .content, senseless) { answer in
            answer.body = Data("<!doctype html><html>Just a moment…</html>".utf8)
        },
        document("cut") { $0.prefix($0.count * 2 / 3) }.leavingWords,
        document("empty", in: FaultPhase.all) { _ in Data() },
        document("null") { _ in Data("null".utf8) },
        document("a lone number") { _ in Data("7".utf8) },
        document("an empty object") { _ in Data("{}".utf8) },
        document("an empty list") { _ in Data("[]".utf8) },
        document("nested 100,000 deep") { _ in
            Data(repeating: UInt8(ascii: "["), count: 100_000) + Data(repeating: UInt8(ascii: "]"), count: 100_000)
        },
        document("objects nested 100,000 deep") { _ in
            Data((String(repeating: "{\"a\":", count: 100_000) + "1" + String(repeating: "}", count: 100_000)).utf8)
        },
        document("every member twice", in: FaultPhase.documents) { body in
            body.first == UInt8(ascii: "{") ? body.dropLast() + Data(",".utf8) + body.dropFirst() : body
        },
        document("bytes that are no UTF-8") { _ in Data([0x7B, 0x22, 0xFF, 0xFE, 0x22, 0x3A, 0x31, 0x7D]) },
        document("a member with a lone surrogate", in: FaultPhase.documents) { adding("\"\\ud800\"", to: $0) },
        document("a member that is NaN", in: FaultPhase.documents) { adding("NaN", to: $0) },
        document("a member of 1e400", in: FaultPhase.documents) { adding("1e400", to: $0) },
        document("a member of 400 digits", in: FaultPhase.documents) {
            adding(String(repeating: "7", count: 400), to: $0)
        },
        document("300,000 small members", in: FaultPhase.documents) {
            adding("[" + String(repeating: "{\"a\":[]},", count: 300_000) + "{}]", to: $0)
        }.heavy,
        Fault(
            .content, "a body without end", in: FaultPhase.all.subtracting([.stream]),
            [.responseTooLarge, .invalidResponse]
        ) {
            exchange in
            var answer = await exchange.genuine()
            answer.body = answer.body.dropLast()
            try await exchange.raw(exchange.head(answer, framing: []), answer.body)
            try await exchange.repeatForEver(Data(repeating: UInt8(ascii: " "), count: 1 << 16))
        }.heavy,
    ]

    /// Every number of a document is another one.
    private static let numbers: [Fault] = [
        "-1", "0", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e308", "1e400", "-0.0",
        "0.5",
        "\"7\"", "null", "true", "[]",
    ].map { number in
        changed("\(number) for every number", .content, in: FaultPhase.documents.union([.stream]), senseless) {
            answer in
            let text = String(decoding: answer.body, as: UTF8.self)
            answer.body = Data(
                text.replacing(/([:\[,] ?)-?\d+(\.\d+)?(?=[,\]\}])/) { $0.1 + number }.utf8)
        }
    }

    private static func adding(_ value: String, to body: Data) -> Data {
        switch body.first {
        case UInt8(ascii: "{"): body.dropLast() + Data(",\"added\":\(value)}".utf8)
        case UInt8(ascii: "["): body.dropLast() + Data(",\(value)]".utf8)
        default: body
        }
    }
}
