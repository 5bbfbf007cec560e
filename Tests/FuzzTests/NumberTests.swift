import Foundation
import GeneratorCore
import TestPace
import Testing

@testable import GeneratorTransport

/// Every number that strangers send, one at a time, becomes every other that they could send.
@Suite(.paced) struct NumberTests {
    @Test("no number from outside ends the process or comes out as nonsense", arguments: FuzzTarget.all.map(\.name))
    func everyNumber(name: String) async throws {
        let target = try #require(FuzzTarget.named(name))
        // A whole generation takes milliseconds.
        let isService = FuzzTarget.services.contains { $0.name == name }
        let numbers = isService ? FuzzNasties.fewNumbers : FuzzNasties.numbers + FuzzNasties.values
        for (seed, place) in Self.places(in: try await target.seeds(), upTo: isService ? 12 : 40) {
            for number in numbers {
                let input = seed[..<place.lowerBound] + number + seed[place.upperBound...]
                do {
                    try await target.check(Array(input))
                } catch {
                    let text = String(decoding: seed[..<place.lowerBound].suffix(40), as: UTF8.self)
                    let sent = String(decoding: number.prefix(40), as: UTF8.self)
                    Issue.record("\(name), \(sent) behind \(text.debugDescription): \(error)")
                    return
                }
            }
        }
    }

    @Test func noLengthInAPictureLeadsOutsideOfIt() async throws {
        let lengths: [[UInt8]] = [[0], [1], [0x7F], [0x80], [0xFF]].flatMap { byte in
            [1, 2, 4, 8].map { count in byte + [UInt8](repeating: byte[0] == 0xFF ? 0xFF : 0, count: count - 1) }
        }
        for seed in try await FuzzTarget.image.seeds() {
            for start in seed.indices {
                for length in lengths {
                    let end = min(seed.count, start + length.count)
                    try await FuzzTarget.image.check(Array(seed[..<start] + length + seed[end...]))
                }
            }
        }
    }

    @Test(arguments: FuzzNasties.numbers + FuzzNasties.values)
    func anyLengthMayBeAnnounced(_ number: [UInt8]) async throws {
        let text = String(decoding: number, as: UTF8.self)
        let url = try #require(URL(string: "https://images.example/a"))
        let transport = CannedTransport(["Content-Length": text, "Retry-After": text, "Content-Type": text])
        let downloader = Downloader(pipeline: HTTPPipeline(transport: transport, retry: .never))
        let addresses = AddressPolicy(configured: HTTPOrigin(url))
        do {
            let picture = try await downloader.data(from: HTTPRequest(url: url), addresses: addresses)
            #expect(picture.data == CannedTransport.picture)
        } catch let error as TransportError {
            #expect(error.code == .responseTooLarge)
        }
    }

    /// Some numbers of all seeds. The words before it tell one number from another; of a list one is enough.
    private static func places(in seeds: [[UInt8]], upTo limit: Int) -> [(seed: [UInt8], place: Range<Int>)] {
        var known: Set<[UInt8]> = []
        let places = seeds.flatMap { seed in
            numbers(in: seed).filter { place in
                known.insert(seed[..<place.lowerBound].suffix(12).filter { !(0x30...0x39 ~= $0) }).inserted
            }.map { (seed, $0) }
        }
        return stride(from: 0, to: places.count, by: max(1, places.count / limit)).map { places[$0] }
    }

    /// Where numbers stand: a minus sign, digits, a point, an exponent.
    private static func numbers(in bytes: [UInt8]) -> [Range<Int>] {
        var places: [Range<Int>] = []
        var position = 0
        while let start = bytes[position...].firstIndex(where: { 0x30...0x39 ~= $0 }) {
            let isNegative = start > 0 && bytes[start - 1] == UInt8(ascii: "-")
            let end = bytes[start...].firstIndex { !(0x30...0x39 ~= $0 || $0 == UInt8(ascii: ".")) } ?? bytes.count
            // A digit within a word or in base64 is none.
            let isNumber = start == 0 || " \t\n\r:,;=[({\"-".utf8.contains(bytes[start - 1])
            if isNumber { places.append((isNegative ? start - 1 : start)..<end) }
            position = end
        }
        return places
    }
}

/// Answers everything with a picture.
private struct CannedTransport: HTTPTransport {
    static let picture = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + [UInt8](repeating: 0, count: 64))

    let headers: HTTPHeaders

    init(_ headers: HTTPHeaders) { self.headers = headers }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        HTTPResponse(status: 200, headers: headers, url: request.url, body: HTTPBody(Self.picture))
    }
}
