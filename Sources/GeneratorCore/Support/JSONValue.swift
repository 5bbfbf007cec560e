public import Foundation

/// Any JSON value, for what has no fixed shape: a Space's arguments and results, metadata.
public enum JSONValue: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without a fraction that fits into 64 bits.
    case integer(Int)
    /// A number with a fraction, or beyond 64 bits, that a `Double` holds.
    case number(Double)
    /// A number that neither holds, as it was written: one without a fraction beyond 64 bits, or `1e400`. It is no
    /// ``integer``, a ``double`` where that is finite, and is written again digit by digit; a `Codable` encoder gets one of
    /// more than 38 digits as a text.
    case largeNumber(String)
    /// A text.
    case string(String)
    /// An ordered list.
    case array([JSONValue])
    /// Names and values; the order is not kept.
    case object([String: JSONValue])

    /// Reads a JSON text of any kind.
    ///
    /// Beside JSON it reads what Python's writer makes: `NaN` and `Infinity` become `null`, half of a surrogate pair becomes
    /// U+FFFD. Of two equal keys the last counts.
    /// - Parameter data: UTF-8 text, of at most 512 levels.
    /// - Throws: ``GenerationError``: `invalidResponse` for what is not JSON or nests deeper, `responseTooLarge` for what
    ///   would take more memory than 20 times its text and more than 32 MiB; `CancellationError` where the task was
    ///   cancelled.
    public init(parsing data: Data) throws { self = try JSONParser.parse(data) }

    /// Reads what a server sent.
    /// - Parameter data: What may be JSON.
    /// - Returns: The value; `nil` where it is not JSON.
    /// - Throws: ``GenerationError`` (`responseTooLarge`), `CancellationError`.
    package static func ifValid(_ data: Data) throws -> JSONValue? { try ifValid { try JSONParser.parse(data) } }

    /// Reads what a server sent.
    /// - Parameter text: What may be JSON.
    /// - Returns: The value; `nil` where it is not JSON.
    /// - Throws: ``GenerationError`` (`responseTooLarge`), `CancellationError`.
    package static func ifValid(_ text: String) throws -> JSONValue? { try ifValid { try JSONParser.parse(text) } }

    private static func ifValid(_ value: () throws -> JSONValue) throws -> JSONValue? {
        do {
            return try value()
        } catch let error as GenerationError where error.code == .invalidResponse {
            return nil
        }
    }

    /// Reads what a server sent where nothing depends on it.
    /// - Parameter data: What may be JSON.
    /// - Returns: The value; `nil` where it cannot be read.
    /// - Throws: `CancellationError`.
    package static func ifReadable(_ data: Data) throws -> JSONValue? {
        do {
            return try JSONValue(parsing: data)
        } catch is GenerationError {
            return nil
        }
    }

    /// The value as compact JSON text in UTF-8, keys sorted.
    /// - Throws: ``GenerationError`` (`invalidRequest`) where a number is not finite.
    /// - Returns: The text.
    public func serialized() throws -> Data {
        var writer = JSONWriter()
        try writer.write(self)
        return Data(writer.bytes)
    }
}

extension JSONValue {
    /// The value under a key, or `nil` where this is no object or has no such key.
    /// - Parameter key: The key.
    public subscript(key: String) -> JSONValue? { object?[key] }

    /// The element at a position, or `nil` where this is no array or too short.
    /// - Parameter index: The position, from 0.
    public subscript(index: Int) -> JSONValue? {
        guard let array, array.indices.contains(index) else { return nil }
        return array[index]
    }

    /// The text, where this is one.
    public var string: String? { if case .string(let value) = self { value } else { nil } }

    /// The truth value, where this is one.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The number, where this is one, with or without a fraction.
    public var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .largeNumber(let text): Double(text).flatMap { $0.isFinite ? $0 : nil }
        default: nil
        }
    }

    /// The number as an integer, where it is one; `7.0` counts.
    public var integer: Int? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The elements, where this is an array.
    public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }

    /// The members, where this is an object.
    public var object: [String: JSONValue]? { if case .object(let value) = self { value } else { nil } }

    /// Whether this is `null`.
    public var isNull: Bool { self == .null }
}

extension JSONValue {
    /// A number of ours as people write it: `4` rather than `4.0`, which Python reads as another kind of number.
    package init(plain number: Double) {
        self = Int(exactly: number).map(JSONValue.integer) ?? .number(number)
    }

    /// About how many bytes of memory the value takes, and how many levels of containers it has. Looks at every part of
    /// it once and does not call itself.
    package var extent: (size: Int, levels: Int) {
        var size = 0, levels = 0
        var containers: [(value: JSONValue, level: Int)] = []
        func count(_ value: JSONValue, at level: Int) {
            size += MemoryLayout<JSONValue>.stride
            switch value {
            case .string(let text), .largeNumber(let text): size += text.utf8.count
            case .array, .object: containers.append((value, level))
            default: break
            }
        }
        count(self, at: 1)
        while let (container, level) = containers.popLast() {
            levels = max(levels, level)
            for element in container.array ?? [] { count(element, at: level + 1) }
            for (key, value) in container.object ?? [:] {
                size += 64 + key.utf8.count
                count(value, at: level + 1)
            }
        }
        return (size, levels)
    }
}

extension JSONValue: CustomStringConvertible {
    /// The value as compact JSON text, keys sorted.
    public var description: String { (try? serialized()).map { String(decoding: $0, as: UTF8.self) } ?? "null" }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// Makes `null`.
    /// - Parameter nilLiteral: Nothing.
    public init(nilLiteral: ()) { self = .null }

    /// Makes a truth value.
    /// - Parameter value: The value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// Makes an integer.
    /// - Parameter value: The value.
    public init(integerLiteral value: Int) { self = .integer(value) }

    /// Makes a number.
    /// - Parameter value: The value.
    public init(floatLiteral value: Double) { self = .number(value) }

    /// Makes a text.
    /// - Parameter value: The value.
    public init(stringLiteral value: String) { self = .string(value) }

    /// Makes an array.
    /// - Parameter elements: The elements.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// Makes an object; of two equal keys the last counts.
    /// - Parameter elements: The members.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
}

extension JSONValue: Codable {
    /// Reads any JSON value. For whole documents ``init(parsing:)`` is several times faster.
    /// - Parameter decoder: The decoder.
    /// - Throws: What the decoder throws.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// Writes the value.
    /// - Parameter encoder: The encoder.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .largeNumber(let text):
            // It holds 38 digits, and says `NaN` of what it cannot hold.
            if let number = Decimal(string: text), number.description == text {
                try container.encode(number)
            } else {
                try container.encode(text)
            }
        case .string(let value): try container.encode(value)
        case .array(let values): try container.encode(values)
        case .object(let values): try container.encode(values)
        }
    }
}
