internal import Foundation

/// Names a job that a service has accepted, so that it can be found again, where the service allows that.
///
/// It holds neither a credential nor an origin: a handle that comes from somewhere else can send a key nowhere.
public struct JobHandle: Sendable, Hashable, Codable {
    /// The provider that knows the job.
    public let provider: ProviderID
    /// The service's name for it.
    public let id: String
    /// Whether the provider can pick the job up again.
    public let isResumable: Bool
    /// What the provider needs to know besides, to go on.
    public let state: [String: JSONValue]

    /// Names a job.
    /// - Parameters:
    ///   - provider: The provider that knows the job.
    ///   - id: The service's name for it.
    ///   - isResumable: Whether the provider can pick the job up again.
    ///   - state: What the provider needs to know besides; no secrets, no origins.
    public init(provider: ProviderID, id: String, isResumable: Bool, state: [String: JSONValue] = [:]) {
        self.provider = provider
        self.id = id
        self.isResumable = isResumable
        self.state = state
    }

    /// The handle as a single word, to be printed and typed; `nil` where the job cannot be resumed.
    public var ticket: String? {
        guard isResumable else { return nil }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return (try? encoder.encode(self))?.base64EncodedString()
            .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }

    /// Reads a ticket.
    /// - Parameter ticket: The word that ``ticket`` gave.
    /// - Throws: ``GenerationError`` (`invalidRequest`) where it is none.
    public init(ticket: String) throws {
        var text = ticket.trimmingWhitespace()
            .replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        text += String(repeating: "=", count: (4 - text.count % 4) % 4)
        guard let data = Data(base64Encoded: text), let handle = try? JSONDecoder().decode(JobHandle.self, from: data)
        else { throw GenerationError(.invalidRequest, "This is not a ticket; copy the whole word that was printed.") }
        self = handle
    }
}
