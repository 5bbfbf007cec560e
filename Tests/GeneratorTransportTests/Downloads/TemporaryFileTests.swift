import Foundation
import GeneratorTransport
import TestPace
import Testing

@Suite(.paced)
struct TemporaryFileTests {
    @Test func withoutHardLinks() throws {
        let playground = try Playground()
        let taken = playground.directory.appendingPathComponent("x.png")
        try Data("mine".utf8).write(to: taken)
        let file = TemporaryFile(in: playground.directory)
        try file.append([1, 2, 3])
        #expect(try !file.moveWithoutLink(to: taken.path))
        #expect(try Data(contentsOf: taken) == Data("mine".utf8))
        let free = playground.directory.appendingPathComponent("y.png")
        #expect(try file.moveWithoutLink(to: free.path))
        #expect(try Data(contentsOf: free) == Data([1, 2, 3]))
        #expect(playground.entries == ["x.png", "y.png"])
    }

    @Test func reservationIsTakenBack() async throws {
        let playground = try Playground()
        let file = TemporaryFile(in: playground.directory)
        let target = playground.directory.appendingPathComponent("x.png").path
        // Nothing was written, so there is nothing to move.
        #expect(await codeThrown { _ = try file.moveWithoutLink(to: target) } == .fileUnwritable)
        #expect(playground.entries.isEmpty)
    }

    @Test func droppedFileIsRemoved() throws {
        let playground = try Playground()
        do {
            let file = TemporaryFile(in: playground.directory)
            #expect(playground.entries.isEmpty)
            try file.append(Array(repeating: 7, count: 100_000))
            #expect(playground.entries.count == 1)
            #expect(try file.prefix(5) == [7, 7, 7, 7, 7])
            #expect(try file.prefix(200_000).count == 100_000)
        }
        #expect(playground.entries.isEmpty)
    }

    @Test func nothingFollowsTheEnd() async throws {
        let playground = try Playground()
        let published = TemporaryFile(in: playground.directory)
        try published.append([1])
        let url = try published.publish(as: "x", extension: "png")
        published.discard()
        #expect(try Data(contentsOf: url) == Data([1]))
        #expect(await codeThrown { try published.append([2]) } == .fileUnwritable)
        #expect(await codeThrown { _ = try published.publish(as: "y", extension: "png") } == .fileUnwritable)
        let dropped = TemporaryFile(in: playground.directory)
        try dropped.append([1])
        dropped.discard()
        #expect(await codeThrown { _ = try dropped.publish(as: "y", extension: "png") } == .fileUnwritable)
        #expect(playground.entries == ["x.png"])
    }
}
