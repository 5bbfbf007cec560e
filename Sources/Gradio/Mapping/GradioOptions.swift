public import GeneratorCore

/// Values for parameters of an app that no common setting means, by the names in its Python function or by its labels.
public struct GradioOptions: ProviderOptions, Hashable {
    /// The values. Where a component wants a file, a text is a path on this machine, a URL or a `data:` URL.
    public var values: [String: JSONValue]
    /// What of the first input picture to change, for an app with an editor: a picture of the same size, painted where the
    /// picture is to change and transparent elsewhere.
    public var mask: ImageInput?

    /// Makes options without a value.
    public init() { values = [:] }

    /// Makes options.
    /// - Parameters:
    ///   - values: The values by the names or labels of their parameters.
    ///   - mask: What of the first input picture to change.
    public init(_ values: [String: JSONValue], mask: ImageInput? = nil) {
        self.values = values
        self.mask = mask
    }

    /// Sets the value of a parameter. Whether the app has it is known when the app was asked; then an unknown name is refused
    /// before anything is submitted.
    /// - Parameters:
    ///   - name: The parameter's name or label.
    ///   - value: Its value.
    public mutating func set(_ name: String, to value: JSONValue) { values[name] = value }
}
