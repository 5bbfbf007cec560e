import Foundation
import GeneratorTransport
import TestPace
import Testing

@Suite(.paced)
struct DataURLTests {
    @Test(arguments: [
        ("data:,", "text/plain", ""), ("data:,hello", "text/plain", "hello"),
        ("DATA:Image/PNG;BASE64,aGVsbG8=", "image/png", "hello"), ("data:;base64,aGVsbG8", "text/plain", "hello"),
        ("data:text/html,%3Cp%3e%20a,b;c", "text/html", "<p> a,b;c"),
        ("data:base64,aGVsbG8=", "text/plain", "aGVsbG8="),
        ("data:image/png; base64 ,aGVs\r\n bG8=", "image/png", "hello"), ("data:image/png;base64,", "image/png", ""),
        ("data:image/png;base64,aGVsbG8%3D", "image/png", "hello"),
        ("data:image/png;base64,%61GVsbG8%3d", "image/png", "hello"),
        ("  data:image/png;base64,aGVsbG8=#fragment", "image/png", "hello"), ("data:,a#b", "text/plain", "a"),
        ("data:,100%", "text/plain", "100%"), ("data:,%zz%4", "text/plain", "%zz%4"),
        ("data:,%+1", "text/plain", "%+1"),
        ("data:nonsense,x", "text/plain", "x"), ("data:a/b/c,x", "text/plain", "x"),
        ("data:a b/c,x", "text/plain", "x"),
        ("data:/,x", "text/plain", "x"), ("data:image/svg+xml;charset=utf-8,<svg>é", "image/svg+xml", "<svg>é"),
        ("data:,a+b", "text/plain", "a+b"),
    ])
    func parses(_ text: String, _ mediaType: String, _ content: String) throws {
        let url = try DataURL(text, limit: 100)
        #expect(url.mediaType == mediaType)
        #expect(String(decoding: url.data, as: UTF8.self) == content)
    }

    @Test(arguments: [
        "", "data:", "data", "data:image/png;base64", "http://a/,b", "data :,x", "dat:,x", "dataa:,x",
        "data:;base64,a", "data:;base64,a=b=", "data:;base64,aGVs!G8=", "data:;base64,aGVsbG8-é", "data:;base64,aG\0Vs",
    ])
    func refuses(_ text: String) async {
        #expect(await codeThrown { _ = try DataURL(text, limit: 100) } == .invalidResponse)
    }

    @Test func parameters() throws {
        let url = try DataURL(
            "data:image/png;Charset=utf-8;name=a%20b%3B.png;name=second;=x;bad name=y;flag;BASE64,aGVsbG8=", limit: 5)
        #expect(url.parameters == ["charset": "utf-8", "name": "a b;.png"])
        #expect(url.text == "data:image/png;charset=utf%2D8;name=a%20b%3B%2Epng;base64,aGVsbG8=")
        #expect(try DataURL(url.text, limit: 5) == url)
    }

    @Test func everyByteSurvives() throws {
        for count in [0, 1, 2, 3, 255, 256, 257] {
            let data = Data((0..<count).map { UInt8(truncatingIfNeeded: $0) })
            let url = DataURL(data: data, mediaType: "image/png")
            #expect(try DataURL(url.text, limit: count).data == data)
            let percent = "data:," + data.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            #expect(try DataURL(percent, limit: count).data == data)
        }
    }

    @Test func limitIsExact() async throws {
        for count in 1...7 {
            let base64 = DataURL(data: Data(count: count), mediaType: "image/png").text
            let percent = "data:," + String(repeating: "%00", count: count)
            for text in [base64, percent] {
                #expect(try DataURL(text, limit: count).data.count == count)
                #expect(await codeThrown { _ = try DataURL(text, limit: count - 1) } == .responseTooLarge)
            }
        }
    }

    @Test func hostileTypesAreNotPrinted() {
        let url = DataURL(data: Data(), mediaType: "image/png\r\nX: y", parameters: ["a b": "c", "Name": "d,\u{202E}"])
        #expect(url.text == "data:text/plain;name=d%2C%E2%80%AE;base64,")
    }

    @Test func errorsDoNotQuote() async {
        let error = #expect(throws: TransportError.self) { try DataURL("data:;base64,secret!", limit: 100) }
        #expect(error?.description.contains("secret") == false)
    }

    @Test func damagedTextNeverTraps() {
        let text = Array("DATA:image/png;charset=x;base64,aGVs%62G8=#é".utf8)
        for start in text.indices {
            for end in start...text.count {
                _ = try? DataURL(String(decoding: text[start..<end], as: UTF8.self), limit: 20)
                _ = try? DataURL("data:" + String(decoding: text[start..<end], as: UTF8.self), limit: 20)
            }
        }
    }
}
