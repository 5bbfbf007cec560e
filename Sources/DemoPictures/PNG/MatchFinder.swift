/// Finds where the bytes at a position occurred before: chains of positions whose first four bytes have the same hash.
final class MatchFinder {
    private static let windowSize = 32768
    private static let mask = windowSize - 1
    private static let longestMatch = 258
    private static let longestChain = 48
    /// A match that long needs no better one, and its inside is not worth indexing.
    private static let goodMatch = 128

    private let input: UnsafePointer<UInt8>
    private let count: Int
    /// The latest position of each hash, plus one.
    private let heads: UnsafeMutablePointer<Int>
    /// The position before with the same hash, plus one, in a ring.
    private let previous: UnsafeMutablePointer<Int>

    init(input: UnsafePointer<UInt8>, count: Int) {
        self.input = input
        self.count = count
        heads = .allocate(capacity: Self.windowSize)
        heads.initialize(repeating: 0, count: Self.windowSize)
        previous = .allocate(capacity: Self.windowSize)
        previous.initialize(repeating: 0, count: Self.windowSize)
    }

    deinit {
        heads.deallocate()
        previous.deallocate()
    }

    /// Finds the longest match at a position, and indexes the position.
    ///
    /// - Returns: `length << 16 | distance`, or 0 for none.
    func match(at position: Int) -> Int {
        guard position &+ 4 <= count else { return 0 }
        let input = input
        let here = input + position
        let previous = previous
        let mask = Self.mask
        let slot = hash(here)
        var candidate = heads[slot]
        previous[position & mask] = candidate
        heads[slot] = position &+ 1
        let limit = count &- position < Self.longestMatch ? count &- position : Self.longestMatch
        var bestLength = 3
        var bestDistance = 0
        var chain = Self.longestChain
        while candidate > 0, chain > 0 {
            let start = candidate &- 1
            if position &- start > Self.windowSize { break }
            let there = input + start
            // A longer match must agree where the best one so far ended.
            if there[bestLength] == here[bestLength] {
                var length = 0
                while length < limit, there[length] == here[length] { length &+= 1 }
                if length > bestLength {
                    bestLength = length
                    bestDistance = position &- start
                    if length >= Self.goodMatch || length == limit { break }
                }
            }
            chain &-= 1
            candidate = previous[start & mask]
            // Entries of the ring grow stale; a chain only ever runs backwards.
            if candidate > start { break }
        }
        return bestDistance == 0 ? 0 : bestLength &<< 16 | bestDistance
    }

    /// Indexes the inside of a match, or only its end where it is too long to be worth more.
    func index(from first: Int, to end: Int) {
        let limit = end < count &- 4 ? end : count &- 4
        var position = end &- first < Self.goodMatch ? first : end &- 3
        while position < limit {
            let slot = hash(input + position)
            previous[position & Self.mask] = heads[slot]
            heads[slot] = position &+ 1
            position &+= 1
        }
    }

    private func hash(_ bytes: UnsafePointer<UInt8>) -> Int {
        let low = UInt32(truncatingIfNeeded: bytes[0]) | UInt32(truncatingIfNeeded: bytes[1]) &<< 8
        let high = UInt32(truncatingIfNeeded: bytes[2]) &<< 16 | UInt32(truncatingIfNeeded: bytes[3]) &<< 24
        return Int(truncatingIfNeeded: ((low | high) &* 0x9E37_79B1) &>> 17)
    }
}
