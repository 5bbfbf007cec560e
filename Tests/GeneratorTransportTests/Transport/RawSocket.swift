import Foundation

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// One of the system's sockets, which blocks, for servers that do what a `LoopbackServer` does not. A peer that has left
/// raises no signal, which would end the tests.
struct RawSocket: Sendable {
    let descriptor: Int32

    init() {
        #if canImport(Glibc)
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        configure()
    }

    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
        configure()
    }

    private func configure() {
        // A program that another test starts meanwhile would keep the connection open.
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        #if canImport(Darwin)
            set(SO_NOSIGPIPE, 1 as Int32)
        #endif
    }

    func set<Value>(_ option: Int32, _ value: Value) {
        withUnsafePointer(to: value) { value in
            _ = setsockopt(descriptor, SOL_SOCKET, option, value, socklen_t(MemoryLayout<Value>.size))
        }
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    /// Listens on 127.0.0.1, on a port that is free, which is returned.
    func startListening() throws -> UInt16 {
        var address = Self.loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, pointer, &length) == 0
            }
        }
        guard isListening else {
            release()
            throw POSIXError(.EADDRNOTAVAIL)
        }
        return UInt16(bigEndian: address.sin_port)
    }

    /// Waits for a client; `nil` where the socket was shut down.
    func nextClient() -> RawSocket? {
        let client = accept(descriptor, nil, nil)
        return client >= 0 ? RawSocket(client) : nil
    }

    /// Connects to a port of 127.0.0.1.
    func reach(_ port: UInt16) -> Bool {
        var address = Self.loopback(port)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    /// Waits for some bytes, or for as many as were asked for; none at the end.
    func receive(upTo count: Int, all: Bool = false) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, found in
            found = max(0, recv(descriptor, buffer.baseAddress, count, all ? Int32(MSG_WAITALL) : 0))
        }
    }

    /// Sends everything; `false` where nobody takes it.
    @discardableResult
    func transmit(_ bytes: [UInt8]) -> Bool {
        #if canImport(Darwin)
            let flags: Int32 = 0
        #else
            let flags = Int32(MSG_NOSIGNAL)
        #endif
        return send(descriptor, bytes, bytes.count, flags) == bytes.count
    }

    /// Ends the waits of whoever uses it.
    func shutDown() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// Gives it back to the system: the last that is done with it, by whoever used it last.
    func release() { close(descriptor) }
}
