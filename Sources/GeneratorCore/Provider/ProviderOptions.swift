/// Settings that only one provider has, beside the common ones of ``GenerationRequest``.
///
/// They are kept in the request under the provider's type, so a request can carry the options of several providers and
/// each finds its own. They are compared and encoded with it: leave out of their coding what belongs to one process.
public protocol ProviderOptions: Sendable, Equatable, Codable {
    /// The options with which the provider works when the caller gives none.
    init()

    /// What ``set(_:to:)`` knows: each option's name, and in a line what it is. `nil`, as by default, where only the service
    /// knows its options.
    static var known: KeyValuePairs<String, String>? { get }

    /// Sets an option by its name, as the command's `--option NAME=JSON` does.
    /// - Parameters:
    ///   - name: The option's name.
    ///   - value: Its value.
    /// - Throws: ``GenerationError`` (`invalidRequest`) that lists the names there are, or says what value is expected.
    mutating func set(_ name: String, to value: JSONValue) throws
}

extension ProviderOptions {
    /// `nil`: the options are not known before the service is asked.
    public static var known: KeyValuePairs<String, String>? { nil }

    /// The names of ``known``.
    package static var names: [String]? { known?.map(\.key) }

    /// Refuses every name: a provider that has options overrides this.
    /// - Parameters:
    ///   - name: The option's name.
    ///   - value: Its value.
    /// - Throws: ``GenerationError`` (`invalidRequest`), always.
    public mutating func set(_ name: String, to value: JSONValue) throws {
        throw GenerationError(unknownOption: name, among: Self.names ?? [])
    }
}

extension GenerationError {
    /// Refuses an option that is none of those that there are.
    package init(unknownOption name: String, among names: [String]) {
        // Each name is compared once.
        let nearest = names.map { ($0, $0.editDistance(to: name)) }.min { $0.1 < $1.1 }
        let hint = nearest.flatMap { $0.1 <= 2 ? " Did you mean \($0.0)?" : nil } ?? ""
        let all =
            names.isEmpty
            ? ": the provider has no options of its own."
            : ".\(hint) The options are: \(names.joined(separator: ", "))."
        self.init(.invalidRequest, "There is no option \(name.printable(limit: 60)) here\(all)")
    }
}

/// For providers without options of their own.
public struct NoProviderOptions: ProviderOptions {
    /// Empty: there are no options.
    public static let known: KeyValuePairs<String, String>? = [:]

    /// Makes the empty options.
    public init() {}
}
