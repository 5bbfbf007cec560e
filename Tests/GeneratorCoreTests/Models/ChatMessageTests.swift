import Foundation
import GeneratorCore
import TestPace
import Testing

@Suite(.paced)
struct ChatMessageTests {
    private static let picture = ImageInput.data(Data([1]))

    static let picturePrompts: [([ChatMessage], String)] = [
        ([], ""), ([.user(" a fox \n")], "a fox"), ([.user("a fox"), .user("in snow")], "a fox\nin snow"),
        ([.user("old"), .assistant("done"), .user("a fox"), .user(" in snow ")], "a fox\nin snow"),
        ([.user("old"), .assistant("done")], ""), ([.system("be kind"), .user("a fox")], "a fox"),
        ([.user("a fox"), .user("  ")], "a fox"), ([.user("a fox"), .system("be kind")], ""),
        ([ChatMessage(role: .user, parts: [.text("a fox"), .image(picture), .text("like this")])], "a fox\nlike this"),
        ([.user("a fox"), ChatMessage(role: .user, parts: [.image(picture)])], "a fox"),
        ([ChatMessage(role: ChatMessage.Role(rawValue: "USER"), "a fox")], "a fox"),
    ]

    @Test(arguments: picturePrompts.indices) func picturePrompt(_ index: Int) {
        let (messages, prompt) = Self.picturePrompts[index]
        #expect(messages.picturePrompt == prompt)
        // Reading does not consume.
        #expect(messages.picturePrompt == prompt)
    }

    static let transcripts: [([ChatMessage], String)] = [
        ([], ""), ([.user(" Hello ")], " Hello "), ([.assistant("Hi")], "Hi"),
        ([.user("Hello"), .assistant("Hi")], "User: Hello\nAssistant: Hi\nAssistant:"),
        ([.system("Be kind."), .user("Hello")], "System: Be kind.\nUser: Hello\nAssistant:"),
        (
            [ChatMessage(role: ChatMessage.Role(rawValue: "TOOL"), "42"), .user("Why?")],
            "Tool: 42\nUser: Why?\nAssistant:"
        ),
    ]

    @Test(arguments: transcripts.indices) func transcript(_ index: Int) {
        #expect(Self.transcripts[index].0.transcript == Self.transcripts[index].1)
    }

    @Test func parts() {
        let message = ChatMessage(role: .user, parts: [.image(Self.picture), .text("a"), .text("b")])
        #expect(message.text == "a\nb")
        #expect(message.images == [Self.picture])
        #expect(ChatMessage.user("a").images.isEmpty)
    }

    // MARK: Statuses

    @Test func statusesAreFitForATerminal() {
        #expect(Reasoning(status: "step\u{1B}[31m 1\r\n\u{202E}2\u{9B}").status == "step [31m 1   2")
        #expect(Reasoning(status: String(repeating: "x", count: 100_000)).status.count == 501)
        #expect(GenerationProgress(completed: 1, unit: "ste\u{7}ps").unit == "ste ps")
    }

    static let fractions: [(Double, Double?, Double?)] = [
        (3, 28, 3 / 28), (0, 10, 0), (28, 28, 1), (29, 28, 1), (-1, 28, 0), (3, nil, nil), (3, 0, nil), (3, -1, nil),
        (3, .nan, nil), (3, .infinity, nil),
    ]

    @Test(arguments: fractions.indices) func fraction(_ index: Int) {
        let (completed, total, fraction) = Self.fractions[index]
        #expect(GenerationProgress(completed: completed, total: total).fraction == fraction)
    }

    @Test func whatIsLessThanNothingIsUnknown() {
        #expect(QueuePlace(position: -1, size: .min, estimate: .seconds(-1)) == QueuePlace())
        #expect(GenerationProgress(completed: -.infinity, total: -1) == GenerationProgress(completed: 0))
        #expect(GeneratedImage(data: Data(), seed: -1).seed == nil)
    }

    @Test func aFractionIsAlwaysANumber() throws {
        for completed in [Double.nan, .infinity, -.infinity] {
            let fraction = try #require(GenerationProgress(completed: completed, total: 10).fraction)
            #expect((0...1).contains(fraction))
        }
        #expect(
            GenerationProgress(completed: .infinity, total: .infinity).fraction.map { (0...1).contains($0) } ?? true)
    }
}
