/// What a ``MultipartReader`` reports while it reads a body.
public enum MultipartEvent: Sendable, Hashable {
    /// A part begins.
    case part(HTTPHeaders)
    /// Bytes of the part that began last.
    case bytes(ArraySlice<UInt8>)
    /// The part is over.
    case end
}
