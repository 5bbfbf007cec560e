import Foundation

/// Event streams to be parsed: the same bytes each time.
struct EventStreams: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        /// What a Gradio queue sends: messages of 200 to 400 bytes.
        case small
        /// The same with CRLF.
        case crlf
        /// Results with a picture inside: a megabyte in one line.
        case big
        /// Comments and heartbeats of a few bytes.
        case tiny
        /// One event of one line.
        case line16
        /// One event of many short lines.
        case lines1m
        /// One line, to be read in pieces of 64 bytes.
        case drip

        /// Whether the time must grow with the size, and no faster.
        var isLong: Bool { self == .line16 || self == .lines1m || self == .drip }

        /// In bytes.
        var size: Int {
            switch self {
            case .small: 100_000_000
            case .big: 64_000_000
            case .line16: 16_000_000
            case .lines1m: 11_000_000
            case .crlf, .tiny: 20_000_000
            case .drip: 2_000_000
            }
        }

        /// The size of the pieces in which it is read.
        var piece: Int { self == .drip ? 64 : 16 << 10 }
    }

    let folder: URL
    let isQuick: Bool

    func file(_ kind: Kind, isHalf: Bool = false) -> String {
        folder.appendingPathComponent(kind.rawValue + (isHalf ? ".half" : "") + ".sse").path
    }

    /// Writes the files of a kind.
    func write(_ kind: Kind) throws {
        let size = isQuick ? kind.size / 10 : kind.size
        try Data(Self.bytes(kind, size)).write(to: URL(fileURLWithPath: file(kind)))
        guard kind.isLong else { return }
        try Data(Self.bytes(kind, size / 2)).write(to: URL(fileURLWithPath: file(kind, isHalf: true)))
    }

    private static let words = [
        "Loading pipeline components", "Denoising", "VAE decode", "Upscaling tile", "Chargement du modèle",
        "プロンプトを処理中", "Encoding frames", "Warming up CUDA graphs 🔥",
        "Writing safetensors to the output directory",
    ]

    private static func bytes(_ kind: Kind, _ size: Int) -> [UInt8] {
        var chance = Chance()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size + (1 << 20) + 16)
        switch kind {
        case .small, .crlf:
            let end = kind == .crlf ? "\r\n\r\n" : "\n\n"
            while bytes.count < size { bytes += ("data: " + message(&chance) + end).utf8 }
        case .big:
            while bytes.count < size {
                bytes += #"event: complete\#ndata: [{"caption":"résultat","url":"data:image/png;base64,"#.utf8
                for _ in 0..<1_000_000 / 16 { bytes += chance.letters }
                bytes += "\"}]\n\n".utf8
            }
        case .tiny:
            var number = 0
            while bytes.count < size {
                number += 1
                bytes += block(number, &chance).utf8
            }
            bytes.append(UInt8(ascii: "\n"))
        case .line16, .drip:
            bytes += "data: ".utf8
            while bytes.count < size { bytes += "0123456789abcdef".utf8 }
            bytes += "\n\n".utf8
        case .lines1m:
            while bytes.count < size { bytes += "data: abcd\n".utf8 }
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    /// A message of Gradio's queue.
    private static func message(_ chance: inout Chance) -> String {
        let job = #""event_id":"0123456789abcdef0123456789abcdef""#
        func word() -> String { words[chance.below(words.count)] }
        switch chance.below(100) {
        case ..<86:
            let first = unit(word(), of: 50, "steps", "null", &chance)
            let second = chance.below(100) < 55 ? "," + unit(word(), of: 64, "it", "0.4711", &chance) : ""
            return #"{"msg":"progress",\#(job),"progress_data":[\#(first)\#(second)],"time":4711.5}"#
        case ..<92:
            return #"{"msg":"process_generating",\#(job),"output":{"data":[[["append",[],"\#(word()) \#(word())"]]],"#
                + #""is_generating":true,"duration":0.05},"success":true,"time_limit":null}"#
        case ..<96:
            return #"{"msg":"log",\#(job),"log":"\#(word()) / \#(word())","level":"info","duration":10,"visible":true}"#
        case ..<99:
            return #"{"msg":"estimation",\#(job),"rank":0,"queue_size":\#(chance.below(90)),"rank_eta":12.345678,"#
                + #""note":"\#(word())","avg_event_process_time":3.141592}"#
        default: return #"{"msg":"heartbeat","event_id":null}"#
        }
    }

    private static func unit(
        _ word: String, of length: Int, _ unit: String, _ progress: String, _ chance: inout Chance
    ) -> String {
        #"{"index":\#(chance.below(length)),"length":\#(length),"unit":"\#(unit)","progress":\#(progress),"#
            + #""desc":"\#(word)"}"#
    }

    /// A few bytes without an event, but for one in two hundred.
    private static func block(_ number: Int, _ chance: inout Chance) -> String {
        if number % 200 == 0 { return "event: complete\ndata: [\"done \(number)\"]\n\n" }
        switch chance.below(100) {
        case ..<35: return ":\n\n"
        case ..<65: return ": ping\n\n"
        case ..<80: return ": heartbeat \(number)\n\n"
        case ..<90: return ":\n"
        default: return "event: heartbeat\ndata: null\n\n"
        }
    }

    /// Numbers that look random and are the same each time.
    struct Chance {
        private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }

        mutating func below(_ limit: Int) -> Int { Int(next() >> 33) % limit }

        /// Sixteen letters.
        var letters: [UInt8] {
            mutating get {
                var rest = next()
                return (0..<16).map { _ in
                    defer { rest >>= 4 }
                    return UInt8(ascii: "A") + UInt8(rest & 15)
                }
            }
        }
    }
}
