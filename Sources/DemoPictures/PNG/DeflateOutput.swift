/// The bit stream of `Deflate`: turns tokens into blocks with their own Huffman codes.
///
/// A token is a literal byte, or a match as `length << 16 | distance`.
struct DeflateOutput {
    static let tokensPerBlock = 32768

    private static let endOfBlock = 256
    private static let lengthTable = SymbolTable(
        firsts: [
            3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
            227, 258,
        ],
        extraBits: [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0],
        end: 259
    )
    private static let distanceTable = SymbolTable(
        firsts: (0..<30).map { $0 < 4 ? $0 + 1 : (2 + $0 & 1) << ($0 / 2 - 1) + 1 },
        extraBits: (0..<30).map { $0 < 4 ? 0 : $0 / 2 - 1 },
        end: 32769
    )

    var bytes: [UInt8] = []
    private var hold: UInt64 = 0
    private var held = 0

    mutating func writeBlock(tokens: [UInt32], isLast: Bool) {
        tokens.withUnsafeBufferPointer { writeBlock(tokens: $0, isLast: isLast) }
    }

    mutating func writeBlock(tokens: UnsafeBufferPointer<UInt32>, isLast: Bool) {
        let (literals, distances) = Self.codes(for: tokens)
        put(isLast ? 1 : 0, bits: 1)
        put(2, bits: 2)
        writeCodes(literals, distances)
        write(tokens, literals, distances)
        put(literals.codes[Self.endOfBlock], bits: literals.lengths[Self.endOfBlock])
    }

    mutating func alignToByte() {
        if held > 0 { bytes.append(UInt8(truncatingIfNeeded: hold)) }
        hold = 0
        held = 0
    }

    private mutating func put(_ value: UInt32, bits: Int) {
        hold |= UInt64(value) << UInt64(held)
        held += bits
        while held >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: hold))
            hold >>= 8
            held -= 8
        }
    }

    private static func codes(for tokens: UnsafeBufferPointer<UInt32>) -> (HuffmanCode, HuffmanCode) {
        var literals = [Int](repeating: 0, count: 286)
        var distances = [Int](repeating: 0, count: 30)
        literals[endOfBlock] = 1
        let count = tokens.count
        literals.withUnsafeMutableBufferPointer { literals in
            distances.withUnsafeMutableBufferPointer { distances in
                lengthTable.symbols.withUnsafeBufferPointer { lengthSymbols in
                    distanceTable.symbols.withUnsafeBufferPointer { distanceSymbols in
                        guard let tokens = tokens.baseAddress, let literals = literals.baseAddress,
                            let distances = distances.baseAddress, let lengthSymbols = lengthSymbols.baseAddress,
                            let distanceSymbols = distanceSymbols.baseAddress
                        else { return }
                        var index = 0
                        while index < count {
                            let token = Int(truncatingIfNeeded: tokens[index])
                            if token < 256 {
                                literals[token] &+= 1
                            } else {
                                literals[257 &+ lengthSymbols[token >> 16]] &+= 1
                                distances[distanceSymbols[token & 0xFFFF]] &+= 1
                            }
                            index &+= 1
                        }
                    }
                }
            }
        }
        return (HuffmanCode(frequencies: literals, longest: 15), HuffmanCode(frequencies: distances, longest: 15))
    }

    /// Writes both codes as run-length-encoded lengths, which have a Huffman code themselves.
    private mutating func writeCodes(_ literals: HuffmanCode, _ distances: HuffmanCode) {
        let all = literals.lengths + distances.lengths
        var symbols: [(symbol: Int, extra: Int, bits: Int)] = []
        var index = 0
        while index < all.count {
            var run = 1
            while index + run < all.count, all[index + run] == all[index] { run += 1 }
            if all[index] == 0, run >= 3 {
                run = min(run, 138)
                symbols.append(run < 11 ? (17, run - 3, 3) : (18, run - 11, 7))
            } else if run >= 4 {
                run = min(run, 7)
                symbols.append((all[index], 0, 0))
                symbols.append((16, run - 4, 2))
            } else {
                run = 1
                symbols.append((all[index], 0, 0))
            }
            index += run
        }
        var frequencies = [Int](repeating: 0, count: 19)
        for (symbol, _, _) in symbols { frequencies[symbol] += 1 }
        let code = HuffmanCode(frequencies: frequencies, longest: 7)
        put(UInt32(literals.lengths.count - 257), bits: 5)
        put(UInt32(distances.lengths.count - 1), bits: 5)
        put(19 - 4, bits: 4)
        for symbol in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] {
            put(UInt32(code.lengths[symbol]), bits: 3)
        }
        for (symbol, extra, bits) in symbols {
            put(code.codes[symbol], bits: code.lengths[symbol])
            put(UInt32(extra), bits: bits)
        }
    }

    private mutating func write(
        _ tokens: UnsafeBufferPointer<UInt32>, _ literals: HuffmanCode, _ distances: HuffmanCode
    ) {
        for token in tokens {
            if token < 256 {
                put(literals.codes[Int(token)], bits: literals.lengths[Int(token)])
            } else {
                write(Int(token >> 16), Self.lengthTable, literals, offset: 257)
                write(Int(token & 0xFFFF), Self.distanceTable, distances, offset: 0)
            }
        }
    }

    private mutating func write(_ number: Int, _ table: SymbolTable, _ code: HuffmanCode, offset: Int) {
        let symbol = table.symbols[number]
        put(code.codes[offset + symbol], bits: code.lengths[offset + symbol])
        put(UInt32(number - table.firsts[symbol]), bits: table.extraBits[symbol])
    }

    /// Which symbol stands for a length or distance, and which bits follow it.
    private struct SymbolTable {
        let firsts: [Int]
        let extraBits: [Int]
        /// The symbol for each number from 0 up to `end`.
        let symbols: [Int]

        init(firsts: [Int], extraBits: [Int], end: Int) {
            self.firsts = firsts
            self.extraBits = extraBits
            var symbols: [Int] = []
            for number in 0..<end {
                let symbol = symbols.last ?? 0
                symbols.append(symbol + 1 < firsts.count && number >= firsts[symbol + 1] ? symbol + 1 : symbol)
            }
            self.symbols = symbols
        }
    }
}
