import Foundation
import GeneratorTesting
import TestPace
import Testing

@testable import GeneratorCore

@Suite("Prompts in a service's words", .paced)
struct PromptHidingTests {
    private static let prompt = "A quiet harbour at dawn, \"oil\" on <linen> & 7 gulls / Ölbild\nwith fog over the pier"

    private static func forms(_ text: String) -> [String] {
        let json = String(decoding: (try? JSONEncoder().encode([text])) ?? Data(), as: UTF8.self)
        let percent = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let page = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
        return [
            text, text.uppercased(), json, percent, percent.lowercased(), percent.replacing("%20", with: "+"), page,
            text.replacing("\n", with: " "), text.replacing(" ", with: "-"), text.replacing(" ", with: "_"),
            text.addingPercentEncoding(withAllowedCharacters: CharacterSet()) ?? "",
        ] + ["", "a", "ab"].map { Data(($0 + text).utf8).base64EncodedString() }
    }

    @Test func neitherStatusesNorWarningsRepeatThePrompt() async throws {
        let provider = ScriptedProvider(sealed: nil) { call, context in
            try await context.status("Painting \(call.prompt.prefix(20)) now")
            try await context.yield(.warning(GenerationWarning(.service, "Too dull: \(call.prompt.uppercased())")))
            try context.report([GenerationWarning(.unsupported, "Nobody knows \(call.prompt)")])
            try await context.yieldImage(call.prompt)
        }
        let prompt = "a lighthouse named Zwirnfaden"
        let events = await provider.createAsyncGenerator(prompt: prompt).collect().events
        #expect(events.words.first == "Painting <prompt> now")
        #expect(events.warnings.map(\.message) == ["Too dull: <prompt>", "Nobody knows <prompt>"])
        // In what was made it is the caller's own.
        #expect(events.words.last == "image \(prompt)")
    }

    @Test("no form of a prompt stays, nor its beginning, middle or end", arguments: forms(prompt))
    func everyForm(form: String) {
        let third = form.count / 3
        for said in [
            form, String(form.prefix(third)), String(form.dropFirst(third).prefix(third)), String(form.suffix(third)),
        ] {
            let hidden = "The prompt \(said)… was refused".hiding(Self.prompt)
            #expect(hidden.contains("<prompt>"), "\(hidden)")
            for start in said.indices.dropLast(20) {
                let part = said[start..<said.index(start, offsetBy: 20)]
                #expect(!hidden.contains(part), "\(part) in \(hidden)")
            }
        }
    }

    @Test("words that are the service's own stay as they are")
    func harmless() {
        #expect("The picture of a harbour failed.".hiding(Self.prompt) == "The picture of a harbour failed.")
        #expect("start the art".hiding("art") == "start the <prompt>")
        #expect("art".hiding("ar") == "art")
        #expect("No prompt, no words.".hiding("") == "No prompt, no words.")
        #expect("".hiding(Self.prompt) == "")
    }

    @Test("a short prompt is hidden as a word of its own only, and garbles no other")
    func short() {
        for prompt in ["fog", "red fog", "the harbour"] {
            #expect("befog\(prompt)s \(prompt)s: \(prompt)!".hiding(prompt) == "befog\(prompt)s \(prompt)s: <prompt>!")
        }
        let long = "the harbours"
        #expect("bathe\(long)ide".hiding(long) == "bathe<prompt>ide")
        #expect("No entry red%20fog.".hiding("red fog") == "No entry <prompt>.")
        #expect("/tmp/Red_fog-7.png".hiding("red fog") == "/tmp/<prompt>-7.png")
    }

    @Test("where a letter is a word, few of them tell as much")
    func dense() {
        let prompt = "霧の中の静かな港と七羽のカモメ"
        for said in [prompt, String(prompt.prefix(8)), String(prompt.suffix(8))] {
            #expect("入力「\(said)」は拒否されました".hiding(prompt) == "入力「<prompt>」は拒否されました")
        }
        #expect("静かな港は閉鎖中".hiding(prompt) == "静かな港は閉鎖中")
    }

    @Test(
        "the shortest text that is a part of a prompt is looked at",
        arguments: [
            "cat", "a fox", "pelican", "two words", "abcdefghijklmno", "abcdefghijklmnop", "a red fox in the snow",
            "雨の中の赤い狐", "雨の中の赤い狐と小さな犬が走る", "été à la mer bleue", "a\u{202E}b\u{1}cdefghijklmnopqrs", "é!é!é",
            "50% of <b>it</b> & \"more\"",
        ])
    func shortest(_ prompt: String) {
        let hiding = PromptHiding([prompt])
        for form in prompt.encodedForms where form.unicodeScalars.count >= 6 {
            #expect(hiding.hidden(in: form).contains("<prompt>"), "\(form)")
            let run = form.unicodeScalars.count { $0.value >= 0x2E80 } * 2 > form.unicodeScalars.count ? 6 : 16
            var part = ""
            part.unicodeScalars.append(contentsOf: form.unicodeScalars.prefix(run))
            #expect(hiding.hidden(in: part).contains("<prompt>"), "\(part)")
        }
        #expect(hiding.hidden(in: prompt.printable(limit: 100)) == "<prompt>")
    }

    @Test("the work grows with the length only")
    func isLinear() {
        // Compared place by place, this is a thousand million steps.
        let text = String(repeating: "a", count: 200_000)
        #expect(text.hiding(String(repeating: "a", count: 100_000) + "b") == "<prompt>")
        #expect(text.hiding("b" + String(repeating: "ab", count: 50_000)) == text)
    }
}
