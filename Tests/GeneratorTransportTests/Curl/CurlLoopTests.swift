#if os(Linux)
    import CurlShim
    import TestPace
    import Testing

    @testable import GeneratorTransport

    #if canImport(Musl)
        import Musl
    #else
        import Glibc
    #endif

    /// The loop that serves all transfers, by itself.
    @Suite("libcurl's loop", .paced)
    struct CurlLoopTests {
        @Test("a wake that comes while messages are taken is left for the next sleep")
        func wakes() throws {
            try #require(CurlEngine.whyUnavailable() == nil)
            let wake = curlshim_wake_create()
            let shim = try #require(curlshim_loop_create(wake))
            let loop = CurlLoop(shim)
            func isAwake() -> Bool {
                var look = pollfd(fd: wake, events: Int16(POLLIN), revents: 0)
                return poll(&look, 1, 0) == 1
            }
            for comesLate in [false, true, false, true] {
                curlshim_wake(wake)
                curlshim_loop_sleep(shim, 30_000)
                _ = loop.turn {
                    // Somebody leaves a message just behind those that are taken here.
                    if comesLate { curlshim_wake(wake) }
                    return []
                }
                #expect(isAwake() == comesLate)
            }
        }

        /// A handle for requests to a host whose name is too long for any server to be asked for it.
        private func open(
            _ shim: OpaquePointer, _ url: String, _ error: UnsafeMutablePointer<CChar>
        ) throws -> UnsafeMutableRawPointer {
            var callbacks = curlshim_callbacks(
                write: { _, size, count, _ in size * count }, header: { _, size, count, _ in size * count },
                read: { _, _, _, _ in 0 }, seek: { _, _, _ in 0 })
            return try #require(url.withCString { curlshim_open(shim, $0, &callbacks, error) })
        }

        @Test("a handle whose request failed early is not used again with a buffer of another size than it believes")
        func buffers() throws {
            try #require(CurlEngine.whyUnavailable() == nil)
            let shim = try #require(curlshim_loop_create(curlshim_wake_create()))
            let url = "http://\(String(repeating: "a", count: 80)).invalid/"
            let error = UnsafeMutablePointer<CChar>.allocate(capacity: 256)
            error.initialize(repeating: 0, count: 256)
            defer { error.deallocate() }
            let easy = try open(shim, url, error)
            curlshim_set_user(easy, error)
            #expect(curlshim_set_number(easy, Int32(CURLSHIM_BUFFERSIZE.rawValue), 8 << 10) == 0)
            #expect(curlshim_set_number(easy, Int32(CURLSHIM_NOSIGNAL.rawValue), 1) == 0)
            #expect(url.withCString { curlshim_set_text(easy, Int32(CURLSHIM_URL.rawValue), $0) } == 0)
            #expect(curlshim_loop_add(shim, easy) == 0)
            var result: Int32 = 0
            while curlshim_loop_next_done(shim, &result) == nil {
                curlshim_loop_sleep(shim, curlshim_loop_rest(shim))
                curlshim_loop_serve(shim)
            }
            // The host was not found.
            #expect(result == 6)
            curlshim_loop_remove(shim, easy)
            url.withCString { curlshim_close(shim, easy, $0) }
            let next = try open(shim, url, error)
            #expect(curlshim_set_number(next, Int32(CURLSHIM_BUFFERSIZE.rawValue), 32 << 10) == 0)
            curlshim_close(shim, next, nil)
        }
    }
#endif
