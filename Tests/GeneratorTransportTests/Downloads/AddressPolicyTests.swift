import Foundation
import GeneratorTransport
import TestPace
import Testing

@Suite(.paced)
struct AddressPolicyTests {
    /// A resolver that knows what it is told and fails the test on any other name.
    private func policy(_ configured: String?, _ names: [String: [[UInt8]]] = [:]) throws -> AddressPolicy {
        let origin = configured.flatMap { URL(string: $0) }.flatMap(HTTPOrigin.init)
        try #require((origin == nil) == (configured == nil))
        return AddressPolicy(configured: origin) { name in
            if names[name] == nil { Issue.record("\(name) was looked up") }
            return names[name] ?? []
        }
    }

    private func isAllowed(_ text: String, by policy: AddressPolicy) async throws -> Bool {
        let url = try #require(URL(string: text), "\(text)")
        do {
            try await policy.check(url)
            return true
        } catch let error as TransportError {
            #expect(error.code == .unsafeURL)
            #expect(!error.message.contains("secret"))
            return false
        }
    }

    @Test(arguments: [
        "http://127.0.0.1/secret", "http://127.1/", "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/",
        "http://localhost/", "http://LOCALHOST./", "http://a.localhost:8080/", "http://[::1]/",
        "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::ffff:a00:1]/", "http://0.0.0.0/",
        "http://0/", "http://[::]/", "http://10.0.0.1/?token=secret", "https://172.16.0.1/", "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/secret", "http://100.100.100.200/", "http://[fe80::1]/",
        "http://[fe80::1%25eth0]/", "http://[::1%25lo]/", "http://[fd00::1]/", "http://[64:ff9b::a00:1]/",
        "http://[2002:7f00:1::]/", "http://%31%32%37.0.0.1/", "http://loc%61lhost/", "http://１２７.０.０.１/",
        "http://127。0。0。1/", "http://①②⑦.0.0.1/", "http://l\u{AD}ocalhost/", "http://8.8.8.8@127.0.0.1/",
        "http://a%00b/", "http://8.8.8.8%2f@10.0.0.1/", "ftp://8.8.8.8/", "file:///etc/passwd", "data:image/png,secret",
        "javascript:secret", "//8.8.8.8/", "/secret", "http:///secret", "gopher://127.0.0.1/",
        "http://secret@8.8.8.8/", "http://name:secret@8.8.4.4/", "https://8.8.4.4:0/", "https://8.8.4.4:99999/",
    ])
    func refused(_ url: String) async throws {
        #expect(try await !isAllowed(url, by: policy(nil)))
        #expect(try await !isAllowed(url, by: policy("https://8.8.4.4/")))
    }

    @Test(arguments: ["http://8.8.8.8/", "https://[2606:4700::1111]/", "https://1.1.1.1:8443/x", "http://134744072/"])
    func publicAddressesPass(_ url: String) async throws {
        #expect(try await isAllowed(url, by: policy(nil)))
    }

    @Test(
        "what no transport sends as it is written is refused, on the configured origin too",
        arguments: [
            "https://me:secret@8.8.8.8/", "https://me@8.8.8.8/", "https://:secret@8.8.8.8/", "https://8.8.8.8:0/",
            "https://8.8.8.8:65536/", "https://8.8.8.8:99999/", "https://8.8.8.8:99999999999999999999/",
        ])
    func disguised(_ url: String) async throws {
        #expect(try await !isAllowed(url, by: policy(nil)))
        #expect(try await !isAllowed(url, by: policy("https://8.8.8.8")))
    }

    @Test func configuredOriginPassesWithoutLookup() async throws {
        #expect(try await isAllowed("http://10.0.0.5:7860/file=a", by: policy("http://10.0.0.5:7860/prefix")))
        #expect(try await isAllowed("http://NAS.lan/a", by: policy("http://nas.lan")))
        #expect(try await isAllowed("http://[fd00::1]:7860/a", by: policy("http://[fd00::1]:7860")))
    }

    @Test func neighboursOfAConfiguredOriginDoNot() async throws {
        for url in [
            "http://10.0.0.5:22/", "https://10.0.0.5:7860/", "http://10.0.0.6:7860/", "http://127.0.0.1:7860/",
        ] {
            #expect(try await !isAllowed(url, by: policy("http://10.0.0.5:7860")), "\(url)")
        }
    }

    @Test(arguments: [
        "http://localhost:7860", "http://127.0.0.1:7860", "http://127.9.9.9", "http://[::1]:7860",
        "http://app.localhost",
        "http://0x7f.1",
    ])
    func loopbackBelongsTogether(_ configured: String) async throws {
        let policy = try policy(configured, ["hub.test": [[127, 0, 0, 1], Array(repeating: 0, count: 15) + [1]]])
        for url in [
            "http://localhost:1/", "http://127.0.0.2/", "https://[::1]/", "http://x.localhost/", "http://hub.test/",
        ] {
            #expect(try await isAllowed(url, by: policy), "\(url)")
        }
        for url in [
            "http://0.0.0.0/", "http://10.0.0.1/", "http://169.254.169.254/", "http://[fe80::1]/", "http://[::]/",
        ] {
            #expect(try await !isAllowed(url, by: policy), "\(url)")
        }
    }

    @Test func everyAddressOfANameMustBeAllowed() async throws {
        let policy = try policy(
            nil,
            [
                "good.test": [[8, 8, 8, 8], [0x26, 6, 0x47] + Array(repeating: 0, count: 12) + [1]],
                "mixed.test": [[8, 8, 8, 8], [8, 8, 4, 4], [192, 168, 0, 1]],
                "mixed6.test": [[8, 8, 8, 8], Array(repeating: 0, count: 15) + [1]],
                "private.test": [[10, 0, 0, 1]], "unknown.test": [],
            ])
        #expect(try await isAllowed("https://good.test/", by: policy))
        #expect(try await isAllowed("https://GOOD.test./", by: policy))
        #expect(try await !isAllowed("https://mixed.test/", by: policy))
        #expect(try await !isAllowed("https://mixed6.test/", by: policy))
        #expect(try await !isAllowed("https://private.test/", by: policy))
        #expect(try await isAllowed("https://unknown.test/", by: policy))
    }

    @Test func errorNamesTheHostOnly() async throws {
        let url = try #require(URL(string: "http://10.0.0.1:8080/secret?token=secret"))
        let error = await #expect(throws: TransportError.self) { try await AddressPolicy(configured: nil).check(url) }
        #expect(error?.message.contains("10.0.0.1") == true)
        #expect(error?.message.contains("private") == true)
        #expect(error?.message.contains("secret") == false)
    }

    @Test func systemResolverKnowsThisMachine() async throws {
        let addresses = try await SystemLookup.addresses(of: "localhost")
        #expect(!addresses.isEmpty)
        #expect(addresses.allSatisfy { AddressClassifier.kind(of: $0) == .loopback })
        #expect(try await SystemLookup.addresses(of: String(repeating: "a", count: 300)).isEmpty)
    }

    @Test func manyLookupsAtOnce() async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<200 { group.addTask { try await SystemLookup.addresses(of: "localhost").isEmpty } }
            for try await isEmpty in group { #expect(!isEmpty) }
        }
    }

    @Test func cancelledLookupEnds() async throws {
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await SystemLookup.addresses(of: "localhost")
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        for _ in 0..<100 {
            let race = Task { try await SystemLookup.addresses(of: "localhost") }
            race.cancel()
            switch await race.result {
            case .success(let addresses): #expect(!addresses.isEmpty)
            case .failure(let error): #expect(error is CancellationError)
            }
        }
    }
}
