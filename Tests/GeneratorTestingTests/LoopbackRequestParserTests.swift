import Foundation
import TestPace
import Testing

@testable import GeneratorTesting

@Suite("Loopback request parser", .paced)
struct LoopbackRequestParserTests {
    /// Feeds the bytes in pieces of the given length and writes down what comes out.
    private func parse(_ text: String, pieces length: Int = .max) -> [String] {
        var parser = LoopbackRequestParser()
        var rest = Array(text.utf8)[...]
        var seen: [String] = []
        do throws(LoopbackRequestParser.Rejection) {
            while !rest.isEmpty {
                let piece = rest.prefix(length)
                rest = rest.dropFirst(length)
                piece.withUnsafeBytes { parser.append($0) }
                while let element = try parser.next() {
                    switch element {
                    case .head(let head):
                        let fields = head.headers.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
                        seen.append("\(head.method) \(head.target) 1.\(head.minorVersion) \(fields)")
                    case .body(let body): seen.append(String(decoding: body, as: UTF8.self))
                    }
                }
            }
        } catch {
            seen.append("\(error.status)")
        }
        return seen
    }

    @Test("reads the same however the bytes are cut", arguments: 1...80)
    func cuts(length: Int) {
        let text =
            "\r\nPOST /a?b HTTP/1.1\r\nHost: x\r\nContent-Length:  5 \r\n\r\nhello"
            + "PUT / HTTP/1.1\r\nhost:x\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=y\r\nabc\r\nA \r\n0123456789\r\n0\r\nT: v\r\n\r\n"
            + "GET http://h/ HTTP/1.0\r\n\r\n"
        let expected = [
            "POST /a?b 1.1 Host=x,Content-Length=5", "hello", "PUT / 1.1 host=x,Transfer-Encoding=Chunked",
            "abc0123456789", "GET http://h/ 1.0 ", "",
        ]
        #expect(parse(text, pieces: length) == expected)
    }

    @Test(
        "rejects what is not HTTP/1",
        arguments: [
            ("GET / HTTP/1.1\nHost: x\n\n", "400"), ("GET  / HTTP/1.1\r\n", "400"), ("GET / HTTP/1.1 \r\n", "400"),
            ("GET /\u{e9} HTTP/1.1\r\n", "400"), ("G(T / HTTP/1.1\r\n", "400"), ("\u{16}\u{3}\u{1}\n", "400"),
            ("GET / HTTP/2.0\r\n", "505"), ("GET / FTP/1.1\r\n", "400"), ("GET /\r\n", "400"),
            ("GET / HTTP/1.1\r\nno colon\r\n", "400"), ("GET / HTTP/1.1\r\na : b\r\n", "400"),
            ("GET / HTTP/1.1\r\na: b\r\n folded\r\n", "400"), ("GET / HTTP/1.1\r\na: \u{0}\r\n", "400"),
            ("GET / HTTP/1.1\r\na: b\rc\r\n", "400"), ("GET / HTTP/1.1\r\n\r\n", "400"),
            ("GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", "400"),
        ])
    func malformed(text: String, status: String) {
        #expect(parse(text) == [status])
    }

    @Test(
        "rejects a body that is framed badly",
        arguments: [
            ("Content-Length: -1", "400"), ("Content-Length: 0x1", "400"), ("Content-Length: ", "400"),
            ("Content-Length: 1\r\nContent-Length: 2", "400"), ("Content-Length: 268435457", "413"),
            ("Content-Length: 1\r\nTransfer-Encoding: chunked", "400"), ("Transfer-Encoding: gzip", "501"),
        ])
    func framing(field: String, status: String) {
        #expect(parse("PUT / HTTP/1.1\r\nHost: x\r\n\(field)\r\n\r\n") == [status])
    }

    @Test("rejects bad chunks", arguments: ["x\r\n", "\r\n", "1\r\nabc\r\n", "10000001\r\n", "-1\r\n", "1\n"])
    func chunks(text: String) {
        let seen = parse("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + text)
        #expect(seen.last == (text == "10000001\r\n" ? "413" : "400"))
    }

    @Test("limits the header section to 64 KiB, ended or not")
    func headLimit() {
        let start = "GET / HTTP/1.1\r\nHost: x\r\n"
        let room = 64 * 1024 - start.utf8.count - "a: \r\n\r\n".utf8.count
        #expect(parse(start + "a: " + String(repeating: "b", count: room) + "\r\n\r\n").count == 2)
        #expect(parse(start + "a: " + String(repeating: "b", count: room + 1) + "\r\n\r\n") == ["431"])
        #expect(parse(String(repeating: "b", count: 64 * 1024 + 1)) == ["431"])
        #expect(parse(String(repeating: "\r\n", count: 33 * 1024), pieces: 1000) == ["431"])
    }

    @Test("leaves the bytes of the next request alone")
    func pipelined() throws {
        var parser = LoopbackRequestParser()
        Data("GET / HTTP/1.0\r\n\r\nGET /next".utf8).withUnsafeBytes { parser.append($0) }
        #expect(try parser.next() != nil)
        #expect(try parser.next() != nil)
        #expect(parser.buffered == 9)
    }

    @Test(
        "splits the target",
        arguments: [
            ("/a%20b/c", "/a b/c", ""), ("/?q=1+1&r=%26&s&t=", "/", "q=1+1|r=&|s|t="), ("/%zz?%zz", "/%zz", "%zz"),
            ("http://h:1/p?x=/?", "/p", "x=/?"), ("http://h?x", "/", "x"), ("http://h", "/", ""), ("*", "*", ""),
            ("/r?u=http://h/", "/r", "u=http://h/"), ("h:443", "h:443", ""),
        ])
    func target(target: String, path: String, query: String) {
        let request = LoopbackRequest(
            method: "GET", target: target, headers: [("A", "1"), ("a", "2")], connection: 1, isFirstOnConnection: true,
            arrival: .now, minorVersion: 1)
        #expect(request.path == path)
        let fields = request.queryItems.map { item in item.value.map { "\(item.name)=\($0)" } ?? item.name }
        #expect(fields.joined(separator: "|") == query)
        #expect(request.header("a") == "1")
        #expect(request.header("b") == nil)
    }

    @Test("the log drops the oldest bodies, then the oldest requests")
    func log() {
        var log = LoopbackRequestLog()
        let request = LoopbackRequest(
            method: "GET", target: "/", headers: [], connection: 1, isFirstOnConnection: true, arrival: .now,
            minorVersion: 1)
        let big = Data(count: LoopbackRequestLog.bodyLimit / 2)
        for _ in 0..<3 { _ = log.append(request) }
        #expect(log.requests.allSatisfy { $0.bodyLength == nil })
        log.complete(1, body: big)
        log.complete(2, body: big)
        log.complete(0, body: Data(count: 1))
        #expect(log.requests.map(\.body.count) == [0, big.count, big.count])
        log.complete(log.append(request), body: Data(count: 1))
        #expect(log.requests.map(\.body.count) == [0, 0, big.count, 1])
        #expect(log.requests.map(\.bodyLength) == [1, big.count, big.count, 1])
        for _ in 0..<LoopbackRequestLog.requestLimit { log.complete(log.append(request), body: Data(count: 1000)) }
        #expect(log.total == LoopbackRequestLog.requestLimit + 4)
        #expect(log.requests.count > LoopbackRequestLog.requestLimit / 2)
        #expect(log.requests.last?.body.count == 1000)
        #expect(log.requests.reduce(0) { $0 + $1.body.count } <= LoopbackRequestLog.bodyLimit)
    }
}
