"""The FLUX.1-dev Space: the same components in the same order, so that `/infer` is number 2 and the prompt box 4."""

import time

import gradio as gr

from apps.magic import (
    CACHED_LAZILY,
    MAX_IMAGE_SIZE,
    MAX_SEED,
    facts_of,
    paint,
    provoke_zero_gpu,
    random_seed,
    send_logs,
    take,
    zero_gpu,
)
from lab import Execution, caller_of


def work(prompt, seed, randomize_seed, width, height, guidance_scale, num_inference_steps, progress, request, previews):
    """Yields the previews, the last of which is the picture; without `previews` nothing but the picture."""
    if randomize_seed:
        seed = random_seed()
    settings = {"seed": seed, "width": width, "height": height, "guidance_scale": guidance_scale}
    settings["num_inference_steps"] = num_inference_steps
    with Execution("infer", prompt, **settings, **caller_of(request)) as execution, zero_gpu():
        wish, rest = take(
            prompt, slow=0.0, steps=None, units=None, pace=0.0, preview=None, same=False, log=False
        )
        if wish["log"]:
            send_logs()
        if rest.startswith(("!quota", "!busy")):
            # Where the Hub gives no GPU, no step is taken.
            provoke_zero_gpu(rest)
        time.sleep(wish["slow"])
        shown, path = 0, None
        for step, steps in steps_of(wish, num_inference_steps, progress, previews):
            execution.step(step)
            wanted = steps if wish["preview"] is None else int(wish["preview"])
            # The previews are spread evenly over the steps: after step s of n, s/n of them have been shown.
            while previews and shown * steps < wanted * step:
                shown += 1
                path = paint(prompt, seed, width, height, 0 if wish["same"] else shown)
                yield path, seed
            time.sleep(wish["pace"])
        word = provoke_zero_gpu(rest)
        execution.result = {"seed": seed, "previews": shown}
        if word == "!none":
            yield None, seed
            return
        if not previews:
            path = paint(prompt, seed, width, height)
        if path is not None:
            execution.result.update(facts_of(path, width, height))
        if not previews:
            yield path, seed


def steps_of(wish, number, progress, previews):
    """Each step with the number of all; what tells about them is up to the wishes."""
    if wish["units"] is not None:
        steps = min(int(wish["units"]), 50)
        for step in range(1, steps + 1):
            progress((step - 1, steps), desc="Painting")
            yield step, steps
        progress((steps, steps), desc="Painting")
        return
    has_bar = wish["steps"] is not None or wish["preview"] is None or not previews
    if has_bar:
        steps = min(int(number if wish["steps"] is None else wish["steps"]), 50)
    else:
        steps = min(int(wish["preview"]), 50)
    numbers = range(1, steps + 1)
    for step in progress.tqdm(numbers) if has_bar else numbers:
        yield step, steps


def infer(
    prompt,
    seed=42,
    randomize_seed=False,
    width=1024,
    height=1024,
    guidance_scale=3.5,
    num_inference_steps=28,
    progress=gr.Progress(track_tqdm=True),
    request: gr.Request = None,
):
    settings = [prompt, seed, randomize_seed, width, height, guidance_scale, num_inference_steps]
    # Exhausted rather than taken once: a generator that waits would leave the execution without its end.
    [result] = work(*settings, progress, request, previews=False)
    return result


def infer_with_previews(
    prompt,
    seed=42,
    randomize_seed=False,
    width=1024,
    height=1024,
    guidance_scale=3.5,
    num_inference_steps=28,
    progress=gr.Progress(track_tqdm=True),
    request: gr.Request = None,
):
    settings = [prompt, seed, randomize_seed, width, height, guidance_scale, num_inference_steps]
    yield from work(*settings, progress, request, previews=True)


def build(options):
    function = infer_with_previews if options.previews else infer
    with gr.Blocks(analytics_enabled=False) as demo:
        with gr.Column(elem_id="col-container"):
            gr.Markdown("# FLUX.1 [dev]")
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
                    guidance_scale = gr.Slider(label="Guidance Scale", minimum=1, maximum=15, step=0.1, value=3.5)
                    num_inference_steps = gr.Slider(
                        label="Number of inference steps", minimum=1, maximum=50, step=1, value=28
                    )
            gr.Examples(
                examples=["a tiny astronaut"], fn=function, inputs=[prompt], outputs=[result, seed], **CACHED_LAZILY
            )
        gr.on(
            [run_button.click, prompt.submit],
            fn=function,
            inputs=[prompt, seed, randomize_seed, width, height, guidance_scale, num_inference_steps],
            outputs=[result, seed],
            api_name="infer",
        )
    return demo
