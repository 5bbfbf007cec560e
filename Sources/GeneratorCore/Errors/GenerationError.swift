public import Foundation

/// Why a generation failed, and what is known about it.
///
/// Compare by ``code``. ``wasAccepted`` answers the question that matters before trying again: may it be paid for
/// twice?
public struct GenerationError: Error, Sendable, LocalizedError, CustomStringConvertible, CustomReflectable {
    /// The kind of failure.
    public var code: Code
    /// A sentence for people: what happened and, where there is something to do, what. Holds no credential, no prompt.
    public var message: String
    /// The provider that failed.
    public var provider: ProviderID?
    /// The server that was asked last; `nil` where none was, and where its name cannot be shown.
    public var origin: HTTPOrigin?
    /// The job, where the service had accepted one.
    public var job: JobHandle?
    /// The number of the picture that failed, from 0, if the request asked for several; filled in by core. It is the first
    /// one of a call that makes several. `nil` where the failure is about no single picture.
    public var index: Int?
    /// The HTTP status, where an answer was the reason.
    public var status: Int?
    /// How long the service asks to wait.
    public var retryAfter: Duration?
    /// How much of the caller's share is left, if the service says it.
    public var quota: GenerationQuota?
    /// Whether the service accepted the job: yes, no, or `nil` when it may have. In the error that ends the stream of
    /// several pictures: whether it accepted any of them, which need not be the one at ``index``.
    public var wasAccepted: Bool?
    /// The error that caused this one, if there was one.
    public var underlying: (any Error)?
    /// Whether only the download of a finished picture failed, which costs nothing to repeat.
    package var concernsDownload = false
    /// Whether ``wasAccepted`` speaks of other pictures of the request than the one that failed.
    package var speaksForOthers = false

    /// Makes an error.
    /// - Parameters:
    ///   - code: The kind of failure.
    ///   - message: A sentence for people; made fit for a terminal.
    ///   - provider: The provider that failed.
    ///   - job: The job, where the service had accepted one.
    ///   - status: The HTTP status.
    ///   - retryAfter: How long the service asks to wait.
    ///   - wasAccepted: Whether the service accepted the job; core fills it in for errors thrown by a run.
    ///   - underlying: The error underneath.
    public init(
        _ code: Code, _ message: String, provider: ProviderID? = nil, job: JobHandle? = nil, status: Int? = nil,
        retryAfter: Duration? = nil, wasAccepted: Bool? = false, underlying: (any Error)? = nil
    ) {
        self.code = code
        self.message = message.printable(limit: 2000)
        self.provider = provider
        self.job = job
        self.status = status
        self.retryAfter = retryAfter
        self.wasAccepted = wasAccepted
        self.underlying = underlying
    }

    /// The whole text for people: which provider failed and where, what happened, and what to do.
    public var errorDescription: String? { subject + (remedy.isEmpty ? message : message.sentence + " " + remedy) }

    /// What happened: the message.
    public var failureReason: String? { message }

    /// What to do: the remedy, where there is one.
    public var recoverySuggestion: String? { remedy.isEmpty ? nil : remedy }

    /// Code, and who failed, where and why.
    public var description: String { "\(code): \(subject)\(message)" }

    /// Who failed, and where, with a colon behind it: `flux-dev at https://space.example: `; empty where that is not known.
    package var subject: String {
        let place = origin.map(\.description.printable)
        switch (provider, place) {
        case (let provider?, let place?): return "\(provider) at \(place): "
        case (let provider?, nil): return "\(provider): "
        case (nil, let place?): return "\(place): "
        case (nil, nil): return ""
        }
    }

    /// Shows what can be shown to anybody: a server may have put a credential or a prompt into the name of its job, and
    /// what lies underneath may hold a URL or an answer.
    public var customMirror: Mirror {
        Mirror(
            self,
            children: [
                "code": code.rawValue, "message": message, "provider": provider?.rawValue as Any,
                "origin": origin?.description as Any, "index": index as Any,
                "status": status as Any,
                "retryAfter": retryAfter as Any, "wasAccepted": wasAccepted as Any,
            ])
    }

    /// Whether the call that threw this error may succeed later, and cannot be billed twice if it is repeated.
    ///
    /// For an error of `load()` or `save(to:named:)` repeat that call, not the generation: the picture was made, so
    /// ``wasAccepted`` is `true`, and another generation would be billed again. It is `false` for `spaceUnavailable`, because a
    /// Space that is asleep wakes up, but one that is paused or broken does not. The message says which it is.
    public var isRetryable: Bool {
        let passing: Set<Code> = [
            .rateLimited, .quotaExceeded, .queueFull, .serviceUnavailable, .connectionFailed, .connectionLost,
            .timedOut,
        ]
        return (wasAccepted == false || concernsDownload) && passing.contains(code)
    }
}

extension GenerationError: Equatable {
    /// Whether both say the same; what lies underneath cannot be compared.
    /// - Parameters:
    ///   - left: An error.
    ///   - right: Another one.
    /// - Returns: `true` where all but ``underlying`` is equal.
    public static func == (left: GenerationError, right: GenerationError) -> Bool {
        left.code == right.code && left.message == right.message && left.provider == right.provider
            && left.origin == right.origin
            && left.job == right.job && left.index == right.index && left.status == right.status
            && left.retryAfter == right.retryAfter && left.wasAccepted == right.wasAccepted
            && left.concernsDownload == right.concernsDownload && left.speaksForOthers == right.speaksForOthers
    }
}

extension GenerationError: Codable {
    // What lies underneath may be anything, and hold a header or an answer.
    private enum CodingKeys: String, CodingKey {
        case code, message, provider, origin, job, index, status, retryAfter, wasAccepted, concernsDownload
        case speaksForOthers
    }

    /// Reads an error.
    /// - Parameter decoder: The decoder.
    /// - Throws: What the decoder throws.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            try container.decode(Code.self, forKey: .code), try container.decode(String.self, forKey: .message),
            provider: try container.decodeIfPresent(ProviderID.self, forKey: .provider),
            job: try container.decodeIfPresent(JobHandle.self, forKey: .job),
            status: try container.decodeIfPresent(Int.self, forKey: .status),
            retryAfter: try container.decodeIfPresent(Duration.self, forKey: .retryAfter),
            wasAccepted: try container.decodeIfPresent(Bool.self, forKey: .wasAccepted))
        origin = try container.decodeIfPresent(HTTPOrigin.self, forKey: .origin)
        index = try container.decodeIfPresent(Int.self, forKey: .index)
        concernsDownload = try container.decodeIfPresent(Bool.self, forKey: .concernsDownload) ?? false
        speaksForOthers = try container.decodeIfPresent(Bool.self, forKey: .speaksForOthers) ?? false
    }
}

extension GenerationError {
    /// Makes an error of whatever came of asking a server.
    package init(wrapping error: any Error, at origin: HTTPOrigin?) {
        self.init(wrapping: error)
        self.origin = self.origin ?? origin
    }

    /// Makes an error of whatever a run threw.
    package init(wrapping error: any Error) {
        switch error {
        case let error as GenerationError: self = error
        case let error as TransportError:
            self.init(
                Code(rawValue: error.code.rawValue), error.message,
                wasAccepted: error.reachedServer == false ? false : nil,
                underlying: error)
        case let error as HTTPStatusError:
            self.init(status: error.status, retryAfter: error.retryAfter, body: error.body)
        case is CancellationError:
            self.init(.cancelled, "The work was cancelled.", wasAccepted: nil, underlying: error)
        default:
            self.init(
                .invalidResponse, "The work failed: \(String(describing: type(of: error))).", wasAccepted: nil,
                underlying: error)
        }
    }

    /// Describes why a finished file could not be had: it was made, whatever becomes of it.
    package init(downloading error: any Error) {
        self.init(wrapping: error)
        wasAccepted = true
        concernsDownload = true
    }
}
