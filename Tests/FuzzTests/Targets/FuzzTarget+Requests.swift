import Foundation

@testable import GeneratorTransport

#if canImport(Glibc)
    import Glibc
#endif

extension FuzzTarget {
    static let requests = [address, redirect, retryAfter, proxy]

    static let address = FuzzTarget(
        "address",
        seeds: {
            [
                "127.0.0.1", "0x7f.1", "017700000001", "2130706433", "[::1]", "[::ffff:169.254.169.254]", "LOCALHOST.",
                "example.com", "1.2.3.4:99", "a@10.0.0.1", "[fe80::1%25eth0]", "８.8.8.8", "127。0。0。1",
            ]
        },
        words: ["0x", "0", ".", ":", "[", "]", "::", "%", "@", "127", "169.254", "ffff", "localhost", "/", "。"]
    ) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        guard let url = URL(string: "http://\(text)/"), let origin = HTTPOrigin(url) else { return }
        // Whatever a name leads to here is public: what is refused is refused for the literal.
        let policy = AddressPolicy(configured: URL(string: "https://example.com").flatMap { HTTPOrigin($0) }) { _ in
            [[8, 8, 8, 8]]
        }
        guard (try? await policy.check(url)) != nil else { return }
        // What the system would connect to, should it read a number where the policy read a name.
        let host = url.host ?? ""
        for spelling in [host, origin.host, host.trimmingCharacters(in: ["[", "]"])] {
            guard let address = systemAddress(spelling) else { continue }
            let kind = AddressClassifier.kind(of: address)
            try demand(kind == .public, "\(spelling) is \(address), which is \(kind), and passed")
        }
        if let again = URL(string: origin.description).flatMap({ HTTPOrigin($0) }) {
            try demand(again == origin, "\(origin) became \(again)")
        }
    }

    /// What the C library makes of a number, without asking anybody.
    private static func systemAddress(_ host: String) -> [UInt8]? {
        var hints = addrinfo(), found: UnsafeMutablePointer<addrinfo>?
        hints.ai_flags = AI_NUMERICHOST
        guard getaddrinfo(host, nil, &hints, &found) == 0, let first = found else { return nil }
        defer { freeaddrinfo(first) }
        guard let address = first.pointee.ai_addr else { return nil }
        return UnsafeRawBufferPointer(start: address, count: Int(first.pointee.ai_addrlen)).withMemoryRebound(
            to: UInt8.self
        ) { bytes in first.pointee.ai_family == AF_INET ? Array(bytes[4..<8]) : Array(bytes[8..<24]) }
    }

    static let redirect = FuzzTarget(
        "redirect",
        seeds: {
            [
                "302\n/next", "307\nhttps://example.com/x", "301\n//other.example/", "303\nhttps://user@evil.example/",
                "308\nfile:///etc/passwd", "302\nhttps://example.com:443/", "302\nhttps://EXAMPLE.com\\@evil.example/",
            ]
        },
        words: ["https://", "example.com", "//", "@", "\\", "?", "#", ":", "%2f", "302\n", "307\n"]
    ) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        let parts = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let url = URL(string: "https://example.com/base"), let status = Int(parts[0]) else { return }
        var request = HTTPRequest(
            url: url, method: "GET", headers: ["Authorization": "Bearer secret", "Cookie": "a=b"])
        if text.utf8.count % 2 == 0 { (request.method, request.body) = ("POST", Data("secret".utf8)) }
        let headers: HTTPHeaders = ["Location": parts.count > 1 ? parts[1] : ""]
        let response = HTTPResponse(status: status, headers: headers, url: url, body: HTTPBody(Data()))
        guard let next = try? request.redirected(by: response) else { return }
        guard HTTPOrigin(next.url) != HTTPOrigin(url) else { return }
        try demand(
            next.headers["Authorization"] == nil && next.headers["Cookie"] == nil, "credentials go to \(next.url)")
        try demand(!next.hasBody, "the body goes to \(next.url)")
        try demand(HTTPOrigin(next.url)?.scheme == "https", "the request goes on to \(next.url)")
    }

    static let retryAfter = FuzzTarget(
        "retry-after",
        seeds: {
            [
                "1", "120", "0.5", "Wed, 21 Oct 2015 07:28:00 GMT", "Wednesday, 21-Oct-15 07:28:00 GMT",
                "Wed Oct 21 07:28:00 2015", "99999999999999999999", "-1", "1e9", "Fri, 31 Dec 9999 23:59:59 GMT",
            ]
        },
        words: ["GMT", "Oct", "Wed, ", "9999", ":", "-", "."]
    ) { bytes in
        let headers: HTTPHeaders = ["retry-after": String(decoding: bytes, as: UTF8.self)]
        guard let wait = headers.retryAfter(now: Date(timeIntervalSince1970: 1_445_412_480)) else { return }
        try demand(wait >= .zero, "a wait of \(wait)")
        // What comes out is slept through, added to the clock, and printed.
        _ = wait + .seconds(1e9)
        _ = Int64(wait.seconds.rounded(.up))
    }

    static let proxy = FuzzTarget(
        "proxy", seeds: { ["http://127.0.0.1:8080", "socks5h://u:p@proxy.example:1080", "https://[::1]:3128"] },
        words: ["http://", "socks5://", "@", ":", "[::1]", "99999"]
    ) { bytes in
        guard let url = URL(string: String(decoding: bytes, as: UTF8.self)), let proxy = try? HTTPProxy(url) else {
            return
        }
        let parts = URLComponents(url: proxy.url, resolvingAgainstBaseURL: false)
        try demand(parts?.user == nil && parts?.password == nil, "the URL keeps its credentials")
    }
}
