/// How much of an allowance a service says is left, as far as its words tell it: `60s requested vs. 12s left`.
public struct GenerationQuota: Sendable, Hashable, Codable {
    /// The time that the call would have needed.
    public var requested: Duration?
    /// The time that is left.
    public var left: Duration?

    /// Finds the seconds in a service's words.
    /// - Parameter words: The words; `nil` where they hold neither.
    public init?(in words: String) {
        requested = Self.seconds(before: "requested", in: words)
        left = Self.seconds(before: "left", in: words)
        if requested == nil, left == nil { return nil }
    }

    private static func seconds(before word: String, in text: String) -> Duration? {
        let parts = text.lowercased().split { !$0.isLetter && !$0.isNumber }
        for (number, next) in zip(parts, parts.dropFirst()) where next == word && number.last == "s" {
            if let seconds = Int(number.dropLast()), (0...10_000_000).contains(seconds) { return .seconds(seconds) }
        }
        return nil
    }
}
