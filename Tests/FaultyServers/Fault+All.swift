extension Fault {
    /// Every fault, in the order of the page.
    package static let all: [Fault] = connection + silence + http + status + content + result + words + time
}
