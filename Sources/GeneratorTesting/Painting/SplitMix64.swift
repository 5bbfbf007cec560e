/// A small reproducible random number generator (SplitMix64).
///
/// The generators of the standard library promise no sequence, and pictures must be the same everywhere, as must what tests
/// leave to chance.
package struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mixed(state)
    }

    /// A number from 0 up to, but not including, 1.
    mutating func unit() -> Double {
        Double(next() >> 11) / 9_007_199_254_740_992
    }

    mutating func between(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * unit()
    }

    /// A whole number from 0 up to, but not including, `bound`; `bound` is at least 1.
    mutating func below(_ bound: Int) -> Int {
        Int(next() % UInt64(bound))
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[below(elements.count)]
    }

    mutating func chance(_ probability: Double) -> Bool {
        unit() < probability
    }

    /// A seed for a `Noise`, the same as often as it is asked for.
    func key(_ number: Int) -> UInt64 {
        Self.mixed(state &+ UInt64(number) &* 0xD1B5_4A32_D192_ED03)
    }

    /// The finaliser alone: turns any number into one that looks unrelated.
    static func mixed(_ number: UInt64) -> UInt64 {
        var z = number
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
