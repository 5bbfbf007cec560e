/// What to make. The settings that most services share stand here; the rest in typed options for each provider.
///
/// A setting that the model cannot honour is never dropped in silence: it comes back as a warning, or, with
/// ``unsupported`` set to `.fail`, as an error before anything is sent.
public struct GenerationRequest: Sendable {
    /// What happens when a setting cannot be honoured as it is.
    public enum UnsupportedPolicy: String, Sendable, Hashable {
        /// The work goes on, with a `.warning` event.
        case warn
        /// `unsupportedSetting`; nothing that could be billed is sent.
        case fail
    }

    /// What the picture shows; wins over ``messages``.
    public var prompt: String?
    /// A conversation to take the prompt from.
    public var messages: [ChatMessage]
    /// A model or an alias; `nil` for the provider's default.
    public var model: String?
    /// How many pictures; 1 by default, up to 1,000. Each is a generation of its own.
    public var count = 1
    /// The size; `nil` for the model's default.
    public var size: ImageSize?
    /// The seed, not negative; `nil` for a random one. With several pictures the seeds count up from it.
    public var seed: Int?
    /// What the picture should not show.
    public var negativePrompt: String?
    /// How closely the picture follows the prompt; a finite number, not negative. Models have their own ranges.
    public var guidance: Double?
    /// How many steps the model takes, at least 1. Models have their own ranges.
    public var steps: Int?
    /// Pictures to start from, beside those in ``messages``.
    public var inputImages: [ImageInput] = []
    /// The proxy for every request of this generation; `nil` leaves it to ``GenerationEnvironment/proxy``.
    public var proxy: HTTPProxy?
    /// Credentials for this request, in place of the environment's.
    public var credentials: GenerationCredentials?
    /// What happens when a setting cannot be honoured; `.warn` by default.
    public var unsupported = UnsupportedPolicy.warn

    private var options: [ObjectIdentifier: any ProviderOptions] = [:]

    /// Makes a request from a prompt.
    /// - Parameters:
    ///   - prompt: What the picture shows.
    ///   - model: A model or an alias.
    public init(prompt: String, model: String? = nil) {
        self.init(messages: [], prompt: prompt, model: model)
    }

    /// Makes a request from a conversation.
    /// - Parameters:
    ///   - messages: The conversation.
    ///   - prompt: Wins over the messages.
    ///   - model: A model or an alias.
    public init(messages: [ChatMessage], prompt: String? = nil, model: String? = nil) {
        self.messages = messages
        self.prompt = prompt
        self.model = model
    }

    /// The options for one provider; other providers do not see them.
    /// - Parameter provider: The provider's type.
    public subscript<P: AsyncGeneratorProvider>(options provider: P.Type) -> P.Options? {
        get { options[ObjectIdentifier(provider)] as? P.Options }
        set { options[ObjectIdentifier(provider)] = newValue }
    }
}
