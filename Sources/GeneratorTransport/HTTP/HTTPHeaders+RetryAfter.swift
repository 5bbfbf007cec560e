public import Foundation

extension HTTPHeaders {
    /// How long the server asks to wait: `Retry-After` in seconds (fractions are accepted) or as an HTTP date.
    /// - Parameter now: The present, for a date.
    /// - Returns: The wait, not below zero; `nil` where the field is missing or makes no sense.
    public func retryAfter(now: Date = Date()) -> Duration? {
        guard let text = self["Retry-After"]?.trimmingWhitespace(), !text.isEmpty else { return nil }
        // Digits and a point only: `Double` alone reads signs, exponents, hexadecimal numbers and "infinity" as well.
        if text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }), let seconds = Double(text) {
            return .seconds(Swift.min(seconds, 1e9))
        }
        guard let date = Self.httpDate(text) else { return nil }
        // Nobody waits for longer than 30 years, and not every number of seconds fits into a duration.
        return .seconds(Swift.min(Swift.max(0, date.timeIntervalSince(now)), 1e9))
    }

    /// Reads the three date formats of RFC 9110, section 5.6.7.
    private static func httpDate(_ text: String) -> Date? {
        let formats = ["EEE, dd MMM yyyy HH:mm:ss zzz", "EEEE, dd-MMM-yy HH:mm:ss zzz", "EEE MMM d HH:mm:ss yyyy"]
        for format in formats {
            let formatter = DateFormatter()
            formatter.locale = Locale(identifier: "en_US_POSIX")
            formatter.timeZone = TimeZone(identifier: "GMT")
            formatter.dateFormat = format
            if let date = formatter.date(from: text) { return date }
        }
        return nil
    }
}
