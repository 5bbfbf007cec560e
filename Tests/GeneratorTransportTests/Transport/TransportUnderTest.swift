import GeneratorTransport
import Testing

/// A transport that has to keep the contract of `HTTPTransport`, and what it can do beyond it.
///
/// Another transport is one more line in ``all``.
struct TransportUnderTest: Sendable, CustomTestStringConvertible {
    let name: String
    private let makeWith: @Sendable (GeneratorClock) -> any HTTPTransport
    /// Slows the server down when nobody reads; without it, a full buffer ends the body.
    var hasBackPressure = false
    /// The schemes of the proxies that it can use.
    var proxySchemes = ["http", "https", "socks5", "socks5h"]
    /// Survives a server that closes in mid head. Foundation on Linux ends the process there, before any of our code
    /// hears of it.
    var survivesHalfHeads = true
    /// Does not send a follow a second time when the create's connection dies under it. Foundation on Linux leaves that to
    /// libcurl, which does.
    var followsOnce = true

    var testDescription: String { name }

    /// A transport; `clock` is what it measures silence on.
    func make(clock: GeneratorClock = GeneratorClock()) -> any HTTPTransport { makeWith(clock) }

    #if os(Linux)
        static let all: [TransportUnderTest] = [urlSession, curl]

        private static var curl: TransportUnderTest {
            TransportUnderTest(
                name: "curl", makeWith: { CurlTransport(clock: $0) }, hasBackPressure: true)
        }
    #else
        static let all: [TransportUnderTest] = [urlSession]
    #endif

    private static var urlSession: TransportUnderTest {
        var subject = TransportUnderTest(name: "URLSession", makeWith: { URLSessionTransport(clock: $0) })
        #if canImport(Darwin)
            subject.proxySchemes = ["http", "socks5", "socks5h"]
        #else
            subject.survivesHalfHeads = false
            subject.followsOnce = false
        #endif
        return subject
    }
}

/// What every transport has to do. One test at a time, because what is asked is how one transfer ends, not how many a
/// busy machine can run at once.
@Suite("Transport", .serialized)
enum TransportContract {}
