internal import GeneratorCore

/// The values that a generator yielded last, kept because Gradio 4.17 and later send only changes after the first ones:
/// a list of edits `[action, path, value]` for each output. (Recorded from 4.44 to 6.31)
///
/// A server can nest values by its edits as deep as it likes, and make many small edits of a large value. So nothing here
/// calls itself, nothing is copied for an edit, and depth, memory and work have limits.
struct GradioPatchedValues: Sendable {
    private enum Action: String {
        /// Sets the value at the path.
        case replace
        /// Appends text to the text at the path.
        case append
        /// Inserts into a list, or sets a key of an object.
        case add
        /// Removes the last element of a list, or a key of an object.
        case delete
    }

    /// So many bytes of memory, about, may be kept.
    static let sizeLimit = 64 << 20
    /// So many steps along paths, and elements that make room for a new one, may the edits of one message take: less
    /// than a second.
    static let messageLimit = 4_000_000
    /// And those of all messages of a job.
    static let jobLimit = 1_000_000_000

    /// One value for each output.
    private(set) var values: [JSONValue] = []
    /// What they take at most; what was replaced is still counted.
    private var size = 0
    private var work = 0
    private var messageWork = 0

    /// Keeps whole values in place of those before.
    /// - Throws: `responseTooLarge` where they are too large to be kept.
    mutating func replace(_ values: [JSONValue]) throws {
        self.values = values
        size = 0
        try count(.array(values), at: -1)
    }

    /// Forgets the values; what was spent on them stays spent.
    mutating func forget() {
        values = []
        size = 0
    }

    /// Applies the edits of one message to the values of the message before, one list of edits for each output.
    /// - Throws: `invalidResponse` where an edit does not fit, `responseTooLarge` where the edits cost too much: the values
    ///   are then lost, not guessed. `CancellationError`.
    mutating func apply(_ edits: [JSONValue]) throws {
        guard edits.count == values.count else { throw Self.misfit }
        messageWork = 0
        for (index, edits) in edits.enumerated() {
            guard let edits = edits.array else { throw Self.misfit }
            for edit in edits { try apply(edit, to: index) }
        }
    }

    /// The values of edits that set every output anew, whatever was there; `nil` for others.
    static func wholeValues(of edits: [JSONValue]) -> [JSONValue]? {
        let values = edits.compactMap { edits -> JSONValue? in
            guard edits.array?.count == 1, let edit = edits[0], edit[0]?.string == Action.replace.rawValue,
                edit[1]?.array?.isEmpty == true
            else { return nil }
            return edit[2] ?? .null
        }
        return values.isEmpty || values.count < edits.count ? nil : values
    }

    private mutating func apply(_ edit: JSONValue, to index: Int) throws {
        guard let action = edit[0]?.string.flatMap(Action.init(rawValue:)), let path = edit[1]?.array else {
            throw Self.misfit
        }
        let value = edit[2] ?? .null
        try spend(path.count + 1)
        try count(value, at: path.count)
        // Each container is taken out of the one around it, so that none is copied, and is put back on the way out.
        var outer: [JSONValue] = []
        var current = take(&values[index])
        for step in path.dropLast() {
            var container = take(&current)
            current = try container.takeElement(step)
            outer.append(container)
        }
        if let last = path.last {
            try change(&current, last, action, value)
        } else {
            try change(&current, action, value)
        }
        for step in path.dropLast().reversed() {
            guard var container = outer.popLast() else { break }
            container.putElement(step, current)
            current = container
        }
        values[index] = current
    }

    /// The change where the path ends.
    private func change(_ value: inout JSONValue, _ action: Action, _ new: JSONValue) throws {
        switch action {
        case .replace, .add: value = new
        case .delete: value = .null
        case .append:
            guard case .string(var text) = value, let more = new.string else { throw Self.misfit }
            value = .null
            text += more
            value = .string(text)
        }
    }

    private mutating func change(
        _ container: inout JSONValue, _ step: JSONValue, _ action: Action, _ new: JSONValue
    ) throws {
        if case .object(var members) = container, action != .append, let key = step.string {
            container = .null
            if action != .delete {
                members[key] = new
            } else if members.removeValue(forKey: key) == nil {
                throw Self.misfit
            }
            container = .object(members)
        } else if case .array(var elements) = container, action == .delete || action == .add {
            container = .null
            guard let index = step.integer else { throw Self.misfit }
            if action == .delete {
                // Every release deletes at the end of a list only, but names the element in three different ways: by its
                // place before the edits of the message (up to 5.23), after them (later), or by -1 (later, inside a list).
                guard elements.popLast() != nil else { throw Self.misfit }
            } else {
                guard (0...elements.count).contains(index) else { throw Self.misfit }
                // All behind it move.
                try spend(elements.count - index)
                elements.insert(new, at: index)
            }
            container = .array(elements)
        } else {
            var element = try container.takeElement(step)
            try change(&element, action, new)
            container.putElement(step, element)
        }
    }

    private mutating func spend(_ steps: Int) throws {
        let before = messageWork >> 12
        messageWork += steps
        work += steps
        if messageWork >> 12 != before { try Task.checkCancellation() }
        guard messageWork <= Self.messageLimit, work <= Self.jobLimit else { throw Self.excess }
    }

    /// Counts what a value takes that comes in at `depth` levels below an output.
    private mutating func count(_ value: JSONValue, at depth: Int) throws {
        size += try Self.size(of: value, at: depth)
        guard size > Self.sizeLimit else { return }
        // Much of it may have been replaced meanwhile.
        size = try Self.size(of: .array(values), at: -1)
        guard size <= Self.sizeLimit / 2 else { throw Self.excess }
    }

    private static func size(of value: JSONValue, at depth: Int) throws -> Int {
        let (size, levels) = value.extent
        guard depth + levels <= JSONParser.depthLimit else { throw excess }
        return size
    }

    static let misfit = GenerationError(
        .invalidResponse, "The Space sent a change that does not fit what it sent before.")
    private static let excess = GenerationError(
        .responseTooLarge, "The Space sent changes that nest too deep or take too much memory or work.")
}

/// Takes a value out of its place, so that it is changed there and not copied.
private func take(_ value: inout JSONValue) -> JSONValue {
    defer { value = .null }
    return value
}

extension JSONValue {
    /// Takes an element out of this container.
    /// - Throws: `invalidResponse` where there is none.
    fileprivate mutating func takeElement(_ step: JSONValue) throws -> JSONValue {
        // The container is held by one name at a time; by two it would be copied.
        if case .object(var members) = self, let index = step.string.flatMap({ members.index(forKey: $0) }) {
            self = .null
            let element = take(&members.values[index])
            self = .object(members)
            return element
        }
        if case .array(var elements) = self, let index = step.integer, elements.indices.contains(index) {
            self = .null
            let element = take(&elements[index])
            self = .array(elements)
            return element
        }
        throw GradioPatchedValues.misfit
    }

    /// Puts an element back where it was taken out.
    fileprivate mutating func putElement(_ step: JSONValue, _ element: JSONValue) {
        if case .object(var members) = self, let index = step.string.flatMap({ members.index(forKey: $0) }) {
            self = .null
            members.values[index] = element
            self = .object(members)
        } else if case .array(var elements) = self, let index = step.integer, elements.indices.contains(index) {
            self = .null
            elements[index] = element
            self = .array(elements)
        }
    }
}
