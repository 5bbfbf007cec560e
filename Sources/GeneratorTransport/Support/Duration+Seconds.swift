extension Duration {
    /// The duration in seconds.
    package var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }

    /// The duration as people write it: `1 second`, `0.5 seconds`.
    package var inSeconds: String {
        (Int(exactly: seconds).map(String.init) ?? String(seconds)) + (seconds == 1 ? " second" : " seconds")
    }
}
