internal import GeneratorCore

/// A change to a value that the client already holds: how Gradio 4.17 and later send what a generator yields after its
/// first value. (`[action, path, value]`; recorded from 4.44 to 6.31)
struct GradioPatch: Sendable, Hashable {
    enum Action: String, Sendable {
        /// Sets the value at the path.
        case replace
        /// Appends text to the text at the path.
        case append
        /// Inserts into a list, or sets a key of an object.
        case add
        /// Removes the last element of a list, or a key of an object.
        case delete
    }

    let action: Action
    let path: [JSONValue]
    let value: JSONValue

    /// - Throws: `invalidResponse` where the edit has another form.
    init(_ edit: JSONValue) throws {
        guard let action = edit[0]?.string.flatMap(Action.init(rawValue:)), let path = edit[1]?.array else {
            throw Self.misfit
        }
        self.action = action
        self.path = path
        value = edit[2] ?? .null
    }

    /// Applies the edits of one message to the values of the message before, one list of edits for each output.
    /// - Throws: `invalidResponse` where an edit does not fit: the values are then lost, not guessed.
    static func apply(_ edits: [JSONValue], to values: [JSONValue]) throws -> [JSONValue] {
        guard edits.count == values.count else { throw misfit }
        return try zip(edits, values).map { edits, value in
            guard let edits = edits.array else { throw misfit }
            return try edits.reduce(value) { try GradioPatch($1).applied(to: $0) }
        }
    }

    func applied(to value: JSONValue) throws -> JSONValue { try applied(to: value, path[...]) }

    private func applied(to old: JSONValue, _ path: ArraySlice<JSONValue>) throws -> JSONValue {
        guard let step = path.first else { return try changed(old) }
        let isLast = path.count == 1
        switch (old, step) {
        case (.object(var members), .string(let key)):
            if isLast, action == .delete {
                guard members.removeValue(forKey: key) != nil else { throw Self.misfit }
            } else if isLast, action == .add {
                members[key] = value
            } else {
                guard let member = members[key] else {
                    guard isLast, action == .replace else { throw Self.misfit }
                    members[key] = value
                    return .object(members)
                }
                // Taken out while it is changed, so that a long list below is not copied.
                members[key] = nil
                members[key] = try applied(to: member, path.dropFirst())
            }
            return .object(members)
        case (.array(var elements), _) where isLast && action == .delete:
            // Every release deletes at the end of a list only, but names the element in three different ways: by its
            // place before the edits of the message (up to 5.23), after them (later), or by -1 (later, inside a list).
            guard step.integer != nil, elements.popLast() != nil else { throw Self.misfit }
            return .array(elements)
        case (.array(var elements), let step):
            guard let index = step.integer, index >= 0 else { throw Self.misfit }
            if isLast, action == .add {
                guard index <= elements.count else { throw Self.misfit }
                elements.insert(value, at: index)
                return .array(elements)
            }
            guard index < elements.count else { throw Self.misfit }
            let element = elements[index]
            elements[index] = .null
            elements[index] = try applied(to: element, path.dropFirst())
            return .array(elements)
        default: throw Self.misfit
        }
    }

    /// The change where the path ends.
    private func changed(_ old: JSONValue) throws -> JSONValue {
        switch action {
        case .replace, .add: return value
        case .delete: return .null
        case .append:
            guard let text = old.string, let more = value.string else { throw Self.misfit }
            return .string(text + more)
        }
    }

    private static let misfit = GenerationError(
        .invalidResponse, "The Space sent a change that does not fit what it sent before.")
}
