extension String {
    /// Decodes UTF-8 with U+FFFD for every maximal invalid subpart, as `String(decoding:as:)` does, which checks text
    /// with a single character outside ASCII several times slower.
    /// - Parameters:
    ///   - bytes: Bytes of which a part is to be decoded.
    ///   - range: The part.
    init(repairing bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
        let bytes = UnsafeRawBufferPointer(rebasing: bytes[range])
        #if compiler(>=6.2)
            if #available(macOS 26, iOS 26, tvOS 26, watchOS 26, visionOS 26, *),
                let kind = UTF8Kind(of: bytes)
            {
                let units = bytes.assumingMemoryBound(to: UInt8.self)
                self.init(copying: UTF8Span(unchecked: units.span, isKnownASCII: kind == .ascii))
                return
            }
        #endif
        self.init(decoding: bytes, as: UTF8.self)
    }
}
