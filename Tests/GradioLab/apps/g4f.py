"""A Space whose picture function has the number 3 and no public name: `run/predict` is called with that number."""

import time

import gradio as gr

from apps.magic import (
    CACHED_LAZILY,
    MAX_IMAGE_SIZE,
    MAX_SEED,
    PRIVATE,
    facts_of,
    paint,
    provoke_zero_gpu,
    take,
    zero_gpu,
)
from lab import Execution, caller_of, gate


def generate(prompt, seed, width, height, option, steps, request: gr.Request):
    settings = {"seed": seed, "width": width, "height": height, "option": option, "steps": steps}
    with Execution("generate", prompt, **settings, **caller_of(request)) as execution, zero_gpu():
        wish, rest = take(prompt, slow=0.0, wait=False)
        time.sleep(wish["slow"])
        if wish["wait"]:
            gate.wait(120)
        word = provoke_zero_gpu(rest)
        execution.result = {"seed": seed}
        if word == "!none":
            return None, seed
        path = paint(prompt, seed, width, height)
        execution.result.update(facts_of(path, width, height))
        return path, seed


def example(prompt):
    return paint(prompt, 0, 256, 256)


def build(options):
    # The components are in the order that makes the button 10; the examples and the reset make the function 3.
    with gr.Blocks(analytics_enabled=False) as demo:
        with gr.Column():
            gr.Markdown("# FLUX")
            prompt = gr.Text(label="Prompt")
            seed = gr.Slider(label="Seed", minimum=0, maximum=MAX_SEED, step=1, value=0)
            width = gr.Slider(label="Width", minimum=32, maximum=MAX_IMAGE_SIZE, step=8, value=1024)
            height = gr.Slider(label="Height", minimum=32, maximum=MAX_IMAGE_SIZE, step=8, value=1024)
            option = gr.Checkbox(label="Option", value=True)
            steps = gr.Slider(label="Steps", minimum=1, maximum=4, step=1, value=1)
            result = gr.Image(label="Result", type="filepath")
            button = gr.Button("Generate")
            reset = gr.Button("Reset")
            gr.Examples(examples=["a tiny astronaut"], fn=example, inputs=[prompt], outputs=[result], **CACHED_LAZILY)
        reset.click(lambda: "", None, prompt, api_name="reset")
        button.click(generate, [prompt, seed, width, height, option, steps], [result, seed], **PRIVATE)
    return demo
