import Foundation
import GeneratorCore
import TestPace
import Testing

@Suite(.paced)
struct ServiceTextTests {
    static let bodies: [(String, String)] = [
        (#"{"error":"No luck"}"#, "No luck"), (#"{"message":"No luck"}"#, "No luck"),
        (#"{"detail":"No luck"}"#, "No luck"),
        (#"{"message":"second","error":"first"}"#, "first"), (#"{"error":"","message":"said"}"#, "said"),
        (#"{"error":null,"detail":"said"}"#, "said"), (#"{"error":{"message":"inner","code":7}}"#, "inner"),
        (
            #"{"detail":[{"loc":["body","data"],"msg":"field required","type":"value_error.missing"},{"msg":"b"}]}"#,
            "field required"
        ),
        (#"["first","second"]"#, "first"), (#""just words""#, "just words"), (#"{"error":5}"#, #"{"error":5}"#),
        (#"{"code":5}"#, #"{"code":5}"#), ("plain words", "plain words"), ("", "no content"), (" \n ", "no content"),
        ("<!DOCTYPE html><html><body>Sleeping</body></html>", "HTML content"), ("\n <html>", "HTML content"),
        ("<h1>503</h1>", "HTML content"), ("\u{FEFF}<!doctype HTML><title>x</title>", "HTML content"),
        ("Error:\n<html><body>secret</body></html>", "HTML content"),
        (#"{"error":"<HTML>secret</HTML>"}"#, "HTML content"),
        ("Traceback (most recent call last):\n File \"/home/user/app.py\"", "no words"),
        (#"{"error":"Traceback (most recent call last):\n File"}"#, "no words"),
        (#"{"error":"<br><br/>"}"#, "no words"),
        ("&nbsp;<br>", "no words"),
        (#"{"error":"Failed. Traceback (most recent call last):\n File"}"#, "Failed."),
        ("Failed. Traceback (most recent\u{17}call last):\n File", "Failed."),
        ("Failed. Trace<b>back</b> (most&nbsp;recent call l&#97;st):\n File", "Failed."),
        (#"{"error":"Used up. <a style=\"x\" href=\"https://hub.example\">More</a>"}"#, "Used up. More"),
        (
            "Sorry: <b>No</b> luck<br>a &lt; b &amp; c&#39;s &#x1F98A; &bogus; <class 'int'>",
            "Sorry: No luck a < b & c's 🦊 &bogus; <class 'int'>"
        ),
        ("\u{89}PNG\r\n\u{1A}\n\0\0\0\rIHDR", "content that is no text"),
        ("bad\u{1B}[31m\u{7}\u{9B}red\r\nand\u{202E}so on", "bad [31m  red  and so on"),
    ]

    @Test(arguments: bodies.indices) func words(_ index: Int) {
        let (body, words) = Self.bodies[index]
        #expect(ServiceText(body: Data(body.utf8)).message == words)
    }

    @Test func long() {
        #expect(ServiceText(body: Data(String(repeating: "x", count: 1 << 16).utf8)).message.count == 501)
        let json = #"{"error":"\#(String(repeating: "y", count: 1 << 16))"}"#
        #expect(ServiceText(body: Data(json.utf8)).message.count == 501)
        #expect(ServiceText(String(repeating: "z", count: 1 << 16)).message.count == 501)
    }

    @Test func hostile() {
        let deep = String(repeating: "[", count: 10_000) + #""x""# + String(repeating: "]", count: 10_000)
        #expect(ServiceText(body: Data(deep.utf8)).message.count == 501)
        #expect(!ServiceText(body: Data([0xFF, 0xFE, 0x00, 0xC3])).message.isEmpty)
        let objects = String(repeating: #"{"error":"#, count: 400) + #""deep""# + String(repeating: "}", count: 400)
        #expect(ServiceText(body: Data(objects.utf8)).message == "deep")
    }

    static let quotas: [(String, Bool, Duration?, String)] = [
        (
            "You have exceeded your free ZeroGPU quota (60s requested vs. 0s left). Try again in 1:02:03. Sign in.",
            true,
            .seconds(3723),
            "You have exceeded your free ZeroGPU quota (60s requested vs. 0s left). Try again in 1:02:03. Sign in."
        ),
        (
            "You have exceeded your GPU quota (60s requested vs. 42s left). <a href=\"x\">Create a free account</a> to get more",
            true, nil,
            "You have exceeded your GPU quota (60s requested vs. 42s left). Create a free account to get more"
        ),
        (
            "ZeroGPU quota exceeded <a href=\"x\">y</a> Try again in 0:45", true, .seconds(45),
            "ZeroGPU quota exceeded y Try again in 0:45"
        ),
        ("try again in 23:59:59", false, .seconds(86399), "try again in 23:59:59"),
        ("Try again in 5 minutes", false, nil, "Try again in 5 minutes"), ("Try again in ", false, nil, "Try again in"),
        ("Try again in 1:2:3:4", false, nil, "Try again in 1:2:3:4"),
        ("Try again in ½:0", false, nil, "Try again in ½:0"),
        (
            "Try again in 99999999999999999999:00", false, nil, "Try again in 99999999999999999999:00"
        ), ("No GPU was available after 60s", false, nil, "No GPU was available after 60s"),
        ("Expired ZeroGPU proxy token", false, nil, "Expired ZeroGPU proxy token"),
    ]

    @Test(arguments: quotas.indices) func quota(_ index: Int) {
        let (text, isQuota, wait, message) = Self.quotas[index]
        let found = ServiceText(text)
        #expect(found.isQuota == isQuota)
        #expect(found.retryAfter == wait)
        #expect(found.message == message)
    }

    @Test(
        "refused content is told from everything else",
        arguments: [
            "NSFW content detected", "Potential NSFW content was detected in one or more images. Try another prompt.",
            "NSFW prompt detected! Please try again", "Your prompt was flagged as inappropriate.",
            "Your request was rejected by our safety system", "The picture was blocked by the content filter.",
            "Content Moderated", "Request Moderated", "This prompt violates our content policy",
            "Unsafe content is not allowed here", "moderation_blocked", "Prompt rejected by moderation",
        ])
    func refusedContent(_ words: String) {
        #expect(ServiceText(words).isContentRefusal)
        #expect(ServiceText(words.uppercased()).isContentRefusal)
    }

    @Test(
        "what only speaks of such checks, or says that they failed, is no refusal",
        arguments: [
            "", "The safety checker could not be loaded", "Failed to load the NSFW filter: rejected by the server",
            "NSFW detection failed", "The moderation service is unavailable; the request was blocked",
            "safety_checker is None", "Content-Security-Policy blocked this", "Face detected", "Argument not allowed",
            "no NSFW content detected", "steps: rejected", "The content was not found",
            "CUDA error: safety of memory violated",
            "The request was rejected. See the moderation page.", "No face detected in the source image.",
            "You have exceeded your GPU quota", "GPU task aborted", "disable the safety checker, it flagged this",
        ])
    func otherWords(_ words: String) { #expect(!ServiceText(words).isContentRefusal) }

    @Test("no more of a text than is shown is looked at")
    func length() {
        let long = String(repeating: "x ", count: 500_000) + "NSFW content detected. Try again in 0:01:00"
        let text = ServiceText(long)
        #expect(text.message.count <= 501)
        #expect(!text.isContentRefusal && text.retryAfter == nil)
    }
}
