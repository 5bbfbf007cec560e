/// What the server says about a job. How that looks on the wire is a matter of ``SpaceQueueWriter`` and
/// ``SpaceCallWriter``.
enum SpaceMessage: Sendable {
    /// The place in the queue, 0 for the next in line; the estimate in seconds.
    case waiting(rank: Int, size: Int, eta: Double?)
    case started(eta: Double?)
    /// `nil` where the bar disappears.
    case progress(SpaceProgress?)
    case log(SpaceLog)
    case generating([OrderedJSON], SpaceTiming)
    case completed([OrderedJSON], SpaceTiming)
    case cancelled
    case failed(SpaceFailure)
    /// The process that ran the job is gone.
    case death

    /// Whether nothing comes after it.
    var isLast: Bool {
        switch self {
        case .completed, .cancelled, .failed, .death: true
        default: false
        }
    }
}

/// A bar: so many steps of so many are done.
struct SpaceProgress: Sendable, Hashable {
    let index: Int
    let length: Int
}

/// A line that the app shows.
struct SpaceLog: Sendable, Hashable {
    enum Level: String, Sendable {
        case info, warning
    }

    let level: Level
    let text: String
    /// In place of the level's own name.
    var title: String?
}

/// How long the work took, and takes on average; seconds.
struct SpaceTiming: Sendable {
    let duration: Double
    let average: Double
}

/// How a job of the embedded Space fails.
enum SpaceFailure: Error, Hashable {
    /// The app raised an error that is meant to be read.
    case error(String, title: String = "Error")
    /// The app broke.
    case crash(String)

    var title: String {
        switch self {
        case .error(_, let title): title
        case .crash: "Error"
        }
    }

    /// As the release tells it: in the queue, in the call flow where it says anything, and from the direct route.
    func described(by release: GradioRelease) -> OrderedJSON {
        switch self {
        case .error(let text, let title):
            let words = release.quotesErrors ? text.pythonLiteral : text
            let error: OrderedJSON = ["error": .string(words), "duration": 10, "visible": true]
            return release.hasTitles ? error + ["title": .string(title)] : error
        case .crash(let text):
            let error: OrderedJSON = ["error": .string(text)]
            return release.showsCrashes ? error + ["visible": true] : error
        }
    }
}

extension String {
    /// As Python's `repr` writes it.
    fileprivate var pythonLiteral: String {
        let quote = contains("'") && !contains("\"") ? "\"" : "'"
        var text = replacing("\\", with: "\\\\").replacing("\n", with: "\\n").replacing("\r", with: "\\r")
            .replacing("\t", with: "\\t")
        if quote == "'" { text = text.replacing("'", with: "\\'") }
        return quote + text + quote
    }
}
