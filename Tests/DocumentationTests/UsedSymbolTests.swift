import Foundation
import TestPace
import Testing

/// What nothing but a test uses is a second truth that somebody has to keep: the sources must need all that they declare.
@Suite(.paced) struct UsedSymbolTests {
    @Test func nothingIsThereForTestsAlone() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources")
        let files =
            FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)?
            .compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" } ?? []
        var uses: [Substring: Int] = [:]
        var declarations: [(name: Substring, file: String)] = []
        for file in files {
            let lines: [Substring] = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
                line -> Substring in
                line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line
            }
            // What is public is for users, and so is all of a module that is for their tests.
            let isForUsers = file.pathComponents.contains("GeneratorTesting")
            var isMain = false
            for line in lines {
                // The system itself begins with what is marked so.
                defer { isMain = line == "@main" }
                let words: [Substring] = line.split { !($0.isLetter || $0.isNumber || $0 == "_") }
                for word in words { uses[word, default: 0] += 1 }
                guard !isForUsers, !isMain, !words.contains("public"), !words.contains("case"),
                    let keyword = words.firstIndex(where: { Self.keywords.contains($0) }),
                    words[..<keyword].allSatisfy({ Self.modifiers.contains($0) }),
                    let name = words[(keyword + 1)...].first
                else { continue }
                declarations.append((name, file.lastPathComponent))
            }
        }
        #expect(declarations.count > 2000)
        for declaration in declarations where uses[declaration.name] == 1 {
            Issue.record("Nothing in Sources uses \(declaration.name), which \(declaration.file) declares.")
        }
    }

    private static let keywords: Set<Substring> = [
        "func", "var", "let", "struct", "class", "enum", "actor", "protocol", "typealias",
    ]
    private static let modifiers: Set<Substring> = [
        "package", "internal", "fileprivate", "private", "set", "static", "final", "mutating", "nonisolated",
        "indirect", "lazy", "weak", "discardableResult", "available",
    ]
}
