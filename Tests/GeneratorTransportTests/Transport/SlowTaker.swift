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

/// A server that takes no more of what is sent to it than it is told to, and answers when it has everything.
final class SlowTaker: Sendable {
    let port: UInt16
    private let listener: Int32
    private let taken: Taken

    /// How many bytes of the body have arrived.
    var bytesTaken: Int { taken.bytes.withLock { $0 } }

    var url: URL? { URL(string: "http://127.0.0.1:\(port)/upload") }

    /// Takes that many pieces of 64 KiB or less, and then waits.
    func take(pieces: Int) { for _ in 0..<pieces { taken.turns.signal() } }

    /// Takes whatever comes.
    func takeAll() {
        taken.isFree.withLock { $0 = true }
        taken.turns.signal()
    }

    private struct Taken: Sendable {
        let bytes = Locked(0)
        let isFree = Locked(false)
        let turns = DispatchSemaphore(value: 0)
    }

    init() throws {
        #if canImport(Glibc)
            let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let listener = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        _ = fcntl(listener, F_SETFD, FD_CLOEXEC)
        // Small, so that the client cannot get rid of its body at once.
        var size: Int32 = 64 << 10
        setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, length) == 0 && listen(listener, 4) == 0
                    && getsockname(listener, pointer, &length) == 0
            }
        }
        guard bound else {
            close(listener)
            throw POSIXError(.EADDRNOTAVAIL)
        }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        let taken = Taken()
        self.taken = taken
        DispatchQueue(label: "SlowTaker").async { Self.serve(listener, taken) }
    }

    deinit {
        takeAll()
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private static func serve(_ listener: Int32, _ taken: Taken) {
        let peer = accept(listener, nil, nil)
        guard peer >= 0 else { return }
        // A program that another test starts meanwhile would keep the connection open.
        _ = fcntl(peer, F_SETFD, FD_CLOEXEC)
        defer { close(peer) }
        var patience = timeval(tv_sec: 240, tv_usec: 0)
        setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var head = Data()
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        var expected: Int?
        while true {
            if expected != nil, !taken.isFree.withLock({ $0 }) { taken.turns.wait() }
            let count = recv(peer, &buffer, expected == nil ? 4096 : buffer.count, 0)
            guard count > 0 else { return }
            if expected == nil {
                head.append(contentsOf: buffer.prefix(count))
                guard let end = head.range(of: Data("\r\n\r\n".utf8)) else { continue }
                let lines = String(decoding: head[..<end.lowerBound], as: UTF8.self).lowercased()
                    .components(separatedBy: "\r\n")
                let announced = lines.first { $0.hasPrefix("content-length:") }?.split(separator: ":").last
                expected = announced.flatMap { Int($0.trimmingCharacters(in: .whitespaces)) } ?? 0
                if lines.contains(where: { $0.hasPrefix("expect:") }) {
                    _ = send(peer, "HTTP/1.1 100 Continue\r\n\r\n", 25, 0)
                }
                taken.bytes.withLock { $0 += head.count - (end.upperBound - head.startIndex) }
            } else {
                taken.bytes.withLock { $0 += count }
            }
            if let expected, taken.bytes.withLock({ $0 }) >= expected { break }
        }
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\ntaken"
        _ = send(peer, answer, answer.utf8.count, 0)
    }
}
