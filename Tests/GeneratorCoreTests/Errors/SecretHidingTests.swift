import Foundation
import GeneratorTransport
import Gradio
import TestPace
import Testing

@testable import GeneratorCore

@Suite("Credentials in a service's words", .paced)
struct SecretHidingTests {
    private static let key = "pk-\"9/Ü+7?x_verySecretKey~42"

    private static func forms(_ text: String) -> [String] {
        let data = Data(text.utf8)
        let json = String(decoding: (try? JSONEncoder().encode([text])) ?? Data(), as: UTF8.self)
        let base64 = ["", "a", "ab", "Bearer "].map { Data(($0 + text + "; more").utf8).base64EncodedString() }
        let url = base64.map { $0.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_") }
        return [
            text, json, data.base64EncodedString(), text.lowercased(),
            text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "",
            text.addingPercentEncoding(withAllowedCharacters: CharacterSet()) ?? "",
        ] + base64 + url
    }

    @Test("no form of a credential stays, nor a part of one", arguments: forms(key))
    func everyForm(form: String) throws {
        let place = try #require(URL(string: "http://127.0.0.1").flatMap { HTTPOrigin($0) })
        let login = GenerationLogin(username: "ann", password: Secret(Self.key))
        let credentials = [
            GenerationCredentials(apiKey: Secret(Self.key)), GenerationCredentials(hubToken: Secret(Self.key)),
            GenerationCredentials(hubCookies: Secret("session=\(Self.key)")),
            GenerationCredentials(bearerTokens: [place: Secret(Self.key)]),
            GenerationCredentials(logins: [place: login]),
        ]
        for credentials in credentials {
            let hiding = SecretHiding(credentials)
            let half = form.count / 2
            for said in [form, String(form.prefix(half)), String(form.suffix(half))] {
                let hidden = hiding.hidden(in: "No entry for \(said) today.")
                #expect(hidden.contains("<secret>"), "\(hidden)")
                for start in form.indices.dropLast(12) {
                    let part = form[start..<form.index(start, offsetBy: 12)]
                    let isOwn = "[Bearer; more\"]".contains(part) || !said.contains(part)
                    #expect(isOwn || !hidden.contains(part), "\(part) in \(hidden)")
                }
            }
        }
    }

    @Test("words that are none stay as they are")
    func harmless() throws {
        let hiding = SecretHiding(GenerationCredentials(apiKey: Secret("pass"), hubToken: Secret(Self.key)))
        #expect(hiding.hidden(in: "The passage is closed (401).") == "The passage is closed (401).")
        #expect(hiding.hidden(in: "The key pass is wrong.") == "The key <secret> is wrong.")
        #expect(SecretHiding(GenerationCredentials()).hidden(in: "anything") == "anything")
        #expect(SecretHiding(GenerationCredentials(apiKey: Secret(""))).hidden(in: "anything") == "anything")
    }
}
