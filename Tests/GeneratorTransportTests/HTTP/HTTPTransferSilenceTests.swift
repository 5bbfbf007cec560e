import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

/// When a transfer speaks of silence.
@Suite("Silence of transfers", .paced)
struct HTTPTransferSilenceTests {
    private let clock = ManualClock()
    private let head = HTTPTransfer.Head(status: 200, headers: [:])

    private func transfer(limit: Int = 1 << 20) -> HTTPTransfer {
        HTTPTransfer(bufferLimit: limit, idleTimeout: .seconds(60), clock: GeneratorClock(clock))
    }

    @Test("silence from its beginning ends it, also where the look comes a little late", arguments: [60, 75])
    func silence(_ seconds: Int) async throws {
        let transfer = transfer()
        clock.advance(by: .seconds(1000))
        transfer.begin {}
        // However late the task that looks comes to run.
        clock.advance(by: .seconds(seconds))
        #expect(try await transportError { _ = try await transfer.head() }.code == .timedOut)
    }

    @Test("news that ages wakes its reader at once, then four times a second, and other news takes it along")
    func aging() async throws {
        let transfer = transfer()
        transfer.begin {}
        transfer.receive(head: head)
        await clock.waitForSleepers(1)
        func reading(_ count: Int) -> Task<[UInt8], any Error> {
            Task {
                var bytes: [UInt8] = []
                while bytes.count < count { bytes += try await transfer.next(isolation: nil) ?? [] }
                return bytes
            }
        }
        func receiveAging(_ byte: UInt8) {
            transfer.receive([byte], waking: false)
            transfer.wakeReaderSoon()
        }
        let first = reading(1)
        receiveAging(1)
        #expect(try await first.value == [1])
        let second = reading(2)
        receiveAging(2)
        receiveAging(3)
        // One look for both, beside that for silence.
        await clock.waitForSleepers(2)
        #expect(clock.sleeperCount == 2)
        clock.advance(by: .milliseconds(250))
        #expect(try await second.value == [2, 3])
        let last = reading(2)
        receiveAging(4)
        transfer.receive([5])
        #expect(try await last.value == [4, 5])
    }

    @Test("news that ages gives way to the next, but not where it is the end of another event, and nothing else does")
    func agedNews() async throws {
        func read(_ pieces: [(text: String, isAging: Bool)]) async throws -> String {
            let transfer = transfer()
            for piece in pieces { transfer.receive(Array(piece.text.utf8), isAging: piece.isAging) }
            transfer.finish()
            var bytes: [UInt8] = []
            while let piece = try await transfer.next(isolation: nil) { bytes += piece }
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(
            try await read([
                ("data: a\n\n", false), ("data: 3\n\n", true), ("data: 2\n\n", true), ("data: b\n\n", false),
                ("data: 1\n\n", true), ("data: 0\n\n", true),
            ]) == "data: a\n\ndata: 2\n\ndata: b\n\ndata: 0\n\n")
        #expect(try await read([("data: 2\n\n", true), ("data: 1\n\n", true)]) == "data: 1\n\n")
        #expect(
            try await read([("data: a\n\ndata: ", false), ("data: 2\n\n", true), ("data: 1\n\n", true)])
                == "data: a\n\ndata: data: 2\n\ndata: 1\n\n")
        #expect(
            try await read([("data: a\n\n", false), ("data: 2\n\n", true), ("da", false), ("ta: 1\n\n", false)])
                == "data: a\n\ndata: 2\n\ndata: 1\n\n")
    }

    @Test("what was read is not taken back by news that comes later")
    func readNews() async throws {
        let transfer = transfer()
        transfer.receive(Array("\n\n".utf8))
        transfer.receive([1], isAging: true)
        #expect(try await transfer.next(isolation: nil) == Array("\n\n".utf8))
        #expect(try await transfer.next(isolation: nil) == [1])
        transfer.receive(Array("2\n\n".utf8), isAging: true)
        transfer.finish()
        #expect(try await transfer.next(isolation: nil) == Array("2\n\n".utf8))
        #expect(try await transfer.next(isolation: nil) == nil)
    }

    /// What shows that a server is there.
    enum News: CaseIterable { case head, piece, taking }

    @Test(
        "what comes within the limit keeps it alive, and a silence as long as the limit ends it",
        arguments: News.allCases)
    func activity(_ news: News) async throws {
        let transfer = transfer()
        transfer.begin {}
        for _ in 1...5 {
            await clock.waitForSleepers()
            clock.advance(by: .seconds(59))
            switch news {
            case .head: transfer.receive(head: head)
            case .piece: transfer.receive([1])
            case .taking: transfer.noteProgress()
            }
        }
        await clock.waitForSleepers()
        if news == .piece { #expect(try await transfer.next(isolation: nil)?.count == 5) }
        clock.advance(by: .seconds(60))
        #expect(try await transportError { _ = try await transfer.next(isolation: nil) }.code == .timedOut)
    }

    @Test("what came while this process stood still is read before anybody speaks of silence")
    func standstill() async throws {
        let transfer = transfer()
        transfer.begin {}
        transfer.receive(head: head)
        await clock.waitForSleepers()
        clock.advance(by: .seconds(600))
        // It did not end, but looks again.
        await clock.waitForSleepers()
        transfer.receive([1])
        #expect(try await transfer.next(isolation: nil) == [1])
        clock.advance(by: .seconds(15))
        await clock.waitForSleepers()
        // Where nothing comes, it ends.
        clock.advance(by: .seconds(600))
        await clock.waitForSleepers()
        clock.advance(by: .seconds(15))
        #expect(try await transportError { _ = try await transfer.next(isolation: nil) }.code == .timedOut)
    }

    @Test("a held transport is not silent, and one that is let go is again")
    func heldSilence() async throws {
        let transfer = transfer(limit: 10)
        transfer.begin(stop: {})
        transfer.receive(head: head)
        transfer.receive(Array(repeating: 1, count: 10))
        #expect(transfer.hold(before: 1))
        for _ in 1...3 {
            await clock.waitForSleepers()
            clock.advance(by: .seconds(60))
        }
        await clock.waitForSleepers()
        #expect(try await transfer.next(isolation: nil)?.count == 10)
        clock.advance(by: .seconds(60))
        #expect(try await transportError { _ = try await transfer.next(isolation: nil) }.code == .timedOut)
    }
}
