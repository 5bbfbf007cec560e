extension GenerationError {
    /// What a caller hears who would rather fail than be warned.
    package init(refusing warnings: [GenerationWarning]) {
        let reasons = warnings.map(\.message).joined(separator: " ")
        self.init(.unsupportedSetting, reasons + " Nothing was submitted.", wasAccepted: false)
    }
}
