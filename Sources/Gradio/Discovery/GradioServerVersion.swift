/// A Gradio release, as far as the protocol depends on it.
public struct GradioServerVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// As the server writes it, for example `5.23.3`.
    public let description: String
    private let numbers: [Int]

    /// Reads a version.
    /// - Parameter text: Numbers joined by dots; what follows them in a part, as in `6.0.0b1`, is not compared.
    public init(_ text: String) {
        description = text.printable(limit: 40)
        let parts = text.split(separator: ".").prefix(3).map { Int($0.prefix { $0.isASCII && $0.isNumber }) ?? 0 }
        numbers = parts + Array(repeating: 0, count: 3 - parts.count)
    }

    /// Whether one release is older than another.
    /// - Parameters:
    ///   - left: A release.
    ///   - right: Another release.
    /// - Returns: `true` where `left` is older.
    public static func < (left: GradioServerVersion, right: GradioServerVersion) -> Bool {
        left.numbers.lexicographicallyPrecedes(right.numbers)
    }

    /// Whether two releases are the same in all that is compared.
    /// - Parameters:
    ///   - left: A release.
    ///   - right: Another release.
    /// - Returns: `true` where neither is older.
    public static func == (left: GradioServerVersion, right: GradioServerVersion) -> Bool {
        left.numbers == right.numbers
    }

    /// Hashes what is compared.
    /// - Parameter hasher: The hasher.
    public func hash(into hasher: inout Hasher) { hasher.combine(numbers) }

    /// The first release with `/call/{name}`.
    static let call = GradioServerVersion("4.20.0")
    /// The first release that refuses a number outside the range of its slider.
    static let rangeCheck = GradioServerVersion("5.39.0")
    /// The first release that refuses what is no choice of its component.
    static let choiceCheck = GradioServerVersion("5.0.0")
    /// The first release with `/cancel`.
    static let cancel = GradioServerVersion("4.31.0")
}

/// The shorter name. Swift leaves whatever begins with a module's name and `Version` out of symbol graphs, and so out of the
/// documentation: that is how C headers name what a framework's version is.
public typealias GradioVersion = GradioServerVersion
