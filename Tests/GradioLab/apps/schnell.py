"""The FLUX.1-schnell Space: the same components in the same order, the same `/infer`; and endpoints of the lab."""

import pathlib
import time

import gradio as gr

from apps.magic import CACHED_LAZILY, MAX_IMAGE_SIZE, MAX_SEED, facts_of, paint, provoke, random_seed, take
from lab import Execution, gate, sha256


def infer(
    prompt,
    seed=42,
    randomize_seed=False,
    width=1024,
    height=1024,
    num_inference_steps=4,
    progress=gr.Progress(track_tqdm=True),
):
    if randomize_seed:
        seed = random_seed()
    with Execution("infer", prompt, seed=seed, width=width, height=height) as execution:
        wish, rest = take(prompt, slow=0.0, wait=False)
        time.sleep(wish["slow"])
        if wish["wait"]:
            gate.wait(120)
        word = provoke(rest)
        for _ in progress.tqdm(range(min(int(num_inference_steps), 50))):
            pass
        execution.result = {"seed": seed}
        if word == "!none":
            return None, seed
        path = paint(prompt, seed, width, height)
        execution.result.update(facts_of(path, width, height))
        return path, f"seed {seed}" if word == "!badshape" else seed


def preview(prompt, seed=42, randomize_seed=False, width=1024, height=1024, num_inference_steps=4):
    if randomize_seed:
        seed = random_seed()
    with Execution("preview", prompt, seed=seed, width=width, height=height) as execution:
        wish, rest = take(prompt, slow=0.0)
        steps = min(int(num_inference_steps), 50)
        for step in range(1, steps + 1):
            execution.step(step)
            yield paint(prompt, seed, width, height, step), seed
            time.sleep(wish["slow"] / steps)
        word = provoke(rest)
        execution.result = {"seed": seed}
        if word == "!none":
            yield None, seed
        else:
            path = paint(prompt, seed, width, height)
            execution.result.update(facts_of(path, width, height))
            yield path, seed


def named_thing(prompt):
    with Execution("named_thing", prompt) as execution:
        provoke(prompt)
        path = paint(prompt, 0, 256, 256)
        execution.result = facts_of(path, 256, 256)
        return path


def describe(image, question):
    # No picture fails here as it does in a Space: there is no attribute to read.
    with Execution("describe", question) as execution:
        provoke(question)
        answer = f"{image.width}x{image.height} {sha256(image.convert('RGB').tobytes())}"
        # Gradio turns a picture that its EXIF says to turn; what is left of it then is no file any more.
        if hasattr(image, "filename"):
            data = pathlib.Path(image.filename).read_bytes()
            execution.result = {"upload_sha256": sha256(data), "upload_length": len(data)}
        return answer


def text(prompt):
    with Execution("text", prompt):
        provoke(prompt)
        return prompt


def remember(history, prompt):
    with Execution("remember", prompt):
        history = [*history, prompt]
        return history, ", ".join(history)


def build(options):
    # The examples' events come first and shift the ids, as in the Space.
    with gr.Blocks(analytics_enabled=False) as demo:
        with gr.Column(elem_id="col-container"):
            gr.Markdown("# FLUX.1 [schnell]")
            with gr.Row():
                prompt = gr.Text(label="Prompt", show_label=False, max_lines=1, container=False)
                run_button = gr.Button("Run", scale=0)
            result = gr.Image(label="Result", show_label=False, type="filepath")
            with gr.Accordion("Advanced Settings", open=False):
                seed = gr.Slider(label="Seed", minimum=0, maximum=MAX_SEED, step=1, value=0)
                randomize_seed = gr.Checkbox(label="Randomize seed", value=True)
                with gr.Row():
                    width = gr.Slider(label="Width", minimum=256, maximum=MAX_IMAGE_SIZE, step=32, value=1024)
                    height = gr.Slider(label="Height", minimum=256, maximum=MAX_IMAGE_SIZE, step=32, value=1024)
                with gr.Row():
                    num_inference_steps = gr.Slider(
                        label="Number of inference steps", minimum=1, maximum=50, step=1, value=4
                    )
            gr.Examples(
                examples=["a tiny astronaut"], fn=infer, inputs=[prompt], outputs=[result, seed], **CACHED_LAZILY
            )
        settings = [prompt, seed, randomize_seed, width, height, num_inference_steps]
        gr.on([run_button.click, prompt.submit], fn=infer, inputs=settings, outputs=[result, seed], api_name="infer")

        with gr.Accordion("Lab", open=False):
            # Only "pil" without a mode hands on what was uploaded: older versions write any other type anew.
            upload = gr.Image(label="Image", type="pil", image_mode=None)
            question = gr.Text(label="Question")
            answer = gr.Text(label="Answer")
            history = gr.State([])
            gr.Button("Preview").click(preview, settings, [result, seed], api_name="preview")
            gr.Button("Named thing").click(named_thing, [prompt], [result], api_name="named_thing")
            gr.Button("Describe").click(describe, [upload, question], [answer], api_name="describe")
            gr.Button("Text").click(text, [prompt], [answer], api_name="text")
            gr.Button("Remember").click(remember, [history, prompt], [history, answer], api_name="remember")
    return demo
