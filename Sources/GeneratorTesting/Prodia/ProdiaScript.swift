/// What a prompt asks the embedded Prodia to do: paint, or misbehave when its first words say so.
struct ProdiaScript: Sendable, Equatable {
    enum Outcome: Sendable, Equatable {
        case picture, pictures, nothing
        case failure(String)
    }

    private(set) var outcome = Outcome.picture
    private(set) var delay: Duration = .zero
    private(set) var isEndless = false
    private(set) var isOdd = false
    private(set) var refusals = 0
    private(set) var failingLooks = 0
    private(set) var dies = false
    private(set) var answersWithPage = false
    private(set) var isCut = false
    private(set) var drips = false
    private(set) var releases = false

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
            case "!never": isEndless = true
            case "!odd": isOdd = true
            case "!busy": refusals = min(100, max(0, Int(word()) ?? 1))
            case "!flaky": failingLooks = min(100, max(0, Int(word()) ?? 1))
            case "!none": outcome = .nothing
            case "!two": outcome = .pictures
            case "!die": dies = true
            case "!html": answersWithPage = true
            case "!cut": isCut = true
            case "!drip": drips = true
            case "!release": releases = true
            case "!error":
                outcome = .failure(String(rest))
                return
            default: return
            }
        }
    }
}
