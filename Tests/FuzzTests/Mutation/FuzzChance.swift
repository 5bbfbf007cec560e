/// Numbers that follow from a seed, so that every case can be had again.
struct FuzzChance: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var number = state
        number = (number ^ (number >> 30)) &* 0xBF58_476D_1CE4_E5B9
        number = (number ^ (number >> 27)) &* 0x94D0_49BB_1331_11EB
        return number ^ (number >> 31)
    }

    /// - Returns: A number from 0 up to one less than the bound; 0 where that is none.
    mutating func below(_ bound: Int) -> Int { bound > 0 ? Int(next() % UInt64(bound)) : 0 }

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
