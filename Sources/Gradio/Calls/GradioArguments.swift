public import GeneratorCore
internal import GeneratorTransport

extension GradioEndpoint {
    /// The arguments of a call, by position: what is missing at the end is filled with the server's defaults.
    ///
    /// Names and defaults are known after ``GradioApp/loadingInfo()``.
    /// - Parameter values: The first arguments, in order, without state. Where a value is given for every parameter, state
    ///   may be among them, as `null`.
    /// - Returns: A value for each parameter.
    /// - Throws: `GenerationError` (`invalidRequest`) that names the parameter which is missing or of another type.
    public func arguments(_ values: [JSONValue]) throws -> [JSONValue] {
        let visible = parameters.filter { !$0.isState }
        // A caller who counts the state has as many values as there are parameters.
        let countsState = values.count == parameters.count
        guard countsState || values.count <= visible.count else {
            throw GenerationError(
                .invalidRequest, "The endpoint \(label) takes at most \(visible.count) arguments, not \(values.count).")
        }
        var rest = values[...]
        return try parameters.indices.map { index in
            if parameters[index].isState {
                if countsState { rest = rest.dropFirst() }
                return .null
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
            return parameter.isState ? .null : try value(parameter.name.flatMap { values[$0] }, of: index)
        }
    }

    private func value(_ given: JSONValue?, of index: Int) throws -> JSONValue {
        let parameter = parameters[index]
        let said = (parameter.name ?? parameter.label).printable(limit: 60)
        let name = said.isEmpty ? "number \(index + 1)" : said
        guard let given else {
            if let standard = parameter.defaultValue { return standard }
            throw GenerationError(.invalidRequest, "The endpoint \(label) needs a value for its parameter \(name).")
        }
        if let expected = parameter.misfit(given) {
            throw GenerationError(.invalidRequest, "The parameter \(name) of \(label) takes \(expected).")
        }
        return given
    }
}

extension GradioParameter {
    /// What it takes, where a value is something else; `nil` where the value fits or nothing is known.
    ///
    /// Only what a server is sure to refuse is refused here: a newer component may take more than this list knows.
    fileprivate func misfit(_ value: JSONValue) -> String? {
        switch component {
        case "slider":
            guard let number = value.double else { return "a number" }
            guard isRangeEnforced, let range, !range.contains(number) else { return nil }
            return "a number from \(range.lowerBound.plain) to \(range.upperBound.plain)"
        case "number": return value.double == nil && !value.isNull ? "a number" : nil
        case "checkbox": return value.bool == nil && !value.isNull ? "true or false" : nil
        case "textbox", "code", "colorpicker": return value.string == nil && !value.isNull ? "a text" : nil
        case "checkboxgroup": return value.array == nil && !value.isNull ? "a list" : nil
        case "image", "audio", "video", "file":
            // Gradio 3 takes pictures and sounds as `data:` URLs.
            let isContent = value.string?.hasPrefix("data:") == true
            let fits = value.object != nil || value.isNull || isContent || (component == "file" && value.array != nil)
            return fits ? nil : "a file that was uploaded"
        default: return nil
        }
    }
}

extension Double {
    /// A whole number without its fraction.
    fileprivate var plain: String { Int(exactly: self).map(String.init) ?? String(self) }
}
