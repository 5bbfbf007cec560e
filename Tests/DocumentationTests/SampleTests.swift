import DemoPictures
import Foundation
import GeneratorCore
import GeneratorTesting
import TestPace
import Testing

/// The package's folder.
private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

/// The lines of a text without indentation, blank ones left out.
private func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
}

@Suite(.paced) struct SampleTests {
    @Test(arguments: [
        "GeneratorCore/GeneratorCore.docc/WritingAProvider.md",
        "GeneratorTesting/GeneratorTesting.docc/GeneratorTesting.md",
        "GeneratorTesting/GeneratorTesting.docc/TestingYourApp.md",
    ])
    func samplesThatRunHereStandOnThePage(_ page: String) throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Samples.swift")
        let here = try String(contentsOf: file, encoding: .utf8).filter { !$0.isWhitespace }
        let parts = try String(contentsOf: root.appendingPathComponent("Sources/\(page)"), encoding: .utf8)
            .components(separatedBy: "```swift\n").dropFirst()
        #expect(!parts.isEmpty)
        for part in parts {
            // Compared without white space: the formatter may break a line that a page keeps whole.
            let sample = lines(part.components(separatedBy: "```")[0]).filter { !$0.hasPrefix("import ") }
            #expect(here.contains(sample.joined().filter { !$0.isWhitespace }), "\(sample.first ?? "")")
        }
    }

    @Test func everyProviderHasItsPageInOrder() throws {
        let providers = try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent("Sources").path)
            .flatMap { module -> [URL] in
                let folder = root.appendingPathComponent("Sources/\(module)")
                let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
                return files.filter { $0.hasSuffix("Provider.swift") && module != "GeneratorTesting" }
                    .map {
                        folder.appendingPathComponent(
                            "\(module).docc/\($0.replacingOccurrences(of: ".swift", with: ".md"))")
                    }
            }
        #expect(!providers.isEmpty)
        for page in providers {
            let headings = lines(try String(contentsOf: page, encoding: .utf8)).filter { $0.hasPrefix("## ") }
            #expect(
                headings.starts(with: ["## Description", "## Execution Steps", "## Usage Example"]), "\(page.path)")
        }
    }

    @Test func articleTellsEveryCodeOfAnErrorAsItIs() throws {
        let core = root.appendingPathComponent("Sources/GeneratorCore")
        let source = try String(
            contentsOf: core.appendingPathComponent("Errors/GenerationError+Code.swift"), encoding: .utf8)
        let codes = lines(source).filter { $0.hasPrefix("public static let ") }
            .compactMap { $0.components(separatedBy: "\"").dropFirst().first }
        let article = try String(
            contentsOf: core.appendingPathComponent("GeneratorCore.docc/ErrorsAndRetries.md"), encoding: .utf8)
        let rows = lines(article).filter { $0.hasPrefix("| `") }.map { row in
            row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        #expect(rows.map { $0[0].filter { $0 != "`" } } == codes)
        for row in rows {
            let code = GenerationError.Code(rawValue: row[0].filter { $0 != "`" })
            #expect((row[2] == "yes") == GenerationError(code, "").isRetryable, "\(code)")
        }
    }

    @Test func samplesOfTheArticleAboutTestsRun() async throws {
        let image = try await testingScript()
        #expect(image.mediaType == "image/png")
        await #expect(throws: GenerationError.self) { try await testingFailure().image("a boat") }
        try await testingSpace()
        #expect(try await testingStatus().count == 1)
        let (poster, sent) = try await testingGradioApp()
        #expect(poster.seed == 7 && poster.mediaType == "image/png")
        #expect(sent["data"] == ["a boat", 7])
        #expect(try await testingSleep() > 0)
        let error = await #expect(throws: GenerationError.self) { try await testingClock() }
        #expect(error?.code == .timedOut)
    }

    @Test func readmeIsShort() throws {
        let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
        #expect(readme.split(separator: "\n", omittingEmptySubsequences: false).count <= 150)
        #expect(readme.contains("swift run imagine demo") && readme.contains("swift test"))
    }

    @Test func readmeLeadsToEveryArticle() throws {
        let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
        let sources = root.appendingPathComponent("Sources")
        let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
        var articles: Set<String> = []
        for case let page as URL in try #require(files) where page.pathExtension == "md" {
            // The page of a module or of a type is named after it.
            guard !(try String(contentsOf: page, encoding: .utf8).hasPrefix("# ``")) else { continue }
            articles.insert("Sources/" + page.pathComponents.suffix(3).joined(separator: "/"))
        }
        #expect(articles.count > 10)
        let links = readme.components(separatedBy: "](").dropFirst().compactMap {
            $0.components(separatedBy: ")").first
        }
        #expect(Set(links.filter { $0.hasPrefix("Sources/") }) == articles)
    }

    @Test func sampleOfTheTestingPageRuns() async throws {
        let bytes = try await testing()
        #expect(ImageFormat(signature: bytes) == .png)
    }

    @Test func pictureOfTheReadmeIsWhatTheDemoPaints() throws {
        let file = root.appendingPathComponent("Fixtures/pictures/a-quiet-harbour-at-dawn-21.png")
        let painted = DemoPainter(prompt: "A quiet harbour at dawn", seed: 21).png(width: 960, height: 384)
        #expect(try Data(contentsOf: file) == painted)
    }

    @Test func sampleProviderPaints() async throws {
        let png = LoopbackSpace.picture(prompt: "x", seed: 1, width: 32, height: 32)
        let server = try LoopbackServer { request, responder in
            guard try JSONValue(parsing: request.body) == ["prompt": "a boat", "seed": 7] else {
                return try await responder.respond(status: 400, json: #"{"error": "another request"}"#)
            }
            try await responder.respond(body: png)
        }
        let provider = PaintProvider(environment: GenerationEnvironment(), url: server.url)
        let image = try await provider.image("a boat", seed: 7)
        #expect(image.seed == 7)
        #expect(try await image.load().data == png)
    }
}
