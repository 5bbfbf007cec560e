import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@Suite("Transfers", .paced)
struct HTTPTransferTests {
    private func transfer(
        limit: Int = 1 << 20, idle: Duration = .seconds(60), clock: GeneratorClock = GeneratorClock()
    ) -> HTTPTransfer {
        HTTPTransfer(bufferLimit: limit, idleTimeout: idle, clock: clock)
    }

    private let head = HTTPTransfer.Head(status: 200, headers: ["A": "1"])

    @Test("head, pieces in order, end")
    func order() async throws {
        let transfer = transfer(limit: 8 << 20)
        transfer.receive(head: head)
        let pieces = (0..<600).map { Array(repeating: UInt8(truncatingIfNeeded: $0), count: 9 << 10) }
        for piece in pieces { transfer.receive(piece) }
        transfer.receive([])
        transfer.finish()
        #expect(try await transfer.head().headers["a"] == "1")
        for piece in pieces {
            // Compared outside of the expectation, which would print kilobytes.
            let isNext = try await transfer.next(isolation: nil) == piece
            #expect(isNext)
        }
        #expect(try await transfer.next(isolation: nil) == nil)
        #expect(try await transfer.next(isolation: nil) == nil)
    }

    @Test("single bytes cost no more than their number")
    func small() async throws {
        let transfer = transfer()
        transfer.receive(head: head)
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        for byte in bytes { transfer.receive([byte]) }
        transfer.finish()
        var pieces: [[UInt8]] = []
        while let piece = try await transfer.next(isolation: nil) { pieces.append(piece) }
        let isWhole = pieces.flatMap { $0 } == bytes
        #expect(isWhole)
        #expect(pieces.count == 7)
    }

    @Test("the first head counts")
    func oneHead() async throws {
        let transfer = transfer()
        transfer.receive(head: head)
        transfer.receive(head: HTTPTransfer.Head(status: 500, headers: [:]))
        #expect(try await transfer.head().status == 200)
    }

    @Test("an error comes behind the pieces, and again")
    func failure() async throws {
        let transfer = transfer()
        transfer.receive(head: head)
        transfer.receive([1])
        transfer.fail(TransportError(.connectionLost, "first"))
        transfer.fail(TransportError(.timedOut, "second"))
        transfer.finish()
        transfer.receive([2])
        #expect(try await transfer.next(isolation: nil) == [1])
        for _ in 1...2 {
            #expect(try await transportError { _ = try await transfer.next(isolation: nil) }.message == "first")
        }
    }

    @Test("no head: an error, or an end that is one")
    func noHead() async throws {
        let failed = transfer()
        failed.fail(TransportError(.connectionFailed, "x"))
        #expect(try await transportError { _ = try await failed.head() }.code == .connectionFailed)
        let ended = transfer()
        ended.finish()
        #expect(try await transportError { _ = try await ended.head() }.code == .connectionLost)
    }

    @Test("what was finished but not read is not complete after a cancel")
    func cancelAfterFinish() async throws {
        let unread = transfer()
        unread.receive(Array(repeating: 1, count: 16 << 10))
        unread.receive([2])
        unread.finish()
        #expect(try await unread.next(isolation: nil)?.count == 16 << 10)
        unread.cancel()
        await #expect(throws: CancellationError.self) { _ = try await unread.next(isolation: nil) }
        let read = transfer()
        read.receive([1])
        read.finish()
        #expect(try await read.next(isolation: nil) == [1])
        read.cancel()
        #expect(try await read.next(isolation: nil) == nil)
    }

    @Test("a full buffer ends with an error at once, and stops the work underneath once")
    func overflow() async throws {
        let transfer = transfer(limit: 10)
        let stops = Locked(0)
        transfer.begin { stops.withLock { $0 += 1 } }
        transfer.receive(Array(repeating: 1, count: 10))
        #expect(try await transfer.next(isolation: nil)?.count == 10)
        transfer.receive(Array(repeating: 2, count: 6))
        transfer.receive(Array(repeating: 3, count: 5))
        transfer.receive([4])
        let error = try await transportError { _ = try await transfer.next(isolation: nil) }
        #expect(error.code == .responseTooLarge)
        transfer.cancel()
        #expect(stops.withLock { $0 } == 1)
    }

    @Test("work that begins after its end is stopped")
    func lateBegin() {
        let transfer = transfer()
        let stops = Locked(0)
        transfer.cancel()
        transfer.begin { stops.withLock { $0 += 1 } }
        transfer.cancel()
        #expect(stops.withLock { $0 } == 1)
    }

    @Test("a regular end stops nothing, and nobody looks for silence any more")
    func regularEnd() async throws {
        let clock = ManualClock()
        let transfer = transfer(clock: GeneratorClock(clock))
        let stops = Locked(0)
        transfer.begin { stops.withLock { $0 += 1 } }
        await clock.waitForSleepers()
        transfer.finish()
        transfer.cancel()
        #expect(stops.withLock { $0 } == 0)
        try await eventually { clock.sleeperCount == 0 }
    }

    @Test("work that begins after a regular end is not stopped")
    func lateBeginAfterEnd() {
        let transfer = transfer()
        transfer.finish()
        transfer.begin { Issue.record("stopped") }
    }

    @Test("two who wait for the same bytes sleep, and both go on")
    func twoReaders() async throws {
        let transfer = transfer()
        transfer.begin {}
        transfer.receive(head: head)
        let readers = [CountingReader(), CountingReader()]
        let results = readers.map { reader in Task { try await reader.read(transfer) } }
        try await eventually { readers.allSatisfy { $0.wakings > 0 } }
        // Else each would keep waking the other.
        for _ in 1...1000 { await Task.yield() }
        #expect(readers.allSatisfy { $0.wakings < 10 })
        transfer.receive([1, 2, 3])
        transfer.finish()
        var total = 0
        for result in results { total += try await result.value }
        #expect(total == 3)
    }

    /// Reads, and counts how often it was woken.
    private actor CountingReader {
        private let executor = CountingExecutor()
        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
        nonisolated var wakings: Int { executor.jobs.withLock { $0 } }

        func read(_ transfer: HTTPTransfer) async throws -> Int {
            var count = 0
            while let piece = try await transfer.next(isolation: self) { count += piece.count }
            return count
        }
    }

    private final class CountingExecutor: SerialExecutor {
        let jobs = Locked(0)
        private let queue = DispatchQueue(label: "CountingExecutor")

        func enqueue(_ job: UnownedJob) {
            jobs.withLock { $0 += 1 }
            queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
        }

        func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
    }

    @Test("a transport that can wait is held while the reader is behind, and let go once")
    func hold() async throws {
        let transfer = transfer(limit: 100_000)
        let resumes = Locked(0)
        transfer.begin(stop: {}, resume: { resumes.withLock { $0 += 1 } })
        transfer.receive(head: head)
        #expect(!transfer.hold(before: 500_000))  // nothing waits: a piece always fits
        for _ in 1...4 { transfer.receive(Array(repeating: 1, count: 25_000)) }
        #expect(transfer.hold(before: 1))
        _ = try await transfer.next(isolation: nil)
        #expect(resumes.withLock { $0 } == 0)
        for _ in 1...3 { _ = try await transfer.next(isolation: nil) }
        #expect(resumes.withLock { $0 } == 1)
        transfer.cancel()
        #expect(!transfer.hold(before: 500_000))
    }

    @Test("what comes in several pieces wakes the reader once, when it is told to look")
    func quiet() async throws {
        let transfer = transfer()
        let reader = Task {
            let status = try await transfer.head().status
            var bytes: [UInt8] = []
            // It may come to look when the first is there and the second is not.
            while bytes.count < 2, let piece = try await transfer.next(isolation: nil) { bytes += piece }
            return (status, bytes)
        }
        transfer.receive(head: head, waking: false)
        transfer.receive([1], waking: false)
        transfer.receive([2], waking: false)
        transfer.wakeReader()
        let (status, bytes) = try await reader.value
        #expect(status == head.status)
        #expect(bytes == [1, 2])
        transfer.cancel()
    }

    @Test("reader and transport race, and no wake-up is lost")
    func race() async throws {
        for round in 0..<1000 {
            let transfer = transfer()
            let count = 1 + round % 7
            let writer = Task.detached { [head] in
                transfer.begin {}
                transfer.receive(head: head)
                for number in 1...count {
                    if round % 3 == 0 { await Task.yield() }
                    transfer.receive([UInt8(number)])
                }
                switch round % 4 {
                case 0: transfer.fail(TransportError(.connectionLost, "x"))
                case 1: transfer.cancel()
                default: transfer.finish()
                }
            }
            var seen: [UInt8] = []
            var ending = "nil"
            do {
                _ = try await transfer.head()
                while let piece = try await transfer.next(isolation: nil) { seen += piece }
            } catch is CancellationError {
                ending = "cancelled"
            } catch is TransportError {
                ending = "failed"
            }
            await writer.value
            let all = (1...count).map { UInt8($0) }
            if round % 4 == 1 {
                #expect(seen == Array(all.prefix(seen.count)))
                #expect(ending == "cancelled")
            } else {
                #expect(seen == all)
                #expect(ending == (round % 4 == 0 ? "failed" : "nil"))
            }
        }
    }

    @Test("a cancelled reader always ends, and stops the work")
    func cancelledReader() async throws {
        for round in 0..<400 {
            let transfer = transfer()
            let stops = Locked(0)
            transfer.begin { stops.withLock { $0 += 1 } }
            let reader = Task.detached {
                _ = try await transfer.head()
                while try await transfer.next(isolation: nil) != nil {}
            }
            if round % 2 == 0 { transfer.receive(head: head) }
            for _ in 0..<round % 5 { await Task.yield() }
            if round % 3 == 0 { transfer.receive([1]) }
            reader.cancel()
            await #expect(throws: CancellationError.self) { try await reader.value }
            #expect(stops.withLock { $0 } == 1)
        }
    }
}
