/// What the command is asked to do.
enum Verb: String, CaseIterable, Sendable {
    case generate, demo, providers, models, serve

    /// The options that mean something for it.
    var options: [CommandOption] {
        let json = CommandOption.output.filter { $0.name == "--json" }
        return switch self {
        case .generate: CommandOption.generation + CommandOption.output + CommandOption.service + CommandOption.common
        case .demo:
            CommandOption.generation.filter { $0.name != "--provider" } + CommandOption.output
                + CommandOption.service.filter { ["--timeout", "--retries"].contains($0.name) } + CommandOption.common
        case .providers, .models: json + CommandOption.common
        case .serve: CommandOption.serve + json + CommandOption.common
        }
    }

    /// How many words may stand beside the options.
    var operands: ClosedRange<Int> {
        switch self {
        case .generate: 1...1
        case .demo, .models: 0...1
        case .providers, .serve: 0...0
        }
    }
}
