import Foundation
import GeneratorTransport
import TestPace
import Testing

@Suite("Multipart: reading", .paced)
struct MultipartReaderTests {
    @Test("whole, and cut at every byte", arguments: MultipartCase.legal)
    func cuts(_ item: MultipartCase) throws {
        #expect(try MultipartCase.read([item.body[...]], item.contentType) == item.parts)
        for cut in 0...item.body.count {
            let parts = try MultipartCase.read([item.body[..<cut], item.body[cut...]], item.contentType)
            #expect(parts == item.parts, "cut at \(cut)")
        }
    }

    @Test("byte by byte, and in pieces of any other size", arguments: MultipartCase.legal)
    func pieces(_ item: MultipartCase) throws {
        for size in 1...17 {
            let pieces = stride(from: 0, to: item.body.count, by: size).map { start in
                item.body[start..<min(start + size, item.body.count)]
            }
            #expect(try MultipartCase.read(pieces, item.contentType) == item.parts, "pieces of \(size)")
        }
    }

    @Test("a body that is cut short is an error, wherever", arguments: MultipartCase.legal)
    func short(_ item: MultipartCase) throws {
        // With the last boundary the body is complete; what follows is epilogue.
        let mark = Array("--".utf8)
        let whole = try #require(
            (1...item.body.count).first { end in
                item.body[..<end].suffix(2).elementsEqual(mark)
                    && (try? MultipartCase.read([item.body[..<end]], item.contentType)) != nil
            })
        for end in 0..<whole {
            let error = #expect(throws: TransportError.self) {
                try MultipartCase.read([item.body[..<end]], item.contentType)
            }
            #expect(error?.code == .connectionLost, "\(end) bytes")
        }
    }

    @Test("random data with many near misses, in random pieces")
    func random() throws {
        var random = SystemRandomNumberGenerator()
        let scraps = ["\r", "\n", "\r\n", "-", "--", "--b", "\r\n--", "\r\n--b", "\r\n--b-", "b", " ", "\r\n--bb", "x"]
        for _ in 0..<2000 {
            var parts: [MultipartCase.Part] = [], body: [UInt8] = []
            for _ in 0..<Int.random(in: 0...4) {
                var data = ""
                for _ in 0..<Int.random(in: 0...12) { data += scraps.randomElement(using: &random) ?? "" }
                // What would be a boundary is left out: a sender may not put it into the data.
                let probe = "\r\n\(data)\r\n"
                if probe.range(of: "\r\n--b(--)?[ ]*\r\n", options: .regularExpression) != nil { continue }
                parts.append(MultipartCase.Part(["A: x"], data))
                body += Array("--b\r\nA: x\r\n\r\n\(data)\r\n".utf8)
            }
            body += Array("--b--".utf8)
            var pieces: [ArraySlice<UInt8>] = [], rest = body[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...20))
                pieces.append(piece)
                rest = rest.dropFirst(piece.count)
            }
            let read = try? MultipartCase.read(pieces, "multipart/mixed; boundary=b")
            #expect(read == parts, "\(String(decoding: body, as: UTF8.self).debugDescription)")
            if read != parts { break }
        }
    }

    private static let senseless: [(String, String)] = [
        ("a header without a colon", "--b\r\nA x\r\n\r\nx\r\n--b--"),
        ("a header without a name", "--b\r\n: x\r\n\r\nx\r\n--b--"),
        ("a space before the colon", "--b\r\nA : x\r\n\r\nx\r\n--b--"),
        ("a folded line with nothing before it", "--b\r\n A: x\r\n\r\nx\r\n--b--"),
        ("two boundaries without an empty line", "--b\r\n--b\r\n\r\nx\r\n--b--"),
        ("headers that end with the body's end", "--b\r\nA: x\r\n--b--\r\n"),
        ("line feeds alone", "--b\r\nA: x\n\nx\n--b--\n"),
        ("a zero in a header", "--b\r\nA: x\0y\r\n\r\nx\r\n--b--"),
        ("a CR inside a header", "--b\r\nA: x\ry\r\n\r\nx\r\n--b--"),
    ]

    @Test("headers that make no sense", arguments: senseless)
    func malformed(_ item: (name: String, body: String)) {
        let body = Array(item.body.utf8)
        for pieces in [[body[...]], body.map { [$0][...] }] {
            let error = #expect(throws: TransportError.self) {
                try MultipartCase.read(pieces, "multipart/mixed; boundary=b")
            }
            #expect(error?.code == .invalidResponse)
        }
    }

    @Test("line feeds alone begin nothing")
    func lineFeeds() {
        let error = #expect(throws: TransportError.self) {
            try MultipartCase.read([Array("--b\n\nx\n--b--\n".utf8)[...]], "multipart/mixed; boundary=b")
        }
        #expect(error?.code == .connectionLost)
    }

    @Test(
        "a type without a boundary that is allowed",
        arguments: [
            "", "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"",
            "application/json; boundary=b", "multipart/form-data; boundary=\"b \"", "multipart/form-data; boundary=ü",
            "multipart/form-data; boundary=\"a\r\nb\"", "multipart/form-data; boundary=b@",
            "multipart/form-data; boundary=\(String(repeating: "b", count: 71))", "; boundary=b", "boundary=b",
        ])
    func types(_ type: String) {
        let error = #expect(throws: TransportError.self) { try MultipartReader(contentType: type) }
        #expect(error?.code == .invalidResponse)
    }

    @Test("limits of bytes, parts and headers, and the error stays")
    func limits() throws {
        let body = Array("--b\r\nA: x\r\n\r\none\r\n--b\r\nA: y\r\n\r\ntwo\r\n--b--".utf8)
        let type = "multipart/mixed; boundary=b"
        func read(_ limits: MultipartLimits, byByte: Bool = false) throws -> Int {
            try MultipartCase.read(byByte ? body.map { [$0][...] } : [body[...]], type, limits).count
        }
        #expect(try read(MultipartLimits(maximumBytes: body.count, maximumHeaderBytes: 8, maximumParts: 2)) == 2)
        for byByte in [false, true] {
            for limits in [
                MultipartLimits(maximumBytes: body.count - 1), MultipartLimits(maximumHeaderBytes: 5),
                MultipartLimits(maximumParts: 1),
            ] {
                let error = #expect(throws: TransportError.self) { try read(limits, byByte: byByte) }
                #expect(error?.code == .responseTooLarge)
            }
        }
        var reader = try MultipartReader(contentType: type, limits: MultipartLimits(maximumParts: 1))
        for _ in 1...2 { #expect(throws: TransportError.self) { try reader.append(body) { _ in } } }
        #expect(throws: TransportError.self) { try reader.finish { _ in } }
        // A header that never ends is refused as soon as it is too long.
        var endless = try MultipartReader(contentType: type)
        try endless.append(Array("--b\r\nA: ".utf8)) { _ in }
        let error = #expect(throws: TransportError.self) {
            for _ in 0..<100 { try endless.append([UInt8](repeating: 0x78, count: 1000)) { _ in } }
        }
        #expect(error?.code == .responseTooLarge)
    }

    @Test("nothing is held back that cannot be a boundary")
    func streaming() throws {
        var reader = try MultipartReader(contentType: "multipart/mixed; boundary=b")
        var data: [UInt8] = []
        func take(_ event: MultipartEvent) { if case .bytes(let bytes) = event { data += bytes } }
        try reader.append(Array("--b\r\n\r\nhello\r\n-".utf8), take)
        #expect(data == Array("hello".utf8))
        try reader.append(Array("x".utf8), take)
        #expect(data == Array("hello\r\n-x".utf8))
        #expect(!reader.isComplete)
        try reader.append(Array("\r\n--b--\r\n".utf8), take)
        #expect(reader.isComplete)
    }

    @Test("what the receiver throws comes out as it is")
    func throwing() throws {
        var reader = try MultipartReader(contentType: "multipart/mixed; boundary=b")
        #expect(throws: CancellationError.self) {
            try reader.append(Array("--b\r\n\r\nhello\r\n--b--".utf8)) { _ in throw CancellationError() }
        }
    }
}
