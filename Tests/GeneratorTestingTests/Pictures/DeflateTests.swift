import GeneratorTesting
import TestPace
import Testing

@testable import DemoPictures

@Suite("Deflate", .paced)
struct DeflateTests {
    @Test("What is compressed inflates to the same bytes", arguments: samples.keys.sorted())
    func roundTrip(name: String) throws {
        let bytes = try #require(Self.samples[name])
        let inflated = try Inflate.zlib(Deflate.zlib(bytes))
        // Comparing first keeps a failure from printing a hundred thousand numbers.
        let isEqual = inflated == bytes
        #expect(isEqual, "\(name)")
    }

    @Test("Runs become small, randomness hardly grows")
    func sizes() throws {
        let run = try #require(Self.samples["a long run"])
        #expect(Deflate.zlib(run).count < 200)
        let noise = try #require(Self.samples["noise"])
        #expect(Deflate.zlib(noise).count < noise.count * 102 / 100)
        let text = try #require(Self.samples["text"])
        #expect(Deflate.zlib(text).count < text.count / 20)
    }

    @Test("The stream begins and ends as zlib demands")
    func frame() {
        let stream = Deflate.zlib(Array("Wikipedia".utf8))
        #expect(stream.prefix(2) == [0x78, 0x9C])
        #expect((Int(stream[0]) << 8 | Int(stream[1])) % 31 == 0)
        #expect(Array(stream.suffix(4)) == [0x11, 0xE6, 0x03, 0x98])
    }

    @Test("Adler-32 has the published values")
    func adler() {
        #expect(Deflate.adler32([]) == 1)
        #expect(Deflate.adler32(Array("Wikipedia".utf8)) == 0x11E6_0398)
        #expect(Deflate.adler32([UInt8](repeating: 0xFF, count: 1 << 17)) == reference)
    }

    /// The sum of 128 KiB of 255, one byte at a time.
    private var reference: UInt32 {
        var low: UInt32 = 1
        var high: UInt32 = 0
        for _ in 0..<(1 << 17) {
            low = (low + 255) % 65521
            high = (high + low) % 65521
        }
        return high << 16 | low
    }

    @Test("Code lengths stay within their limit and fill the code")
    func limitedCode() {
        // Fibonacci numbers make the deepest trees.
        var frequencies = [1, 1]
        for index in 0..<38 { frequencies.append(frequencies[index] + frequencies[index + 1]) }
        for longest in [7, 15] {
            let code = HuffmanCode(frequencies: frequencies, longest: longest)
            #expect(code.lengths.allSatisfy { (1...longest).contains($0) })
            #expect(code.lengths.reduce(0) { $0 + 1 << (longest - $1) } == 1 << longest)
        }
        #expect(HuffmanCode(frequencies: [0, 0, 5], longest: 15).lengths == [1, 0, 1])
        #expect(HuffmanCode(frequencies: [0, 0, 0], longest: 15).lengths == [1, 1, 0])
    }

    private static let samples: [String: [UInt8]] = {
        var random = SplitMix64(seed: 1)
        let noise = (0..<100_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let sparse = (0..<300_000).map { _ in random.chance(0.02) ? UInt8(random.below(7)) : 0 }
        // Repeats at the largest distance that the format knows, and one beyond.
        let far = Array(noise[0..<32768]) + Array(noise[0..<300]) + Array(noise[0..<32769]) + Array(noise[0..<300])
        return [
            "nothing": [], "one byte": [7], "two bytes": [7, 7], "three bytes": [1, 2, 3], "four bytes": [5, 5, 5, 5],
            "a long run": [UInt8](repeating: 9, count: 100_000),
            "258 and 259": [UInt8](repeating: 1, count: 259) + [UInt8](repeating: 2, count: 260),
            "all bytes": Array(0...255), "noise": noise, "sparse": sparse, "far": far,
            "text": (0..<2000).flatMap { "line \($0 % 50): the quick brown fox\n".utf8 },
        ]
    }()
}
