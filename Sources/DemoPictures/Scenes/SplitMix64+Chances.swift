internal import GeneratorTesting

extension SplitMix64 {
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
}
