import Dispatch
import Foundation
import GeneratorTransport

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A proxy on 127.0.0.1 that carries bytes: SOCKS5, or HTTP with CONNECT. Wherever a client wants to go, it leads to one
/// port of this machine, so that names can be asked for that only a proxy could know.
final class TunnelServer: Sendable {
    let port: UInt16
    private let listener: Int32
    private let destination: UInt16
    private let credentials: String?
    private let seen = Locked<[String]>([])

    /// What clients asked for: `SOCKS host:port`, or the head of a CONNECT.
    var requests: [String] { seen.withLock { $0 } }

    /// - Parameters:
    ///   - destination: The port that everything is carried to.
    ///   - credentials: `name:password` that a client has to know.
    /// - Throws: `POSIXError` where no port is free.
    init(to destination: UInt16, credentials: String? = nil) throws {
        self.destination = destination
        self.credentials = credentials
        listener = Self.makeSocket()
        var address = Self.loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, pointer, &length) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard isListening else { throw POSIXError(.EADDRNOTAVAIL) }
        let (seen, queue) = (seen, DispatchQueue(label: "TunnelServer", attributes: .concurrent))
        queue.async {
            while true {
                let peer = Self.closedInOthers(accept(listener, nil, nil))
                guard peer >= 0 else { break }
                queue.async { Connection(peer, destination, credentials, seen).serve() }
            }
            close(listener)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    private static func makeSocket() -> Int32 {
        #if canImport(Glibc)
            closedInOthers(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        #else
            closedInOthers(socket(AF_INET, SOCK_STREAM, 0))
        #endif
    }

    /// A program that another test starts meanwhile would keep the connection open.
    private static func closedInOthers(_ descriptor: Int32) -> Int32 {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private struct Connection {
        let peer: Int32
        let destination: UInt16
        let credentials: String?
        let seen: Locked<[String]>

        init(_ peer: Int32, _ destination: UInt16, _ credentials: String?, _ seen: Locked<[String]>) {
            self.peer = peer
            self.destination = destination
            self.credentials = credentials
            self.seen = seen
        }

        func serve() {
            defer { close(peer) }
            guard let first = read(1)?.first else { return }
            let isWelcome = first == 5 ? greetSOCKS() : greetHTTP(first)
            guard isWelcome else { return }
            let target = TunnelServer.makeSocket()
            defer { close(target) }
            var address = TunnelServer.loopback(destination)
            let isConnected = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(target, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            guard isConnected else { return }
            write(first == 5 ? [5, 0, 0, 1, 127, 0, 0, 1, 0, 0] : Array("HTTP/1.1 200 Connected\r\n\r\n".utf8))
            carry(between: peer, and: target)
        }

        private func greetSOCKS() -> Bool {
            guard let count = read(1)?.first, let methods = read(Int(count)) else { return false }
            let wanted: UInt8 = credentials == nil ? 0 : 2
            guard methods.contains(wanted) else {
                write([5, 0xFF])
                return false
            }
            write([5, wanted])
            if let credentials {
                guard let head = read(2), let name = read(Int(head[1])), let size = read(1)?.first,
                    let password = read(Int(size))
                else { return false }
                let isRight = String(decoding: name + [0x3A] + password, as: UTF8.self) == credentials
                write([1, isRight ? 0 : 1])
                guard isRight else { return false }
            }
            guard let head = read(4) else { return false }
            var host = ""
            if head[3] == 3 {
                guard let size = read(1)?.first, let name = read(Int(size)) else { return false }
                host = String(decoding: name, as: UTF8.self)
            } else {
                guard let bytes = read(head[3] == 1 ? 4 : 16) else { return false }
                host = head[3] == 1 ? bytes.map(String.init).joined(separator: ".") : "IPv6"
            }
            guard let port = read(2) else { return false }
            note("SOCKS \(host):\(Int(port[0]) << 8 | Int(port[1]))")
            return true
        }

        private func greetHTTP(_ first: UInt8) -> Bool {
            var head = [first]
            while !head.suffix(4).elementsEqual(Array("\r\n\r\n".utf8)) {
                guard let byte = read(1) else { return false }
                head += byte
            }
            let text = String(decoding: head, as: UTF8.self)
            note(text)
            let token = credentials.map { Data($0.utf8).base64EncodedString() }
            if let token, !text.contains("Proxy-Authorization: Basic \(token)\r\n") {
                write(Array("HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n".utf8))
                return false
            }
            return text.hasPrefix("CONNECT ")
        }

        private func note(_ text: String) { seen.withLock { $0.append(text) } }

        private func read(_ count: Int) -> [UInt8]? {
            var bytes = [UInt8](repeating: 0, count: count)
            guard count == 0 || recv(peer, &bytes, count, Int32(MSG_WAITALL)) == count else { return nil }
            return bytes
        }

        private func write(_ bytes: [UInt8]) { _ = send(peer, bytes, bytes.count, 0) }

        private func carry(between one: Int32, and other: Int32) {
            var ends = [pollfd(fd: one, events: Int16(POLLIN), revents: 0)]
            ends.append(pollfd(fd: other, events: Int16(POLLIN), revents: 0))
            var buffer = [UInt8](repeating: 0, count: 16 << 10)
            while poll(&ends, 2, -1) > 0 {
                for (index, target) in [other, one].enumerated() where ends[index].revents != 0 {
                    let count = recv(ends[index].fd, &buffer, buffer.count, 0)
                    guard count > 0, send(target, buffer, count, 0) == count else { return }
                }
            }
        }
    }
}
