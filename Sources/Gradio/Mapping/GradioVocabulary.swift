/// The words by which apps call the common settings, and the components that can hold them.
///
/// Phrases are compared whole: `lora scale` is no scale, and `tile width` no width.
enum GradioVocabulary {
    struct Entry: Sendable {
        let setting: GradioSetting
        let components: Set<String>
        /// The surest first: of two parameters with the same meaning the surer one is it.
        let phrases: [String]
    }

    /// A meaning that a phrase may have.
    struct Meaning: Hashable, Sendable {
        let setting: GradioSetting
        /// The place of the phrase in its list: less is surer.
        let rank: Int
    }

    private static let numbers: Set<String> = ["slider", "number"]
    private static let choices: Set<String> = ["radio", "dropdown"]

    static let entries: [Entry] = [
        Entry(
            setting: .prompt, components: ["textbox"],
            phrases: [
                "prompt", "edit prompt", "text prompt", "positive prompt", "user prompt", "input prompt", "prompt text",
                "prompt input", "image prompt", "instruction", "instructions", "edit instruction",
                "editing instruction", "caption", "cap", "image description", "description",
            ]),
        Entry(
            setting: .negativePrompt, components: ["textbox"],
            phrases: [
                "negative prompt", "n prompt", "negative", "negative text", "negative caption", "negative prompts",
            ]),
        Entry(
            setting: .usesNegativePrompt, components: ["checkbox"],
            phrases: ["use negative prompt", "use negative", "enable negative prompt"]),
        Entry(
            setting: .seed, components: numbers.union(["textbox"]),
            phrases: [
                "seed", "base seed", "random seed", "seed input", "input seed", "seed value", "manual seed",
                "generation seed", "noise seed", "image seed",
            ]),
        Entry(
            setting: .randomizeSeed, components: ["checkbox"],
            phrases: [
                "randomize seed", "random seed", "use random seed", "randomize", "seed randomize", "random",
                "is random seed",
            ]),
        Entry(
            setting: .width, components: numbers,
            phrases: ["width", "image width", "width input", "output width", "target width"]),
        Entry(
            setting: .height, components: numbers,
            phrases: ["height", "image height", "height input", "output height", "target height"]),
        Entry(
            setting: .aspectRatio, components: choices,
            phrases: [
                "aspect ratio", "aspect ratio name", "output aspect ratio", "image aspect ratio", "ratio", "aspect",
            ]),
        Entry(
            setting: .resolution, components: choices,
            phrases: [
                "resolution", "image size", "image resolution", "output resolution", "output size", "size",
                "dimensions",
            ]),
        Entry(
            setting: .steps, components: numbers.union(choices),
            phrases: [
                "number inference steps", "inference steps", "steps", "number steps", "sampling steps",
                "number sampling steps", "number sample steps", "sample steps", "denoise steps", "denoising steps",
                "diffusion steps", "sampler steps", "ddim steps", "step",
            ]),
        Entry(
            setting: .guidance, components: numbers,
            phrases: [
                "guidance scale", "guidance", "text guidance scale", "cfg guidance scale", "cfg scale", "cfg",
                "cfg weight", "true guidance scale", "true cfg scale", "true cfg", "guidance scale input",
                "classifier free guidance scale", "prompt guidance", "scale", "scales",
            ]),
        Entry(
            setting: .inputImage, components: ["image"],
            phrases: [
                "input image", "image", "upload image", "image input", "init image", "source image", "original image",
                "image to edit", "reference image", "input fg", "image path", "input image path",
            ]),
        Entry(
            setting: .inputImages, components: ["gallery"],
            phrases: [
                "input images", "images", "upload images", "gallery inputs", "reference images", "image inputs",
                "input image", "image", "upload image", "reference image",
            ]),
        Entry(
            setting: .mask, components: ["image"],
            phrases: ["mask", "mask image", "image mask", "inpaint mask", "input mask"]),
        Entry(
            setting: .count, components: numbers,
            phrases: [
                "number images", "number images per prompt", "images", "number samples", "number outputs", "n images",
                "images per prompt", "number image", "image count", "images number", "image number",
                "number output images",
            ]),
        Entry(
            setting: .model, components: choices,
            phrases: [
                "model", "model type", "model choice", "mode choice", "model name", "chosen lora", "lora adapter",
                "model selection", "model variant", "base model", "checkpoint",
            ]),
    ]

    private static let byPhrase: [String: [(meaning: Meaning, components: Set<String>)]] = {
        var table: [String: [(meaning: Meaning, components: Set<String>)]] = [:]
        for entry in entries {
            for (rank, phrase) in entry.phrases.enumerated() {
                table[phrase, default: []].append((Meaning(setting: entry.setting, rank: rank), entry.components))
            }
        }
        return table
    }()

    /// What a name or a label means: for this component, and whether the words mean something for another one.
    static func meaning(_ text: String, of component: String) -> (fitting: Meaning?, isKnown: Bool) {
        let phrase = GradioPhrase(text)
        var found = byPhrase[phrase.description] ?? []
        if found.isEmpty, let (rest, _) = phrase.numbered {
            // Only pictures come in numbers: a second prompt is no prompt.
            found = (byPhrase[rest] ?? []).filter { $0.meaning.setting == .inputImage }
        }
        return (found.first { $0.components.contains(component) }?.meaning, !found.isEmpty)
    }
}
