public import Gradio

/// A release of Gradio that a ``LoopbackSpace`` can imitate: what such a server sends and expects.
///
/// Taken from recordings of real servers; see `Fixtures/gradio`.
public struct GradioRelease: Sendable, Hashable, CustomStringConvertible {
    /// The release.
    public let version: GradioServerVersion

    /// The path before every route of the API.
    var prefix: String { version < GradioServerVersion("5.0") ? "" : "/gradio_api" }
    /// Whether numbers are checked against the range of their slider.
    var checksRanges: Bool { version >= GradioServerVersion("5.39") }
    /// Whether `/call` says why a job failed.
    var explainsFailures: Bool { version >= GradioServerVersion("6.13") }
    /// The words for a job that nobody knows (any more).
    var lostJob: String { version < GradioServerVersion("5.38") ? "404: Session not found." : "404: Not Found" }
    /// Whether the text of an error stands in quotes, as Python's `repr` writes it.
    var quotesErrors: Bool { !hasTitles }
    /// Whether errors, log lines and ends of jobs have a title.
    var hasTitles: Bool { version >= GradioServerVersion("5.2") }
    /// Whether the error of an app that broke says that it is meant to be seen.
    var showsCrashes: Bool { version >= GradioServerVersion("6.0") }
    /// Whether a generator's values come with its time limit.
    var hasTimeLimits: Bool { version >= GradioServerVersion("5.0") }
    /// Whether a result says whether it came from a cache.
    var hasCache: Bool { version >= GradioServerVersion("6.12") }
    /// How often the queue looks whether there is something to say; zero where it says everything at once. Clients before
    /// 6 lose the first message of a job that arrives before the answer that names the job.
    var queueInterval: Duration { version < GradioServerVersion("6.0") ? .milliseconds(50) : .zero }
    /// Whether an app clears its bars when the last step is done.
    var clearsProgress: Bool { version >= GradioServerVersion("6.0") }
    /// Whether the end of a lost session's stream says that this is what it is.
    var namesLostSessions: Bool { version >= GradioServerVersion("5.38") }
    /// Whether a cancelled job that waits is taken out; else its end is reported, and it runs when its turn comes.
    var takesOutCancelled: Bool { version >= GradioServerVersion("6.0") }
    /// Whether hidden endpoints keep a name, and a visibility says that they are hidden.
    var hasVisibility: Bool { version >= GradioServerVersion("6.0") }
    /// Whether `/call` fills in the state that a caller leaves out.
    var fillsState: Bool { version >= GradioServerVersion("6.18") }
    /// Whether the stream of `/call` finds a job that was submitted with a session of its own.
    var findsCallsOfSessions: Bool { version >= GradioServerVersion("6.0") }
    /// Whether files may be sent as `data:` URLs.
    var readsDataURLs: Bool { version >= GradioServerVersion("5.0") }
    /// Whether uploads keep all characters of their names that a file system takes.
    var keepsFileNames: Bool { version >= GradioServerVersion("6.0") }
    /// Whether the refusal of a stranger is an object.
    var explainsLogin: Bool { version >= GradioServerVersion("5.50") }
    /// Whether a body without a content type is read as JSON all the same.
    var guessesContentType: Bool { version < GradioServerVersion("5.50") }

    /// The body of the 500 for what went wrong inside Gradio: in 5 a traceback with `exception` as its last line, else
    /// three words.
    func internalError(_ exception: String) -> String {
        guard !prefix.isEmpty, version < GradioServerVersion("6.0") else { return "Internal Server Error" }
        return """
            Traceback (most recent call last):
              File "/site-packages/gradio/routes.py", line 229, in wrapper
                raise
            \(exception)

            """
    }

    /// The version number, for example `5.50.0`.
    public var description: String { version.description }

    /// Gradio 4.44.1, the last of its line.
    public static let v4 = GradioRelease(version: GradioServerVersion("4.44.1"))
    /// Gradio 5.23.3, the first of its line whose file URLs are right.
    public static let v5 = GradioRelease(version: GradioServerVersion("5.23.3"))
    /// Gradio 5.50.0, the last of its line.
    public static let v5Last = GradioRelease(version: GradioServerVersion("5.50.0"))
    /// Gradio 6.31.0.
    public static let v6 = GradioRelease(version: GradioServerVersion("6.31.0"))
    /// Every release that a ``LoopbackSpace`` can imitate.
    public static let all = [v4, v5, v5Last, v6]
}
