import Foundation
import GeneratorCore
import GeneratorTesting
import TestPace
import Testing

/// Our parser against Foundation's, which refuses only what ours repairs.
@Suite(.paced) struct JSONAgainstFoundationTests {
    @Test(arguments: 1...20) func randomDocumentsAreReadAlike(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<150 {
            let text = Self.document(&random, depth: 5)
            #expect(try Self.rounded(JSONValue(parsing: Data(text.utf8))) == Self.reference(Data(text.utf8)), "\(text)")
            var bytes = Array(text.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
                let index = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes.remove(at: index)
                case 1: bytes.insert(Array("{}[]\",:0-.eE\\u 1\n".utf8).randomElement(using: &random) ?? 0, at: index)
                default: bytes[index] = UInt8.random(in: 1...255, using: &random)
                }
            }
            let broken = Data(bytes)
            if let theirs = try? Self.reference(broken) {
                #expect(
                    (try? JSONValue(parsing: broken)).map(Self.rounded) == theirs,
                    "\(String(decoding: bytes, as: UTF8.self))")
            } else if let ours = try? JSONValue(parsing: broken) {
                let said = String(decoding: bytes, as: UTF8.self)
                #expect(Self.isRepaired(ours, said), "Foundation refuses \(said.debugDescription)")
            }
        }
    }

    /// The stated differences.
    private static func isRepaired(_ value: JSONValue, _ text: String) -> Bool {
        let written = (try? value.serialized()).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return written.contains("\u{FFFD}") || text.contains("NaN") || text.contains("Infinity")
            || hasLargeNumber(value)
    }

    private static func hasLargeNumber(_ value: JSONValue) -> Bool {
        switch value {
        case .largeNumber: true
        case .array(let values): values.contains(where: hasLargeNumber)
        case .object(let members): members.values.contains(where: hasLargeNumber)
        default: false
        }
    }

    private static func document(_ random: inout SplitMix64, depth: Int) -> String {
        let space = [" ", "", "", "\n", "\t"].randomElement(using: &random) ?? ""
        let count = Int.random(in: 0...4, using: &random)
        switch Int.random(in: 0...(depth > 0 ? 8 : 5), using: &random) {
        case 0: return ["true", "false", "null"].randomElement(using: &random) ?? ""
        case 1: return String(Int.random(in: Int.min...Int.max, using: &random))
        case 2: return String(Double(bitPattern: 0x3FF << 52 | random.next() >> 12))
        case 3:
            return ["0", "-0.0", "1e5", "1E-7", "-1.25e+3", "12345678901234567890"].randomElement(using: &random) ?? ""
        case 4, 5: return quoted(&random)
        case 6, 7:
            return "[" + (0..<count).map { _ in document(&random, depth: depth - 1) }.joined(separator: space + ",")
                + "]"
        default:
            return "{"
                + (0..<count).map {
                    "\"\($0)" + quoted(&random).dropFirst() + space + ":" + document(&random, depth: depth - 1)
                }
                .joined(separator: "," + space) + "}"
        }
    }

    private static func quoted(_ random: inout SplitMix64) -> String {
        let pieces = [
            "a", "plain words that are longer", "é", "🦊", "\\n", "\\\"", "\\\\", "\\/", "\\u00e9", "\\ud83e\\udd8a",
            "\u{2028}",
        ]
        return "\""
            + (0..<Int.random(in: 0...6, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
            .joined()
            + "\""
    }

    /// The value with the nearest double in place of digits that Foundation does not keep.
    private static func rounded(_ value: JSONValue) -> JSONValue {
        switch value {
        case .largeNumber: value.double.map(JSONValue.number) ?? value
        case .array(let values): .array(values.map(rounded))
        case .object(let members): .object(members.mapValues(rounded))
        default: value
        }
    }

    static func reference(_ data: Data) throws -> JSONValue {
        value(try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed))
    }

    private static func value(_ native: Any) -> JSONValue {
        switch native {
        case let value as String: return .string(value)
        case let values as [Any]: return .array(values.map(value))
        case let members as [String: Any]: return .object(members.mapValues(value))
        case let number as NSNumber:
            switch UnicodeScalar(UInt8(bitPattern: number.objCType.pointee)) {
            case "c", "B": return .bool(number.boolValue)
            case "i", "q": return .integer(number.intValue)
            default:
                // Foundation on Linux rounds twice on the way from a decimal to a double; its text is right.
                let text = number.stringValue
                let exact = (number as? NSDecimalNumber).flatMap { _ in Int(text) }
                return exact.map(JSONValue.integer) ?? .number(Double(text) ?? number.doubleValue)
            }
        default: return .null
        }
    }

    @Test func recordingsAreReadAlike() throws {
        var folder = URL(fileURLWithPath: #filePath)
        for _ in 1...4 { folder.deleteLastPathComponent() }
        let files = FileManager.default.enumerator(
            at: folder.appending(path: "Fixtures"), includingPropertiesForKeys: nil)
        var count = 0
        for case let file as URL in try #require(files) where file.pathExtension == "json" {
            let data = try Data(contentsOf: file)
            let value = try JSONValue(parsing: data)
            #expect(try Self.rounded(value) == Self.reference(data), "\(file.lastPathComponent)")
            #expect(try JSONValue(parsing: value.serialized()) == value)
            // What the server said stands inside, as texts.
            for exchange in value["exchanges"]?.array ?? [] {
                for line in (exchange["response"]?["chunks"]?.array ?? []).compactMap({ $0[1]?.string }) {
                    for text in line.split(separator: "\n").map({ $0.hasPrefix("data: ") ? $0.dropFirst(6) : $0 }) {
                        guard let theirs = try? Self.reference(Data(text.utf8)) else { continue }
                        count += 1
                        #expect(try Self.rounded(JSONValue(parsing: Data(text.utf8))) == theirs)
                    }
                }
            }
        }
        #expect(count > 100)
    }
}
