/// How much of a share of GPU time is left, read from what the service says: `60s requested vs. 12s left`.
public struct GenerationQuota: Sendable, Hashable, Codable {
    /// The time that the call would have needed.
    public var requested: Duration?
    /// The time that is left.
    public var left: Duration?

    /// Reads the seconds from what a service says.
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
