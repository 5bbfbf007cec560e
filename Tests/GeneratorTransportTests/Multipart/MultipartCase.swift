import Foundation
import GeneratorTransport
import Testing

/// A body that is legal, and what must be read out of it.
struct MultipartCase: Sendable, CustomTestStringConvertible {
    let name: String
    var contentType = "multipart/form-data; boundary=b"
    let body: [UInt8]
    let parts: [Part]

    struct Part: Sendable, Equatable {
        var headers: [String] = []
        var data: [UInt8] = []

        init(_ headers: [String] = [], _ data: String = "") {
            self.headers = headers
            self.data = Array(data.utf8)
        }
    }

    init(_ name: String, _ contentType: String? = nil, _ body: String, _ parts: [Part]) {
        self.name = name
        if let contentType { self.contentType = contentType }
        self.body = Array(body.utf8)
        self.parts = parts
    }

    var testDescription: String { name }

    /// Reads the body in the given pieces.
    static func read(
        _ pieces: [ArraySlice<UInt8>], _ contentType: String, _ limits: MultipartLimits = MultipartLimits()
    ) throws -> [Part] {
        var reader = try MultipartReader(contentType: contentType, limits: limits)
        var parts: [Part] = [], isOpen = false
        func take(_ event: MultipartEvent) throws {
            switch event {
            case .part(let headers):
                if isOpen { throw CocoaError(.coderInvalidValue) }
                isOpen = true
                parts.append(Part(headers.map { "\($0.name): \($0.value)" }))
            case .bytes(let bytes):
                if !isOpen || bytes.isEmpty { throw CocoaError(.coderInvalidValue) }
                parts[parts.count - 1].data += bytes
            case .end:
                if !isOpen { throw CocoaError(.coderInvalidValue) }
                isOpen = false
            }
        }
        for piece in pieces { try reader.append(Array(piece), take) }
        try reader.finish(take)
        if isOpen || !reader.isComplete { throw CocoaError(.coderInvalidValue) }
        return parts
    }

    static let legal: [MultipartCase] = [
        MultipartCase("one part", nil, "--b\r\nA: x\r\n\r\nhello\r\n--b--\r\n", [Part(["A: x"], "hello")]),
        MultipartCase(
            "two parts", nil, "--b\r\nA: x\r\n\r\none\r\n--b\r\nA: y\r\n\r\ntwo\r\n--b--\r\n",
            [Part(["A: x"], "one"), Part(["A: y"], "two")]),
        MultipartCase(
            "a quoted boundary with every odd character", "Multipart/Form-Data; charset=x; Boundary=\"'()+_,-./:=? b\"",
            "--'()+_,-./:=? b\r\n\r\nx\r\n--'()+_,-./:=? b--", [Part([], "x")]),
        MultipartCase(
            "an escaped character in the quotes, and parameters around",
            "multipart/mixed;a=\"x;boundary=no\" ; boundary=\"\\b\";z",
            "--b\r\n\r\nx\r\n--b--", [Part([], "x")]),
        MultipartCase(
            "a boundary of 70 characters", "multipart/mixed; boundary=\(String(repeating: "-", count: 70))",
            "\(String(repeating: "-", count: 72))\r\n\r\n\(String(repeating: "-", count: 75))\r\n\(String(repeating: "-", count: 72))--",
            [Part([], String(repeating: "-", count: 75))]),
        MultipartCase("a preamble", nil, "To old programs:\r\nthis is\r\n\r\n--b\r\n\r\nx\r\n--b--", [Part([], "x")]),
        MultipartCase("a preamble that begins like a boundary", nil, "--bb\r\n--b\r\n\r\nx\r\n--b--", [Part([], "x")]),
        MultipartCase("a line end before the first boundary", nil, "\r\n--b\r\n\r\nx\r\n--b--", [Part([], "x")]),
        MultipartCase(
            "an epilogue, with boundaries in it", nil,
            "--b\r\n\r\nx\r\n--b--\r\nThe end.\r\n--b\r\nA: x\r\n\r\ny\r\n--b--",
            [Part([], "x")]),
        MultipartCase(
            "white space behind boundaries", nil, "--b \t \r\n\r\nx\r\n--b\t\r\n\r\ny\r\n--b--  \r\n",
            [
                Part([], "x"), Part([], "y"),
            ]),
        MultipartCase(
            "white space behind the last boundary, and no line end", nil, "--b\r\n\r\nx\r\n--b-- \t", [Part([], "x")]),
        MultipartCase(
            "the boundary's text inside the data", nil,
            "--b\r\n\r\n--b--b\r\n--bb\r\n--b-\r\n--b--x\r\n--b  x\r\n --b\r\n-\r\n--B\n--b\r\r\n--\r\n--b--",
            [Part([], "--b--b\r\n--bb\r\n--b-\r\n--b--x\r\n--b  x\r\n --b\r\n-\r\n--B\n--b\r\r\n--")]),
        MultipartCase(
            "line ends at the end of the data", nil, "--b\r\n\r\n\r\n\r\r\n\r\n\r\n--b--", [Part([], "\r\n\r\r\n\r\n")]),
        MultipartCase("data of one CR", nil, "--b\r\n\r\n\r\r\n--b--", [Part([], "\r")]),
        MultipartCase("empty data", nil, "--b\r\nA: x\r\n\r\n\r\n--b--", [Part(["A: x"])]),
        MultipartCase(
            "no data, the empty line being the boundary's", nil, "--b\r\nA: x\r\n\r\n--b--", [Part(["A: x"])]),
        MultipartCase(
            "parts with nothing in them", nil, "--b\r\n\r\n--b\r\n\r\n\r\n--b\r\n\r\n--b--", [Part(), Part(), Part()]),
        MultipartCase("no part at all", nil, "--b--", []),
        MultipartCase("no part, a preamble and an epilogue", nil, "x\r\n--b-- \r\ny", []),
        MultipartCase(
            "folded headers, no value, odd white space, other cases", nil,
            "--b\r\nCONTENT-disposition:form-data;\r\n\tname=\"a\";\r\n   filename=\"b\"\r\nempty:\r\n\r\nx\r\n--b--",
            [Part(["CONTENT-disposition: form-data; name=\"a\"; filename=\"b\"", "empty: "], "x")]),
        MultipartCase(
            "every byte", "multipart/form-data; boundary=b", "", []
        ).everyByte,
    ]

    private var everyByte: MultipartCase {
        let data = (0...255).map { UInt8($0) } + (0...255).reversed().map { UInt8($0) }
        var part = Part()
        part.data = data
        return MultipartCase(
            name: name, body: Array("--b\r\n\r\n".utf8) + data + Array("\r\n--b--".utf8), parts: [part])
    }

    private init(name: String, body: [UInt8], parts: [Part]) {
        self.name = name
        self.body = body
        self.parts = parts
    }
}
