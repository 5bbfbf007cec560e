internal import GeneratorTesting

/// One-dimensional value noise and waves, without the platform's mathematics library.
struct Noise {
    let seed: UInt64

    private func lattice(_ index: Int) -> Double {
        let bits = SplitMix64.mixed(seed &+ UInt64(bitPattern: Int64(index)) &* 0x9E37_79B9_7F4A_7C15)
        return Double(bits >> 11) / 4_503_599_627_370_496 - 1
    }

    /// Straight lines between random heights from -1 to 1, one each whole `x`.
    func jagged(_ x: Double) -> Double {
        let floor = x.rounded(.down)
        let low = lattice(Int(floor))
        return low + (lattice(Int(floor) + 1) - low) * (x - floor)
    }

    /// The same with rounded corners.
    func smooth(_ x: Double) -> Double {
        let floor = x.rounded(.down)
        let t = x - floor
        let low = lattice(Int(floor))
        return low + (lattice(Int(floor) + 1) - low) * t * t * (3 - 2 * t)
    }

    /// A sine to three digits; `turns` counts whole waves.
    static func wave(_ turns: Double) -> Double {
        let x = 2 * (turns - turns.rounded(.down)) - 1
        let parabola = -4 * x * (1 - x.magnitude)
        return parabola + 0.225 * (parabola * parabola.magnitude - parabola)
    }
}
