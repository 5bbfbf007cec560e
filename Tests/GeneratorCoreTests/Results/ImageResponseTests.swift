import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@testable import GeneratorCore

@Suite(.paced)
struct ImageResponseTests {
    private func image(_ text: String) throws -> GeneratedImage {
        let url = try #require(URL(string: text))
        let provider = ScriptedProvider(sealed: nil) { _, _ in }
        let context = GenerationContext(
            provider: provider.id, environment: provider.environment, request: nil, index: 0,
            sink: GenerationSink(failures: Locked([:]), begun: Locked([:]), thread: LentThread()) { _ in })
        return context.image(at: url, origin: nil)
    }

    @Test func markdown() throws {
        let images = [try image("https://a.example/1.png"), try image("https://a.example/2.png?x=(1)&y=%3E")]
        #expect(
            ImageResponse(images: images, alt: "A quiet harbour").markdown == """
                ![A quiet harbour](<https://a.example/1.png>)
                ![A quiet harbour](<https://a.example/2.png?x=(1)&y=%3E>)
                """)
        #expect(ImageResponse(images: [], alt: "A fox").markdown.isEmpty)
        let local = ImageResponse(images: [GeneratedImage(data: pixel)], alt: "").markdown
        #expect(local.hasPrefix("![](<data:image/png;base64,") && local.hasSuffix(">)"))
    }

    /// No text of a prompt may end the picture's text early, nor swallow what follows.
    static let hostile: [(String, String)] = [
        ("a]b[c", #"a\]b\[c"#), ("](https://evil.example)", #"\](https://evil.example)"#), (#"a\"#, #"a\\"#),
        (#"\]("#, #"\\\]("#), ("one\ntwo\r\n\n# three", "one two   # three"), ("a `b", #"a \`b"#),
        ("<img src=x onerror=y>", #"\<img src=x onerror=y\>"#), ("![x](y)", #"\!\[x\](y)"#),
        ("*a* _b_ &amp;", #"\*a\* \_b\_ \&amp;"#),
        ("a\u{1B}[0m\u{202E}", #"a \[0m"#),
    ]

    @Test(arguments: hostile.indices) func hostileTexts(_ index: Int) throws {
        let (alt, escaped) = Self.hostile[index]
        let response = ImageResponse(images: [try image("https://a.example/1.png")], alt: alt)
        #expect(response.markdown == "![\(escaped)](<https://a.example/1.png>)")
    }

    @Test func longTextsAreCut() throws {
        let response = ImageResponse(
            images: [try image("https://a.example/1.png")], alt: String(repeating: "x", count: 99_999))
        #expect(response.markdown.count < 1100)
    }

    @Test func theFirstPictureForThoseInAHurry() async throws {
        let response = ImageResponse(
            images: [GeneratedImage(data: pixel), try image("https://a.example/2.png")], alt: "")
        #expect(response.url?.scheme == "data")
        #expect(try await response.data() == pixel)
        let nothing = ImageResponse(images: [], alt: "")
        #expect(nothing.url == nil)
        let error = await #expect(throws: GenerationError.self) { try await nothing.data() }
        #expect(error?.code == .noImage && error?.wasAccepted == true)
    }
}
