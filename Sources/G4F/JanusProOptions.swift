public import GeneratorCore

/// The settings that only JanusPro has.
public struct JanusProOptions: ProviderOptions {
    /// For text: how many of the likely words are considered, 0 to 1; 0.95 by default.
    public var topP = 0.95
    /// For text: how freely words are chosen, 0 to 1; 0.1 by default.
    public var temperature = 0.1
    /// For pictures: how freely the picture is chosen, 0 to 1; 1 by default.
    public var imageTemperature = 1.0
    /// A conversation to go on with, or to begin; `nil` for a single question. It goes on at the Space that began it, and
    /// is not encoded with a request.
    public var conversation: JanusProConversation?

    private enum CodingKeys: String, CodingKey { case topP, temperature, imageTemperature }

    /// `imageTemperature`, `temperature` and `topP`.
    public static let known: KeyValuePairs<String, String>? = [
        "imageTemperature": "for pictures: how freely the picture is chosen, 0 to 1 (default 1)",
        "temperature": "for text: how freely words are chosen, 0 to 1 (default 0.1)",
        "topP": "for text: how many of the likely words are considered, 0 to 1 (default 0.95)",
    ]

    /// Makes the default options.
    public init() {}

    /// Sets an option by its name: `topP`, `temperature` or `imageTemperature`.
    /// - Parameters:
    ///   - name: The option's name.
    ///   - value: A number from 0 to 1.
    /// - Throws: `GenerationError` (`invalidRequest`).
    public mutating func set(_ name: String, to value: JSONValue) throws {
        let options: [String: WritableKeyPath<JanusProOptions, Double>] = [
            "topP": \.topP, "temperature": \.temperature, "imageTemperature": \.imageTemperature,
        ]
        guard let option = options[name] else {
            throw GenerationError(unknownOption: name, among: options.keys.sorted())
        }
        guard let number = value.double, (0...1).contains(number) else {
            throw GenerationError(.invalidRequest, "The option \(name) takes a number from 0 to 1.")
        }
        self[keyPath: option] = number
    }
}
