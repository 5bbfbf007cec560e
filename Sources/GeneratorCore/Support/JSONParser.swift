package import Foundation

/// Reads a JSON text as RFC 8259 has it, and what Python writes beside: `NaN` and `Infinity`, which become `null`.
///
/// It goes over a long text twice: once to count what every list holds, so that each gets the memory that it needs and no
/// more, and to know what the whole will cost; then to build the value. Neither calls itself, however deep a text is. What is
/// short, as most messages are, costs little in any case, and is built at once.
package struct JSONParser {
    /// More levels are refused: a value is compared, hashed and freed by functions that call themselves.
    package static let depthLimit = 512
    /// A value may take so many times the bytes of its text in memory, or ``freeMemory``, whichever is more.
    package static let memoryFactor = 20
    /// What any value may take, in bytes.
    package static let freeMemory = 32 << 20

    /// What has fewer bytes is short: nothing in it can take more than a few hundred times as much.
    static let shortText = 4 << 10

    let bytes: UnsafeRawBufferPointer
    var position: Int
    private var counts: [UInt32] = []
    private var nextCount = 0

    /// - Throws: `invalidResponse` for what is not JSON, `responseTooLarge` for what would cost too much memory,
    ///   `CancellationError` where the task was cancelled.
    package static func parse(_ data: Data) throws -> JSONValue {
        try data.withUnsafeBytes(parse)
    }

    /// - Throws: As ``parse(_:)``.
    package static func parse(_ text: String) throws -> JSONValue {
        var text = text
        return try text.withUTF8 { try parse(UnsafeRawBufferPointer($0)) }
    }

    private static func parse(_ bytes: UnsafeRawBufferPointer) throws -> JSONValue {
        var parser = JSONParser(bytes)
        try Task.checkCancellation()
        if bytes.count >= shortText { try parser.measure() }
        return try parser.document()
    }

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        position = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
    }

    // MARK: - What it will cost

    /// Counts the members of every list and object, in the order in which they open.
    private mutating func measure() throws {
        var open: [(list: Int, isObject: Bool)] = []
        var isEmpty = false
        var cost: Int64 = 0
        let limit = max(Int64(Self.freeMemory), Int64(bytes.count) * Int64(Self.memoryFactor))
        var index = position
        var nextCheck = index + 1 << 16
        while index < bytes.count {
            if index >= nextCheck {
                try Task.checkCancellation()
                nextCheck = index + 1 << 16
            }
            let byte = bytes[index]
            index += 1
            if byte <= 0x20 { continue }
            switch byte {
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                if isEmpty, let top = open.last { counts[top.list] = 1 }
                guard open.count < Self.depthLimit else { throw tooDeep(at: index) }
                open.append((counts.count, byte == UInt8(ascii: "{")))
                counts.append(0)
                isEmpty = true
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                guard let top = open.popLast() else { throw malformed(at: index) }
                cost += JSONValue.cost(of: counts[top.list], isObject: top.isObject)
                isEmpty = false
                guard cost <= limit else {
                    throw GenerationError(.responseTooLarge, "The service sent JSON that takes too much memory.")
                }
            case UInt8(ascii: ","):
                if let top = open.last { counts[top.list] &+= 1 }
            default:
                if isEmpty, let top = open.last { counts[top.list] = 1 }
                isEmpty = false
                guard byte == UInt8(ascii: "\"") else { break }
                let start = index
                while true {
                    index = plainEnd(from: index)
                    guard index < bytes.count, bytes[index] != UInt8(ascii: "\"") else { break }
                    index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
                }
                if index - start > 15 { cost += Int64(index - start + 48) }
                index += 1
            }
        }
        // Also no memory is set aside for a list that never ends.
        guard open.isEmpty else { throw malformed(at: index) }
    }

    // MARK: - The value

    /// A list or an object that is not complete yet.
    struct Container {
        var elements: [JSONValue] = []
        var members: [String: JSONValue] = [:]
        var key = ""
        let isObject: Bool

        init(isObject: Bool, count: Int) {
            self.isObject = isObject
            if isObject { members = Dictionary(minimumCapacity: count) } else { elements.reserveCapacity(count) }
        }

        var value: JSONValue { isObject ? .object(members) : .array(elements) }

        mutating func add(_ value: JSONValue) {
            if isObject { members[key] = value } else { elements.append(value) }
        }
    }

    private mutating func document() throws -> JSONValue {
        var open: [Container] = []
        open.reserveCapacity(4)
        var built = 0
        while true {
            built += 1
            if built & 0xFFF == 0 { try Task.checkCancellation() }
            guard var value = try valueOrStart(&open) else { continue }
            // Into its container, which may be complete with it, and so on outwards.
            while let top = open.indices.last {
                open[top].add(value)
                let isObject = open[top].isObject
                let byte = skipSpace()
                position += 1
                if byte == UInt8(ascii: ",") {
                    if isObject { open[top].key = try key() }
                    break
                }
                guard byte == UInt8(ascii: isObject ? "}" : "]") else { throw malformed() }
                value = open.removeLast().value
            }
            if open.isEmpty {
                guard skipSpace() == nil else { throw malformed() }
                return value
            }
        }
    }

    /// - Returns: A value that is complete; `nil` where a list or an object was opened.
    mutating func valueOrStart(_ open: inout [Container]) throws -> JSONValue? {
        guard let byte = skipSpace() else { throw malformed() }
        switch byte {
        case UInt8(ascii: "["), UInt8(ascii: "{"):
            let isObject = byte == UInt8(ascii: "{")
            position += 1
            guard open.count < Self.depthLimit else { throw tooDeep() }
            // A guess where nothing was counted.
            let count = nextCount < counts.count ? Int(counts[nextCount]) : isObject ? 4 : 0
            nextCount += 1
            if skipSpace() == UInt8(ascii: isObject ? "}" : "]") {
                position += 1
                return isObject ? .object([:]) : .array([])
            }
            var container = Container(isObject: isObject, count: count)
            if isObject { container.key = try key() }
            open.append(container)
            return nil
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "N"): return try word("NaN", .null)
        case UInt8(ascii: "I"): return try word("Infinity", .null)
        default: return try number()
        }
    }

    /// - Returns: The next byte that is no space; it is not taken.
    mutating func skipSpace() -> UInt8? {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            case let byte: return byte
            }
        }
        return nil
    }

    private mutating func key() throws -> String {
        guard skipSpace() == UInt8(ascii: "\"") else { throw malformed() }
        let key = try string()
        guard skipSpace() == UInt8(ascii: ":") else { throw malformed() }
        position += 1
        return key
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws -> JSONValue {
        let count = word.utf8CodeUnitCount
        let text = UnsafeRawBufferPointer(start: word.utf8Start, count: count)
        guard bytes.count - position >= count, bytes[position..<position + count].elementsEqual(text) else {
            throw malformed()
        }
        position += count
        return value
    }

    private mutating func number() throws -> JSONValue {
        let start = position
        let isNegative = bytes[position] == UInt8(ascii: "-")
        if isNegative {
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "I") { return try word("Infinity", .null) }
        }
        let first = position
        var whole: Int? = 0
        while let digit = digit() {
            // Towards the negative, where there is one number more.
            whole = whole.flatMap { value in
                let (shifted, isTooLarge) = value.multipliedReportingOverflow(by: 10)
                let (sum, isTooSmall) = shifted.subtractingReportingOverflow(digit)
                return isTooLarge || isTooSmall ? nil : sum
            }
        }
        guard position > first, position == first + 1 || bytes[first] != UInt8(ascii: "0") else { throw malformed() }
        var isWhole = true
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            isWhole = false
            position += 1
            try digits()
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            position += 1
            if position < bytes.count, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[position]) {
                position += 1
            }
            try digits()
        }
        if isWhole, let whole, isNegative || whole > .min { return .integer(isNegative ? whole : -whole) }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        // Digits that a double would round away are somebody's seed or id.
        guard !isWhole || whole == 0, let value = Double(text), value.isFinite else { return .largeNumber(text) }
        return .number(value)
    }

    private mutating func digit() -> Int? {
        guard position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) else {
            return nil
        }
        defer { position += 1 }
        return Int(bytes[position] - UInt8(ascii: "0"))
    }

    private mutating func digits() throws {
        guard digit() != nil else { throw malformed() }
        while digit() != nil {}
    }

    private func tooDeep(at index: Int? = nil) -> GenerationError {
        malformed("nests more than \(Self.depthLimit) levels", at: index)
    }

    func malformed(_ what: String = "is not JSON", at index: Int? = nil) -> GenerationError {
        GenerationError(.invalidResponse, "The text \(what) (byte \(index ?? position)).")
    }
}

extension JSONValue {
    /// What a list or an object of so many members takes in memory, without what its members hold.
    fileprivate static func cost(of count: UInt32, isObject: Bool) -> Int64 {
        guard count > 0 else { return 0 }
        // The allocator's own share is in it.
        guard isObject else { return 48 + Int64(count) * Int64(MemoryLayout<JSONValue>.stride) }
        var places: Int64 = 2
        while places * 3 / 4 < count { places *= 2 }
        return 96 + places / 8 + places * Int64(MemoryLayout<(String, JSONValue)>.stride)
    }
}
