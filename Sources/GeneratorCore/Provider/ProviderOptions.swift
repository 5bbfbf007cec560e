/// Settings that only one provider has, beside the common ones of ``GenerationRequest``.
///
/// They are kept in the request under the provider's type, so a request can carry the options of several providers and
/// each finds its own. They are compared and encoded with it: leave out of their coding what belongs to one process.
public protocol ProviderOptions: Sendable, Equatable, Codable {
    /// The options with which the provider works when the caller gives none.
    init()

    /// Sets an option by its name, as the command's `--option NAME=JSON` does.
    /// - Parameters:
    ///   - name: The option's name.
    ///   - value: Its value.
    /// - Throws: ``GenerationError`` (`invalidRequest`) that lists the names there are, or says what value is expected.
    mutating func set(_ name: String, to value: JSONValue) throws
}

extension ProviderOptions {
    /// Refuses every name: a provider that has options overrides this.
    /// - Parameters:
    ///   - name: The option's name.
    ///   - value: Its value.
    /// - Throws: ``GenerationError`` (`invalidRequest`), always.
    public mutating func set(_ name: String, to value: JSONValue) throws {
        throw GenerationError(.invalidRequest, "There is no option \(name.printable(limit: 60)) here.")
    }
}

/// For providers without options of their own.
public struct NoProviderOptions: ProviderOptions {
    /// Makes the empty options.
    public init() {}
}
