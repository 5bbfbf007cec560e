import Foundation
import GeneratorTesting
import GeneratorTransport
import ImagineCommand
import Testing

/// What a run of the command came to: its exit status and all that it wrote.
struct CommandRun: Sendable {
    let status: Int32
    let output: String
    let error: String

    /// What chooses each transport that there is; nothing chooses the usual one.
    #if os(Linux)
        static let transports = [[], ["--transport", "urlsession"], ["--transport", "curl"]]
    #else
        static let transports = [[], ["--transport", "urlsession"]]
    #endif

    /// Runs the command in this process, with nothing in the environment but what is given.
    static func run(
        _ words: [String], environment: [String: String] = [:], isTerminal: Bool = false, columns: Int = 80,
        isOutputTerminal: Bool = false, input: (@Sendable () throws -> Data)? = nil,
        clock: GeneratorClock = GeneratorClock()
    ) async -> CommandRun {
        let written = Locked((output: "", error: ""))
        var console = Console(
            isTerminal: isTerminal, columns: columns,
            output: { text in written.withLock { $0.output += text } },
            error: { text in written.withLock { $0.error += text } })
        console.isOutputTerminal = isOutputTerminal
        let command = Imagine(
            console: console, environment: environment, standardInput: input ?? { Data() }, clock: clock)
        let status = await command.run(words)
        let (output, error) = written.withLock { $0 }
        return CommandRun(status: status, output: output, error: error)
    }

    /// Runs the command on a clock that stands still, and lets some time pass when a moment has come.
    static func run(
        _ words: [String], environment: [String: String] = [:], passing time: Duration,
        _ moment: (ManualClock) async throws -> Void
    ) async throws -> CommandRun {
        let clock = ManualClock()
        let task = Task { await Self.run(words, environment: environment, clock: GeneratorClock(clock)) }
        defer { task.cancel() }
        try await moment(clock)
        clock.advance(by: time)
        return await task.value
    }

    /// The lines of standard output.
    var outputLines: [String] { output.split(separator: "\n").map(String.init) }

    /// The lines of standard error.
    var errorLines: [String] { error.split(separator: "\n").map(String.init) }

    /// The line that says what failed.
    var failure: String? { errorLines.last { $0.hasPrefix("imagine: ") } }

    /// The lines of standard output as JSON objects, each ended by a newline and nothing else.
    func objects() throws -> [[String: Any]] {
        #expect(output.isEmpty || output.hasSuffix("\n"))
        return try outputLines.map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    /// The JSON objects of one `type`.
    func objects(_ type: String) throws -> [[String: Any]] {
        try objects().filter { $0["type"] as? String == type }
    }
}

extension [String: Any] {
    /// The names of the members, sorted.
    var names: [String] { keys.sorted() }

    func text(_ name: String) -> String? { self[name] as? String }

    /// A number that is no truth value.
    func number(_ name: String) -> Double? {
        guard let number = self[name] as? NSNumber, !isTruth(name) else { return nil }
        return number.doubleValue
    }

    func truth(_ name: String) -> Bool? { isTruth(name) ? self[name] as? Bool : nil }

    func list(_ name: String) -> [[String: Any]] { self[name] as? [[String: Any]] ?? [] }

    private func isTruth(_ name: String) -> Bool {
        guard let number = self[name] as? NSNumber else { return false }
        return ["c", "B"].contains(String(cString: number.objCType))
    }
}
