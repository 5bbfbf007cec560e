import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

/// Invalid UTF-8 comes out as the standard library would decode the whole text, wherever the pieces are cut.
@Suite("Text of server-sent events", .paced)
struct ServerSentEventTextTests {
    /// The bytes at which the rules of well-formed sequences change, and their neighbours.
    private static let borders: [UInt8] = [
        0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xE0, 0xE1, 0xED, 0xEF, 0xF0,
        0xF1, 0xF4, 0xF5, 0xFF,
    ]

    /// As UTF-8 and as UTF-16, of which a text that is wrongly known to be ASCII would have one unit a byte.
    private struct Units: Equatable {
        let utf8: [UInt8]
        let utf16: [UInt16]

        init(_ text: String) { (utf8, utf16) = (Array(text.utf8), Array(text.utf16)) }
    }

    private func data(of value: [UInt8], cuts: [Int] = []) throws -> Units? {
        let bytes = Array("data:".utf8) + value + Array("\n\n".utf8)
        let limits = [0] + cuts.map { $0 + 5 } + [bytes.count]
        let chunks = zip(limits, limits.dropFirst()).map { Array(bytes[$0..<$1]) }
        return try EventStreamOutcome(parsing: chunks).events.first.map { Units($0.data) }
    }

    private func decoded(_ value: [UInt8]) -> Units { Units(String(decoding: value, as: UTF8.self)) }

    @Test("all sequences of up to four border bytes", arguments: borders)
    func borderBytes(first: UInt8) throws {
        var wrong: [[UInt8]] = []
        func check(_ value: [UInt8]) throws {
            if try data(of: value) != decoded(value) { wrong.append(value) }
        }
        try check([first])
        for second in Self.borders {
            try check([first, second])
            for third in Self.borders {
                try check([first, second, third])
                for fourth in Self.borders { try check([first, second, third, fourth]) }
            }
        }
        #expect(wrong.isEmpty)
    }

    @Test("three border bytes, cut inside", arguments: borders)
    func cutBorderBytes(first: UInt8) throws {
        var wrong: [[UInt8]] = []
        for second in Self.borders {
            for third in Self.borders {
                let value = [first, second, third]
                for cuts in [[1], [2], [1, 2]] where try data(of: value, cuts: cuts) != decoded(value) {
                    wrong.append(value)
                }
            }
        }
        #expect(wrong.isEmpty)
    }

    @Test(
        "a sequence at every place of texts of every length",
        arguments: [
            [0xC3, 0xA9], [0xE2, 0x82, 0xAC], [0xF0, 0x9F, 0x98, 0x80], [0xFF], [0xE2, 0x82], [0xF0, 0x9F, 0x98],
            [0xED, 0xA0, 0x80],
        ] as [[UInt8]])
    func everyPlace(sequence: [UInt8]) throws {
        var wrong: [[UInt8]] = []
        for length in 0...70 {
            for place in 0...length {
                var value = [UInt8](repeating: UInt8(ascii: "x"), count: length)
                value.insert(contentsOf: sequence, at: place)
                if try data(of: value) != decoded(value) { wrong.append(value) }
            }
        }
        #expect(wrong.isEmpty)
    }

    @Test("random bytes", arguments: 1...20 as ClosedRange<UInt64>)
    func randomBytes(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            // Beginning with a letter, since a leading space would be dropped.
            var value: [UInt8] = [UInt8(ascii: "x")]
            for _ in 0..<Int.random(in: 0...80, using: &random) {
                value.append(
                    random.next() % 3 == 0
                        ? .random(in: 0x20...0x7E, using: &random) : .random(in: 0x80...0xFF, using: &random))
            }
            #expect(try data(of: value) == decoded(value))
        }
    }
}
