internal import Dispatch
public import Foundation
internal import GeneratorTesting
public import ImageGenerators

/// The command `imagine` as a function. The executable only passes its arguments on to it.
public struct Imagine: Sendable {
    private let console: Console
    private let standardInput: @Sendable () throws -> Data
    private let environment: [String: String]
    private let clock: GeneratorClock

    /// Makes the command.
    /// - Parameters:
    ///   - console: Where it writes; the process's own output by default.
    ///   - environment: The environment variables; the process's own by default.
    ///   - standardInput: Reads the whole standard input.
    ///   - clock: What time-outs and waits are measured on; the continuous clock by default.
    public init(
        console: Console = .standard, environment: [String: String]? = nil,
        standardInput: (@Sendable () throws -> Data)? = nil, clock: GeneratorClock = GeneratorClock()
    ) {
        self.console = console
        self.environment = environment ?? ProcessInfo.processInfo.environment
        self.clock = clock
        self.standardInput = standardInput ?? { try FileHandle.standardInput.readToEnd() ?? Data() }
    }

    /// Runs the command with these words. When the calling task is cancelled, it tells the server and returns within
    /// two seconds.
    /// - Parameter words: The words behind the program's name.
    /// - Returns: The exit status.
    public func run(_ words: [String]) async -> Int32 {
        let status = await perform(words)
        guard status == ExitStatus.done, let reason = console.loss else { return status }
        let error = GenerationError(.fileUnwritable, "Standard output cannot be written: \(reason).")
        console.error("imagine: \(error.message) [\(error.code)]\n")
        return ExitStatus.status(for: error)
    }

    private func perform(_ words: [String]) async -> Int32 {
        if words.isEmpty {
            console.error(Help.text(for: .generate))
            return ExitStatus.usage
        }
        let arguments: Arguments
        do {
            arguments = try Arguments(words)
        } catch {
            let options = words.prefix { $0 != "--" }
            return fail(error, Reporter(console) { options.contains($0) })
        }
        if arguments.has("--version") {
            console.output(Help.version + "\n")
            return ExitStatus.done
        }
        if arguments.has("--help") {
            console.output(Help.text(for: arguments.verb))
            return ExitStatus.done
        }
        let reporter = Reporter(console, clock: clock, arguments.has)
        do {
            let arguments = try await arguments.readingCookies()
            switch arguments.verb {
            case .generate:
                let command = try GenerateCommand(arguments, environment, reporter)
                return await command.run(try await prompt(from: arguments.operands[0]))
            case .demo:
                var prompt = arguments.operands.first
                if let operand = prompt { prompt = try await self.prompt(from: operand) }
                return try await DemoCommand(arguments, reporter).run(prompt)
            case .providers: return try ListCommand(arguments, environment, reporter).providers()
            case .models: return try await ListCommand(arguments, environment, reporter).models()
            case .space:
                let command = try SpaceCommand(arguments, environment, reporter)
                guard let operand = arguments.text("--data") else { return await command.list() }
                return try await command.call(with: try await data(from: operand))
            case .resume: return await (try ResumeCommand(arguments, environment, reporter)).run()
            case .serve: return try await ServeCommand(arguments, reporter).run()
            case .help:
                console.output(Help.text(for: try arguments.subject()))
                return ExitStatus.done
            }
        } catch {
            return fail(error, reporter)
        }
    }

    private func prompt(from operand: String) async throws -> String {
        guard operand == "-" else { return operand }
        guard let text = String(data: try await readStandardInput(), encoding: .utf8) else {
            throw GenerationError(.invalidRequest, "The prompt on standard input is not UTF-8 text.")
        }
        return text
    }

    private func data(from operand: String) async throws -> Data {
        operand == "-" ? try await readStandardInput() : Data(operand.utf8)
    }

    /// Reads on a thread of its own: nothing wakes a read that waits for a person, and an interrupt must.
    private func readStandardInput() async throws -> Data {
        let input = AsyncThrowingStream<Data, any Error> { continuation in
            DispatchQueue.global().async {
                continuation.yield(with: Result { try standardInput() })
                continuation.finish()
            }
        }
        do {
            for try await data in input { return data }
        } catch {
            throw GenerationError(.fileUnreadable, "Standard input cannot be read.", underlying: error)
        }
        throw CancellationError()
    }

    private func fail(_ error: any Error, _ reporter: Reporter) -> Int32 {
        let described: GenerationError
        switch error {
        case is CancellationError: return reporter.interrupted()
        case let usage as UsageError: described = GenerationError(.invalidRequest, usage.message)
        case let server as LoopbackServerError:
            described = GenerationError(.connectionFailed, "The embedded server cannot start. \(server.message)")
        default: described = GenerationError(wrapping: error)
        }
        reporter.report(described)
        if error is UsageError, !reporter.isJSON { console.error("`imagine --help` shows what there is.\n") }
        return ExitStatus.status(for: described)
    }
}
