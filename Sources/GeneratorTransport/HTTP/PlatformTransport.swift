/// Makes the transport that the package uses unless you choose another one.
///
/// On Apple's systems that is ``URLSessionTransport``. On Linux it is `CurlTransport`, which uses the same libcurl as
/// `URLSession` does there, but directly: the layer in between can be crashed by a server, and keeps a processor busy while
/// it waits. If libcurl cannot be loaded on Linux or is older than 7.68, it is ``URLSessionTransport`` as well, and the log
/// says why when the first request is sent.
public enum PlatformTransport {
    /// Makes the transport.
    /// - Returns: A transport that can be used on this machine.
    public static func make() -> any HTTPTransport { make(clock: GeneratorClock()) }

    /// Makes a transport that measures silence on a clock.
    package static func make(clock: GeneratorClock) -> any HTTPTransport {
        #if os(Linux)
            choose(without: CurlEngine.whyUnavailable(), clock: clock)
        #else
            URLSessionTransport(clock: clock)
        #endif
    }

    #if os(Linux)
        /// Decides by what is wrong with libcurl; `nil` where nothing is.
        package static func choose(
            without obstacle: TransportError?, clock: GeneratorClock = GeneratorClock()
        ) -> any HTTPTransport {
            guard let obstacle else { return CurlTransport(clock: clock) }
            return URLSessionTransport(
                clock: clock, notice: "URLSession sends in place of libcurl: \(obstacle.message)")
        }
    #endif
}
