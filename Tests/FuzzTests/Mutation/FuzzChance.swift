import GeneratorTesting

/// Choices that follow from a seed, so that every case can be had again.
struct FuzzChance: Sendable {
    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// - Returns: A number from 0 up to one less than the bound; 0 where that is none.
    mutating func below(_ bound: Int) -> Int { bound > 0 ? Int(random.next() % UInt64(bound)) : 0 }

    mutating func pick<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[below(elements.count)]
    }

    /// A range within so many elements, mostly a short one.
    mutating func range(in count: Int) -> Range<Int> {
        let start = below(count + 1)
        let longest = below(4) == 0 ? count : 16
        return start..<min(count, start + below(longest + 1))
    }
}
