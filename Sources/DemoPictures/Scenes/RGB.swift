/// A colour with components from 0 to 255.
///
/// Here and in the whole painter only +, −, ×, ÷ and square roots are used on floating-point numbers: IEEE 754 fixes
/// their last bit, so that a picture has the same bytes on every platform.
struct RGB: Equatable, Sendable {
    var red: Double
    var green: Double
    var blue: Double

    /// - Parameter hex: The colour as `0xRRGGBB`.
    init(_ hex: UInt32) {
        red = Double((hex >> 16) & 0xFF)
        green = Double((hex >> 8) & 0xFF)
        blue = Double(hex & 0xFF)
    }

    /// The colour as `0xRRGGBB`.
    var packed: UInt32 {
        (UInt32(red + 0.5) << 16) | (UInt32(green + 0.5) << 8) | UInt32(blue + 0.5)
    }

    /// How bright the eye sees it, from 0 to 255.
    var luma: Double {
        0.30 * red + 0.59 * green + 0.11 * blue
    }

    /// A mixture; `amount` is 0 for this colour and 1 for `other`.
    func mixed(with other: RGB, _ amount: Double) -> RGB {
        let share = amount < 0 ? 0 : (amount > 1 ? 1 : amount)
        var mixture = self
        mixture.red += (other.red - red) * share
        mixture.green += (other.green - green) * share
        mixture.blue += (other.blue - blue) * share
        return mixture
    }
}
