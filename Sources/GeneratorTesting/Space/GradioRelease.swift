public import Gradio

/// What differs between the releases of Gradio on the wire, as far as the embedded Space speaks it.
///
/// Taken from recordings of real servers; see `Fixtures/gradio`.
public struct GradioRelease: Sendable, Hashable, CustomStringConvertible {
    /// The release.
    public let version: GradioVersion

    /// The path before every route of the API.
    var prefix: String { version < GradioVersion("5.0") ? "" : "/gradio_api" }
    /// Whether numbers are checked against the range of their slider.
    var checksRanges: Bool { version >= GradioVersion("5.39") }
    /// Whether `/call` says why a job failed.
    var explainsFailures: Bool { version >= GradioVersion("6.13") }
    /// The words for a job that nobody knows (any more).
    var lostJob: String { version < GradioVersion("5.38") ? "404: Session not found." : "404: Not Found" }
    /// The body of a 500: a traceback in 5, else three words.
    var internalError: String {
        prefix.isEmpty || version >= GradioVersion("6.0")
            ? "Internal Server Error"
            : "Traceback (most recent call last):\n  File \"gradio/routes.py\", in call\n    raise KeyError(api_name)\n"
    }

    /// Its version.
    public var description: String { version.description }

    /// Gradio 4.44.1, the last of its line.
    public static let v4 = GradioRelease(version: GradioVersion("4.44.1"))
    /// Gradio 5.23.3, the first of its line whose file URLs are right.
    public static let v5 = GradioRelease(version: GradioVersion("5.23.3"))
    /// Gradio 5.50.0, the last of its line.
    public static let v5Last = GradioRelease(version: GradioVersion("5.50.0"))
    /// Gradio 6.31.0.
    public static let v6 = GradioRelease(version: GradioVersion("6.31.0"))
    /// All of these.
    public static let all = [v4, v5, v5Last, v6]
}
