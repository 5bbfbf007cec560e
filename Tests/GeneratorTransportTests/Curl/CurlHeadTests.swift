#if os(Linux)
    import GeneratorTransport
    import TestPace
    import Testing

    @Suite("Heads as libcurl hands them over", .paced)
    struct CurlHeadTests {
        private func read(_ lines: String...) -> (head: HTTPTransfer.Head?, reader: CurlHead) {
            var reader = CurlHead()
            var found: HTTPTransfer.Head?
            for line in lines {
                let head = Array((line + "\r\n").utf8).withUnsafeBytes { reader.add($0) }
                if let head { found = head }
            }
            return (found, reader)
        }

        @Test("status and fields in order")
        func plain() throws {
            let (head, reader) = read("HTTP/1.1 404 Not Found", "B:  two ", "a: 1", "B: three", "Empty:", "")
            let found = try #require(head)
            #expect(reader.isComplete)
            #expect(found.status == 404)
            #expect(found.headers.map(\.name) == ["B", "a", "B", "Empty"])
            #expect(found.headers.map(\.value) == ["two", "1", "three", ""])
        }

        @Test("nothing before the empty line")
        func half() {
            let (head, reader) = read("HTTP/1.1 200 OK", "A: 1")
            #expect(head == nil)
            #expect(!reader.isComplete)
        }

        @Test("informational answers leave nothing behind")
        func informational() throws {
            let (head, _) = read("HTTP/1.1 103 Early", "Link: </x>", "", "HTTP/2 201", "A: 1", "")
            let found = try #require(head)
            #expect(found.status == 201)
            #expect(found.headers.map(\.name) == ["A"])
        }

        @Test("a value that goes on in the next line")
        func folded() throws {
            let (head, reader) = read("HTTP/1.1 200 OK", " lost", "A: one", "\t two", "")
            #expect(try #require(head).headers.map(\.value) == ["one two"])
            #expect(!reader.isMalformed)
            let empty = read("HTTP/1.1 200 OK", "A:", " one", "  ", " two", "").head
            #expect(try #require(empty).headers["A"] == "one two")
            #expect(read("HTTP/1.1 200 OK", "no colon").reader.isMalformed)
        }

        @Test("only the first line tells a status")
        func statusTwice() throws {
            let (head, reader) = read("HTTP/1.1 200 OK", "HTTP/x: 1", "A: 1", "")
            #expect(try #require(head).status == 200)
            #expect(!reader.isMalformed)
            #expect(read("HTTP/1.1 200 OK", "HTTP/1.1 500 No").reader.isMalformed)
            #expect(read("A: 1").reader.isMalformed)
        }

        @Test(
            "a status has three digits",
            arguments: ["2000", "20", "0200", "+20", "2OO", "200OK", "099", "-1", "", "٢٠٠"])
        func noStatus(_ code: String) {
            #expect(read("HTTP/1.1 \(code) Fine").reader.isMalformed)
            #expect(read("HTTP/1.1 100 Continue", "", "HTTP/1.1 \(code)").reader.isMalformed)
        }

        @Test("what stands behind a status may be missing", arguments: ["100", "200", "599", "999"])
        func bareStatus(_ code: String) {
            for end in ["", " ", " Words of all kinds"] {
                let (head, reader) = read("HTTP/1.1 \(code)\(end)", "")
                #expect(!reader.isMalformed)
                #expect(head?.status == (code == "100" ? nil : Int(code)))
            }
        }

        @Test("trailers are no head")
        func trailers() {
            var (_, reader) = read("HTTP/1.1 200 OK", "A: 1", "")
            for line in ["B: 2\r\n", "HTTP/1.1 500 No\r\n", "\r\n"] {
                #expect(Array(line.utf8).withUnsafeBytes { reader.add($0) } == nil)
            }
        }

        @Test("bytes that are no UTF-8 are repaired")
        func repair() throws {
            var reader = CurlHead()
            for line in [Array("HTTP/1.1 200 OK\r\n".utf8), [0x41, 0x3A, 0xFF, 0x0D, 0x0A], [0x0D, 0x0A]] {
                if let head = line.withUnsafeBytes({ reader.add($0) }) {
                    #expect(head.headers["A"] == "\u{FFFD}")
                    return
                }
            }
            Issue.record("no head")
        }
    }
#endif
