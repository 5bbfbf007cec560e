public import Foundation
internal import ImageGenerators

/// The command `imagine`, as a function: the executable only passes its words on.
public struct Imagine: Sendable {
    private let console: Console
    private let standardInput: @Sendable () throws -> Data
    private let environment: [String: String]

    /// Makes the command.
    /// - Parameters:
    ///   - console: Where it writes; the process's own output by default.
    ///   - environment: The environment variables; the process's own by default.
    ///   - standardInput: Reads the whole standard input.
    public init(
        console: Console = .standard, environment: [String: String]? = nil,
        standardInput: (@Sendable () throws -> Data)? = nil
    ) {
        self.console = console
        self.environment = environment ?? ProcessInfo.processInfo.environment
        self.standardInput = standardInput ?? { try FileHandle.standardInput.readToEnd() ?? Data() }
    }

    /// Does what the words say. When the calling task is cancelled, it stops within two seconds, the server told.
    /// - Parameter words: The words behind the program's name.
    /// - Returns: The exit status.
    public func run(_ words: [String]) async -> Int32 {
        if words.isEmpty {
            console.error(Help.text(for: .generate))
            return ExitStatus.usage
        }
        let arguments: Arguments
        do {
            arguments = try Arguments(words)
        } catch {
            return fail(error, words)
        }
        if arguments.has("--version") {
            console.output(Help.version + "\n")
            return ExitStatus.done
        }
        if arguments.has("--help") {
            console.output(Help.text(for: arguments.verb))
            return ExitStatus.done
        }
        let reporter = Reporter(console, arguments)
        do {
            switch arguments.verb {
            case .generate:
                let prompt = try prompt(from: arguments.operands[0])
                return try await GenerateCommand(arguments, environment, reporter).run(prompt)
            case .demo: return try await DemoCommand(arguments, environment, reporter).run()
            case .providers: return try ListCommand(arguments, reporter).providers()
            case .models: return try ListCommand(arguments, reporter).models()
            case .serve: return try await ServeCommand(arguments, reporter).run()
            }
        } catch {
            return fail(error, words)
        }
    }

    private func prompt(from operand: String) throws -> String {
        guard operand == "-" else { return operand }
        guard let text = String(data: try standardInput(), encoding: .utf8) else {
            throw UsageError("The prompt on standard input is not UTF-8 text.")
        }
        return text.trimmingWhitespace()
    }

    private func fail(_ error: any Error, _ words: [String]) -> Int32 {
        let described: GenerationError
        if let usage = error as? UsageError {
            described = GenerationError(.invalidRequest, usage.message)
        } else if error is CancellationError {
            return ExitStatus.interrupted
        } else {
            described = GenerationError(wrapping: error)
        }
        if words.contains("--json") {
            let line = JSONValue.object(EventLine.object(for: described).merging(["elapsed": 0]) { own, _ in own })
            console.output(String(decoding: (try? line.serialized()) ?? Data(), as: UTF8.self) + "\n")
        } else {
            console.error("imagine: \(described.message) [\(described.code)]\n")
            if error is UsageError { console.error("`imagine --help` shows what there is.\n") }
        }
        return ExitStatus.status(for: described)
    }
}
