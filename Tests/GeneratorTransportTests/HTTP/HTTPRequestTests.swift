import Foundation
import GeneratorTransport
import TestPace
import Testing

@Suite("Requests before they are sent", .paced)
struct HTTPRequestTests {
    private func request(_ text: String = "https://a.example/x", _ headers: HTTPHeaders = [:]) throws -> HTTPRequest {
        HTTPRequest(url: try #require(URL(string: text)), headers: headers)
    }

    @Test("scheme in lower case, no fragment, the rest as written")
    func url() throws {
        let valid = try request("HTTPS://A.example:8443/a%2Fb/%C3%BC?q=1%262&r=%2B#part").validated()
        #expect(valid.url.absoluteString == "https://A.example:8443/a%2Fb/%C3%BC?q=1%262&r=%2B")
    }

    @Test("white space around values goes, also the newline of a token file")
    func trimming() throws {
        let headers: HTTPHeaders = ["A": " x\r\n", "B": "\tx y\n\n", "C": "", "D": "\u{A0}x"]
        #expect(try request("https://a.example", headers).validated().headers.map(\.value) == ["x", "x y", "", "x"])
    }

    @Test("tabs and text outside ASCII are values")
    func values() throws {
        let headers: HTTPHeaders = ["A": "a\tb", "B": "Zürich"]
        #expect(try request("https://a.example", headers).validated().headers.map(\.value) == ["a\tb", "Zürich"])
    }

    @Test("every control character in a value is refused, and the value not quoted", arguments: 0...0x20)
    func controls(code: Int) throws {
        let scalar = try #require(Unicode.Scalar(code == 0x20 ? 0x7F : code))
        guard scalar != "\t" else { return }
        let thrown = #expect(throws: TransportError.self) {
            _ = try request("https://a.example", ["X-Key": "secret\(scalar)secret"]).validated()
        }
        let error = try #require(thrown)
        #expect(error.code == .invalidRequest)
        #expect(error.message.contains("X-Key"))
        #expect(!error.message.contains("secret"))
    }

    @Test("a body without a type gets one that promises nothing")
    func contentType() throws {
        var post = try request()
        post.method = "POST"
        #expect(try post.validated().headers["Content-Type"] == nil)
        post.body = Data()
        #expect(try post.validated().headers["Content-Type"] == "application/octet-stream")
        post.headers["content-type"] = "text/plain"
        #expect(try post.validated().headers["Content-Type"] == "text/plain")
    }

    @Test("ports 1 and 65535 are ports", arguments: [("1", true), ("65535", true), ("0", false), ("65536", false)])
    func ports(port: String, isValid: Bool) throws {
        let request = try request("http://127.0.0.1:\(port)/")
        if isValid {
            #expect(try request.validated().url.port == Int(port))
        } else {
            #expect(throws: TransportError.self) { _ = try request.validated() }
        }
    }

    @Test("tokens")
    func tokens() {
        for text in ["GET", "X-Ip-Token", "a1!#$%&'*+-.^_`|~"] { #expect(text.isHTTPToken) }
        for text in ["", "a b", "a:b", "a\r", "ü", "a\0", "(a)", "a/b", "a\"b", "a\u{7F}"] {
            #expect(!text.isHTTPToken)
        }
    }

    @Test("a proxy's password is taken out of its URL")
    func proxy() throws {
        let proxy = try HTTPProxy(try #require(URL(string: "HTTP://ann:p%40ss@proxy.example:8080")))
        #expect(proxy.url.absoluteString == "http://proxy.example:8080")
        #expect(proxy.username == "ann")
        #expect(proxy.password?.reveal() == "p@ss")
        #expect(!String(describing: proxy).contains("p@ss"))
    }

    @Test(
        "what is no proxy",
        arguments: [
            "ftp://a.example", "proxy.example:8080", "http://", "socks4://a.example", "http://a.example:0",
            "http://a.example:65536",
        ])
    func noProxy(text: String) throws {
        let url = try #require(URL(string: text))
        let error = #expect(throws: TransportError.self) { _ = try HTTPProxy(url) }
        #expect(error?.code == .invalidRequest)
    }
}
