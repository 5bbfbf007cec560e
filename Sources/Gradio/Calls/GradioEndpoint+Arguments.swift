public import GeneratorCore
internal import GeneratorTransport

extension GradioEndpoint {
    /// The arguments of a call, by position: what is missing at the end is filled with the server's defaults.
    ///
    /// Names and defaults are known after ``GradioApp/loadingInfo()``.
    /// - Parameter values: The first arguments, in order, without state and buttons. Where a value is given for every
    ///   parameter, those are among them, and their values are left aside.
    /// - Returns: A value for each parameter.
    /// - Throws: `GenerationError` (`invalidRequest`) that names the parameter which is missing or takes another value.
    public func arguments(_ values: [JSONValue]) throws -> [JSONValue] {
        let visible = parameters.indices.count { !parameters[$0].isHidden }
        // A caller who counts what is hidden has as many values as there are parameters.
        let countsHidden = values.count == parameters.count
        guard countsHidden || values.count <= visible else {
            throw GenerationError(
                .invalidRequest, "The endpoint \(label) takes at most \(visible) arguments, not \(values.count).")
        }
        var rest = values[...]
        return try parameters.indices.map { index in
            if parameters[index].isHidden {
                if countsHidden { rest = rest.dropFirst() }
                return parameters[index].filler
            }
            return try value(rest.popFirst(), of: index)
        }
    }

    /// The arguments of a call, by name: what is missing is filled with the server's defaults.
    ///
    /// Names and defaults are known after ``GradioApp/loadingInfo()``.
    /// - Parameter values: The arguments by the name of their parameter.
    /// - Returns: A value for each parameter.
    /// - Throws: `GenerationError` (`invalidRequest`) that names the parameter which is missing, unknown or of another type.
    public func arguments(named values: [String: JSONValue]) throws -> [JSONValue] {
        let names = parameters.compactMap(\.name)
        if let unknown = values.keys.filter({ !names.contains($0) }).min() {
            let known =
                names.isEmpty
                ? "The names of its parameters are not known: load the app's info first, or give the arguments in order."
                : "It has: \(names.joined(separator: ", ").printable(limit: 500))."
            throw GenerationError(
                .invalidRequest, "The endpoint \(label) has no parameter \(unknown.printable(limit: 60)). \(known)")
        }
        return try parameters.indices.map { index in
            let parameter = parameters[index]
            return parameter.isHidden ? parameter.filler : try value(parameter.name.flatMap { values[$0] }, of: index)
        }
    }

    /// What a person said among the arguments of a call: all texts but those that are chosen from a list, and the places of
    /// files.
    func words(among arguments: [JSONValue]) -> [String] {
        zip(parameters, arguments).flatMap { parameter, value in
            parameter.isProse ? value.texts : []
        }.sorted { $0.count > $1.count }
    }

    private func value(_ given: JSONValue?, of index: Int) throws -> JSONValue {
        var name: String {
            let said = (parameters[index].name ?? parameters[index].label).printable(limit: 60)
            return said.isEmpty ? "number \(index + 1)" : said
        }
        guard let given else {
            if let standard = parameters[index].defaultValue { return standard }
            throw GenerationError(.invalidRequest, "The endpoint \(label) needs a value for its parameter \(name).")
        }
        if let expected = parameters[index].misfit(given) {
            throw GenerationError(.invalidRequest, "The parameter \(name) of \(label) takes \(expected).")
        }
        return given
    }
}

extension JSONValue {
    /// The texts in it, at any depth.
    fileprivate var texts: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let values): values.flatMap(\.texts)
        case .object(let members): members.values.flatMap(\.texts)
        default: []
        }
    }
}

extension GradioParameter {
    /// Whether its texts are a person's own words.
    fileprivate var isProse: Bool {
        !isHidden
            && ["textbox", "multimodaltextbox", "chatbot", "code", "markdown", "html", "json", "api", ""].contains(
                component)
    }

    /// What it takes, where a value is something else; `nil` where the value fits or nothing is known.
    ///
    /// Only what a server is sure to refuse is refused here: most components take more than what their page sends, a number
    /// for a text, `1` for a tick, and a newer one may take more than this list knows.
    fileprivate func misfit(_ value: JSONValue) -> String? {
        switch component {
        case "slider" where strictness.range:
            guard let number = value.double ?? value.bool.map({ $0 ? 1 : 0 }) else { return "a number" }
            guard let range, !range.contains(number) else { return nil }
            return "a number from \(range.lowerBound.plain) to \(range.upperBound.plain)"
        case "number":
            // What is compared with a bound must be a number.
            let isNumber = value.double != nil || value.bool != nil || value.isNull
            return (minimum != nil || maximum != nil) && !isNumber ? "a number" : nil
        case "radio" where strictness.choices: return value.isNull ? nil : misfit(ofChoices: [value])
        case "dropdown" where strictness.choices: return value.isNull ? nil : misfit(ofChoices: value.array ?? [value])
        case "checkboxgroup" where strictness.choices:
            guard let values = value.elements else { return "a list" }
            return misfit(ofChoices: values)
        case "image", "audio", "video", "file":
            // Gradio 3 takes pictures and sounds as `data:` URLs.
            let isContent = value.string?.hasPrefix("data:") == true
            let fits = value.object != nil || value.isNull || isContent || (component == "file" && value.array != nil)
            return fits ? nil : "a file that was uploaded"
        default: return nil
        }
    }

    private func misfit(ofChoices values: [JSONValue]) -> String? {
        guard !choices.isEmpty, values.contains(where: { !isChoice($0) }) else { return nil }
        let known = choices.prefix(30).map { $0.value.description }
        let rest = choices.count > known.count ? " and \(choices.count - known.count) more" : ""
        return "one of " + (known.joined(separator: ", ") + rest).printable(limit: 500)
    }

    /// Python holds `1`, `1.0` and `True` for the same.
    private func isChoice(_ value: JSONValue) -> Bool {
        func number(_ value: JSONValue) -> Double? { value.double ?? value.bool.map { $0 ? 1 : 0 } }
        return choices.contains { $0.value == value || (number($0.value).map { $0 == number(value) } ?? false) }
    }
}

extension JSONValue {
    /// What Python goes through in a loop, as servers do where they want a list.
    fileprivate var elements: [JSONValue]? {
        switch self {
        case .array(let values): values
        case .string(let text): text.unicodeScalars.map { .string(String($0)) }
        case .object(let members): members.keys.map { .string($0) }
        default: nil
        }
    }
}
