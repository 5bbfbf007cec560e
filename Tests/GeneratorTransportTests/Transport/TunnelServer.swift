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
    private let listener = RawSocket()
    private let seen = Locked<[String]>([])

    /// What clients asked for: `SOCKS host:port`, or the head of a CONNECT.
    var requests: [String] { seen.withLock { $0 } }

    /// - Parameters:
    ///   - destination: The port that everything is carried to.
    ///   - credentials: `name:password` that a client has to know.
    /// - Throws: `POSIXError` where no port is free.
    init(to destination: UInt16, credentials: String? = nil) throws {
        port = try listener.startListening()
        let queue = DispatchQueue(label: "TunnelServer", attributes: .concurrent)
        queue.async { [listener, seen] in
            while let peer = listener.nextClient() {
                queue.async {
                    Connection(peer: peer, destination: destination, credentials: credentials, seen: seen).serve()
                }
            }
            listener.release()
        }
    }

    deinit { listener.shutDown() }

    private struct Connection {
        let peer: RawSocket
        let destination: UInt16
        let credentials: String?
        let seen: Locked<[String]>

        func serve() {
            defer { peer.release() }
            guard let first = read(1)?.first else { return }
            let isWelcome = first == 5 ? greetSOCKS() : greetHTTP(first)
            guard isWelcome else { return }
            let target = RawSocket()
            defer { target.release() }
            guard target.reach(destination) else { return }
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
            let bytes = count == 0 ? [] : peer.receive(upTo: count, all: true)
            return bytes.count == count ? bytes : nil
        }

        private func write(_ bytes: [UInt8]) { peer.transmit(bytes) }

        private func carry(between one: RawSocket, and other: RawSocket) {
            var ends = [one, other].map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
            while poll(&ends, 2, -1) > 0 {
                for (index, (source, target)) in [(one, other), (other, one)].enumerated()
                where ends[index].revents != 0 {
                    let bytes = source.receive(upTo: 16 << 10)
                    guard !bytes.isEmpty, target.transmit(bytes) else { return }
                }
            }
        }
    }
}
