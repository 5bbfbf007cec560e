import Foundation
import TestPace
import Testing

@testable import ImagineCommand

/// Every text that the command prints about itself, word for word.
@Suite(.paced) struct HelpTests {
    private func output(_ words: String...) async -> String {
        let run = await CommandRun.run(words)
        #expect(run.status == 0)
        #expect(run.error == "")
        return run.output
    }

    @Test func noLineIsLongerThanATerminal() {
        for verb in Verb.allCases {
            for line in Help.text(for: verb).split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
        }
    }

    @Test func everyOptionHasItsLine() {
        for verb in Verb.allCases {
            let text = Help.text(for: verb)
            for option in verb.options { #expect(text.contains("\n  \(option.name) "), "\(verb) \(option.name)") }
        }
    }

    @Test func noWordsAtAllShowTheHelpAsAMistake() async {
        let run = await CommandRun.run([])
        #expect(run.status == 64)
        #expect(run.output == "")
        #expect(run.error == Help.text(for: .generate))
    }

    @Test func version() async {
        #expect(await output("--version") == "imagine 0.1.0\n")
        #expect(await output("models", "--version") == "imagine 0.1.0\n")
    }

    @Test func helpOfACommand() async {
        #expect(await output("help") == Help.text(for: .generate))
        for verb in Verb.allCases { #expect(await output("help", verb.rawValue) == Help.text(for: verb)) }
        let wrong = await CommandRun.run(["help", "modles"])
        #expect(wrong.status == 64)
        #expect(wrong.error.contains("There is no command modles. The commands are: generate, demo, providers, "))
    }

    @Test func helpOfGenerate() async {
        let expected = """
            imagine makes pictures from words.

              imagine [generate] PROMPT|-    make pictures; - reads the prompt from standard input
              imagine demo [PROMPT|-]        the same against servers of its own: no account, no network
              imagine providers              what there is, and what each needs
              imagine models [PROVIDER]      models, their aliases, and what --option takes
              imagine space SPACE-OR-URL     what a Gradio Space offers; with --data, one call of it
              imagine resume TICKET          finish a run that was interrupted after it was accepted (Prodia)
              imagine serve                  only the embedded servers of the demo
              imagine help [COMMAND]         what there is, or the options of one command

            What to make
              --provider ID               who makes it (default flux1-schnell); A,B falls back from A to B
              --space OWNER/NAME          any Space that makes pictures, or an app's URL, as provider
              --endpoint NAME             the Space's endpoint that makes it (default: the one that suits)
              --model NAME                a model or an alias (see `imagine models`)
              --width PIXELS              the width
              --height PIXELS             the height
              --aspect-ratio W:H          the shape, for example 16:9
              --steps N                   how many steps the model takes
              --guidance X                how closely the picture follows the prompt
              --seed N                    the seed; the same seed makes the same picture
              --negative-prompt TEXT      what the picture should not show
              --sampler NAME              the sampler, for example "DPM++ 2M Karras" (Prodia's legacy and v1)
              --count N                   how many pictures (default 1); with --seed K their seeds are K, K+1, …
              --concurrency N             how many pictures are made at a time (default: as the service likes)
              --image FILE|URL            an input picture; also a data: URL (repeatable)
              --mask FILE|URL             where the input picture may change: painted there, else transparent
              --option KEY=JSON           a provider's own option (see `imagine models`; repeatable)
              --unsupported warn|fail     what to do when a setting cannot be honoured (default warn)

            Where it goes
              --output DIR                where the files go (default: here)
              --no-save                   print the files' URLs instead of saving them
              --json                      one JSON object a line on standard output
              --quiet                     no progress, no warnings (--json always has both)
              --verbose                   also every request and its answer, and each job's ticket

            How it is reached
              --base-url URL              the provider's URL; ROLE=URL, repeated, where it has several
              --hub-url URL               the Hub in place of https://huggingface.co
              --api-key-env NAME          the variable that holds the service's key, or a ZeroGPU token
              --hub-token-env NAME        the variable that holds the Hub's token (default HF_TOKEN or its file)
              --cookie-file FILE          the Hub's cookies of a person who is signed in there
              --username NAME             the name for a Space that wants a login
              --password-env NAME         the variable that holds the password for it
              --proxy URL                 a proxy for every request (default http_proxy and the like)
              --transport NAME            what sends the requests: urlsession, or curl (default on Linux)
              --timeout SECONDS           how long one picture or call may take (default 300)
              --retries N                 how often a request is sent again where that is safe (default 2)
              --max-download BYTES        the largest file that is downloaded (default 67108864)
              --route WAY                 the way into a Space: automatic, queue, call or run
              --wait-for-space            wait for a Space that sleeps or starts, up to --timeout
              --api NAME                  Prodia's interface: legacy, v1, v2 (default) or v2-async

            Other
              --help                      show this help (also -h)
              --version                   show the version

            `imagine help COMMAND` tells the options of a command, such as --data of `imagine space`.
            A prompt that is the name of a command, or begins with a hyphen, goes behind --, and
            all options before it.
            Where a service allows it, a job has a ticket, with which `imagine resume` finishes it.
            --json and --verbose print it when the job is submitted, for a run that is killed.

            Exit status
              0    done
              64   bad usage, or a request that was refused before anything was sent
              65   the answer makes no sense
              66   an input file cannot be read
              69   the service failed, refused or cannot be reached
              73   the output cannot be written
              74   the job was or may have been accepted, its result is lost: running again may pay twice;
                   where a ticket is printed, `imagine resume` goes on
              75   nothing was accepted: try again later
              77   credentials missing or refused
              130  interrupted; 143 terminated

            """
        #expect(await output("--help") == expected)
        #expect(await output("-h") == expected)
        #expect(await output("generate", "--help") == expected)
        #expect(await output("harbour", "--seed", "1", "-h") == expected)
    }

    @Test func helpOfDemo() async {
        let expected = """
              imagine demo [PROMPT|-]        the same against servers of its own: no account, no network

            Options
              --provider ID               who makes it (default flux1-schnell); A,B falls back from A to B
              --space OWNER/NAME          any Space that makes pictures, or an app's URL, as provider
              --endpoint NAME             the Space's endpoint that makes it (default: the one that suits)
              --model NAME                a model or an alias (see `imagine models`)
              --width PIXELS              the width
              --height PIXELS             the height
              --aspect-ratio W:H          the shape, for example 16:9
              --steps N                   how many steps the model takes
              --guidance X                how closely the picture follows the prompt
              --seed N                    the seed; the same seed makes the same picture
              --negative-prompt TEXT      what the picture should not show
              --sampler NAME              the sampler, for example "DPM++ 2M Karras" (Prodia's legacy and v1)
              --count N                   how many pictures (default 1); with --seed K their seeds are K, K+1, …
              --concurrency N             how many pictures are made at a time (default: as the service likes)
              --image FILE|URL            an input picture; also a data: URL (repeatable)
              --mask FILE|URL             where the input picture may change: painted there, else transparent
              --option KEY=JSON           a provider's own option (see `imagine models`; repeatable)
              --unsupported warn|fail     what to do when a setting cannot be honoured (default warn)
              --output DIR                where the files go (default: here)
              --no-save                   print the files' URLs instead of saving them
              --json                      one JSON object a line on standard output
              --quiet                     no progress, no warnings (--json always has both)
              --verbose                   also every request and its answer, and each job's ticket
              --transport NAME            what sends the requests: urlsession, or curl (default on Linux)
              --timeout SECONDS           how long one picture or call may take (default 300)
              --retries N                 how often a request is sent again where that is safe (default 2)
              --api NAME                  Prodia's interface: legacy, v1, v2 (default) or v2-async
              --help                      show this help (also -h)
              --version                   show the version

            """
        #expect(await output("demo", "--help") == expected)
    }

    @Test func helpOfProviders() async {
        let expected = """
              imagine providers              what there is, and what each needs

            Options
              --json                      one JSON object a line on standard output
              --help                      show this help (also -h)
              --version                   show the version

            """
        #expect(await output("providers", "--help") == expected)
    }

    @Test func helpOfModels() async {
        let expected = """
              imagine models [PROVIDER]      models, their aliases, and what --option takes

            Options
              --json                      one JSON object a line on standard output
              --base-url URL              the provider's URL; ROLE=URL, repeated, where it has several
              --api-key-env NAME          the variable that holds the service's key, or a ZeroGPU token
              --proxy URL                 a proxy for every request (default http_proxy and the like)
              --transport NAME            what sends the requests: urlsession, or curl (default on Linux)
              --timeout SECONDS           how long one picture or call may take (default 300)
              --retries N                 how often a request is sent again where that is safe (default 2)
              --api NAME                  Prodia's interface: legacy, v1, v2 (default) or v2-async
              --help                      show this help (also -h)
              --version                   show the version

            """
        #expect(await output("models", "--help") == expected)
    }

    @Test func helpOfSpace() async {
        let expected = """
              imagine space SPACE-OR-URL     what a Gradio Space offers; with --data, one call of it

            Options
              --endpoint NAME             the endpoint, by its name or number (default: the only one)
              --data JSON|-               call it: [...] by position, {...} by name, - from standard input
              --output DIR                where the files go (default: here)
              --no-save                   print the files' URLs instead of saving them
              --json                      one JSON object a line on standard output
              --quiet                     no progress, no warnings (--json always has both)
              --verbose                   also every request and its answer, and each job's ticket
              --hub-url URL               the Hub in place of https://huggingface.co
              --hub-token-env NAME        the variable that holds the Hub's token (default HF_TOKEN or its file)
              --cookie-file FILE          the Hub's cookies of a person who is signed in there
              --username NAME             the name for a Space that wants a login
              --password-env NAME         the variable that holds the password for it
              --proxy URL                 a proxy for every request (default http_proxy and the like)
              --transport NAME            what sends the requests: urlsession, or curl (default on Linux)
              --timeout SECONDS           how long one picture or call may take (default 300)
              --retries N                 how often a request is sent again where that is safe (default 2)
              --max-download BYTES        the largest file that is downloaded (default 67108864)
              --route WAY                 the way into a Space: automatic, queue, call or run
              --wait-for-space            wait for a Space that sleeps or starts, up to --timeout
              --help                      show this help (also -h)
              --version                   show the version

            """
        #expect(await output("space", "--help") == expected)
    }

    @Test func helpOfResume() async {
        let expected = """
              imagine resume TICKET          finish a run that was interrupted after it was accepted (Prodia)

            Options
              --output DIR                where the files go (default: here)
              --no-save                   print the files' URLs instead of saving them
              --json                      one JSON object a line on standard output
              --quiet                     no progress, no warnings (--json always has both)
              --verbose                   also every request and its answer, and each job's ticket
              --base-url URL              the provider's URL; ROLE=URL, repeated, where it has several
              --api-key-env NAME          the variable that holds the service's key, or a ZeroGPU token
              --proxy URL                 a proxy for every request (default http_proxy and the like)
              --transport NAME            what sends the requests: urlsession, or curl (default on Linux)
              --timeout SECONDS           how long one picture or call may take (default 300)
              --retries N                 how often a request is sent again where that is safe (default 2)
              --max-download BYTES        the largest file that is downloaded (default 67108864)
              --api NAME                  Prodia's interface: legacy, v1, v2 (default) or v2-async
              --help                      show this help (also -h)
              --version                   show the version

            """
        #expect(await output("resume", "--help") == expected)
    }

    @Test func helpOfServe() async {
        let expected = """
              imagine serve                  only the embedded servers of the demo

            Options
              --port N                    the port of the Space (default: any free one)
              --json                      one JSON object a line on standard output
              --help                      show this help (also -h)
              --version                   show the version

            """
        #expect(await output("serve", "--help") == expected)
    }

    @Test func providers() async {
        let expected = """
            flux1-schnell  FLUX.1 [schnell] on a Hugging Face Space
                at      https://voodoohop-flux-1-schnell.hf.space
                models  voodoohop-flux-1-schnell, flux, flux-schnell
                needs   nothing
            flux-dev  FLUX.1 [dev] on a Hugging Face Space
                at      https://black-forest-labs-flux-1-dev.hf.space
                models  black-forest-labs-flux-1-dev, flux, flux-dev
                needs   nothing
            janus-pro  Janus-Pro-7B on a Hugging Face Space: pictures, text, questions about pictures
                at      https://deepseek-ai-janus-pro-7b.hf.space
                models  janus-pro-7b, janus-pro-7b-image
                needs   nothing
            g4f  the Spaces of the G4F framework: FLUX and Janus-Pro-7B
                at      janus=https://roxky-janus-pro-7b.hf.space
                        flux=https://roxky-g4f-flux.hf.space
                        flux-dev=https://roxky-flux-1-dev.hf.space
                models  flux, flux-dev, janus-pro-7b, janus-pro-7b-image, flux-schnell
                needs   nothing
            prodia  Prodia: FLUX, SDXL and Stable Diffusion, over every generation of its interface
                at      https://inference.prodia.com
                        images=https://images.prodia.xyz
                models  inference.flux-fast.schnell.txt2img.v2, inference.flux.schnell.txt2img.v2,
                        inference.flux-fast.schnell.txt2img.v1, inference.flux.schnell.txt2img.v1,
                        inference.flux.dev.txt2img.v1, inference.flux.dev.txt2img.v2,
                        inference.flux.dev.img2img.v1, inference.flux.pro11.txt2img.v1,
                        inference.flux-2.dev.txt2img.v1, inference.flux-2.dev.img2img.v1,
                        inference.flux-2.pro.txt2img.v1, inference.flux-2.pro.img2img.v1,
                        inference.flux-2.flex.txt2img.v1, inference.flux-2.flex.img2img.v1,
                        inference.sdxl.txt2img.v1, inference.sd15.txt2img.v1, flux, flux-2-dev, flux-2-flex,
                        flux-2-pro, flux-dev, flux-pro, flux-schnell, sd15, sdxl
                needs   a key of Prodia's, in PRODIA_TOKEN or PRODIA_API_KEY
            gradio  any Gradio app that makes pictures from a prompt
                models  what the app offers
                needs   a Space, gradio:OWNER/NAME, or the URL of an app, gradio:http://127.0.0.1:7860

            """
        #expect(await output("providers") == expected)
    }

    @Test func models() async {
        let expected = """
            flux1-schnell
              voodoohop-flux-1-schnell  image; default; also flux, flux-schnell
              flux1-schnell has no options of its own
            flux-dev
              black-forest-labs-flux-1-dev  image; default; also flux, flux-dev
              flux-dev has no options of its own
            janus-pro
              janus-pro-7b  text, vision; default
              janus-pro-7b-image  image
              --option imageTemperature=JSON  for pictures: how freely the picture is chosen, 0 to 1 (default 1)
              --option temperature=JSON       for text: how freely words are chosen, 0 to 1 (default 0.1)
              --option topP=JSON              for text: how many of the likely words are considered, 0 to 1 (default 0.95)
            g4f
              flux  image; default; also flux-schnell
              flux-dev  image
              janus-pro-7b  text, vision
              janus-pro-7b-image  image
              --option imageTemperature=JSON  for pictures: how freely the picture is chosen, 0 to 1 (default 1)
              --option temperature=JSON       for text: how freely words are chosen, 0 to 1 (default 0.1)
              --option topP=JSON              for text: how many of the likely words are considered, 0 to 1 (default 0.95)
            prodia
              inference.flux-fast.schnell.txt2img.v2  image; default; also flux, flux-schnell
              inference.flux.schnell.txt2img.v2  image
              inference.flux-fast.schnell.txt2img.v1  image
              inference.flux.schnell.txt2img.v1  image
              inference.flux.dev.txt2img.v1  image; also flux-dev
              inference.flux.dev.txt2img.v2  image
              inference.flux.dev.img2img.v1  image
              inference.flux.pro11.txt2img.v1  image; also flux-pro
              inference.flux-2.dev.txt2img.v1  image; also flux-2-dev
              inference.flux-2.dev.img2img.v1  image
              inference.flux-2.pro.txt2img.v1  image; also flux-2-pro
              inference.flux-2.pro.img2img.v1  image
              inference.flux-2.flex.txt2img.v1  image; also flux-2-flex
              inference.flux-2.flex.img2img.v1  image
              inference.sdxl.txt2img.v1  image; also sdxl
              inference.sd15.txt2img.v1  image; also sd15
              --option sampler=JSON      the sampler, for example DPM++ 2M Karras (legacy, v1)
              --option stylePreset=JSON  a style such as anime or photographic (v1, v2)
              --option upscale=JSON      true for a picture twice as large (legacy, v1)
              --option strength=JSON     how far the result may go away from the input picture, 0 to 1 (v1, v2)
              --option loras=JSON        a list of up to three low-rank adaptations (v2, FLUX.1 [schnell])
              --option progressive=JSON  true for a progressive JPEG (v2)
              --option format=JSON       png, jpeg or webp (v2; jpeg where none is given)
              --option rawBytes=JSON     true for the picture's bytes alone, without seed, price and job (v2)
              --option config=JSON       an object of further members for the job's config (v2) or the request (v1)
            gradio
              what the app offers
              --option NAME=JSON  a parameter of the app; `imagine space` lists them

            """
        #expect(await output("models") == expected)
        let schnell = expected.split(separator: "\n").prefix(3).map { $0 + "\n" }.joined()
        #expect(await output("models", "flux1-schnell") == schnell)
    }
}
