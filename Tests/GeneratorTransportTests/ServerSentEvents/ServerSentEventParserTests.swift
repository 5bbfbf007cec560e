import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@Suite("Server-sent event parser", .paced)
struct ServerSentEventParserTests {
    @Test("the fixture is there")
    func fixture() throws {
        let cases = try EventStreamCase.all()
        #expect(cases.count >= 200)
        #expect(Set(cases.map(\.name)).count == cases.count)
    }

    @Test("every case, whole, cut in two anywhere, and byte by byte", arguments: try EventStreamCase.all())
    func standard(_ example: EventStreamCase) throws {
        let bytes = [UInt8](example.bytes)
        let expected = example.outcome
        #expect(try EventStreamOutcome(parsing: [bytes]) == expected)
        for cut in 0...bytes.count {
            let outcome = try EventStreamOutcome(parsing: [Array(bytes[..<cut]), Array(bytes[cut...])])
            #expect(outcome == expected, "cut at \(cut)")
        }
        #expect(try EventStreamOutcome(parsing: bytes.map { [$0] }) == expected)
        #expect(try EventStreamOutcome(parsing: bytes.flatMap { [[], [$0], []] }) == expected, "with empty chunks")
    }

    @Test(
        "all cases in one stream, in random pieces",
        arguments: 1...12 as ClosedRange<UInt64>)
    func randomPieces(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        // What a case leaves open is closed, and the id that it set is reset.
        var bytes: [UInt8] = []
        for example in try EventStreamCase.all().shuffled(using: &random) {
            bytes += example.bytes + Array("\n\nid\n\n".utf8)
        }
        var chunks: [[UInt8]] = []
        var rest = bytes[...]
        let largest = [3, 17, 200, 5_000][Int(seed % 4)]
        while !rest.isEmpty {
            chunks.append(Array(rest.prefix(Int.random(in: 0...largest, using: &random))))
            rest = rest.dropFirst(chunks.last?.count ?? 0)
        }
        let expected = try EventStreamOutcome(parsing: [bytes])
        #expect(expected.events.count > 250)
        #expect(try EventStreamOutcome(parsing: chunks) == expected)
    }

    @Test("an event comes out with the chunk that ends its blank line, also by a CR", arguments: ["\n", "\r", "\r\n"])
    func nothingHeldBack(end: String) throws {
        var parser = ServerSentEventParser()
        var data: [String] = []
        for number in 1...3 {
            try parser.append(Array("data: \(number)\(end)".utf8)) { data.append($0.data) }
            #expect(data.count == number - 1)
            try parser.append(Array(end.utf8)) { data.append($0.data) }
            #expect(data.count == number)
        }
        #expect(data == ["1", "2", "3"])
    }

    @Test("the type defaults to message and the id to nothing")
    func defaults() {
        #expect(ServerSentEvent(data: "x") == ServerSentEvent(type: "message", data: "x", lastEventID: ""))
    }

    @Test("a copy of a parser goes its own way")
    func copies() throws {
        var first = ServerSentEventParser()
        var seen: [String] = []
        try first.append(Array("data: a\nda".utf8)) { seen.append($0.data) }
        var second = first
        try first.append(Array("ta: b\n\n".utf8)) { seen.append($0.data) }
        try second.append(Array("ta: c\n\n".utf8)) { seen.append($0.data) }
        #expect(seen == ["a\nb", "a\nc"])
    }
}
