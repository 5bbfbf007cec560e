internal import Foundation
internal import GeneratorTesting
internal import ImageGenerators

/// `imagine demo`: the same as `imagine`, against a server that it starts itself.
struct DemoCommand: Sendable {
    private static let prompts = [
        "A quiet harbour at dawn", "A red bicycle under a golden sky", "Snow over the mountains at night",
    ]

    private let arguments: Arguments
    private let environment: [String: String]
    private let reporter: Reporter

    init(_ arguments: Arguments, _ environment: [String: String], _ reporter: Reporter) {
        self.arguments = arguments
        self.environment = environment
        self.reporter = reporter
    }

    /// Makes the prompt's pictures, or a few of its own where there is none, and gives the exit status.
    func run(_ prompt: String?) async throws -> Int32 {
        let space = try LoopbackSpace()
        defer { space.stop() }
        let isTalkative = !reporter.isJSON && !reporter.isQuiet
        if isTalkative {
            reporter.console.error(
                "The embedded Space runs at \(space.url.absoluteString); nothing leaves this machine.\n")
        }
        let command = try GenerateCommand(arguments, environment, reporter, baseURL: space.url)
        var status = ExitStatus.done
        for (index, prompt) in (prompt.map { [$0] } ?? Self.prompts).enumerated() {
            if isTalkative { reporter.console.error("\(prompt.printable(limit: 60))\n") }
            status = try await command.run(prompt, firstIndex: index * command.count)
            guard status == ExitStatus.done else { break }
        }
        if isTalkative, status == ExitStatus.done, !arguments.has("--no-save") {
            let folder = URL(fileURLWithPath: arguments.text("--output") ?? ".").standardizedFileURL.path
            reporter.console.error("The pictures lie in \(folder).\n")
        }
        return status
    }
}
