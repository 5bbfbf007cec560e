/// The hash that the lab's log speaks in; Foundation on Linux has none.
enum SHA256 {
    static func hex(_ bytes: some Collection<UInt8>) -> String {
        var message = Array(bytes)
        let bits = UInt64(message.count) * 8
        message.append(0x80)
        while message.count % 64 != 56 { message.append(0) }
        for shift in stride(from: 56, through: 0, by: -8) {
            message.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
        }
        var state = initial
        var words = [UInt32](repeating: 0, count: 64)
        for block in stride(from: 0, to: message.count, by: 64) {
            for index in 0..<16 {
                words[index] = (0..<4).reduce(0) { $0 << 8 | UInt32(message[block + index * 4 + $1]) }
            }
            for index in 16..<64 {
                let a = words[index - 15], b = words[index - 2]
                let low = turn(a, 7) ^ turn(a, 18) ^ a >> 3
                let high = turn(b, 17) ^ turn(b, 19) ^ b >> 10
                words[index] = words[index - 16] &+ low &+ words[index - 7] &+ high
            }
            var s = state
            for index in 0..<64 {
                let choice = s[4] & s[5] ^ ~s[4] & s[6]
                let high = turn(s[4], 6) ^ turn(s[4], 11) ^ turn(s[4], 25)
                let first = s[7] &+ high &+ choice &+ constants[index] &+ words[index]
                let majority = s[0] & s[1] ^ s[0] & s[2] ^ s[1] & s[2]
                let low = turn(s[0], 2) ^ turn(s[0], 13) ^ turn(s[0], 22)
                s = [first &+ low &+ majority, s[0], s[1], s[2], s[3] &+ first, s[4], s[5], s[6]]
            }
            for index in 0..<8 { state[index] &+= s[index] }
        }
        return state.map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }
        .joined()
    }

    private static func turn(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

    // The fractions of the square and cube roots of the first primes, as the standard derives them.
    private static let primes: [Int] = (2...311).filter { number in !(2..<number).contains { number % $0 == 0 } }

    private static let initial = primes.prefix(8).map { fraction(Double($0).squareRoot()) }

    private static let constants = primes.map(cubeRootFraction)

    private static func fraction(_ value: Double) -> UInt32 { UInt32((value - value.rounded(.down)) * 4_294_967_296) }

    /// By halving in integers: 2⁹⁶ times the prime has a cube root below 2³⁶, whose low 32 bits are the fraction.
    private static func cubeRootFraction(_ prime: Int) -> UInt32 {
        var low: UInt64 = 0, high: UInt64 = 1 << 36
        while high - low > 1 {
            let middle = (low + high) / 2
            // middle³ ≤ prime · 2⁹⁶, compared without overflow: middle² is below 2⁷².
            let square = middle.multipliedFullWidth(by: middle)
            let lowPart = square.low.multipliedFullWidth(by: middle)
            let upper = square.high * middle + lowPart.high
            if upper < UInt64(prime) << 32 { low = middle } else { high = middle }
        }
        return UInt32(truncatingIfNeeded: low)
    }
}
