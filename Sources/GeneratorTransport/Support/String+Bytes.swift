extension String {
    /// Looks at the bytes of the text where they lie. To step through `utf8` takes several times longer.
    package func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        if let result = try utf8.withContiguousStorageIfAvailable(body) { return result }
        // One of Objective-C's.
        return try Array(utf8).withUnsafeBufferPointer(body)
    }

    /// Whether every byte is such a one.
    package func isMade(of isMeant: (UInt8) -> Bool) -> Bool { withBytes { $0.allSatisfy(isMeant) } }

    /// Whether the text begins with these bytes.
    package func begins(with other: String) -> Bool {
        withBytes { bytes in
            other.withBytes { bytes.count >= $0.count && bytes[..<$0.count].elementsEqual($0) }
        }
    }
}
