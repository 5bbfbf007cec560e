import GeneratorTesting
import TestPace
import Testing

@testable import GeneratorCore

@Suite("Who may begin when", .paced)
struct ConcurrencyLineTests {
    @Test("so many at once, in the order in which they came")
    func atOnce() {
        var line = ConcurrencyLine(limit: 2, starts: 2, per: .zero)
        for id in 1...5 { line.join(id) }
        #expect(line.admit(at: .zero) == ([1, 2], nil))
        #expect(line.admit(at: .seconds(9)) == ([], nil))
        line.leave(3)
        line.finish()
        #expect(line.isFull(at: .seconds(9)))
        #expect(line.admit(at: .seconds(9)) == ([4], nil))
        line.finish()
        line.finish()
        #expect(line.admit(at: .seconds(9)) == ([5], nil))
        #expect(!line.isFull(at: .seconds(9)))
    }

    @Test("so many begin in any interval, also where the work is soon done")
    func perInterval() {
        var line = ConcurrencyLine(limit: 8, starts: 3, per: .seconds(10))
        for id in 1...7 { line.join(id) }
        #expect(line.admit(at: .seconds(1)) == ([1, 2, 3], .seconds(10)))
        for _ in 0..<3 { line.finish() }
        #expect(line.admit(at: .seconds(4)) == ([], .seconds(7)))
        #expect(line.admit(at: .seconds(11)) == ([4, 5, 6], .seconds(10)))
        #expect(line.isFull(at: .seconds(12)))
        #expect(line.admit(at: .seconds(21)) == ([7], nil))
    }

    /// Whatever comes in whatever order: never too many at once, never too many in an interval, and nobody overtakes.
    @Test("no order of events breaks a limit", arguments: 0..<40)
    func anyOrder(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let limit = Int.random(in: 1...4, using: &random), starts = Int.random(in: 1...4, using: &random)
        let interval = Duration.seconds(Int.random(in: 0...5, using: &random))
        var line = ConcurrencyLine(limit: limit, starts: starts, per: interval)
        var now = Duration.zero, next = 0, running = 0
        var waiting: [Int] = [], begun: [Duration] = []
        for _ in 0..<400 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                line.join(next)
                waiting.append(next)
                next += 1
            case 1 where running > 0:
                line.finish()
                running -= 1
            case 2:
                guard let gone = waiting.randomElement(using: &random) else { continue }
                line.leave(gone)
                waiting.removeAll { $0 == gone }
            default: now += .seconds(Int.random(in: 0...3, using: &random))
            }
            let (admitted, wait) = line.admit(at: now)
            #expect(admitted == Array(waiting.prefix(admitted.count)))
            waiting.removeFirst(admitted.count)
            running += admitted.count
            begun += admitted.map { _ in now }
            #expect(running <= limit)
            let recent = begun.filter { now - $0 < interval }.count
            #expect(recent <= starts)
            // Whoever could go has gone, and whoever waits for the time alone knows how long.
            let waitsForTime = running < limit && !waiting.isEmpty
            #expect((wait != nil) == waitsForTime)
            if waitsForTime { #expect(recent == starts) }
        }
    }
}
