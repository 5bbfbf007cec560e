/// Prodia's own settings. Each goes to the interfaces and job types that know it; elsewhere it yields a warning.
public struct ProdiaOptions: ProviderOptions, Hashable {
    /// The sampler, for example `DPM++ 2M Karras` (legacy, v1). The keyless interface knows six.
    public var sampler: String?
    /// A style such as `anime` or `photographic` (v1, v2).
    public var stylePreset: String?
    /// Whether the picture is made twice as large (legacy, v1).
    public var upscale: Bool?
    /// How far the result may go away from the input image, 0 to 1 (v1, and types of v2 that take an image).
    public var strength: Double?
    /// Up to three low-rank adaptations (v2, FLUX.1 [schnell]).
    public var loras: [String] = []
    /// Whether a JPEG is made a progressive one (v2).
    public var progressive: Bool?
    /// The format of the picture (v2); JPEG where none is asked for.
    public var format: ProdiaFormat?
    /// Whether v2 shall answer with nothing but the picture's bytes: without seed, price and job.
    public var rawBytes = false
    /// Further members of the job's `config` (v2) or of the request (v1), which win over everything else.
    public var config: [String: JSONValue] = [:]

    /// `sampler`, `stylePreset`, `upscale`, `strength`, `loras`, `progressive`, `format`, `rawBytes` and `config`.
    public static let known: KeyValuePairs<String, String>? = [
        "sampler": "the sampler, for example DPM++ 2M Karras (legacy, v1)",
        "stylePreset": "a style such as anime or photographic (v1, v2)",
        "upscale": "true for a picture twice as large (legacy, v1)",
        "strength": "how far the result may go away from the input picture, 0 to 1 (v1, v2)",
        "loras": "a list of up to three low-rank adaptations (v2, FLUX.1 [schnell])",
        "progressive": "true for a progressive JPEG (v2)",
        "format": "png, jpeg or webp (v2; jpeg where none is given)",
        "rawBytes": "true for the picture's bytes alone, without seed, price and job (v2)",
        "config": "an object of further members for the job's config (v2) or the request (v1)",
    ]

    /// Makes options in which nothing is chosen.
    public init() {}

    /// Makes options; what is left out is not chosen.
    /// - Parameters:
    ///   - sampler: The sampler (legacy, v1).
    ///   - stylePreset: A style (v1, v2).
    ///   - upscale: Whether the picture is made twice as large (legacy, v1).
    ///   - strength: How far the result may go away from the input image, 0 to 1.
    ///   - loras: Up to three low-rank adaptations (v2, FLUX.1 [schnell]).
    ///   - progressive: Whether a JPEG is made a progressive one (v2).
    ///   - format: The format of the picture (v2).
    ///   - rawBytes: Whether v2 shall answer with nothing but the picture's bytes.
    ///   - config: Further members of the job's `config` (v2) or of the request (v1).
    public init(
        sampler: String? = nil, stylePreset: String? = nil, upscale: Bool? = nil, strength: Double? = nil,
        loras: [String] = [], progressive: Bool? = nil, format: ProdiaFormat? = nil, rawBytes: Bool = false,
        config: [String: JSONValue] = [:]
    ) {
        self.sampler = sampler
        self.stylePreset = stylePreset
        self.upscale = upscale
        self.strength = strength
        self.loras = loras
        self.progressive = progressive
        self.format = format
        self.rawBytes = rawBytes
        self.config = config
    }

    /// Sets an option by its name: `sampler`, `stylePreset`, `upscale`, `strength`, `loras`, `progressive`, `format`,
    /// `rawBytes` or `config`.
    /// - Parameters:
    ///   - name: The option's name.
    ///   - value: Its value.
    /// - Throws: `GenerationError` (`invalidRequest`) that lists the names there are, or says what value is expected.
    public mutating func set(_ name: String, to value: JSONValue) throws {
        func take<Value>(_ found: Value?, _ kind: String) throws -> Value {
            guard let found else {
                throw GenerationError(.invalidRequest, "The option \(name.printable(limit: 60)) must be \(kind).")
            }
            return found
        }
        switch name {
        case "sampler": sampler = try take(value.string, "a text")
        case "stylePreset": stylePreset = try take(value.string, "a text")
        case "upscale": upscale = try take(value.bool, "true or false")
        case "strength":
            strength = try take(value.double.flatMap { (0...1).contains($0) ? $0 : nil }, "a number from 0 to 1")
        case "loras":
            let names = value.array?.compactMap(\.string)
            loras = try take(names.flatMap { $0.count == value.array?.count ? $0 : nil }, "a list of texts")
        case "progressive": progressive = try take(value.bool, "true or false")
        case "format":
            format = try take(value.string.flatMap { ProdiaFormat(rawValue: $0.lowercased()) }, "png, jpeg or webp")
        case "rawBytes": rawBytes = try take(value.bool, "true or false")
        case "config": config = try take(value.object, "an object")
        default: throw GenerationError(unknownOption: name, among: Self.names ?? [])
        }
    }

    /// The options that are chosen, by their names.
    var chosen: [String: JSONValue] {
        var chosen: [String: JSONValue] = [:]
        chosen["sampler"] = sampler.map(JSONValue.string)
        chosen["stylePreset"] = stylePreset.map(JSONValue.string)
        chosen["upscale"] = upscale.map(JSONValue.bool)
        chosen["strength"] = strength.map(JSONValue.init(plain:))
        chosen["loras"] = loras.isEmpty ? nil : .array(loras.map(JSONValue.string))
        chosen["progressive"] = progressive.map(JSONValue.bool)
        chosen["format"] = format.map { .string($0.rawValue) }
        chosen["rawBytes"] = rawBytes ? true : nil
        chosen["config"] = config.isEmpty ? nil : .object(config)
        return chosen
    }

    /// One warning for each chosen option that is not among `known`.
    func warnings(known: Set<String>) -> [GenerationWarning] {
        chosen.filter { !known.contains($0.key) }.sorted { $0.key < $1.key }.map { name, value in
            GenerationWarning(
                .unsupported, setting: name, requested: value,
                "The option \(name) is not known here.")
        }
    }
}

/// The formats in which Prodia hands out pictures.
public enum ProdiaFormat: String, Sendable, Hashable, Codable, CaseIterable {
    /// Portable Network Graphics.
    case png
    /// JPEG.
    case jpeg
    /// WebP.
    case webp

    /// The media type.
    var mediaType: String { "image/\(rawValue)" }
}
