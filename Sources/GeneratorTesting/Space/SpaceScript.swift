/// What a prompt asks the embedded Space to do: paint, or misbehave when its first words say so.
///
/// `!error WORDS`, `!crash WORDS`, `!none`, `!never`, `!die`, `!slow SECONDS`, `!preview COUNT`; `!slow` and `!preview`
/// may stand before others.
struct SpaceScript: Sendable, Equatable {
    enum Outcome: Sendable, Equatable {
        case picture, nothing, never, death
        /// The app raised an error that is meant to be read.
        case error(String)
        /// The app broke.
        case crash(String)
    }

    private(set) var outcome = Outcome.picture
    private(set) var delay: Duration = .zero
    private(set) var previews = 0

    init(prompt: String) {
        var rest = prompt.prefix(1000)[...]
        func word() -> String {
            let word = rest.prefix { $0 != " " }
            rest = rest.dropFirst(word.count).drop { $0 == " " }
            return String(word)
        }
        while rest.hasPrefix("!") {
            switch word() {
            case "!slow": delay = .seconds(min(600, max(0, Double(word()) ?? 1)))
            case "!preview": previews = min(100, max(0, Int(word()) ?? 1))
            case "!error":
                outcome = .error(String(rest))
                return
            case "!crash":
                outcome = .crash(String(rest))
                return
            case "!none": outcome = .nothing
            case "!never": outcome = .never
            case "!die": outcome = .death
            default: return
            }
        }
    }
}
