extension GenerationError {
    /// The kinds of failure. Their names are stable; more may be added, so keep a default branch.
    public struct Code: RawRepresentable, Sendable, Hashable, Codable, CustomStringConvertible {
        /// The stable name, for example `"rateLimited"`.
        public let rawValue: String

        /// Makes a code.
        /// - Parameter rawValue: The stable name; names that this version does not know are kept.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The stable name.
        public var description: String { rawValue }

        /// The request contains a mistake. Nothing was sent.
        public static let invalidRequest = Code(rawValue: "invalidRequest")
        /// The provider has no such model. Nothing was sent.
        public static let unknownModel = Code(rawValue: "unknownModel")
        /// The model does not support a setting, and the request asks for an error in that case.
        public static let unsupportedSetting = Code(rawValue: "unsupportedSetting")
        /// The transport cannot use the proxy that was asked for. Nothing was sent.
        public static let proxyUnsupported = Code(rawValue: "proxyUnsupported")
        /// The transport that was asked for cannot be used on this machine. Nothing was sent.
        public static let transportUnavailable = Code(rawValue: "transportUnavailable")
        /// The service wants a key or token, and none was given.
        public static let missingCredentials = Code(rawValue: "missingCredentials")
        /// The service does not accept the key or token.
        public static let unauthorized = Code(rawValue: "unauthorized")
        /// The key or token does not allow this.
        public static let forbidden = Code(rawValue: "forbidden")
        /// The service, endpoint or file does not exist.
        public static let notFound = Code(rawValue: "notFound")
        /// Too many requests; try again later.
        public static let rateLimited = Code(rawValue: "rateLimited")
        /// The caller's share of the service, such as GPU time, is used up.
        public static let quotaExceeded = Code(rawValue: "quotaExceeded")
        /// The service's queue is full; try again later.
        public static let queueFull = Code(rawValue: "queueFull")
        /// The service is down or overloaded; try again later.
        public static let serviceUnavailable = Code(rawValue: "serviceUnavailable")
        /// The service reported an error that has no code of its own here.
        public static let serviceError = Code(rawValue: "serviceError")
        /// The Space sleeps, is being built, is paused, or does not run.
        public static let spaceUnavailable = Code(rawValue: "spaceUnavailable")
        /// No connection came about.
        public static let connectionFailed = Code(rawValue: "connectionFailed")
        /// The connection broke; what was submitted may be lost.
        public static let connectionLost = Code(rawValue: "connectionLost")
        /// The secure connection could not be made.
        public static let tlsFailed = Code(rawValue: "tlsFailed")
        /// The deadline passed, or the service was silent for too long.
        public static let timedOut = Code(rawValue: "timedOut")
        /// The service tried to make the picture and failed.
        public static let generationFailed = Code(rawValue: "generationFailed")
        /// The service refused the content, by words that leave no doubt (``ServiceText/isContentRefusal``).
        public static let contentFiltered = Code(rawValue: "contentFiltered")
        /// The service finished, but sent no picture.
        public static let noImage = Code(rawValue: "noImage")
        /// The answer does not follow the protocol.
        public static let invalidResponse = Code(rawValue: "invalidResponse")
        /// An answer, event or download is larger than allowed.
        public static let responseTooLarge = Code(rawValue: "responseTooLarge")
        /// A server sent a URL whose address is not allowed.
        public static let unsafeURL = Code(rawValue: "unsafeURL")
        /// An input file cannot be read. Nothing was sent.
        public static let fileUnreadable = Code(rawValue: "fileUnreadable")
        /// The output cannot be written.
        public static let fileUnwritable = Code(rawValue: "fileUnwritable")
        /// The work was cancelled, but not by the caller's task.
        public static let cancelled = Code(rawValue: "cancelled")
    }
}
