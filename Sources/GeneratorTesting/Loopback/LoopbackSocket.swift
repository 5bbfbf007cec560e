#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#elseif canImport(Android)
    import Android
#else
    import Glibc
#endif

/// A non-blocking TCP socket descriptor on 127.0.0.1: the only place that calls the system.
///
/// It does not own the descriptor: whoever holds it decides when nobody can use it any more, then calls ``release()``.
struct LoopbackSocket: Sendable {
    enum Transfer {
        case moved(Int)
        case wouldBlock
        case ended
        case failed
    }

    let descriptor: Int32

    /// A listening socket and the port that it got.
    static func listening(on port: UInt16) throws -> (socket: LoopbackSocket, port: UInt16) {
        #if canImport(Glibc)
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        let listener = LoopbackSocket(descriptor: descriptor)
        guard descriptor >= 0 else { throw failure(port) }
        listener.configure()
        // A fixed port must be free again at once after a stop.
        listener.enable(SOL_SOCKET, SO_REUSEADDR)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, size) == 0 && listen(descriptor, SOMAXCONN) == 0
                    && getsockname(descriptor, pointer, &size) == 0
            }
        }
        guard isListening else {
            let error = failure(port)
            listener.release()
            throw error
        }
        return (listener, UInt16(bigEndian: address.sin_port))
    }

    private static func failure(_ port: UInt16) -> LoopbackServerError {
        LoopbackServerError(.cannotListen, "Port \(port) of 127.0.0.1: \(String(cString: strerror(errno))).")
    }

    enum Acceptance {
        case accepted(LoopbackSocket)
        case noneWaiting
        /// No descriptor or memory is left: connections wait in the backlog meanwhile.
        case exhausted
    }

    func acceptConnection() -> Acceptance {
        while true {
            let descriptor = accept(self.descriptor, nil, nil)
            if descriptor >= 0 {
                let socket = LoopbackSocket(descriptor: descriptor)
                socket.configure()
                // Otherwise a small chunk would wait for the acknowledgement of the one before.
                socket.enable(Int32(IPPROTO_TCP), TCP_NODELAY)
                return .accepted(socket)
            }
            switch errno {
            case EINTR, ECONNABORTED: continue
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
            default: return .noneWaiting
            }
        }
    }

    func receive(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return .moved(count) }
            if count == 0 { return .ended }
            if errno == EINTR { continue }
            return errno == EAGAIN || errno == EWOULDBLOCK ? .wouldBlock : .failed
        }
    }

    func transmit(_ bytes: UnsafeRawBufferPointer) -> Transfer {
        #if canImport(Darwin)
            let flags: Int32 = 0
        #else
            let flags = Int32(MSG_NOSIGNAL)
        #endif
        while true {
            let count = send(descriptor, bytes.baseAddress, bytes.count, flags)
            if count >= 0 { return .moved(count) }
            if errno == EINTR { continue }
            return errno == EAGAIN || errno == EWOULDBLOCK ? .wouldBlock : .failed
        }
    }

    /// Sends FIN behind what the kernel already took; this side can still read.
    func finishWriting() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Sends FIN, or stops listening, at once.
    func finish() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Makes ``release()`` send RST.
    func prepareReset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
    }

    func release() {
        close(descriptor)
    }

    private func configure() {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        #if canImport(Darwin)
            enable(SOL_SOCKET, SO_NOSIGPIPE)
        #endif
    }

    private func enable(_ level: Int32, _ option: Int32) {
        var on: Int32 = 1
        setsockopt(descriptor, level, option, &on, socklen_t(MemoryLayout.size(ofValue: on)))
    }
}
