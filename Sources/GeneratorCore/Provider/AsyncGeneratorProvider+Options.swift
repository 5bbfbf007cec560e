extension AsyncGeneratorProvider {
    /// Describes the work from a prompt, with options of the provider.
    /// - Parameters:
    ///   - model: A model or an alias; the provider's default where none is named.
    ///   - prompt: What the picture shows.
    ///   - size: The size; the model's default where none is named.
    ///   - seed: The seed, not negative; a random one where none is named. With several pictures the seeds count up.
    ///   - steps: How many steps the model takes, at least 1.
    ///   - guidance: How closely the picture follows the prompt; not negative.
    ///   - negativePrompt: What the picture should not show.
    ///   - inputImages: Pictures to start from.
    ///   - count: How many pictures, 1 to 1,000.
    ///   - options: The provider's own options; its defaults for `nil`.
    ///   - timeout: How long one picture may take; the environment's time-out where none is named.
    /// - Returns: The events, to be iterated once.
    public func createAsyncGenerator(
        model: String? = nil, prompt: String, size: ImageSize? = nil, seed: Int? = nil, steps: Int? = nil,
        guidance: Double? = nil, negativePrompt: String? = nil, inputImages: [ImageInput] = [], count: Int = 1,
        options: Options?, timeout: Duration? = nil
    ) -> GenerationStream {
        createAsyncGenerator(
            GenerationRequest(
                prompt: prompt, model: model, size: size, seed: seed, steps: steps, guidance: guidance,
                negativePrompt: negativePrompt, inputImages: inputImages, count: count, timeout: timeout
            ).with(options, for: Self.self))
    }

    /// Describes the work from a conversation, with options of the provider.
    /// - Parameters:
    ///   - model: A model or an alias; the provider's default where none is named.
    ///   - messages: The conversation. A picture is made from its last user messages.
    ///   - prompt: Wins over the messages.
    ///   - size: The size; the model's default where none is named.
    ///   - seed: The seed, not negative; a random one where none is named. With several pictures the seeds count up.
    ///   - steps: How many steps the model takes, at least 1.
    ///   - guidance: How closely the picture follows the prompt; not negative.
    ///   - negativePrompt: What the picture should not show.
    ///   - inputImages: Pictures to start from, beside those in the messages.
    ///   - count: How many pictures, 1 to 1,000.
    ///   - options: The provider's own options; its defaults for `nil`.
    ///   - timeout: How long one picture may take; the environment's time-out where none is named.
    /// - Returns: The events, to be iterated once.
    public func createAsyncGenerator(
        model: String? = nil, messages: [ChatMessage], prompt: String? = nil, size: ImageSize? = nil,
        seed: Int? = nil, steps: Int? = nil, guidance: Double? = nil, negativePrompt: String? = nil,
        inputImages: [ImageInput] = [], count: Int = 1, options: Options?, timeout: Duration? = nil
    ) -> GenerationStream {
        createAsyncGenerator(
            GenerationRequest(
                messages: messages, prompt: prompt, model: model, size: size, seed: seed, steps: steps,
                guidance: guidance, negativePrompt: negativePrompt, inputImages: inputImages, count: count,
                timeout: timeout
            ).with(options, for: Self.self))
    }

    /// Makes one picture and waits for it, with options of the provider. It says nothing of warnings, and neither does the form
    /// without options.
    /// - Parameters:
    ///   - prompt: What the picture shows.
    ///   - model: A model or an alias; the provider's default where none is named.
    ///   - size: The size; the model's default where none is named.
    ///   - seed: The seed, not negative; a random one where none is named.
    ///   - steps: How many steps the model takes, at least 1.
    ///   - guidance: How closely the picture follows the prompt; not negative.
    ///   - negativePrompt: What the picture should not show.
    ///   - inputImages: Pictures to start from.
    ///   - options: The provider's own options; its defaults for `nil`.
    ///   - timeout: How long one picture may take; the environment's time-out where none is named.
    /// - Returns: The picture.
    /// - Throws: ``GenerationError``; `CancellationError` when the task is cancelled.
    public func image(
        _ prompt: String, model: String? = nil, size: ImageSize? = nil, seed: Int? = nil, steps: Int? = nil,
        guidance: Double? = nil, negativePrompt: String? = nil, inputImages: [ImageInput] = [], options: Options?,
        timeout: Duration? = nil
    ) async throws -> GeneratedImage {
        try await firstImage(
            to: GenerationRequest(
                prompt: prompt, model: model, size: size, seed: seed, steps: steps, guidance: guidance,
                negativePrompt: negativePrompt, inputImages: inputImages, timeout: timeout
            ).with(options, for: Self.self))
    }

    /// Makes several pictures and waits for all of them, with options of the provider.
    /// - Parameters:
    ///   - prompt: What the picture shows.
    ///   - count: How many pictures, 1 to 1,000.
    ///   - model: A model or an alias; the provider's default where none is named.
    ///   - size: The size; the model's default where none is named.
    ///   - seed: The seed, not negative; a random one where none is named. With several pictures the seeds count up.
    ///   - steps: How many steps the model takes, at least 1.
    ///   - guidance: How closely the picture follows the prompt; not negative.
    ///   - negativePrompt: What the picture should not show.
    ///   - inputImages: Pictures to start from.
    ///   - options: The provider's own options; its defaults for `nil`.
    ///   - timeout: How long one picture may take; the environment's time-out where none is named.
    /// - Returns: The pictures in the order of their seeds. Where some fail, the failures are beside the others.
    /// - Throws: ``GenerationError``; `CancellationError` when the task is cancelled.
    public func images(
        _ prompt: String, count: Int, model: String? = nil, size: ImageSize? = nil, seed: Int? = nil,
        steps: Int? = nil, guidance: Double? = nil, negativePrompt: String? = nil, inputImages: [ImageInput] = [],
        options: Options?, timeout: Duration? = nil
    ) async throws -> ImageResponse {
        try await response(
            to: GenerationRequest(
                prompt: prompt, model: model, size: size, seed: seed, steps: steps, guidance: guidance,
                negativePrompt: negativePrompt, inputImages: inputImages, count: count, timeout: timeout
            ).with(options, for: Self.self))
    }
}
