import Foundation
import TestPace
import Testing

@testable import GeneratorTransport

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// What errors of URLSession mean: on Apple's systems, where what was sent decides, and over libcurl.
@Suite("Errors of URLSession", .paced)
struct URLErrorTests {
    private func classify(
        _ code: URLError.Code, _ words: String = "", headArrived: Bool = false, wasSent: Bool? = nil,
        isCurl: Bool = false
    ) -> TransportError {
        let error = URLError(code, userInfo: [NSLocalizedDescriptionKey: words])
        return TransportError(classifying: error, headArrived: headArrived, wasSent: wasSent, isCurl: isCurl)
    }

    static let failures: [(URLError.Code, TransportError.Code)] = [
        (.cannotConnectToHost, .connectionFailed), (.cannotFindHost, .connectionFailed),
        (.dnsLookupFailed, .connectionFailed), (.notConnectedToInternet, .connectionFailed),
        (.secureConnectionFailed, .tlsFailed), (.serverCertificateUntrusted, .tlsFailed),
    ]

    @Test("a server counts as not reached only where nothing was sent", arguments: failures.indices)
    func connecting(_ index: Int) {
        let (code, expected) = Self.failures[index]
        // Both codes say that nothing was sent.
        for error in [classify(code, wasSent: false), classify(code, isCurl: true)] {
            #expect(error.code == expected)
            #expect(error.reachedServer == false)
        }
        for error in [classify(code), classify(code, wasSent: true), classify(code, wasSent: true, isCurl: true)] {
            #expect(error.code == .connectionLost)
            #expect(error.reachedServer == nil)
        }
        #expect(classify(code, headArrived: true, wasSent: false).code == .connectionLost)
        #expect(classify(code, headArrived: true, wasSent: false).reachedServer == true)
    }

    @Test("what breaks later is unknown, unless nothing was sent", arguments: [nil, true, false])
    func breaking(wasSent: Bool?) {
        for code in [URLError.Code.networkConnectionLost, .timedOut, .unknown] {
            #expect(classify(code, wasSent: wasSent).reachedServer == (wasSent == false ? false : nil))
        }
    }

    @Test("words decide only where they are libcurl's")
    func words() {
        let words = [("SSL_connect: refused", TransportError.Code.tlsFailed), ("bad chunk", .invalidResponse)]
        for (text, code) in words {
            #expect(classify(.unknown, text, isCurl: true).code == code)
            #expect(classify(.unknown, text).code == .connectionLost)
        }
    }

    @Test("App Transport Security is called by its name, and where to allow it")
    func transportSecurity() {
        let error = classify(.appTransportSecurityRequiresSecureConnection)
        #expect(error.code == .invalidRequest)
        #expect(error.reachedServer == false)
        #expect(error.message.contains("Info.plist") && error.message.contains("NSAppTransportSecurity"))
    }

    @Test("what CFNetwork says of a proxy is no loss of the server's connection", arguments: [110, 306, 310, 311])
    func proxy(_ number: Int) {
        let native = NSError(domain: "kCFErrorDomainCFNetwork", code: number)
        let wrapped = NSError(
            domain: NSURLErrorDomain, code: -1005, userInfo: [NSUnderlyingErrorKey: native])
        for error in [native, wrapped] {
            let found = TransportError(classifying: error, headArrived: false, wasSent: false, isCurl: false)
            #expect(found.code == .connectionFailed)
            #expect(found.message.contains("proxy") && found.message.contains("\(number)"))
            #expect(found.reachedServer == false)
        }
        let other = NSError(domain: "kCFErrorDomainCFNetwork", code: 303)
        #expect(
            TransportError(classifying: other, headArrived: false, wasSent: nil, isCurl: false).code == .connectionLost)
    }
}
