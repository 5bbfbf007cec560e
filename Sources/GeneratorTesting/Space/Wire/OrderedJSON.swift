/// JSON whose objects keep their order: what goes out has its members in the order of Gradio's own.
enum OrderedJSON: Sendable, Hashable {
    struct Member: Sendable, Hashable {
        let key: String
        let value: OrderedJSON
    }

    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([OrderedJSON])
    case object([Member])

    /// A number that Python would write without a fraction is written without.
    init(plain number: Double) {
        self = Int(exactly: number).map(OrderedJSON.integer) ?? .number(number)
    }

    subscript(key: String) -> OrderedJSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    static func optional(_ number: Double?) -> OrderedJSON { number.map(OrderedJSON.number) ?? .null }

    /// An object with more members.
    static func + (object: OrderedJSON, more: KeyValuePairs<String, OrderedJSON>) -> OrderedJSON {
        guard case .object(let members) = object else { return object }
        return .object(members + more.map { Member(key: $0.key, value: $0.value) })
    }
}

extension OrderedJSON {
    /// Without blanks and as UTF-8: answers, and the messages of the queue.
    var compact: String { written(comma: ",", colon: ":", quote: { Self.quoted($0, asciiOnly: false) }) }

    /// With blanks and in ASCII, as Python's own writer does it: the events of the call flow.
    var spaced: String { written(comma: ", ", colon: ": ", quote: { Self.quoted($0, asciiOnly: true) }) }

    private func written(comma: String, colon: String, quote: (String) -> String) -> String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .number(let value): value.isFinite ? String(value) : "null"
        case .string(let value): quote(value)
        case .array(let values):
            "[" + values.map { $0.written(comma: comma, colon: colon, quote: quote) }.joined(separator: comma) + "]"
        case .object(let members):
            "{"
                + members.map { quote($0.key) + colon + $0.value.written(comma: comma, colon: colon, quote: quote) }
                .joined(separator: comma) + "}"
        }
    }

    private static func quoted(_ text: String, asciiOnly: Bool) -> String {
        var escaped = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": escaped += "\\\""
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\r": escaped += "\\r"
            case "\t": escaped += "\\t"
            case "\u{8}": escaped += "\\b"
            case "\u{C}": escaped += "\\f"
            case " "..<"\u{7F}": escaped.unicodeScalars.append(scalar)
            case "\u{7F}"... where !asciiOnly: escaped.unicodeScalars.append(scalar)
            default:
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            }
        }
        return escaped + "\""
    }
}

extension OrderedJSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(nilLiteral: ()) { self = .null }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(integerLiteral value: Int) { self = .integer(value) }
    init(floatLiteral value: Double) { self = .number(value) }
    init(stringLiteral value: String) { self = .string(value) }
    init(arrayLiteral elements: OrderedJSON...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, OrderedJSON)...) {
        self = .object(elements.map { Member(key: $0.0, value: $0.1) })
    }
}
