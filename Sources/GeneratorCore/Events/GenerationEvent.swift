/// What happens during a generation, in order. More kinds may be added: keep a `default` branch.
#if hasAttribute(nonexhaustive)
    @nonexhaustive
#endif
public enum GenerationEvent: Sendable, Equatable, Codable {
    /// What the service is doing.
    case reasoning(Reasoning)
    /// The service has accepted the job. From here on nothing is submitted again by itself. The picture that it makes has the same
    /// ``ImageResponse/job``.
    case submitted(JobHandle)
    /// A picture that is not finished yet.
    case preview(ImageResponse)
    /// A finished picture, or several from one generation.
    case image(ImageResponse)
    /// A piece of text, to be appended to those before.
    case text(String)
    /// A setting that was not honoured as given, or another thing worth knowing.
    case warning(GenerationWarning)
}
