import Foundation
import GeneratorTransport
import TestPace
import Testing

@testable import ImagineCommand

@Suite(.paced) struct ArgumentsTests {
    private func message(_ words: [String]) throws -> String {
        try #require(throws: UsageError.self) { _ = try Arguments(words) }.message
    }

    @Test(arguments: [
        (["a quiet harbour"], Verb.generate, ["a quiet harbour"]),
        (["generate", "a quiet harbour"], .generate, ["a quiet harbour"]),
        (["generate", "demo"], .generate, ["demo"]),
        (["generate", "generate"], .generate, ["generate"]),
        (["--", "demo"], .generate, ["demo"]),
        (["--", "--help"], .generate, ["--help"]),
        (["generate", "--", "-"], .generate, ["-"]),
        (["-"], .generate, ["-"]),
        (["Demo", "--json"], .generate, ["Demo"]),
        (["generate", "modles"], .generate, ["modles"]),
        (["--", "modles"], .generate, ["modles"]),
        (["help"], .help, []),
        (["help", "models"], .help, ["models"]),
        (["--", "help"], .generate, ["help"]),
        (["demo"], .demo, []),
        (["demo", "serve"], .demo, ["serve"]),
        (["demo", "--", "--json"], .demo, ["--json"]),
        (["--json", "demo"], .demo, []),
        (["--width", "512", "demo"], .demo, []),
        (["providers"], .providers, []),
        (["models"], .models, []),
        (["models", "flux1-schnell"], .models, ["flux1-schnell"]),
        (["--json", "models", "flux1-schnell"], .models, ["flux1-schnell"]),
        (["space", "owner/name"], .space, ["owner/name"]),
        (["resume", "abc"], .resume, ["abc"]),
        (["serve"], .serve, []),
    ]) func verbsAndOperands(words: [String], verb: Verb, operands: [String]) throws {
        let arguments = try Arguments(words)
        #expect(arguments.verb == verb)
        #expect(arguments.operands == operands)
    }

    @Test func everyOptionTakesWhatItsHelpSays() throws {
        for verb in Verb.allCases {
            let operands = verb.operands.lowerBound == 0 ? [] : ["harbour"]
            for option in verb.options {
                guard option.placeholder != nil else {
                    #expect(try Arguments([verb.rawValue] + operands + [option.name]).has(option.name))
                    #expect(try message([verb.rawValue, option.name + "=1"]) == "\(option.name) takes no value.")
                    continue
                }
                for words in [[option.name, "5"], ["\(option.name)=5"]] {
                    let arguments = try Arguments([verb.rawValue] + words + operands)
                    #expect(arguments.text(option.name) == "5")
                    #expect(arguments.operands == operands)
                }
                #expect(try message([verb.rawValue] + operands + [option.name]).contains("needs a value"))
            }
        }
    }

    @Test func thereAreExactlyTheseOptions() {
        #expect(
            Verb.generate.options.map(\.name) == [
                "--provider", "--space", "--endpoint", "--model", "--width", "--height", "--aspect-ratio", "--steps",
                "--guidance",
                "--seed",
                "--negative-prompt", "--sampler", "--count", "--concurrency", "--image", "--mask", "--option",
                "--unsupported",
                "--output",
                "--no-save",
                "--json", "--quiet", "--verbose", "--base-url", "--hub-url", "--api-key-env", "--hub-token-env",
                "--cookie-file", "--username", "--password-env", "--proxy", "--transport", "--timeout", "--retries",
                "--max-download", "--route", "--wait-for-space", "--api", "--help", "--version",
            ])
        #expect(
            Verb.space.options.map(\.name) == [
                "--endpoint", "--data", "--output", "--no-save", "--json", "--quiet", "--verbose", "--hub-url",
                "--hub-token-env", "--cookie-file", "--username", "--password-env", "--proxy", "--transport",
                "--timeout", "--retries", "--max-download", "--route", "--wait-for-space", "--help", "--version",
            ])
        #expect(Verb.serve.options.map(\.name) == ["--port", "--json", "--help", "--version"])
        #expect(
            Verb.models.options.map(\.name) == [
                "--json", "--base-url", "--api-key-env", "--proxy", "--transport", "--timeout", "--retries", "--api",
                "--help", "--version",
            ])
        #expect(
            Verb.resume.options.map(\.name) == [
                "--output", "--no-save", "--json", "--quiet", "--verbose", "--base-url", "--api-key-env", "--proxy",
                "--transport", "--timeout", "--retries", "--max-download", "--api", "--help", "--version",
            ])
        #expect(Verb.providers.options.map(\.name) == ["--json", "--help", "--version"])
        #expect(Verb.demo.options.allSatisfy { !["--base-url", "--hub-url", "--proxy"].contains($0.name) })
    }

    @Test func valuesKeepTheirCharacters() throws {
        let arguments = try Arguments([
            "harbour", "--negative-prompt=a=b", "--option", "a=1", "--option=b={\"c\": 2}", "--image", "-", "--model=",
        ])
        #expect(arguments.text("--negative-prompt") == "a=b")
        #expect(arguments.all("--option") == ["a=1", "b={\"c\": 2}"])
        #expect(arguments.text("--image") == "-")
        #expect(arguments.text("--model") == "")
        #expect(arguments.text("--output") == nil)
    }

    @Test func helpWinsOverMissingWords() throws {
        #expect(try Arguments(["-h"]).has("--help"))
        #expect(try Arguments(["models", "a", "b", "-h"]).verb == .models)
        #expect(try Arguments(["--version"]).has("--version"))
    }

    @Test func switchesMayBeRepeatedAndValuesMayNot() throws {
        #expect(try Arguments(["harbour", "--json", "--json", "--no-save", "--no-save"]).has("--json"))
        #expect(try message(["harbour", "--seed", "1", "--seed=2"]) == "--seed is given more than once.")
        #expect(try message(["harbour", "--hub-url=http://a", "--hub-url=b"]) == "--hub-url is given more than once.")
        #expect(try Arguments(["harbour", "--base-url", "a", "--base-url", "b"]).all("--base-url") == ["a", "b"])
        #expect(try Arguments(["harbour", "--image", "a", "--image", "b"]).all("--image") == ["a", "b"])
    }

    @Test(arguments: [
        (["harbour", "--wdith", "5"], "There is no option --wdith. Did you mean --width?"),
        (["harbour", "--out", "."], "There is no option --out. Did you mean --output?"),
        (["harbour", "--Seed=3"], "There is no option --Seed. Did you mean --seed?"),
        (["harbour", "--colour"], "There is no option --colour."),
        (["harbour", "-x"], "There is no option -x."),
        (["harbour", "--esc\u{1B}[31m"], "There is no option --esc [31m."),
        (
            ["- a list of harbours"],
            "There is no option - a list of harbours. A prompt that begins with a hyphen goes behind --."
        ),
        (["harbour", "--port", "1"], "--port belongs to `imagine serve`, not to `imagine generate`."),
        (["providers", "--seed", "1"], "--seed belongs to `imagine generate`, not to `imagine providers`."),
        (["demo", "--base-url=http://a"], "--base-url belongs to `imagine generate`, not to `imagine demo`."),
        (["harbour", "--model"], "--model needs a value: --model NAME."),
        (["harbour", "--model", "--json"], "--model needs a value: --model NAME."),
        (["harbour", "--quiet=yes"], "--quiet takes no value."),
        ([], "Say what the picture should show: imagine \"a quiet harbour\"."),
        (["generate"], "Say what the picture should show: imagine \"a quiet harbour\"."),
        (["a", "quiet", "harbour"], "There is more than one word: put the prompt in quotes."),
        (["a fox", "a boat"], "There is more than one prompt, and one run takes one."),
        (
            ["--", "-x", "--seed", "7"],
            "Behind -- everything is the prompt: --seed and all other options stand before it."
        ),
        (
            ["version"],
            "Did you mean `imagine --version`? For a picture of version write `imagine generate version`."
        ),
        (["demo", "a", "b"], "There is more than one word: put the prompt in quotes."),
        (["models", "flux1-schnell", "more"], "`imagine models` takes no \"more\"."),
        (["space"], "Name a Space, or the URL of one: imagine space owner/name."),
        (["space", "a/b", "c/d"], "`imagine space` takes no \"c/d\"."),
        (["harbour", "--data", "[]"], "--data belongs to `imagine space`, not to `imagine generate`."),
        (["space", "a/b", "--base-url=http://a"], "--base-url belongs to `imagine generate`, not to `imagine space`."),
        (["resume"], "Give the ticket that was printed when the run was interrupted: imagine resume TICKET."),
        (["resume", "a", "b"], "`imagine resume` takes no \"b\"."),
        (["resume", "a", "--seed", "1"], "--seed belongs to `imagine generate`, not to `imagine resume`."),
        (["serve", "8080"], "`imagine serve` takes no \"8080\"."),
        (["Demo"], "Did you mean `imagine demo`? For a picture of Demo write `imagine generate Demo`."),
        (["modles"], "Did you mean `imagine models`? For a picture of modles write `imagine generate modles`."),
        (["hlep"], "Did you mean `imagine help`? For a picture of hlep write `imagine generate hlep`."),
        (
            ["model", "prodia"],
            "There is more than one word: put the prompt in quotes. Or did you mean `imagine models`?"
        ),
        (
            ["providers", "prodia"],
            "`imagine providers` takes no \"prodia\"; `imagine models prodia` tells of one provider."
        ),
        (["harbour", "-o", "x"], "There is no option -o. Did you mean --output?"),
        (["harbour", "--size=512x512"], "There is no option --size. Did you mean --width and --height?"),
        (["--prompt", "harbour"], "There is no option --prompt. The prompt stands by itself, in quotes."),
        (["serv"], "Did you mean `imagine serve`? For a picture of serv write `imagine generate serv`."),
        (["help", "a", "b"], "`imagine help` takes no \"b\"."),
    ]) func mistakesAreNamed(words: [String], expected: String) throws {
        #expect(try message(words) == expected)
    }
}

@Suite(.paced) struct ArgumentValueTests {
    private func arguments(_ name: String, _ value: String) throws -> Arguments {
        try Arguments(["harbour", "\(name)=\(value)"])
    }

    @Test(arguments: ["", "x", "1.5", "1e3", "0", "1001", "-3", "99999999999999999999"])
    func wholeNumbersThatAreNone(_ text: String) throws {
        let arguments = try arguments("--count", text)
        let error = try #require(throws: UsageError.self) { try arguments.integer("--count", in: 1...1000) }
        #expect(error.message == "--count takes a whole number, 1 to 1000.")
    }

    @Test func wholeNumbers() throws {
        #expect(try arguments("--count", "1000").integer("--count", in: 1...1000) == 1000)
        #expect(try arguments("--count", "5").integer("--seed", in: 0...5) == nil)
        #expect(try arguments("--seed", "9223372036854775807").integer("--seed", in: 0...Int.max) == Int.max)
        let negative = try arguments("--seed", "-1")
        let error = try #require(throws: UsageError.self) { try negative.integer("--seed", in: 0...Int.max) }
        #expect(error.message == "--seed takes a whole number, 0 or more.")
    }

    @Test(arguments: ["", "x", "nan", "inf", "-0.5", "1000.5", "1,5"]) func numbersThatAreNone(_ text: String) throws {
        let arguments = try arguments("--guidance", text)
        let error = try #require(throws: UsageError.self) { try arguments.number("--guidance", in: 0.5...1000) }
        #expect(error.message == "--guidance takes a number from 0.5 to 1000.")
    }

    @Test func numbers() throws {
        #expect(try arguments("--guidance", "3.5").number("--guidance", in: 0...10) == 3.5)
        #expect(try arguments("--guidance", "4").number("--guidance", in: 0...10) == 4)
    }

    @Test(arguments: ["", "x", "127.0.0.1:7860", "/path", "ftp://host", "http://", "file:///etc/passwd"])
    func urlsThatAreNone(_ text: String) throws {
        let arguments = try arguments("--base-url", text)
        let error = try #require(throws: UsageError.self) { try arguments.url("--base-url") }
        #expect(error.message == "--base-url takes a URL such as http://127.0.0.1:7860.")
    }

    @Test func urls() throws {
        let arguments = try arguments("--base-url", "https://host.example/path?a=b")
        #expect(try arguments.url("--base-url")?.absoluteString == "https://host.example/path?a=b")
        #expect(try arguments.url("--hub-url") == nil)
    }

    @Test(arguments: [("16:9", 16.0 / 9), ("16x9", 16.0 / 9), ("3/2", 1.5), ("1.5", 1.5), ("1.5:1", 1.5)])
    func ratios(text: String, ratio: Double) throws {
        #expect(try arguments("--aspect-ratio", text).aspectRatio() == ratio)
    }

    @Test(arguments: ["", "wide", "16:0", "0:9", "-16:9", "16:9:3", "x:16:9", "16:", ":9", "nan", "inf", "1:inf", "0"])
    func ratiosThatAreNone(_ text: String) throws {
        let arguments = try arguments("--aspect-ratio", text)
        let error = try #require(throws: UsageError.self) { try arguments.aspectRatio() }
        #expect(error.message == "--aspect-ratio takes a shape such as 16:9.")
    }
}
