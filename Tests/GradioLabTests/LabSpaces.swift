import Foundation
import GeneratorTesting
import GeneratorTransport
import Gradio
import ProviderRuns
import Testing

/// Replicas of the Spaces of `Fixtures/spaces.txt`, each called with a prompt, a size, a seed and a number of steps, and without
/// a word on what its parameters mean.
struct LabSpaces {
    /// A line of the file.
    private struct Line {
        let app: String, parameters: String, meanings: [Character], withoutPicture: String, withPicture: String

        init?(_ text: Substring) {
            let fields = text.components(separatedBy: " | ")
            guard fields.count == 7, !text.hasPrefix("#") else { return nil }
            (app, parameters, meanings) = (fields[0], fields[2], Array(fields[4]))
            (withoutPicture, withPicture) = (fields[5], fields[6])
        }

        /// As `apps/spaces.py` makes it.
        var path: String {
            app.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.joined(separator: "-")
        }
    }

    let version: String

    private static let seed = 4321
    private static let picture = ImageInput.data(
        LoopbackSpace.picture(prompt: "input", seed: 1, width: 64, height: 48))

    func run() async throws {
        var file = URL(fileURLWithPath: #filePath)
        for _ in 1...3 { file.deleteLastPathComponent() }
        let text = try String(contentsOf: file.appendingPathComponent("Fixtures/spaces.txt"), encoding: .utf8)
        try await Lab.with(version, "--app", "spaces") { server in
            var counts = (apps: 0, served: 0, edits: 0, refused: 0)
            for line in text.split(separator: "\n").compactMap(Line.init) {
                let url = server.url.appending(path: line.path)
                // Some releases lack a component that an app has.
                guard (try? await GradioApp.connect(to: url)) != nil else { continue }
                counts.apps += 1
                for withPicture in [false, true] {
                    let verdict = withPicture ? line.withPicture : line.withoutPicture
                    if withPicture, verdict == "no" { continue }
                    let wasServed = try await call(line, at: url, server, withPicture: withPicture)
                    #expect(wasServed == (verdict == "yes"), "\(line.app), with a picture: \(withPicture)")
                    if wasServed, withPicture { counts.edits += 1 } else if wasServed { counts.served += 1 }
                    if !wasServed, !withPicture || line.withoutPicture == "yes" { counts.refused += 1 }
                }
            }
            #expect(counts.apps >= 55 && counts.served >= 30 && counts.edits >= 12)
            print(
                "Gradio \(version): \(counts.apps) apps, \(counts.served) served by prompt, \(counts.edits) with a picture, "
                    + "\(counts.refused) calls refused")
        }
    }

    /// - Returns: Whether the app made a picture.
    private func call(_ line: Line, at url: URL, _ server: LabServer, withPicture: Bool) async throws -> Bool {
        let prompt = "a fox for \(line.app)"
        var request = GenerationRequest(prompt: prompt)
        request.size = .pixels(768, 512)
        request.seed = Self.seed
        request.steps = 8
        if withPicture { request.inputImages = [Self.picture] }
        let provider = GradioProvider(
            url: url,
            environment: GenerationEnvironment {
                $0.credentials = GenerationCredentials()
                $0.retry = RetryPolicy(retries: 0)
            })
        let before = calls(of: line, server).count
        let run = await ProviderRun(provider.createAsyncGenerator(request))
        let calls = calls(of: line, server).dropFirst(before)
        guard let response = run.images.first else {
            #expect(calls.isEmpty, "\(line.app)")
            #expect(run.failure?.code == .invalidRequest, "\(line.app): \(String(describing: run.error))")
            #expect(run.failure?.message.contains("endpoint") == true, "\(line.app)")
            return false
        }
        let call = try #require(calls.first)
        #expect(calls.count == 1)
        let arguments = call["arguments"]?.array ?? [], defaults = call["defaults"]?.array ?? []
        #expect(arguments.count == line.meanings.count, "\(line.app)")
        for (index, letter) in line.meanings.enumerated() where arguments.indices.contains(index) {
            let value = arguments[index]
            #expect(
                fits(letter, value, defaults[index], prompt, withPicture, line),
                "\(line.app): parameter \(index), \(letter), got \(value)")
        }
        let image = try #require(response.images.first)
        let loaded = try await image.load()
        #expect(loaded.size == PixelSize(width: 8, height: 8), "\(line.app)")
        if line.meanings.contains("s") { #expect(image.seed == Self.seed, "\(line.app)") }
        expectWarnings(run.warnings, line)
        return true
    }

    private func calls(of line: Line, _ server: LabServer) -> [JSONValue] {
        server.log.lines("call").filter { $0["app"]?.string == line.app }
    }

    /// Whether an argument is what the parameter means.
    private func fits(
        _ letter: Character, _ value: JSONValue, _ standard: JSONValue, _ prompt: String, _ withPicture: Bool,
        _ line: Line
    ) -> Bool {
        let isSame = value == standard || (value.double != nil && value.double == standard.double)
        let isPicture = value.description.contains("image 64x48")
        return switch letter {
        case "p": value == .string(prompt)
        case "s": value.integer == Self.seed || value == .string(String(Self.seed))
        case "w": value == 768
        case "h": value == 512
        case "t": value == 8 || value == "8-Step"
        case "r": value == false
        case "c": value == 1
        // A negative prompt was not asked for, nor guidance, nor a model: what the app itself would take.
        case "n", "u", "g", "M": isSame || value == ""
        case "z", "a": value.string.map { line.parameters.contains($0) } == true
        case "i", "m": withPicture ? isPicture || value.isNull : value.isNull
        case "I": withPicture ? isPicture : value.isNull || value == []
        // Nobody meant it.
        default: isSame || value.isNull || value == []
        }
    }

    /// What the app cannot be told is said, and nothing else.
    private func expectWarnings(_ warnings: [GenerationWarning], _ line: Line) {
        let settings = Set(warnings.compactMap(\.setting))
        #expect(settings.contains("seed") == !line.meanings.contains("s"), "\(line.app): \(settings)")
        #expect(settings.contains("steps") == !line.meanings.contains("t"), "\(line.app): \(settings)")
        if line.meanings.contains("w") { #expect(!settings.contains("size"), "\(line.app)") }
        if Set("wza").isDisjoint(with: line.meanings) { #expect(settings.contains("size"), "\(line.app)") }
    }
}
