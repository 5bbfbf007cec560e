#if os(Linux)
    /// One request on its way to the thread.
    struct CurlOrder: Sendable {
        let number: UInt64
        let request: HTTPRequest
        let body: CurlBody?
        let transfer: HTTPTransfer
        let lease: CurlLease?
    }
#endif
