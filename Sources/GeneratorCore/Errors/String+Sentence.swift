extension String {
    /// The text with an end: words of a system or a server that another sentence follows may have none.
    package var sentence: String {
        guard let last, !".!?…:;".contains(last) else { return self }
        return self + "."
    }
}
