import Foundation
import GeneratorTransport
import ImageGenerators
import TestPace
import Testing

@testable import ImagineCommand

@Suite("What the command writes", .paced)
struct ConsoleTests {
    /// What reaches the terminal when `work` writes.
    private func written(
        _ options: Set<String> = [], isTerminal: Bool = false, columns: Int = 80, _ work: (Reporter) -> Void
    ) -> (output: String, error: String) {
        let written = Locked((output: "", error: ""))
        let console = Console(
            isTerminal: isTerminal, columns: columns,
            output: { text in written.withLock { $0.output += text } },
            error: { text in written.withLock { $0.error += text } })
        work(Reporter(console, options.contains))
        return written.withLock { $0 }
    }

    /// Every place where a server's word is reported.
    private func reportEverywhere(_ word: String, to reporter: Reporter) {
        let progress = GenerationProgress(completed: 1, total: 2, unit: word)
        var answer = ImageResponse(images: [], alt: word)
        answer.model = word
        reporter.report(.reasoning(Reasoning(status: word, progress: progress)))
        reporter.report(.warning(GenerationWarning(.service, setting: word, used: .string(word), word)))
        reporter.report(.submitted(JobHandle(provider: "prodia", id: word, isResumable: true)))
        reporter.report(.text(word))
        reporter.report(.preview(answer))
        reporter.report(.image(answer))
        reporter.progress.say(word)
        reporter.console.output(word)
        reporter.console.error(word)
        reporter.report(GenerationError(.init(rawValue: word), word))
        reporter.progress.finish()
    }

    private static func isHostile(_ value: UInt32) -> Bool {
        switch value {
        case 0x0A: false
        case 0x00...0x1F, 0x7F...0x9F, 0xAD, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0x2028...0x202E,
            0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F:
            true
        default: false
        }
    }

    @Test("no character that steers a terminal or hides text is written", arguments: [[], ["--json"], ["--verbose"]])
    func hostileCharacters(options: [String]) throws {
        let values = [UInt32(0)...0xFFFF, 0x1D100...0x1D200, 0xE0000...0xE01FF, 0x10FF00...0x10FFFF].joined()
        let words = values.compactMap(Unicode.Scalar.init).map { "a\($0)b" }
        for isTerminal in [false, true] {
            // Many in one word: what holds for all of them holds for each.
            for start in stride(from: 0, to: words.count, by: 100) {
                let word = words[start..<min(start + 100, words.count)].joined()
                let (output, error) = written(Set(options), isTerminal: isTerminal, columns: 10_000) {
                    reportEverywhere(word, to: $0)
                }
                let own = error.replacingOccurrences(of: "\r\u{1B}[K", with: "")
                let found = (output + own).unicodeScalars.filter { Self.isHostile($0.value) }
                #expect(found.isEmpty, "\(found.map { String($0.value, radix: 16) })")
            }
        }
    }

    @Test("a line of JSON keeps the value, and escapes what cannot be seen")
    func jsonKeepsValues() throws {
        let word = "a\u{9B}31m\u{202E}b\u{E0041}c\r\u{85}\u{FEFF}d\u{7F} 👩‍👩‍👧 é\n"
        let (output, _) = written(["--json"]) { $0.report(.text(word)) }
        #expect(output.contains("\\u009b") && output.contains("\\udb40\\udc41") && output.hasSuffix("}\n"))
        #expect(output.contains("👩‍👩‍👧 é"))
        #expect(try JSONValue(parsing: Data(output.utf8))["text"] == .string(word))
    }

    @Test("the line that changes takes one row of any terminal", arguments: [Int.min, -1, 0, 1, 2, 3, 20, Int.max])
    func anyWidth(columns: Int) {
        let accents = String(repeating: "\u{301}", count: 10_000)
        let (_, error) = written(isTerminal: true, columns: columns) { reporter in
            reporter.report(.reasoning(Reasoning(status: "東京e\(accents) の港")))
            reporter.progress.finish()
        }
        let drawn = error.components(separatedBy: "\r\u{1B}[K")[1]
        #expect(drawn.count <= max(1, columns) - 1)
        #expect(drawn.unicodeScalars.count < 200)
        if columns == 3 { #expect(drawn.count == 2) }
        if columns == 2 { #expect(drawn.count == 1) }
    }

    @Test("a return writes over nothing, and an end of a line stays one")
    func returns() {
        #expect(written { $0.console.output("safe\rhostile\r\nnext\r") }.output == "safe hostile\nnext ")
    }

    @Test("no number ends the process, whatever it stands for", arguments: [[], ["--json"]], [false, true])
    func anyNumber(options: [String], isTerminal: Bool) throws {
        let integers = [Int.min, Int.min + 1, -1, 0, 1, 1 << 53, 1 << 53 + 1, Int.max - 1, Int.max]
        let numbers: [Double] = [
            -.infinity, -1e308, -1, -0.0, 0, Double.leastNonzeroMagnitude, 0.5, 0x1p53, 0x1p63, 1e19, 1e308, .infinity,
            .nan,
        ]
        let durations: [Duration] = [.seconds(Int64.min), .zero, .nanoseconds(1), .seconds(1e9), .seconds(Int64.max)]
        let (output, error) = written(Set(options), isTerminal: isTerminal) { reporter in
            for integer in integers {
                for other in integers {
                    let place = QueuePlace(position: integer, size: other)
                    reporter.report(.reasoning(Reasoning(status: "Waiting", queue: place)))
                }
                let image = GeneratedImage(data: Data(), seed: integer, metadata: ["dollars": .integer(integer)])
                reporter.report(.image(ImageResponse(images: [image], alt: "")), index: integer)
            }
            for number in numbers {
                for total in numbers {
                    let progress = GenerationProgress(completed: number, total: total, unit: "steps")
                    reporter.report(.reasoning(Reasoning(status: "Painting", progress: progress)))
                }
                let value = JSONValue.number(number)
                reporter.report(.warning(GenerationWarning(.adjusted, requested: value, used: [value], "Changed.")))
            }
            for duration in durations {
                let place = QueuePlace(estimate: duration)
                reporter.report(.reasoning(Reasoning(status: "Waiting", queue: place, elapsed: duration)))
                reporter.report(GenerationError(.rateLimited, "Busy.", retryAfter: duration))
            }
        }
        guard options.isEmpty else {
            // Every event is a line; what JSON cannot write is null.
            let lines = output.split(separator: "\n")
            #expect(lines.count == 9 * 9 + 9 + 13 * 13 + 13 + 5 + 5)
            for line in lines { #expect(throws: Never.self) { try JSONValue(parsing: Data(line.utf8)) } }
            return
        }
        if !isTerminal { #expect(error.contains("place \(Int.max) of \(Int.max)")) }
    }
}
