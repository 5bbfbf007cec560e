/// Every text that `--help` prints.
enum Help {
    static let version = "imagine 0.1.0"

    private static let summary = """
        imagine makes pictures from words.

          imagine [generate] PROMPT|-    make pictures; - reads the prompt from standard input
          imagine demo [PROMPT]          the same against a server of its own: no account, no network
          imagine providers              what there is, and what each needs
          imagine models [PROVIDER]      models and aliases
          imagine serve                  only the embedded server of the demo

        """

    private static let statuses = """
        Exit status: 0 done · 64 bad usage · 65 the answer makes no sense · 66 an input file cannot be read ·
        69 the service failed or cannot be reached · 73 the output cannot be written · 74 the job was or may have been
        accepted and its result is lost · 75 try again later · 77 credentials missing or refused · 130 interrupted

        """

    static func text(for verb: Verb?) -> String {
        var text = summary
        switch verb {
        case nil, .generate:
            text += section("What to make", CommandOption.generation) + section("Where it goes", CommandOption.output)
            text += section("How it is reached", CommandOption.service) + section("Other", CommandOption.common)
            text += "\n" + statuses
        case .some(let verb): text += section("Options of `imagine \(verb.rawValue)`", verb.options)
        }
        return text
    }

    private static func section(_ title: String, _ options: [CommandOption]) -> String {
        let lines = options.map { option in
            let left = "  " + option.name + (option.placeholder.map { " " + $0 } ?? "")
            let gap = String(repeating: " ", count: max(2, 30 - left.count))
            return left + gap + option.help + "\n"
        }
        return "\n\(title)\n" + lines.joined()
    }
}
