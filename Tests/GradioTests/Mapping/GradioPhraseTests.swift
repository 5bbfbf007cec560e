import GeneratorCore
import GeneratorTransport
import TestPace
import Testing

@testable import Gradio

@Suite("Names and labels as phrases", .paced)
struct GradioPhraseTests {
    @Test(
        "words are words, whatever stands between and behind them",
        arguments: [
            ("num_imgs", "number images"), ("Number of Images (1-4)", "number images"),
            ("numInferenceSteps", "number inference steps"),
            ("Seed (-1 for random)", "seed"), ("Seed, -1 for random", "seed"),
            ("Enter your prompt: in English", "prompt"),
            ("  ---Width (px)  ", "width"), ("a_prompt", "a prompt"), ("Enter a prompt", "prompt"),
            ("image1", "image 1"),
            ("提示词 (prompt)", "提示词"), ("(No style)", ""), ("", ""), ("neg-prompt", "negative prompt"),
        ])
    func words(_ text: String, _ phrase: String) {
        #expect(GradioPhrase(text).description == phrase)
    }

    @Test("numbers and ordinals make families")
    func families() {
        #expect(GradioPhrase("image_input_2").numbered?.phrase == "image input")
        #expect(GradioPhrase("Second Image").numbered?.number == 2)
        #expect(GradioPhrase("image").numbered == nil)
        #expect(GradioPhrase("2").numbered == nil)
    }

    @Test(
        "parts of other words, and other settings of the same kind, are no settings",
        arguments: [
            ("tile_width", "slider"), ("lora_scale", "slider"), ("image_strength", "slider"),
            ("highres_scale", "slider"),
            ("controlnet_scale", "slider"), ("PAG Guidance scale", "slider"), ("Image Guidance Scale", "slider"),
            ("seedling", "slider"), ("prompt_2", "textbox"), ("Added Prompt", "textbox"), ("steps", "textbox"),
            ("randomize_seed", "radio"), ("width", "checkbox"), ("gallery_images", "gallery"),
            ("img_guidance_scale_input", "slider"),
        ])
    func others(_ text: String, _ component: String) {
        #expect(GradioVocabulary.meaning(text, of: component).fitting == nil)
    }

    @Test(
        "sizes and shapes among choices",
        arguments: [
            ("1024x1024 ( 1:1 )", 1024, 1024), ("768 × 1360 (Portrait)", 768, 1360), ("1280*720", 1280, 720),
            ("Wide 1536 X 640 px", 1536, 640),
        ])
    func sizes(_ label: String, _ width: Int, _ height: Int) {
        let choice = GradioSizeChoice(GradioChoice(label: label, value: .string(label)))
        #expect(choice?.size == PixelSize(width: width, height: height))
    }

    @Test("shapes alone, and what is neither")
    func shapes() {
        func choice(_ label: String) -> GradioSizeChoice? {
            GradioSizeChoice(GradioChoice(label: label, value: .string(label)))
        }
        #expect(choice("16:9")?.ratio == 16.0 / 9)
        #expect(choice("Instagram (1:1)")?.ratio == 1)
        #expect(choice("35mm film (3:2)")?.ratio == 1.5)
        #expect(choice("2x1") == nil)
        #expect(choice("Square") == nil)
        #expect(choice("1:0") == nil)
        #expect(choice("99999999999999999999x1") == nil)
    }

    @Test("of several sizes the nearest in shape, then in area")
    func nearest() {
        let choices = ["1024x1024", "512x512", "1280x720", "720x1280"].compactMap {
            GradioSizeChoice(GradioChoice(label: $0, value: .string($0)))
        }
        func nearest(_ width: Int, _ height: Int) -> JSONValue? {
            GradioSizeChoice.nearest(to: PixelSize(width: width, height: height), among: choices)?.value
        }
        #expect(nearest(600, 600) == "512x512")
        #expect(nearest(1000, 1010) == "1024x1024")
        #expect(nearest(1920, 1080) == "1280x720")
        #expect(nearest(300, 600) == "720x1280")
    }
}
