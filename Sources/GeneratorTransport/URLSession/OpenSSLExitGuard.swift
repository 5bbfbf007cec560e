#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Android)
    internal import Android
#endif

/// Keeps OpenSSL from tearing itself down at exit while libcurl's threads still use it: without this, 1 process in 20
/// that leaves `main` with live TLS connections crashes. OpenSSL is already in the process (Foundation links libcurl),
/// and the call only counts before its first use. Does nothing where there is no OpenSSL.
func disarmOpenSSLExitHandlers() {
    #if os(Linux)
        let noExitHandler: UInt64 = 0x0008_0000  // OPENSSL_INIT_NO_ATEXIT
        guard let symbol = dlsym(nil, "OPENSSL_init_crypto") else { return }
        typealias Initialise = @convention(c) (UInt64, OpaquePointer?) -> Int32
        _ = unsafeBitCast(symbol, to: Initialise.self)(noExitHandler, nil)
    #endif
}
