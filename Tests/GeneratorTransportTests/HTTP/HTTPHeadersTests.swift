import Foundation
import GeneratorTransport
import TestPace
import Testing

@Suite("Header fields", .paced)
struct HTTPHeadersTests {
    @Test("names compare without case, values do not change")
    func lookup() {
        var headers: HTTPHeaders = ["Accept": "text/event-stream", "X-Empty": ""]
        #expect(headers["accept"] == "text/event-stream")
        #expect(headers["ACCEPT"] == "text/event-stream")
        #expect(headers["x-empty"] == "")
        #expect(headers["Accep"] == nil)
        headers["ACCEPT"] = "*/*"
        #expect(headers.map(\.name) == ["X-Empty", "ACCEPT"])
        headers["accept"] = nil
        #expect(headers["Accept"] == nil)
    }

    @Test("fields of one name are joined in order, and replaced together")
    func repeated() {
        var headers: HTTPHeaders = ["A": "1", "a": "2"]
        headers.add("B", "3")
        headers.add("A", "4")
        #expect(headers["a"] == "1, 2, 4")
        #expect(headers.map(\.value) == ["1", "2", "3", "4"])
        headers["a"] = "5"
        #expect(headers.map(\.value) == ["3", "5"])
    }

    @Test("merging replaces fields of the same names and keeps the others")
    func merge() {
        var headers: HTTPHeaders = ["A": "1", "B": "2", "b": "3"]
        headers.merge(["B": "4", "C": "5", "c": "6"])
        #expect(headers["A"] == "1")
        #expect(headers["B"] == "4")
        #expect(headers["C"] == "5, 6")
    }

    @Test("nothing that prints a request prints a value of its headers")
    func printing() throws {
        let url = try #require(URL(string: "https://a.example"))
        let request = HTTPRequest(url: url, headers: ["Accept": "*/*", "Authorization": "Bearer hf_secret"])
        let response = HTTPResponse(status: 200, headers: request.headers, url: url, body: HTTPBody(Data()))
        var dumped = ""
        dump(request, to: &dumped)
        dump(response, to: &dumped)
        dump(Array(request.headers), to: &dumped)
        for text in [dumped, "\(request)", String(reflecting: request), "\(response)", "\(Array(request.headers))"] {
            #expect(!text.contains("hf_secret"))
        }
        #expect("\(request.headers)" == "[Accept, Authorization]")
    }

    @Test("letters beyond ASCII are no other spelling of ASCII ones")
    func kelvin() {
        let headers: HTTPHeaders = ["X-\u{212A}": "1"]
        #expect(headers["X-K"] == nil)
    }

    @Test("the media type without its parameters")
    func mediaType() throws {
        let url = try #require(URL(string: "https://a.example/"))
        func type(_ text: String?) -> String? {
            var headers = HTTPHeaders()
            headers["Content-Type"] = text
            return HTTPResponse(status: 200, headers: headers, url: url, body: HTTPBody(Data())).mediaType
        }
        #expect(type(" Text/HTML ; charset=utf-8") == "text/html")
        #expect(type("image/png") == "image/png")
        #expect(type(nil) == nil)
        #expect(type("") == nil)
    }
}

@Suite("Origins", .paced)
struct HTTPOriginTests {
    @Test(
        "scheme, host and port",
        arguments: [
            ("https://A.Example/x?y#z", "https://a.example"), ("HTTP://a.example", "http://a.example"),
            ("https://a.example:443/", "https://a.example"), ("http://a.example:80/", "http://a.example"),
            ("http://a.example:443/", "http://a.example:443"), ("https://a.example:8443", "https://a.example:8443"),
            ("http://[::1]:7860/", "http://[::1]:7860"), ("https://[2001:DB8::1]/", "https://[2001:db8::1]"),
            ("https://user:password@a.example/", "https://a.example"),
        ])
    func origins(text: String, expected: String) throws {
        #expect(HTTPOrigin(try #require(URL(string: text)))?.description == expected)
    }

    @Test(
        "no origin", arguments: ["ftp://a.example/", "file:///x", "data:,x", "a.example/x", "/x", "http:///x", "http:"])
    func none(text: String) throws {
        #expect(HTTPOrigin(try #require(URL(string: text))) == nil)
    }

    @Test("the host of an IPv6 literal has no brackets")
    func literal() throws {
        let url = try #require(URL(string: "http://[::1]:80/"))
        let origin = try #require(HTTPOrigin(url))
        #expect(origin.host == "::1")
        #expect(origin.port == 80)
    }

    @Test("equal origins are equal however they are written")
    func equality() throws {
        func origin(_ text: String) throws -> HTTPOrigin? { HTTPOrigin(try #require(URL(string: text))) }
        #expect(try origin("https://a.example") == origin("HTTPS://A.EXAMPLE:443/other"))
        #expect(try origin("https://a.example") != origin("http://a.example:443"))
        #expect(try origin("https://a.example") != origin("https://b.a.example"))
        #expect(try origin("https://a.example") != origin("https://a.example:444"))
    }
}
