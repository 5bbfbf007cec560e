/// A function of a Gradio app that can be called.
public struct GradioEndpoint: Sendable, Hashable {
    /// The name as the app gave it behind a slash, for example `/infer`; `nil` where it can only be called by number. It may
    /// have slashes of its own, also a second one in front.
    public internal(set) var name: String?
    /// The number (`fn_index`). It moves when the app or its Gradio changes: prefer the name.
    public let id: Int
    /// What it takes, in the order of the arguments.
    public internal(set) var parameters: [GradioParameter]
    /// The kinds of components that it returns, in order: `image`, `slider`, …
    public let returns: [String]
    /// Their labels in the app's page.
    let returnLabels: [String]
    /// The places of those whose values mean nothing to a caller: state, buttons.
    let hiddenReturns: Set<Int>
    /// Whether it yields values on the way to its result.
    public let isGenerator: Bool
    /// Whether the app offers the endpoint to callers. Functions that only serve the app's own page are not listed.
    public let isListed: Bool
    /// Whether it goes through the app's queue; what does not is called directly.
    let isQueued: Bool
    /// Whether its function takes the arguments of many calls at once, as lists.
    var isBatch = false
    /// The component whose event calls it in the app's page.
    let trigger: Int?

    /// The name as it stands in a URL; `nil` where none can: no route of Gradio's takes a slash in a name, not even escaped.
    var path: String? { name.flatMap { $0.dropFirst().contains("/") ? nil : String($0.dropFirst()) } }

    /// What it is called in messages.
    var label: String { name ?? "number \(id)" }

    var withoutName: GradioEndpoint {
        var endpoint = self
        endpoint.name = nil
        return endpoint
    }

    /// What of a result is meant for callers: the values with their components, without those of state and of buttons.
    /// - Parameter values: One value for each output.
    /// - Returns: The components' kinds and their values, in order. Where the server sent another number of values than it
    ///   has outputs, all of them, without kinds.
    public func shown(_ values: [JSONValue]) -> [(component: String, value: JSONValue)] {
        guard values.count == returns.count else { return values.map { ("", $0) } }
        return values.indices.filter { !hiddenReturns.contains($0) }.map { (returns[$0], values[$0]) }
    }
}

/// An argument of an endpoint.
public struct GradioParameter: Sendable, Hashable {
    /// The name in the app's Python function. Known after ``GradioApp/loadingInfo()``, from Gradio 4.29 on.
    public var name: String?
    /// The label in the app's page.
    public let label: String
    /// The kind of component: `textbox`, `slider`, `image`, …
    public let component: String
    /// The value where the caller gives none. Known after ``GradioApp/loadingInfo()``.
    public var defaultValue: JSONValue?
    /// The smallest value, where the component has one.
    public let minimum: Double?
    /// The largest value, where the component has one.
    public let maximum: Double?
    /// The values that can be chosen, where the component offers some; the labels of the page stand beside them.
    public let choices: [GradioChoice]
    /// What the server refuses, by its release.
    let strictness: Strictness
    /// Whether callers give no value for it: state, and buttons. It has a place among the arguments all the same. (`skip_api`)
    public let isHidden: Bool
    /// What stands in its place where it is hidden: what the app's page would send.
    let filler: JSONValue
    /// The distance between the values that it takes, if the component has one.
    public internal(set) var step: Double?
    /// Whether it is a gallery in which the app shows its results: what it takes are earlier ones.
    var isHistory = false

    /// Whether it is state that the server keeps: it takes a place among the arguments but never a value.
    public var isState: Bool { component == "state" }

    /// What servers refuse, which was once less.
    struct Strictness: Sendable, Hashable {
        /// What lies outside the range of a slider (Gradio 5.39 and later).
        var range = false
        /// What is no choice (Gradio 5 and later), unless the component takes any.
        var choices = false
    }

    /// The numbers that it takes, where it says so.
    public var range: ClosedRange<Double>? {
        guard let minimum, let maximum, minimum <= maximum else { return nil }
        return minimum...maximum
    }

    /// The integers that it takes, where it says so.
    public var integerRange: ClosedRange<Int>? {
        guard let minimum, let maximum, let low = Int(exactly: minimum.rounded(.up)),
            let high = Int(exactly: maximum.rounded(.down)), low <= high
        else { return nil }
        return low...high
    }
}

/// One of the values that a parameter can have, with the label that the app's page shows for it.
public struct GradioChoice: Sendable, Hashable {
    /// The text that people see in the app's page.
    public let label: String
    /// What a call takes: a text or a number.
    public let value: JSONValue
}
