/// Every text that `--help` prints.
enum Help {
    static let version = "imagine 0.1.0"

    private static let statuses = """

        `imagine help COMMAND` tells the options of a command, such as --data of `imagine space`.
        A prompt that is the name of a command, or begins with a hyphen, goes behind --, and
        all options before it.
        Where a service allows it, a job has a ticket, with which `imagine resume` finishes it.
        --json and --verbose print it when the job is submitted, for a run that is killed.

        Exit status
          0    done
          64   bad usage, or a request that was refused before anything was sent
          65   the answer makes no sense
          66   an input file cannot be read
          69   the service failed, refused or cannot be reached
          73   the output cannot be written
          74   the job was or may have been accepted, its result is lost: running again may pay twice;
               where a ticket is printed, `imagine resume` goes on
          75   nothing was accepted: try again later
          77   credentials missing or refused
          130  interrupted; 143 terminated

        """

    static func text(for verb: Verb) -> String {
        guard verb == .generate else {
            return lines([verb]) + section("Options", verb.options)
        }
        return "imagine makes pictures from words.\n\n" + lines(Verb.allCases)
            + section("What to make", CommandOption.generation) + section("Where it goes", CommandOption.output)
            + section("How it is reached", CommandOption.service) + section("Other", CommandOption.common) + statuses
    }

    private static func lines(_ verbs: [Verb]) -> String {
        verbs.map { line("imagine " + $0.usage.words, 31, $0.usage.help) }.joined()
    }

    private static func section(_ title: String, _ options: [CommandOption]) -> String {
        let lines = options.map {
            line([$0.name, $0.placeholder].compactMap { $0 }.joined(separator: " "), 28, $0.help)
        }
        return "\n\(title)\n" + lines.joined()
    }

    private static func line(_ left: String, _ width: Int, _ right: String) -> String {
        "  " + left + String(repeating: " ", count: max(2, width - left.count)) + right + "\n"
    }
}
