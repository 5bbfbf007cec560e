/// Changes inputs in the ways in which servers and people get them wrong.
///
/// It knows no format, but what all of them are made of: numbers, quoted texts, values between separators, lines, words.
struct FuzzMutator: Sendable {
    /// No input gets longer.
    static let limit = 16 << 10

    private var chance: FuzzChance
    private let words: [[UInt8]]

    init(seed: UInt64, words: [String]) {
        chance = FuzzChance(seed: seed)
        self.words = words.map { Array($0.utf8) }
    }

    /// - Parameters:
    ///   - bytes: The input.
    ///   - other: Another one, of which a part may be taken.
    /// - Returns: What became of it.
    mutating func mutated(_ bytes: [UInt8], with other: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...chance.below(6) { change(&bytes, other) }
        return Array(bytes.prefix(Self.limit))
    }

    private mutating func change(_ bytes: inout [UInt8], _ other: [UInt8]) {
        let place = chance.below(bytes.count + 1)
        switch chance.below(14) {
        case 0: if place < bytes.count { bytes[place] ^= 1 << UInt8(chance.below(8)) }
        case 1: if place < bytes.count { bytes[place] = UInt8(chance.below(256)) }
        case 2: bytes.insert(contentsOf: chance.pick(words) ?? [], at: place)
        case 3: bytes.insert(contentsOf: chance.pick(FuzzNasties.texts) ?? [], at: place)
        case 4: bytes.removeSubrange(chance.range(in: bytes.count))
        case 5: bytes.insert(contentsOf: bytes[chance.range(in: bytes.count)], at: place)
        case 6: bytes.insert(contentsOf: other[chance.range(in: other.count)], at: place)
        case 7: bytes.removeSubrange(place...)
        case 8, 9: replaceNumber(&bytes, from: place)
        case 10, 11: replaceValue(&bytes, from: place)
        case 12: swapLines(&bytes)
        default: repeatPart(&bytes, at: place)
        }
    }

    /// The next number becomes one that a server may send and nobody counts on.
    private mutating func replaceNumber(_ bytes: inout [UInt8], from place: Int) {
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        guard let start = bytes[place...].firstIndex(where: isDigit) ?? bytes.firstIndex(where: isDigit) else { return }
        let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
        bytes.replaceSubrange(start..<end, with: chance.pick(FuzzNasties.numbers) ?? [])
    }

    /// What stands between two separators becomes something else.
    private mutating func replaceValue(_ bytes: inout [UInt8], from place: Int) {
        let separators = Set(":,;=[]{}&\t\n ".utf8)
        guard let before = bytes[place...].firstIndex(where: separators.contains) else { return }
        let start = before + 1
        let end = bytes[start...].firstIndex { separators.contains($0) } ?? bytes.count
        let value: [UInt8]? =
            switch chance.below(4) {
            case 0: chance.pick(FuzzNasties.values)
            case 1: chance.pick(FuzzNasties.numbers)
            case 2: [0x22] + (chance.pick(FuzzNasties.texts) ?? []) + [0x22]
            default: Array("[".utf8) + bytes[start..<end] + Array("]".utf8)
            }
        bytes.replaceSubrange(start..<end, with: value ?? [])
    }

    private mutating func swapLines(_ bytes: inout [UInt8]) {
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        lines.swapAt(chance.below(lines.count), chance.below(lines.count))
        bytes = Array(lines.joined(separator: [0x0A]))
    }

    private mutating func repeatPart(_ bytes: inout [UInt8], at place: Int) {
        let part = bytes[chance.range(in: bytes.count)]
        guard !part.isEmpty, part.count < 256 else { return }
        let count = min(1 + chance.below(600), Self.limit / part.count)
        bytes.insert(contentsOf: repeatElement(part, count: count).joined(), at: place)
    }
}
