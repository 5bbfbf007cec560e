/// The limits of a download.
public struct DownloadPolicy: Sendable, Hashable {
    /// The largest file in bytes; 64 MiB by default.
    public var maximumBytes: Int
    /// How long a download may take, redirects and retries included; 300 s by default.
    public var timeout: Duration

    /// Makes a policy.
    /// - Parameters:
    ///   - maximumBytes: The largest file in bytes; 64 MiB by default.
    ///   - timeout: How long a download may take; 300 s by default.
    public init(maximumBytes: Int = 64 << 20, timeout: Duration = .seconds(300)) {
        self.maximumBytes = maximumBytes
        self.timeout = timeout
    }
}
