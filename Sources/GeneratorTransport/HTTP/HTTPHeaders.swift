/// Header fields in the order they were added; names compare without regard to case.
///
/// ```swift
/// var headers: HTTPHeaders = ["Accept": "text/event-stream"]
/// headers["accept"]          // "text/event-stream"
/// ```
///
/// Printing shows the names only: a value may be a credential.
public struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral, Sequence, CustomStringConvertible,
    CustomReflectable
{
    /// One header field. Printing shows its name only.
    public struct Field: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
        /// The name as written.
        public let name: String
        /// The value as written.
        public let value: String

        /// Makes a field.
        /// - Parameters:
        ///   - name: The name.
        ///   - value: The value.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }

        /// The name.
        public var description: String { name }

        /// Shows the name, so that `dump` prints nothing of the value.
        public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
    }

    private var fields: [Field] = []

    /// Makes an empty collection of fields.
    public init() {}

    /// Makes fields from a literal; a name given twice makes two fields.
    /// - Parameter elements: Names and values.
    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map(Field.init)
    }

    /// The value of a field; several fields of one name are joined by a comma and a space, as HTTP allows.
    ///
    /// Setting replaces every field of that name; setting `nil` removes them.
    /// - Parameter name: The name, in any case.
    public subscript(name: String) -> String? {
        get {
            var found: String?
            let count = name.utf8.count
            for field in fields where field.name.utf8.count == count && field.name.caseInsensitiveEquals(name) {
                found = found.map { $0 + ", " + field.value } ?? field.value
            }
            return found
        }
        set {
            fields.removeAll { $0.name.caseInsensitiveEquals(name) }
            if let newValue { fields.append(Field(name: name, value: newValue)) }
        }
    }

    /// Whether there is no field.
    package var isEmpty: Bool { fields.isEmpty }

    /// Appends a field and keeps those of the same name.
    /// - Parameters:
    ///   - name: The name.
    ///   - value: The value.
    public mutating func add(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// Sets every field of `other`, replacing fields of the same names.
    /// - Parameter other: The fields that win.
    public mutating func merge(_ other: HTTPHeaders) {
        for field in other { self[field.name] = nil }
        fields += other.fields
    }

    /// Changes the value of one field.
    mutating func replaceValue(at index: Int, with value: String) {
        fields[index] = Field(name: fields[index].name, value: value)
    }

    /// The names in order.
    public var description: String { "[\(fields.map(\.name).joined(separator: ", "))]" }

    /// Shows the names, so that `dump` prints nothing of the values.
    public var customMirror: Mirror { Mirror(self, unlabeledChildren: fields.map(\.name)) }

    /// Iterates over the fields in order.
    /// - Returns: An iterator.
    public func makeIterator() -> IndexingIterator<[Field]> { fields.makeIterator() }
}

extension String {
    /// Compares ASCII letters without regard to case, as header names and host names do.
    package func caseInsensitiveEquals(_ other: String) -> Bool {
        func lower(_ byte: UInt8) -> UInt8 { 0x41...0x5A ~= byte ? byte | 0x20 : byte }
        guard utf8.count == other.utf8.count else { return false }
        return withBytes { left in
            other.withBytes { right in left.indices.allSatisfy { lower(left[$0]) == lower(right[$0]) } }
        }
    }
}
