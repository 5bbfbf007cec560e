import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

extension TransportContract {
    @Suite("A reader who falls behind", .paced)
    struct Buffering {
        private static let piece = Data(repeating: 0x78, count: 64 << 10)

        /// The memory that this process occupies; 0 where the system does not say it in a file.
        private static var residentBytes: Int {
            let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
            return (pages?.dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
        }

        @Test(
            "a full buffer ends the body and the transfer", .alone,
            arguments: TransportUnderTest.all.filter { !$0.hasBackPressure })
        func overflow(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer { _, responder in
                try await responder.beginStream()
                // Far more than it may keep, and an end where it never stops.
                for _ in 0..<(4 << 30) / Int64(Self.piece.count) { try await responder.send(Self.piece) }
                await responder.waitForDisconnect()
            }
            let before = Self.residentBytes
            var request = try server.request()
            request.bufferLimit = 1 << 20
            let response = try await subject.make().send(request)
            // Foundation stops when what it has taken by then is delivered: seconds, and more of them under a sanitizer.
            try await server.waitUntil(timeout: .seconds(240)) { $0.openConnections == 0 }
            let error = try await transportError { for try await _ in response.body {} }
            #expect(error.code == .responseTooLarge)
            #expect(error.reachedServer == true)
            // What is on its way when the buffer is full is dropped, not kept: the server sends several gigabytes until it
            // notices. A sanitizer needs several times the memory that it watches.
            #expect(Self.residentBytes - before < 1 << 30)
        }

        @Test(
            "a full buffer stops the server, and reading lets it go on",
            arguments: TransportUnderTest.all.filter(\.hasBackPressure))
        func backPressure(_ subject: TransportUnderTest) async throws {
            let sent = Locked(0)
            let total = 64 << 20
            let server = try LoopbackServer { _, responder in
                try await responder.beginStream()
                while sent.withLock({ $0 }) < total {
                    try await responder.send(Self.piece)
                    sent.withLock { $0 += Self.piece.count }
                }
                try await responder.end()
            }
            let clock = ManualClock()
            var request = try server.request()
            request.bufferLimit = 1 << 20
            let response = try await subject.make(clock: GeneratorClock(clock)).send(request)
            // A server that is not let through is not silent.
            try await clock.advance(by: .seconds(600), whileHeld: response)
            #expect(sent.withLock { $0 } < total / 2)
            var count = 0
            for try await piece in response.body { count += piece.count }
            #expect(count == total)
        }

        @Test("a reader who keeps up may read any amount", arguments: TransportUnderTest.all)
        func keepingUp(_ subject: TransportUnderTest) async throws {
            let (turns, turn) = AsyncStream<Void>.makeStream()
            let server = try LoopbackServer { _, responder in
                try await responder.beginStream()
                for await _ in turns { try await responder.send(Self.piece) }
                try await responder.end()
            }
            var request = try server.request()
            request.bufferLimit = 100_000
            var body = try await subject.make().send(request).body.makeAsyncIterator()
            for _ in 1...20 {
                turn.yield()
                var missing = Self.piece.count
                while missing > 0 { missing -= try #require(try await body.next()).count }
                #expect(missing == 0)
            }
            turn.finish()
            #expect(try await body.next() == nil)
        }

        @Test("a small answer that unpacks to a huge one is not unpacked", arguments: TransportUnderTest.all)
        func bomb(_ subject: TransportUnderTest) async throws {
            let packed = Self.gzipBomb(megabytes: 32)
            #expect(packed.count < 300_000)
            let server = try LoopbackServer { _, responder in
                try await responder.beginStream(headers: [("Content-Encoding", "gzip")])
                try await responder.send(packed)
                await responder.waitForDisconnect()
            }
            var request = try server.request()
            request.bufferLimit = 1 << 20
            let pipeline = HTTPPipeline(transport: subject.make(), retry: .never)
            let error = try await transportError { _ = try await pipeline.data(for: request, limit: 2 << 20) }
            #expect(error.code == .invalidResponse)
            try await server.waitForHangUp()
        }

        /// The beginning of a gzip stream of equal bytes: one literal, then copies of 258 bytes at distance 1.
        private static func gzipBomb(megabytes: Int) -> Data {
            var bytes: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
            var pending = 0
            var width = 0
            func put(_ bits: String) {
                for bit in bits {
                    if bit == "1" { pending |= 1 << width }
                    width += 1
                    if width == 8 {
                        bytes.append(UInt8(pending))
                        (pending, width) = (0, 0)
                    }
                }
            }
            put("110")  // the last block, with fixed codes
            put("00110000")  // the literal 0
            for _ in 0..<(megabytes << 20) / 258 { put("11000101" + "00000") }
            return Data(bytes)
        }
    }
}
