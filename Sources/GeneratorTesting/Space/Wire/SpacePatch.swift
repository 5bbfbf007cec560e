/// The changes from one value to the next, as Gradio sends them of a generator's later values: `[action, path, value]`.
enum SpacePatch {
    /// The changes of every output.
    static func edits(from old: [OrderedJSON], to new: [OrderedJSON]) -> OrderedJSON {
        .array(zip(old, new).map { .array(edits(from: $0, to: $1, at: [])) })
    }

    private static func edits(from old: OrderedJSON, to new: OrderedJSON, at path: [OrderedJSON]) -> [OrderedJSON] {
        func edit(_ action: OrderedJSON, _ path: [OrderedJSON], _ value: OrderedJSON) -> OrderedJSON {
            [action, .array(path), value]
        }
        switch (old, new) {
        case _ where old == new: return []
        case (.string(let old), .string(let new)) where new.hasPrefix(old):
            return [edit("append", path, .string(String(new.dropFirst(old.count))))]
        case (.object(let members), .object(let newer)):
            let kept = members.flatMap { member in
                guard let value = new[member.key] else {
                    return [edit("delete", path + [.string(member.key)], .null)]
                }
                return edits(from: member.value, to: value, at: path + [.string(member.key)])
            }
            let added = newer.filter { old[$0.key] == nil }
            return kept + added.map { edit("add", path + [.string($0.key)], $0.value) }
        // No function of the Space yields lists, whose edits differ between the releases.
        default: return [edit("replace", path, new)]
        }
    }
}
