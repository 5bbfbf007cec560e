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
    /// Whether a body without a content type is read as JSON all the same.
    var guessesContentType: Bool { version < GradioVersion("5.50") }

    /// The body of the 500 for an endpoint that does not exist: a traceback in 5, else three words.
    func internalError(endpoint: String) -> String {
        guard !prefix.isEmpty, version < GradioVersion("6.0") else { return "Internal Server Error" }
        return """
            Traceback (most recent call last):
              File "/site-packages/gradio/route_utils.py", line 229, in get_fn
                raise FnIndexInferError(
            gradio.route_utils.FnIndexInferError: Could not infer function index for API name: \(endpoint)

            """
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
