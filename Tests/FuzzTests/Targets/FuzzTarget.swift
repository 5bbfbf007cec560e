import Foundation

/// Something that reads bytes from a stranger: a function from bytes to nothing, with what must be true of every input.
///
/// The suite feeds it with ``FuzzMutator``; libFuzzer with what makes it take a new way.
struct FuzzTarget: Sendable {
    let name: String
    /// Inputs that go far in; all others are made of these.
    let seeds: @Sendable () async throws -> [[UInt8]]
    /// What stands in inputs of this kind.
    let words: [String]
    /// - Throws: A ``FuzzFinding`` where something is not true of this input.
    let check: @Sendable ([UInt8]) async throws -> Void

    init(
        _ name: String, seeds: @escaping @Sendable () throws -> [String], words: [String] = [],
        check: @escaping @Sendable ([UInt8]) async throws -> Void
    ) {
        self.init(name, bytes: { try seeds().map { Array($0.utf8) } }, words: words, check: check)
    }

    init(
        _ name: String, bytes: @escaping @Sendable () async throws -> [[UInt8]], words: [String] = [],
        check: @escaping @Sendable ([UInt8]) async throws -> Void
    ) {
        self.name = name
        seeds = bytes
        self.words = words
        self.check = check
    }

    static let all = streams + pictures + texts + requests + gradio + command + services

    static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// What is not true of an input, though it must be of each.
struct FuzzFinding: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// - Throws: A ``FuzzFinding`` where it is not true.
func demand(_ isTrue: Bool, _ words: @autoclosure () -> String) throws {
    if !isTrue { throw FuzzFinding(words()) }
}

/// The bytes in pieces whose lengths follow from the bytes themselves.
func pieces(of bytes: [UInt8]) -> [[UInt8]] {
    var chance = FuzzChance(seed: bytes.reduce(UInt64(bytes.count)) { $0 &* 31 &+ UInt64($1) })
    var pieces: [[UInt8]] = []
    var start = 0
    while start < bytes.count {
        let end = min(bytes.count, start + 1 + chance.below(chance.below(8) == 0 ? 64 : 4))
        pieces.append(Array(bytes[start..<end]))
        start = end
    }
    return pieces
}
