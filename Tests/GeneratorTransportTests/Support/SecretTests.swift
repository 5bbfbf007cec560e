import Foundation
import GeneratorTransport
import TestPace
import Testing

@Suite("Secrets", .paced)
struct SecretTests {
    private struct Holder {
        let name = "holder"
        let secret: Secret
        let list: [Secret]
        let table: [String: Secret?]
    }

    @Test("only reveal() tells")
    func reveal() {
        #expect(Secret(" hf_token\r\n").reveal() == "hf_token")
        #expect(Secret("a") == Secret("a\n"))
        #expect(Secret("a") != Secret("b"))
        #expect(Secret(" \n").isEmpty)
        #expect(!Secret("a").isEmpty)
    }

    @Test("no way of printing shows it")
    func printing() {
        let secret = Secret("hush")
        let holder = Holder(secret: secret, list: [secret], table: ["key": secret])
        var dumped = ""
        dump(secret, to: &dumped)
        dump(holder, to: &dumped)
        var printed = ""
        print(secret, holder, [secret], secret as Any, Optional(secret) as Any, to: &printed)
        debugPrint(secret, holder, to: &printed)
        let texts = [
            dumped, printed, "\(secret)", String(describing: secret), String(reflecting: secret),
            String(reflecting: holder), "\(holder)", "\(Mirror(reflecting: secret).children.map { "\($0)" })",
            "\(Optional(secret) as Any)", secret.description, secret.debugDescription, "\([secret: 1])",
        ]
        for text in texts { #expect(!text.contains("hush")) }
        #expect("\(secret)" == "<secret>")
        #expect(Mirror(reflecting: secret).children.isEmpty)
    }
}
