internal import GeneratorCore

/// What the command is asked to do.
enum Verb: String, CaseIterable, Sendable {
    case generate, demo, providers, models, space, resume, serve, help

    /// How it is written, and what it does.
    var usage: (words: String, help: String) {
        switch self {
        case .generate: ("[generate] PROMPT|-", "make pictures; - reads the prompt from standard input")
        case .demo: ("demo [PROMPT|-]", "the same against servers of its own: no account, no network")
        case .providers: ("providers", "what there is, and what each needs")
        case .models: ("models [PROVIDER]", "models, their aliases, and what --option takes")
        case .space: ("space SPACE-OR-URL", "what a Gradio Space offers; with --data, one call of it")
        case .resume: ("resume TICKET", "finish a run that was interrupted after it was accepted (Prodia)")
        case .serve: ("serve", "only the embedded servers of the demo")
        case .help: ("help [COMMAND]", "what there is, or the options of one command")
        }
    }

    /// The options that mean something for it.
    var options: [CommandOption] {
        let json = CommandOption.output.filter { $0.name == "--json" }
        let asking = CommandOption.service.filter {
            ["--base-url", "--api-key-env", "--proxy", "--transport", "--timeout", "--retries"].contains($0.name)
        }
        return switch self {
        case .generate: CommandOption.generation + CommandOption.output + CommandOption.service + CommandOption.common
        case .demo:
            CommandOption.generation + CommandOption.output
                + CommandOption.service.filter { ["--transport", "--timeout", "--retries", "--api"].contains($0.name) }
                + CommandOption.common
        case .providers: json + CommandOption.common
        case .models: json + asking + CommandOption.service.filter { $0.name == "--api" } + CommandOption.common
        case .space:
            CommandOption.space + CommandOption.output
                + CommandOption.service.filter { !["--base-url", "--api-key-env", "--api"].contains($0.name) }
                + CommandOption.common
        case .resume:
            CommandOption.output + asking
                + CommandOption.service.filter { ["--max-download", "--api"].contains($0.name) } + CommandOption.common
        case .serve: CommandOption.serve + json + CommandOption.common
        case .help: CommandOption.common
        }
    }

    /// How many words may stand beside the options.
    var operands: ClosedRange<Int> {
        switch self {
        case .generate, .space, .resume: 1...1
        case .demo, .models, .help: 0...1
        case .providers, .serve: 0...0
        }
    }

    /// The command that a lone word may stand for: one letter of it is wrong, missing or too many, or two of a long one, or two
    /// have changed places.
    init?(nearly word: String) {
        // A prompt may be long, and no command is.
        guard 4...12 ~= word.utf8.count, !word.contains(where: \.isWhitespace) else { return nil }
        let near = Self.allCases.first { verb in
            let isSwapped = verb.rawValue.sorted() == word.lowercased().sorted()
            return verb.rawValue.editDistance(to: word) <= (verb.rawValue.count > 5 || isSwapped ? 2 : 1)
        }
        guard let near else { return nil }
        self = near
    }
}
