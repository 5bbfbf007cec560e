/// The transport that everything in the package sends with unless another one is named: the platform's own best.
///
/// On Apple's systems that is ``URLSessionTransport``. On Linux it is `CurlTransport`: the same libcurl as underneath
/// `URLSession` there, without a layer in between that a server can crash and that uses a processor while it waits. Where
/// libcurl cannot be loaded or is older than 7.68 it is ``URLSessionTransport`` there too, and the log of the first pipeline
/// that sends with it says why.
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
