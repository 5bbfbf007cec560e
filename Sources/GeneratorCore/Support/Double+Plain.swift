extension Double {
    /// The number as people write it, the same everywhere: `7`, `7.5`.
    package var plain: String { Int(exactly: self).map(String.init) ?? String(self) }
}
