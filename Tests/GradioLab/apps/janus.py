"""The Janus-Pro-7B Space: the same components in the same order, so that the two buttons are 10 and 20 and the two
functions 2 and 3, after those of the two lists of examples."""

import time

import gradio as gr

from apps.magic import facts_of, paint, provoke_zero_gpu, send_logs, take, zero_gpu
from lab import Execution, caller_of, sha256

SIDE = 384


def multimodal_understanding(image, question, seed, top_p, temperature, request: gr.Request):
    """Answers with size and pixels of the picture and with everything else that it was given."""
    settings = {"seed": seed, "top_p": top_p, "temperature": temperature}
    with Execution("multimodal_understanding", question, **settings, **caller_of(request)), zero_gpu():
        wish, rest = take(question, slow=0.0, log=False, alone=False)
        if wish["log"]:
            send_logs()
        time.sleep(wish["slow"])
        provoke_zero_gpu(rest)
        said = f"seed {seed}, top_p {top_p}, temperature {temperature}: {question}"
        if wish["alone"]:
            return said
        # No picture fails here as it does in the Space: there is no attribute to read.
        height, width = image.shape[:2]
        return f"{width}x{height} {sha256(image.tobytes())} {said}"


def generate_image(prompt, seed, guidance, t2i_temperature, request: gr.Request):
    settings = {"seed": seed, "guidance": guidance, "temperature": t2i_temperature}
    with Execution("generate_image", prompt, **settings, **caller_of(request)) as execution, zero_gpu():
        wish, rest = take(prompt, slow=0.0, log=False, pictures=5.0)
        if wish["log"]:
            send_logs()
        time.sleep(wish["slow"])
        word = provoke_zero_gpu(rest)
        if word == "!none":
            return None
        paths = [paint(prompt, seed, SIDE, SIDE, step=number) for number in range(int(wish["pictures"]))]
        execution.result = {"pictures": [facts_of(path, SIDE, SIDE) for path in paths]}
        return paths


def build(options):
    with gr.Blocks(analytics_enabled=False) as demo:
        gr.Markdown(value="# Multimodal Understanding")
        with gr.Row():
            image = gr.Image()
            with gr.Column():
                question = gr.Textbox(label="Question")
                understanding_seed = gr.Number(label="Seed", precision=0, value=42)
                top_p = gr.Slider(minimum=0, maximum=1, value=0.95, step=0.05, label="top_p")
                temperature = gr.Slider(minimum=0, maximum=1, value=0.1, step=0.05, label="temperature")
        understanding_button = gr.Button("Chat")
        answer = gr.Textbox(label="Response")
        gr.Examples(label="Multimodal Understanding examples", examples=[["what is it"]], inputs=[question])

        gr.Markdown(value="# Text-to-Image Generation")
        with gr.Row():
            guidance = gr.Slider(minimum=1, maximum=10, value=5, step=0.5, label="CFG Weight")
            t2i_temperature = gr.Slider(minimum=0, maximum=1, value=1.0, step=0.05, label="temperature")
        prompt = gr.Textbox(label="Prompt")
        seed = gr.Number(label="Seed (Optional)", precision=0, value=12345)
        generation_button = gr.Button("Generate Images")
        gallery = gr.Gallery(label="Generated Images", columns=2, rows=2, height=300)
        gr.Examples(label="Text to image generation examples", examples=["a tiny astronaut"], inputs=prompt)

        understanding_button.click(
            multimodal_understanding, [image, question, understanding_seed, top_p, temperature], answer
        )
        generation_button.click(generate_image, [prompt, seed, guidance, t2i_temperature], gallery)
    return demo
