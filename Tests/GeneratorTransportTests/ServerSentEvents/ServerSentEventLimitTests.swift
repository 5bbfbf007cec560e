import TestPace
import Testing

@testable import GeneratorTransport

extension ServerSentEventParser {
    /// The room that unfinished lines and events take.
    fileprivate var bufferedCapacity: Int { line.capacity + data.capacity }
}

@Suite("Limits of server-sent events", .paced)
struct ServerSentEventLimitTests {
    private func pieces(_ bytes: [UInt8], of size: Int) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
    }

    private func isTooLarge(_ text: String, limit: Int, pieces size: Int) throws -> Bool {
        do {
            _ = try EventStreamOutcome(parsing: pieces(Array(text.utf8), of: size), maximumEventSize: limit)
            return false
        } catch let error as TransportError {
            #expect(error.code == .responseTooLarge)
            return true
        }
    }

    @Test("a line may be as long as the limit, of whatever kind and however it comes", arguments: [1, 7, 64, 1_000])
    func lines(size: Int) throws {
        for name in ["data:", "event:", "id:", "retry:", ":", "unknown:", ""] {
            let line = name + String(repeating: "1", count: 100 - name.utf8.count)
            for end in ["\n\n", "\r\r", "\r\n\r\n", ""] {
                #expect(try !isTooLarge(line + end, limit: 100, pieces: size), "\(name)")
                #expect(try isTooLarge(line + "1" + end, limit: 100, pieces: size), "\(name)")
            }
        }
    }

    @Test("an endless line fails before its end comes", arguments: ["data: ", ":", ": comment ", "x"])
    func endlessLine(begin: String) throws {
        var parser = ServerSentEventParser(maximumEventSize: 10_000)
        var fed = 0
        #expect(throws: TransportError.self) {
            try parser.append(Array(begin.utf8)) { _ in }
            while fed < 20_000 {
                fed += 64
                try parser.append([UInt8](repeating: UInt8(ascii: "x"), count: 64)) { _ in }
            }
        }
        #expect(fed <= 10_064)
    }

    @Test("the data of one event may be as large as the limit, line ends between included", arguments: [1, 7, 1_000])
    func collectedData(size: Int) throws {
        // Ten lines of nine bytes and nine line ends: 99 bytes.
        let block = String(repeating: "data: 123456789\n", count: 10)
        #expect(try !isTooLarge(block + "\n", limit: 99, pieces: size))
        #expect(try isTooLarge(block + "\n", limit: 98, pieces: size))
        #expect(try isTooLarge(block, limit: 98, pieces: size))
        #expect(try !isTooLarge(String(repeating: "data\n", count: 21) + "\n", limit: 20, pieces: size))
        #expect(try isTooLarge(String(repeating: "data\n", count: 22) + "\n", limit: 20, pieces: size))
        #expect(try !isTooLarge(String(repeating: block + "\n", count: 10), limit: 99, pieces: size))
    }

    @Test("the events before come out, and the failure lasts")
    func failureLasts() throws {
        var parser = ServerSentEventParser(maximumEventSize: 20)
        var data: [String] = []
        let chunk = Array("data: a\n\ndata: b\n\ndata: \(String(repeating: "c", count: 20))\n\ndata: d\n\n".utf8)
        #expect(throws: TransportError.self) { try parser.append(chunk) { data.append($0.data) } }
        #expect(data == ["a", "b"])
        for more in ["", "\n", "data: e\n\n"] {
            #expect(throws: TransportError.self) { try parser.append(Array(more.utf8)) { data.append($0.data) } }
        }
        #expect(data == ["a", "b"])
        #expect(parser.bufferedCapacity == 0)
    }

    @Test("the default limit is 32 MiB")
    func defaultLimit() {
        #expect(ServerSentEventParser().maximumEventSize == 32 << 20)
    }

    // Searched again from its start with every piece, this line would take many minutes.
    @Test("one line of 24 MB in drips of 64 bytes")
    func drips() throws {
        var parser = ServerSentEventParser()
        let drip = [UInt8](repeating: UInt8(ascii: "x"), count: 64)
        var sizes: [Int] = []
        var capacities: Set<Int> = []
        try parser.append(Array("data: ".utf8)) { _ in }
        for _ in 0..<375_000 {
            try parser.append(drip) { _ in }
            capacities.insert(parser.bufferedCapacity)
        }
        #expect(capacities.count < 40)
        #expect(parser.bufferedCapacity <= 2 * 25_000_000)
        try parser.append(Array("\n\n".utf8)) { sizes.append($0.data.utf8.count) }
        #expect(sizes == [24_000_000])
        #expect(parser.bufferedCapacity <= 2 * 64 << 10, "a large event leaves nothing behind")
    }

    @Test("one event of 100,000 lines, byte by byte")
    func shortLines() throws {
        var parser = ServerSentEventParser()
        var sizes: [Int] = []
        var capacities: Set<Int> = []
        for _ in 0..<100_000 {
            for byte in "data:ab\r".utf8 { try parser.append([byte]) { sizes.append($0.data.utf8.count) } }
            capacities.insert(parser.bufferedCapacity)
        }
        #expect(capacities.count < 40)
        try parser.append(Array("\r".utf8)) { sizes.append($0.data.utf8.count) }
        #expect(sizes == [299_999])
    }

    @Test("a long stream of small events needs no more room than a short one", arguments: [1, 64, 1_000, 16_384])
    func smallEvents(size: Int) throws {
        var parser = ServerSentEventParser()
        var count = 0
        let text = String(repeating: "event: progress\nid: 7\ndata: {\"step\": 1}\n: x\n\n", count: 500)
        for _ in 0..<4 {
            for piece in pieces(Array(text.utf8), of: size) { try parser.append(piece) { _ in count += 1 } }
        }
        #expect(count == 2_000)
        #expect(parser.bufferedCapacity < 512)
    }

    @Test(
        "large events in a row share one buffer, and the first chunk that needs none frees it",
        arguments: ["", ": x\n\n"])
    func largeEvents(quiet: String) throws {
        var parser = ServerSentEventParser()
        let text = String(repeating: "x", count: 1_000_000)
        var data: [String] = []
        var capacities: Set<Int> = []
        for _ in 0..<4 {
            for piece in pieces(Array("data: \(text)\n\n".utf8), of: 16_384) {
                try parser.append(piece) { data.append($0.data) }
            }
            capacities.insert(parser.bufferedCapacity)
        }
        let same = data == Array(repeating: text, count: 4)
        #expect(same)
        #expect(capacities.count == 1)
        #expect(parser.bufferedCapacity >= 1_000_000)
        try parser.append(Array(quiet.utf8)) { _ in }
        #expect(parser.bufferedCapacity <= 2 * 64 << 10)
    }

    @Test("events of all sizes, of one line and of several", arguments: [1_000, 16_384, 100_000])
    func mixedSizes(size: Int) throws {
        let lengths = [10, 200_000, 70_000, 0, 5_000_000, 30, 1_000_000, 900_000, 60_000, 1]
        var bytes: [UInt8] = []
        var expected: [ServerSentEvent] = []
        for (number, length) in lengths.enumerated() {
            let type = "\(number)"
            for lines in 1...3 {
                let line = String(repeating: "\(number)\(lines)", count: length / lines)
                bytes += "event: \(type)\n".utf8
                for _ in 0..<lines { bytes += "data: \(line)\n".utf8 }
                bytes += "\n".utf8
                let data = Array(repeating: line, count: lines).joined(separator: "\n")
                expected.append(ServerSentEvent(type: type, data: data))
            }
        }
        let outcome = try EventStreamOutcome(parsing: pieces(bytes, of: size))
        // Not `#expect(a == b)`, which would print megabytes.
        let same = outcome.events == expected
        #expect(same)
    }
}
