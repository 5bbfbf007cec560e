/// What a parameter of an endpoint means.
public enum GradioSetting: Sendable, Hashable {
    /// What the picture shows.
    case prompt
    /// What it should not show.
    case negativePrompt
    /// The tick that turns the negative prompt on.
    case usesNegativePrompt
    /// The seed, as a number or as a text.
    case seed
    /// The tick that lets the app draw a seed of its own.
    case randomizeSeed
    /// The width in pixels.
    case width
    /// The height in pixels.
    case height
    /// A choice of shapes, such as `16:9`.
    case aspectRatio
    /// A choice of sizes, such as `1024x768`.
    case resolution
    /// The number of steps.
    case steps
    /// The guidance scale.
    case guidance
    /// One input picture; where several parameters mean one, they take the pictures in order.
    case inputImage
    /// All input pictures, as a gallery.
    case inputImages
    /// The picture to be edited, with the mask that lies on it; or the mask alone, where the component is a picture.
    case mask
    /// How many pictures one call makes.
    case count
    /// A choice of models.
    case model
    /// None of the common settings. The app's default is sent, unless ``GradioOptions`` have a value for the parameter.
    case option
    /// Always this value.
    case value(JSONValue)

    /// Whether it is one of the common settings.
    var isCommon: Bool {
        switch self {
        case .option, .value: false
        default: true
        }
    }

    /// Whether it wants a picture of the request.
    var isPicture: Bool { [.inputImage, .inputImages, .mask].contains(self) }
}

/// Says which parameter of an endpoint is the prompt, the seed and so on. Parameters are named by the names in the
/// app's Python function, or by their labels in its page.
///
/// ```swift
/// let mapping: GradioMapping = ["text": .prompt, "luck": .seed, "mood": .value("calm")]
/// ```
///
/// Parameters that are not named are mapped by rule. Where an app does not tell its names, and takes as many arguments as the
/// mapping has entries, the order of the entries counts.
public struct GradioMapping: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// A parameter and its meaning.
    struct Entry: Sendable, Hashable {
        let name: String
        let setting: GradioSetting
    }

    let entries: [Entry]

    /// Makes a mapping in the order of the arguments.
    /// - Parameter elements: Names or labels of parameters, and what they mean.
    public init(dictionaryLiteral elements: (String, GradioSetting)...) {
        entries = elements.map { Entry(name: $0.0, setting: $0.1) }
    }

    /// Makes a mapping without an order.
    /// - Parameter settings: Names or labels of parameters, and what they mean.
    public init(_ settings: [String: GradioSetting]) {
        entries = settings.sorted { $0.key < $1.key }.map { Entry(name: $0.key, setting: $0.value) }
    }

    /// What it says of a parameter; `nil` where it does not name it.
    func setting(of parameter: GradioParameter) -> GradioSetting? {
        entries.first { parameter.isCalled($0.name) }?.setting
    }
}

extension GradioParameter {
    /// Whether this is its name or its label, as people write them.
    func isCalled(_ text: String) -> Bool {
        let text = text.lowercased()
        return name?.lowercased() == text || (!label.isEmpty && label.lowercased() == text)
    }

    /// What it is called in messages.
    var title: String {
        let title = (name ?? label).printable(limit: 60)
        return title.isEmpty ? "without a name" : title
    }
}
