/// What to make: the settings that most services have. Settings of a single provider are in its own options.
///
/// A setting that the model does not support leads to a warning, or, with ``unsupported`` set to `.fail`, to an error before
/// anything is sent.
///
/// A request can be encoded and decoded. What is encoded has no ``credentials``, and a ``proxy`` without name and password.
public struct GenerationRequest: Sendable, Equatable {
    /// What happens when a setting cannot be honoured as it is.
    public enum UnsupportedPolicy: String, Sendable, Hashable, Codable {
        /// The work goes on, with a `.warning` event.
        case warn
        /// `unsupportedSetting`; nothing that could be billed is sent.
        case fail
    }

    /// What the picture shows. If there are ``messages`` as well, this is used in their place.
    public var prompt: String?
    /// A conversation to take the prompt from.
    public var messages: [ChatMessage]
    /// A model or an alias; `nil` for the provider's default.
    public var model: String?
    /// How many pictures; 1 by default, up to 1,000. As many are made at a time as ``AsyncGeneratorProvider/concurrency`` or a
    /// ``ConcurrencyLimiter`` allows. A model that answers with a gallery makes this many galleries.
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
    /// How long one picture may take, from the first request to its result; `nil` leaves it to
    /// ``GenerationEnvironment/timeout``.
    public var timeout: Duration?
    /// The proxy for every request of this generation; `nil` leaves it to ``GenerationEnvironment/proxy``.
    public var proxy: HTTPProxy?
    /// Credentials for this request, in place of the environment's.
    public var credentials: GenerationCredentials?
    /// What happens when a setting cannot be honoured; `.warn` by default.
    public var unsupported = UnsupportedPolicy.warn

    private(set) var options = RequestOptions()

    /// Makes a request from a prompt.
    /// - Parameters:
    ///   - prompt: What the picture shows.
    ///   - model: A model or an alias; the provider's default where none is named.
    ///   - size: The size; the model's default where none is named.
    ///   - seed: The seed, not negative; a random one where none is named.
    ///   - steps: How many steps the model takes.
    ///   - guidance: How closely the picture follows the prompt.
    ///   - negativePrompt: What the picture should not show.
    ///   - inputImages: Pictures to start from.
    ///   - count: How many pictures, 1 to 1,000.
    ///   - timeout: How long one picture may take; the environment's time-out where none is named.
    public init(
        prompt: String, model: String? = nil, size: ImageSize? = nil, seed: Int? = nil, steps: Int? = nil,
        guidance: Double? = nil, negativePrompt: String? = nil, inputImages: [ImageInput] = [], count: Int = 1,
        timeout: Duration? = nil
    ) {
        self.init(
            messages: [], prompt: prompt, model: model, size: size, seed: seed, steps: steps, guidance: guidance,
            negativePrompt: negativePrompt, inputImages: inputImages, count: count, timeout: timeout)
    }

    /// Makes a request from a conversation.
    /// - Parameters:
    ///   - messages: The conversation. A picture is made from its last user messages.
    ///   - prompt: Wins over the messages.
    ///   - model: A model or an alias; the provider's default where none is named.
    ///   - size: The size; the model's default where none is named.
    ///   - seed: The seed, not negative; a random one where none is named.
    ///   - steps: How many steps the model takes.
    ///   - guidance: How closely the picture follows the prompt.
    ///   - negativePrompt: What the picture should not show.
    ///   - inputImages: Pictures to start from, beside those in the messages.
    ///   - count: How many pictures, 1 to 1,000.
    ///   - timeout: How long one picture may take; the environment's time-out where none is named.
    public init(
        messages: [ChatMessage], prompt: String? = nil, model: String? = nil, size: ImageSize? = nil,
        seed: Int? = nil, steps: Int? = nil, guidance: Double? = nil, negativePrompt: String? = nil,
        inputImages: [ImageInput] = [], count: Int = 1, timeout: Duration? = nil
    ) {
        self.messages = messages
        self.prompt = prompt
        self.model = model
        self.size = size
        self.seed = seed
        self.steps = steps
        self.guidance = guidance
        self.negativePrompt = negativePrompt
        self.inputImages = inputImages
        self.count = count
        self.timeout = timeout
    }

    /// The options for one provider; other providers do not see them.
    /// - Parameter provider: The provider's type.
    public subscript<P: AsyncGeneratorProvider>(options provider: P.Type) -> P.Options? {
        get { try? options.options(for: provider) }
        set { options.set(newValue, for: provider) }
    }

    /// The same request with the options of one provider.
    func with<P: AsyncGeneratorProvider>(_ options: P.Options?, for provider: P.Type) -> GenerationRequest {
        var request = self
        request[options: provider] = options
        return request
    }
}

extension GenerationRequest: Codable {
    // No credentials: they stay where they were given.
    private enum CodingKeys: String, CodingKey {
        case prompt, messages, model, count, size, seed, negativePrompt, guidance, steps, inputImages, timeout, proxy
        case unsupported, options
    }

    /// Reads a request; what is left out takes its default.
    /// - Parameter decoder: The decoder.
    /// - Throws: What the decoder throws.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func value<Value: Decodable>(_ key: CodingKeys) throws -> Value? {
            try container.decodeIfPresent(Value.self, forKey: key)
        }
        self.init(
            messages: try value(.messages) ?? [], prompt: try value(.prompt), model: try value(.model),
            size: try value(.size), seed: try value(.seed), steps: try value(.steps), guidance: try value(.guidance),
            negativePrompt: try value(.negativePrompt), inputImages: try value(.inputImages) ?? [],
            count: try value(.count) ?? 1, timeout: try value(.timeout))
        proxy = try value(.proxy)
        unsupported = try value(.unsupported) ?? .warn
        options = try value(.options) ?? RequestOptions()
    }
}
