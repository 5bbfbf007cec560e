#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Android)
    import Android
#endif

/// What a line that is not blank asks for.
enum ServerSentEventField {
    /// Data, of which the value begins at this offset in the line: it may be large and is left where it is.
    case data(valueAt: Int)
    case event(String)
    case id(String)
    case retry(Duration)
    /// A comment, an unknown field, or a value that the standard tells clients to ignore.
    case ignored

    @inline(__always)
    init(line: UnsafeRawBufferPointer) {
        self = .ignored
        switch line.first {
        case UInt8(ascii: "d"):
            if let start = line.value(ofField: "data") { self = .data(valueAt: start) }
        case UInt8(ascii: "e"):
            if let start = line.value(ofField: "event") { self = .event(String(repairing: line, start..<line.count)) }
        case UInt8(ascii: "i"):
            if let start = line.value(ofField: "id"), line.firstIndex(of: 0, from: start, to: line.count) == line.count
            {
                self = .id(String(repairing: line, start..<line.count))
            }
        case UInt8(ascii: "r"):
            if let start = line.value(ofField: "retry"), let time = line.milliseconds(from: start) {
                self = .retry(.milliseconds(time))
            }
        default:
            break
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The first position of `byte` in `start..<end`, or `end`.
    @inline(__always)
    func firstIndex(of byte: UInt8, from start: Int, to end: Int) -> Int {
        guard start < end, let base = baseAddress, let hit = memchr(base + start, Int32(byte), end - start) else {
            return end
        }
        return UnsafeRawPointer(hit) - base
    }

    /// Where the value of this line begins, if the line is a field of that name.
    @inline(__always)
    fileprivate func value(ofField name: StaticString) -> Int? {
        let length = name.utf8CodeUnitCount
        guard count >= length, let base = baseAddress, memcmp(base, name.utf8Start, length) == 0 else { return nil }
        if count == length { return length }
        guard self[length] == UInt8(ascii: ":") else { return nil }
        return count > length + 1 && self[length + 1] == UInt8(ascii: " ") ? length + 2 : length + 1
    }

    /// The rest as a number, if it is made of ASCII digits only. What `Int64` cannot hold becomes its maximum.
    fileprivate func milliseconds(from start: Int) -> Int64? {
        guard start < count else { return nil }
        var number: Int64 = 0
        for byte in self[start...] {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let (product, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            number = overflow || carry ? .max : sum
        }
        return number
    }
}
