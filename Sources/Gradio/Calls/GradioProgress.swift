internal import GeneratorTransport

/// One bar of a Gradio app's progress; an app may show several, the outer ones first.
public struct GradioProgress: Sendable, Hashable {
    /// How much is done, in ``unit``.
    public private(set) var index: Double?
    /// How much there is to do.
    public private(set) var length: Double?
    /// What is counted.
    public internal(set) var unit: String?
    /// The part that is done, 0 to 1, where the app says it that way.
    public private(set) var fraction: Double?
    /// What is being done.
    public internal(set) var text: String?

    /// Whether anything is done.
    var hasBegun: Bool { (index ?? 0) > 0 || (fraction ?? 0) > 0 }

    init(_ json: JSONValue) {
        for (key, value) in json.object ?? [:] {
            var key = key
            key.withUTF8 { take(JSONKey(UnsafeRawBufferPointer($0)), value) }
        }
    }

    /// A bar that says nothing yet.
    init() {}

    /// Notes what the app says of a bar.
    mutating func take(_ key: JSONKey, _ value: JSONValue) {
        // An app may send any number; what is less than nothing says nothing.
        var amount: Double? { value.double.flatMap { $0 >= 0 ? $0 : nil } }
        switch key {
        case "index": index = amount
        case "length": length = amount
        case "unit": unit = value.string
        case "progress": fraction = amount.map { min($0, 1) }
        case "desc": text = value.string.map(\.printable)
        default: break
        }
    }
}

/// A line that a Gradio app shows while it works (`gr.Info`, `gr.Warning`, `gr.Success`).
public struct GradioLog: Sendable, Hashable {
    /// The words, without markup.
    public internal(set) var text: String
    /// `info`, `warning`, `success`, or what else a newer release sends.
    public let level: String

    init(level: String, _ text: String) {
        self.level = level
        self.text = text
    }

    init(_ json: JSONValue) {
        text = ServiceText(json["log"]?.string ?? "").message
        level = (json["level"]?.string ?? "info").printable(limit: 40)
    }
}
