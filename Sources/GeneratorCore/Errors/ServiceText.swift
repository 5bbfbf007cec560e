public import Foundation

/// What a service says about a failure, as a short text without markup that can be shown to people.
public struct ServiceText: Sendable, Hashable {
    /// The words.
    public let message: String
    /// The waiting time in the words: `Try again in 1:02:03`.
    public let retryAfter: Duration?

    /// Makes a text of words that were already found.
    /// - Parameter text: The words; markup loses its tags and keeps its words, a traceback and what follows is cut off,
    ///   control characters become spaces. That may leave none.
    public init(_ text: String) {
        // No more is ever shown, and a search through megabytes is work that nobody can stop.
        let text = String(text.unicodeScalars.prefix(4096))
        // A page is markup, and a traceback tells a stranger more about the server's disk than about the failure.
        let isPage = ["<!doctype html", "<html"].contains { text.range(of: $0, options: .caseInsensitive) != nil }
        // It is looked for in what would be shown, so that no markup and nothing invisible hides it.
        let shown = text.withoutMarkup.printable(limit: 4096)
        let end = shown.range(of: "Traceback (most recent call last)")?.lowerBound ?? shown.endIndex
        let words = String(shown[..<end]).printable
        message = isPage ? "HTML content" : words
        retryAfter = Self.waitingTime(in: text)
    }

    /// Finds the words in an answer's body.
    /// - Parameter body: JSON with `error`, `message` or `detail`, a text, or an HTML page.
    public init(body: Data) {
        // In a cancelled task these are other words of an error that nobody hears of any more.
        if let value = try? JSONValue(parsing: body), let text = Self.text(in: value) {
            self.init(text)
            if message.isEmpty { self = ServiceText("no words") }
            return
        }
        let start = body.prefix(4096)
        let text = String(decoding: start, as: UTF8.self).trimmingWhitespace()
        switch text.first {
        // No text holds a NUL.
        case _ where start.contains(0): self.init("content that is no text")
        case nil: self.init("no content")
        case "<": self.init("HTML content")
        default:
            self.init(text)
            if message.isEmpty { self = ServiceText("no words") }
        }
    }

    private static func text(in value: JSONValue) -> String? {
        switch value {
        case .string(let text): return text
        case .array(let values): return values.first.flatMap(text(in:))
        case .object(let members):
            for key in ["error", "message", "detail", "msg"] {
                if let found = members[key].flatMap(text(in:)), !found.isEmpty { return found }
            }
            return nil
        default: return nil
        }
    }

    /// Whether the words say that an allowance of GPU time is used up.
    public var isQuota: Bool {
        let text = message.lowercased()
        return text.contains("quota") && text.contains("exceeded")
    }

    /// Whether the words say that the content was refused.
    ///
    /// A wrong answer is worse than none, so it takes a subject and a verdict in the same sentence, and nothing that says that
    /// the check itself failed: `NSFW content detected` is a refusal, `The safety checker could not be loaded` is none.
    public var isContentRefusal: Bool {
        message.lowercased().split { ".!?;\n".contains($0) }.contains { sentence in
            func says(_ phrases: [String]) -> Bool { phrases.contains { sentence.contains($0) } }
            return says(Self.contentSubjects) && says(Self.contentVerdicts) && !says(Self.contentTroubles)
                || says(["content moderated", "request moderated", "moderation_blocked", "content_policy_violation"])
        }
    }

    private static let contentSubjects = [
        "nsfw", "not safe for work", "explicit content", "sexual content", "unsafe content", "harmful content",
        "inappropriate content", "content policy", "content policies", "content filter", "safety filter",
        "safety checker", "safety system", "safety policy", "moderation", "flagged as",
    ]

    private static let contentVerdicts = [
        "detected", "flagged", "blocked", "rejected", "refused", "not allowed", "not permitted", "disallowed",
        "prohibited", "violates", "violated", "violation", "was filtered", "were filtered",
    ]

    private static let contentTroubles = [
        "fail", "could not", "couldn't", "cannot", "can't", "unable", "unavailable", "not found", "not installed",
        "no module", "timed out", "time-out", "timeout", "not detected", "no nsfw", "disable",
    ]

    private static func waitingTime(in text: String) -> Duration? {
        guard let range = text.range(of: "try again in ", options: .caseInsensitive) else { return nil }
        let clock = text[range.upperBound...].prefix { $0.isNumber || $0 == ":" }
        let parts = clock.split(separator: ":").map { Int($0) }
        guard (2...3).contains(parts.count) else { return nil }
        var seconds = 0
        for part in parts {
            guard let part, (0...100_000).contains(part) else { return nil }
            seconds = seconds * 60 + part
        }
        return .seconds(seconds)
    }
}
