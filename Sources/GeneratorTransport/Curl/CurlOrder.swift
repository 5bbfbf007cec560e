#if os(Linux)
    /// One request on its way to the thread.
    struct CurlOrder: Sendable {
        let number: UInt64
        let request: HTTPRequest
        let body: CurlBody?
        let transfer: HTTPTransfer
        let lease: CurlLease?

        /// How long the server may be silent.
        var patience: Duration { request.idleTimeout ?? CurlTransport.usualPatience }
    }
#endif
