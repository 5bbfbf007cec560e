internal import GeneratorTransport

/// The name of a member as it stands in a JSON text, or would stand there.
package struct JSONKey {
    private let bytes: UnsafeRawBufferPointer

    package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Lets a name stand in a `case`.
    package static func ~= (name: StaticString, key: JSONKey) -> Bool {
        guard key.bytes.count == name.utf8CodeUnitCount else { return false }
        return key.bytes.indices.allSatisfy { key.bytes[$0] == name.utf8Start[$0] }
    }
}

extension JSONParser {
    /// Says that a text is not as simple as was hoped; it may well be JSON.
    package struct NotSimple: Error {
        package init() {}
    }

    /// Reads an object member by member, for texts of which hundreds come and little is wanted: no value is made of what
    /// nobody looks at, and no table of what is looked at once.
    ///
    /// What it reads is JSON, but not all JSON is read: the whole parser is for what this one gives up.
    /// - Parameters:
    ///   - text: The text.
    ///   - member: Takes one value, with ``simple()``, ``simpleMembers(_:)`` or ``takes(_:)``. Of two equal names the
    ///     last one counts, as for the whole parser.
    /// - Returns: Whether all of it was read.
    package static func readsMembers(
        of text: String, _ member: (JSONKey, inout JSONParser) throws -> Void
    ) -> Bool {
        // What is long may be more than the whole parser takes.
        guard text.utf8.count < shortText else { return false }
        var text = text
        return text.withUTF8 { bytes in
            var parser = JSONParser(UnsafeRawBufferPointer(bytes))
            do {
                try parser.members(member)
                return parser.skipSpace() == nil
            } catch {
                return false
            }
        }
    }

    /// Reads a list of objects, member by member.
    /// - Parameters:
    ///   - begin: Called for each object, before its members.
    ///   - member: Takes one value.
    /// - Throws: ``NotSimple``, and what `member` throws.
    package mutating func objects(
        _ begin: () -> Void, _ member: (JSONKey, inout JSONParser) throws -> Void
    ) throws {
        guard skipSpace() == UInt8(ascii: "[") else { throw NotSimple() }
        position += 1
        if skipSpace() == UInt8(ascii: "]") {
            position += 1
            return
        }
        repeat {
            begin()
            try members(member)
        } while try goesOn(to: UInt8(ascii: "]"))
    }

    private mutating func members(_ member: (JSONKey, inout JSONParser) throws -> Void) throws {
        guard skipSpace() == UInt8(ascii: "{") else { throw NotSimple() }
        position += 1
        if skipSpace() == UInt8(ascii: "}") {
            position += 1
            return
        }
        repeat {
            guard skipSpace() == UInt8(ascii: "\"") else { throw NotSimple() }
            let start = position + 1
            position = plainEnd(from: start)
            // A name with an escape may be equal to one without.
            while position < bytes.count, 0x20..<0x80 ~= bytes[position], bytes[position] != UInt8(ascii: "\\"),
                bytes[position] != UInt8(ascii: "\"")
            {
                position += 1
            }
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw NotSimple() }
            let key = JSONKey(UnsafeRawBufferPointer(rebasing: bytes[start..<position]))
            position += 1
            guard skipSpace() == UInt8(ascii: ":") else { throw NotSimple() }
            position += 1
            try member(key, &self)
        } while try goesOn(to: UInt8(ascii: "}"))
    }

    /// Whether another element follows; if not, the end is taken.
    private mutating func goesOn(to end: UInt8) throws -> Bool {
        let byte = skipSpace()
        position += 1
        if byte == UInt8(ascii: ",") { return true }
        guard byte == end else { throw NotSimple() }
        return false
    }

    /// Takes a value that is no list and no object.
    package mutating func simple() throws -> JSONValue {
        var open: [Container] = []
        guard let byte = skipSpace(), byte != UInt8(ascii: "["), byte != UInt8(ascii: "{"),
            let value = try valueOrStart(&open)
        else { throw NotSimple() }
        return value
    }

    /// Takes a text where it is this one, without making it.
    package mutating func takes(_ expected: String) -> Bool {
        guard skipSpace() == UInt8(ascii: "\"") else { return false }
        let start = position + 1
        return expected.withBytes { expected in
            let end = start + expected.count
            guard end < bytes.count, bytes[end] == UInt8(ascii: "\""),
                expected.indices.allSatisfy({ index in
                    // What is written with an escape is left to whoever makes the text.
                    let byte = expected[index]
                    return bytes[start + index] == byte && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
                })
            else { return false }
            position = end + 1
            return true
        }
    }
}
