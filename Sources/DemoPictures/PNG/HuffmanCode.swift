/// A canonical Huffman code of DEFLATE: for each symbol a length in bits and the bits, first bit lowest.
struct HuffmanCode {
    let lengths: [Int]
    let codes: [UInt32]

    /// The best code for the given frequencies, or nearly so where `longest` forbids the best.
    ///
    /// - Parameters:
    ///   - frequencies: How often each symbol occurs; at least two symbols.
    ///   - longest: The longest length allowed.
    init(frequencies: [Int], longest: Int) {
        var counts = frequencies
        // Some decoders refuse a code with fewer than two symbols.
        for symbol in 0..<2 where counts.count(where: { $0 > 0 }) < 2 && counts[symbol] == 0 { counts[symbol] = 1 }
        var lengths = Self.lengths(counts)
        while lengths.contains(where: { $0 > longest }) {
            // Flatter frequencies make a shallower tree.
            counts = counts.map { $0 > 0 ? $0 >> 1 | 1 : 0 }
            lengths = Self.lengths(counts)
        }
        self.lengths = lengths
        codes = Self.codes(lengths)
    }

    private static func lengths(_ frequencies: [Int]) -> [Int] {
        let leaves = frequencies.indices.filter { frequencies[$0] > 0 }
            .sorted { (frequencies[$0], $0) < (frequencies[$1], $1) }
        var weights = leaves.map { frequencies[$0] }
        var parents = [Int](repeating: 0, count: 2 * leaves.count - 1)
        // Leaves are sorted and new nodes come in rising order, so that the two lightest are always at two fronts.
        var leaf = 0
        var inner = leaves.count
        func lightest() -> Int {
            if leaf < leaves.count, inner >= weights.count || weights[leaf] <= weights[inner] {
                leaf += 1
                return leaf - 1
            }
            inner += 1
            return inner - 1
        }
        while weights.count < parents.count {
            let first = lightest()
            let second = lightest()
            parents[first] = weights.count
            parents[second] = weights.count
            weights.append(weights[first] + weights[second])
        }
        var depths = [Int](repeating: 0, count: parents.count)
        for node in parents.indices.dropLast().reversed() { depths[node] = depths[parents[node]] + 1 }
        var lengths = [Int](repeating: 0, count: frequencies.count)
        for (index, symbol) in leaves.enumerated() { lengths[symbol] = depths[index] }
        return lengths
    }

    private static func codes(_ lengths: [Int]) -> [UInt32] {
        var population = [Int](repeating: 0, count: 17)
        for length in lengths where length > 0 { population[length] += 1 }
        var next = [UInt32](repeating: 0, count: 17)
        for length in 1..<17 { next[length] = (next[length - 1] + UInt32(population[length - 1])) << 1 }
        return lengths.map { length in
            guard length > 0 else { return 0 }
            var code = next[length]
            next[length] += 1
            var reversed: UInt32 = 0
            for _ in 0..<length {
                reversed = reversed << 1 | code & 1
                code >>= 1
            }
            return reversed
        }
    }
}
