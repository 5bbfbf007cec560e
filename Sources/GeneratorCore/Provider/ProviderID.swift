/// The short name of a provider, as it is written on the command line, for example `flux1-schnell`.
public struct ProviderID: RawRepresentable, Sendable, Hashable, Codable, ExpressibleByStringLiteral,
    CustomStringConvertible
{
    /// The name.
    public let rawValue: String

    /// Makes an identifier.
    /// - Parameter rawValue: The name: lower case, words joined by hyphens.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Makes an identifier from a literal.
    /// - Parameter value: The name.
    public init(stringLiteral value: String) { rawValue = value }

    /// The name.
    public var description: String { rawValue }
}
