/// The largest multipart body that a ``MultipartReader`` accepts.
public struct MultipartLimits: Sendable, Hashable {
    /// The whole body in bytes, boundaries included; 64 MiB by default.
    public var maximumBytes: Int
    /// The headers of one part in bytes; 16 KiB by default.
    public var maximumHeaderBytes: Int
    /// The number of parts; 64 by default.
    public var maximumParts: Int

    /// Makes limits.
    /// - Parameters:
    ///   - maximumBytes: The whole body in bytes.
    ///   - maximumHeaderBytes: The headers of one part in bytes.
    ///   - maximumParts: The number of parts.
    public init(maximumBytes: Int = 64 << 20, maximumHeaderBytes: Int = 16 << 10, maximumParts: Int = 64) {
        self.maximumBytes = maximumBytes
        self.maximumHeaderBytes = maximumHeaderBytes
        self.maximumParts = maximumParts
    }
}
