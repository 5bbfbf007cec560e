import Foundation
import GeneratorTransport
import ImageGenerators
import TestPace
import Testing

@testable import ImagineCommand

@Suite(.paced) struct CookieFileTests {
    private func header(_ text: String, for hub: String = "https://huggingface.co") throws -> String {
        try CookieFile(text).header(for: try #require(URL(string: hub))).reveal()
    }

    @Test func netscape() throws {
        let text = """
            # Netscape HTTP Cookie File

            .huggingface.co\tTRUE\t/\tTRUE\t1999999999\ttoken\tabc==
            #HttpOnly_huggingface.co\tFALSE\t/\tTRUE\t0\tsession\td e
            other.example\tFALSE\t/\tTRUE\t0\tforeign\tx
            nothuggingface.co\tFALSE\t/\tTRUE\t0\tlookalike\tx
            huggingface.co.evil.example\tFALSE\t/\tTRUE\t0\tlonger\tx
            hub.huggingface.co\tFALSE\t/\tTRUE\t0\tnarrower\tx
            too\tfew\tfields
            """
        #expect(try header(text) == "token=abc==; session=d e")
        #expect(try header(text.replacingOccurrences(of: "\n", with: "\r\n")) == "token=abc==; session=d e")
    }

    @Test func jsonOfAnExtension() throws {
        let text = """
            [{"name": "token", "value": "abc", "domain": ".HuggingFace.co", "httpOnly": true, "expirationDate": 1.5},
             {"name": "session", "value": "def", "domain": "huggingface.co"},
             {"name": "foreign", "value": "x", "domain": "other.example"}, {"name": "nowhere", "value": "x"}, 7]
            """
        #expect(try header(text) == "token=abc; session=def")
    }

    @Test func aPlainLineFitsEveryHub() throws {
        #expect(try header("token=abc==; session=def;\n") == "token=abc==; session=def")
        #expect(try header(" token=abc ", for: "http://127.0.0.1:80") == "token=abc")
    }

    @Test func aCookieOfAWiderDomainFits() throws {
        let text = ".example.com\tTRUE\t/\tTRUE\t0\ttoken\tabc"
        #expect(try header(text, for: "https://hub.example.com") == "token=abc")
    }

    @Test func whatWouldBreakAHeaderIsNoCookie() throws {
        let text = """
            [{"name": "a", "value": "x\\r\\nHost: evil", "domain": "huggingface.co"},
             {"name": "b", "value": "x; c=d", "domain": "huggingface.co"},
             {"name": "e f", "value": "x", "domain": "huggingface.co"},
             {"name": "", "value": "x", "domain": "huggingface.co"},
             {"name": "good", "value": "y", "domain": "huggingface.co"}]
            """
        #expect(try header(text) == "good=y")
    }

    @Test(arguments: [
        "", "\n", "no cookies here", "[]", "{}", "{\"token\": \"secret\"}", "a=1\nb=2",
        "other.example\tFALSE\t/\tTRUE\t0\ttoken\tsecret", "# huggingface.co\tFALSE\t/\tTRUE\t0\ttoken\tsecret",
        "\tFALSE\t/\tTRUE\t0\ttoken\tsecret",
    ]) func nothingFound(_ text: String) throws {
        let error = try #require(throws: GenerationError.self) { try header(text) }
        #expect(error.code == .invalidRequest)
        #expect(error.message.hasPrefix("The cookie file holds no cookie for huggingface.co."))
        #expect(!error.message.contains("secret"))
    }
}
