/// A plain reader of zlib streams, written from RFC 1950 and 1951 and sharing nothing with the writer.
struct Inflate {
    enum Flaw: Error {
        case truncated, badHeader, badBlock, badCode, badDistance, badChecksum
    }

    private let input: [UInt8]
    private var bit = 0
    private var output: [UInt8] = []

    static func zlib(_ stream: [UInt8]) throws -> [UInt8] {
        guard stream.count >= 6 else { throw Flaw.truncated }
        guard stream[0] & 15 == 8, (Int(stream[0]) * 256 + Int(stream[1])) % 31 == 0 else { throw Flaw.badHeader }
        var reader = Inflate(input: Array(stream[2..<(stream.count - 4)]))
        while try reader.block() {}
        guard (reader.bit + 7) / 8 == reader.input.count else { throw Flaw.truncated }
        var low = 1
        var high = 0
        for byte in reader.output {
            low = (low + Int(byte)) % 65521
            high = (high + low) % 65521
        }
        let checksum = stream.suffix(4).reduce(0) { $0 << 8 | Int($1) }
        guard checksum == high << 16 | low else { throw Flaw.badChecksum }
        return reader.output
    }

    private init(input: [UInt8]) {
        self.input = input
    }

    private mutating func bits(_ count: Int) throws -> Int {
        var value = 0
        for place in 0..<count {
            guard bit / 8 < input.count else { throw Flaw.truncated }
            value |= Int(input[bit / 8] >> UInt8(bit % 8) & 1) << place
            bit += 1
        }
        return value
    }

    /// Reads one block and tells whether another follows.
    private mutating func block() throws -> Bool {
        let isLast = try bits(1) == 1
        let literals: Code, distances: Code
        switch try bits(2) {
        case 1:
            literals = try Code((0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
            distances = try Code([Int](repeating: 5, count: 32))
        case 2: (literals, distances) = try codes()
        default: throw Flaw.badBlock
        }
        while true {
            let literal = try symbol(literals)
            if literal == 256 { return !isLast }
            if literal < 256 {
                output.append(UInt8(literal))
                continue
            }
            let length = try matchLength(literal - 257)
            let distance = try matchDistance(symbol(distances))
            guard distance <= output.count else { throw Flaw.badDistance }
            for _ in 0..<length { output.append(output[output.count - distance]) }
        }
    }

    /// Reads the codes of a block that brings its own.
    private mutating func codes() throws -> (literals: Code, distances: Code) {
        let literalCount = try bits(5) + 257
        let distanceCount = try bits(5) + 1
        let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
        var lengths = [Int](repeating: 0, count: 19)
        let lengthCount = try bits(4) + 4
        for symbol in order.prefix(lengthCount) { lengths[symbol] = try bits(3) }
        let lengthCode = try Code(lengths)
        var all: [Int] = []
        while all.count < literalCount + distanceCount {
            switch try symbol(lengthCode) {
            case 16:
                guard let last = all.last else { throw Flaw.badCode }
                all += [Int](repeating: last, count: try bits(2) + 3)
            case 17: all += [Int](repeating: 0, count: try bits(3) + 3)
            case 18: all += [Int](repeating: 0, count: try bits(7) + 11)
            case let length: all.append(length)
            }
        }
        guard all.count == literalCount + distanceCount else { throw Flaw.badCode }
        return (try Code(Array(all.prefix(literalCount))), try Code(Array(all.suffix(distanceCount))))
    }

    private mutating func matchLength(_ symbol: Int) throws -> Int {
        if symbol < 8 { return symbol + 3 }
        if symbol == 28 { return 258 }
        let extra = symbol / 4 - 1
        return try (4 + symbol % 4) << extra + 3 + bits(extra)
    }

    private mutating func matchDistance(_ symbol: Int) throws -> Int {
        if symbol < 4 { return symbol + 1 }
        let extra = symbol / 2 - 1
        return try (2 + symbol % 2) << extra + 1 + bits(extra)
    }

    private mutating func symbol(_ code: Code) throws -> Int {
        var bits = 1
        for length in 1...15 {
            bits = try bits << 1 | self.bits(1)
            if let symbol = code.symbols[bits] { return symbol }
            if length == 15 { throw Flaw.badCode }
        }
        throw Flaw.badCode
    }

    /// Symbols by their bits with a leading 1, which tells codes of different lengths apart.
    private struct Code {
        var symbols: [Int: Int] = [:]

        init(_ lengths: [Int]) throws {
            var next = 0
            for length in 1...15 {
                next <<= 1
                for (symbol, own) in lengths.enumerated() where own == length {
                    symbols[1 << length | next] = symbol
                    next += 1
                }
            }
            // Strict decoders refuse a code that leaves bit patterns unused.
            guard next == 1 << 15 else { throw Flaw.badCode }
        }
    }
}
