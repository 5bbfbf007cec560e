/// What a prompt asks the embedded Space to do: its work, or to misbehave when its first words say so.
///
/// `!slow SECONDS`, `!preview COUNT`, `!log WORDS;` and `!warn WORDS;` may stand before others.
struct SpaceScript: Sendable, Equatable {
    enum Outcome: Sendable, Equatable {
        case result, nothing, never, death
        case failure(SpaceFailure)
        /// It fails before it begins.
        case refusal(SpaceFailure)
    }

    private(set) var outcome = Outcome.result
    private(set) var delay: Duration = .zero
    /// `nil` where the prompt does not say.
    private(set) var previews: Int?
    private(set) var logs: [SpaceLog] = []

    init(prompt: String) {
        var rest = prompt.prefix(2000)
        func word(until end: Character = " ") -> String {
            let word = rest.prefix { $0 != end }
            rest = rest.dropFirst(word.count + 1).drop { $0 == " " }
            return String(word)
        }
        while rest.hasPrefix("!") {
            switch word() {
            case "!slow": delay = .seconds(min(600, max(0, Double(word()) ?? 1)))
            case "!preview": previews = min(100, max(0, Int(word()) ?? 1))
            case "!log": logs.append(SpaceLog(level: .info, text: word(until: ";")))
            case "!warn": logs.append(SpaceLog(level: .warning, text: word(until: ";")))
            case "!error":
                outcome = .failure(.error(String(rest)))
                return
            case "!crash":
                outcome = .failure(.crash(String(rest)))
                return
            case "!quota":
                outcome = .refusal(Self.quota(wait: String(rest)))
                return
            case "!none": outcome = .nothing
            case "!never": outcome = .never
            case "!die": outcome = .death
            default: return
            }
        }
    }

    /// The refusal of a ZeroGPU Space, with or without the time to wait.
    private static func quota(wait: String) -> SpaceFailure {
        let used = "(60s requested vs. 0s left)"
        let words =
            wait.isEmpty
            ? "You have exceeded your GPU quota \(used)."
            : "You have exceeded your free ZeroGPU quota \(used). Try again in \(wait)."
        let link =
            "<a style=\"white-space: nowrap;text-underline-offset: 2px;color: var(--body-text-color)\" "
            + "href=\"https://huggingface.co/join\">Create a free account</a> to get more daily usage quota."
        return .error("\(words) \(link)", title: "ZeroGPU quota exceeded")
    }
}
