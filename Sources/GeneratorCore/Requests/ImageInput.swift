public import Foundation

/// A picture that goes into a request.
public enum ImageInput: Sendable, Hashable {
    /// Bytes that are already there.
    case data(Data)
    /// A file on this machine, read when the request is sent.
    case file(URL)
    /// A picture elsewhere, fetched by the service or, where it cannot, by this machine.
    case remote(URL)
}
