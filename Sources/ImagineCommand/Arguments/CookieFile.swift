internal import Foundation
internal import ImageGenerators

/// Cookies as browsers and their extensions export them: Netscape's `cookies.txt`, a JSON list, or a header's own line.
struct CookieFile: Sendable {
    private struct Cookie {
        let name: String
        let value: String
        /// `nil` where the file does not say: a person took it from the Hub's own page.
        let domain: String?
    }

    private let cookies: [Cookie]

    init(_ text: String) {
        let found: [Cookie]
        if let list = (try? JSONValue(parsing: Data(text.utf8)))?.array {
            found = list.compactMap { item in
                guard let name = item["name"]?.string, let value = item["value"]?.string,
                    let domain = item["domain"]?.string
                else { return nil }
                return Cookie(name: name, value: value, domain: domain)
            }
        } else {
            let lines = text.split(whereSeparator: \.isNewline).map(String.init)
            let exported = lines.compactMap(Self.netscape)
            found = exported.isEmpty && lines.count == 1 ? Self.header(lines[0]) : exported
        }
        // What could end a cookie, or the header, is none.
        cookies = found.filter { cookie in
            !cookie.name.isEmpty && !cookie.name.contains { $0 == "=" || $0 == " " }
                && (cookie.name + cookie.value).utf8.allSatisfy {
                    (0x20...0x7E).contains($0) && $0 != UInt8(ascii: ";")
                }
        }
    }

    /// The cookies for a Hub as the value of one header.
    /// - Throws: `invalidRequest` where there is none.
    func header(for hub: URL) throws -> Secret {
        let host = HTTPOrigin(hub)?.host ?? ""
        let fitting = cookies.filter { cookie in
            guard let domain = cookie.domain?.lowercased().drop(while: { $0 == "." }) else { return true }
            return host == domain || !domain.isEmpty && host.hasSuffix("." + domain)
        }
        guard !fitting.isEmpty else {
            throw GenerationError(
                .invalidRequest,
                "The cookie file holds no cookie for \(host.printable(limit: 100)). "
                    + "It may be a cookies.txt, a JSON list of an extension, or one line name=value; name2=value2.")
        }
        return Secret(fitting.map { "\($0.name)=\($0.value)" }.joined(separator: "; "))
    }

    /// A line of `cookies.txt`: domain, subdomains, path, secure, expiry, name and value, between tabs.
    private static func netscape(_ line: String) -> Cookie? {
        let prefix = "#HttpOnly_"
        let fields = (line.hasPrefix(prefix) ? line.dropFirst(prefix.count) : line[...])
            .split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 7, !fields[0].hasPrefix("#") else { return nil }
        return Cookie(name: fields[5], value: fields[6].trimmingWhitespace(), domain: fields[0])
    }

    private static func header(_ line: String) -> [Cookie] {
        line.split(separator: ";").compactMap { part in
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard pair.count == 2 else { return nil }
            return Cookie(name: pair[0].trimmingWhitespace(), value: pair[1].trimmingWhitespace(), domain: nil)
        }
    }
}
