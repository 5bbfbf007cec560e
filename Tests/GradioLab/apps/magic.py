"""The magic words at the start of a prompt, and the pictures that are painted for the others."""

import contextlib
import hashlib
import pathlib
import random
import time

import gradio as gr
from PIL import Image

import lab

MAX_SEED = 2**31 - 1
MAX_IMAGE_SIZE = 2048

# Gradio 4 spells lazy caching and hidden endpoints its own way, and its errors have no title.
is_gradio_4 = gr.__version__.startswith("4.")
if is_gradio_4:
    CACHED_LAZILY = {"cache_examples": "lazy"}
else:
    CACHED_LAZILY = {"cache_examples": True, "cache_mode": "lazy"}
if gr.__version__.startswith(("4.", "5.")):
    PRIVATE = {"api_name": False}
else:
    PRIVATE = {"api_visibility": "private"}

SIGN_UP = (
    '<a style="white-space: nowrap;text-underline-offset: 2px;color: var(--body-text-color)" '
    'href="https://huggingface.co/join">Create a free account</a> to get more daily usage quota.'
)
REFUSALS = {
    "!busy": ("ZeroGPU queue timeout", "No GPU was available after 60s"),
    "!expired": ("ZeroGPU client error", "Expired ZeroGPU proxy token"),
    "!abort": ("ZeroGPU worker error", "GPU task aborted"),
}


def titled_error(title, text):
    return gr.Error(text) if is_gradio_4 else gr.Error(text, title=title)


@contextlib.contextmanager
def zero_gpu():
    """What a function raises on ZeroGPU happens in another process, from which only gr.Error returns whole."""
    try:
        yield
    except gr.Error:
        raise
    except Exception as error:
        raise titled_error("ZeroGPU worker error", type(error).__name__) from error


def take(prompt, **defaults):
    """Splits `!slow 2 !log rest` into {"slow": 2.0, "log": True} and the rest; what is not asked for has its default.

    A word whose default is False stands alone, any other is followed by a number.
    """
    values = dict(defaults)
    while True:
        word, _, rest = prompt.partition(" ")
        name = word[1:]
        if not word.startswith("!") or name not in defaults:
            return values, prompt
        if defaults[name] is False:
            values[name] = True
        else:
            number, _, rest = rest.partition(" ")
            values[name] = float(number)
        prompt = rest


def provoke(prompt):
    word, _, text = prompt.partition(" ")
    if word == "!error":
        raise gr.Error(text)
    if word == "!crash":
        raise ValueError(text)
    if word == "!hidden":
        raise gr.Error(text, duration=3, visible=False)
    if word == "!never":
        time.sleep(120)
    if word == "!stop":
        lab.log("stop")
        lab.stop_queue()
        time.sleep(120)
    if word == "!die":
        lab.log("die")
        lab.leave(70)
    return word


def provoke_zero_gpu(prompt):
    word, _, text = prompt.partition(" ")
    if word == "!quota":
        used_up = "(60s requested vs. 0s left)"
        if text:
            message = f"You have exceeded your free ZeroGPU quota {used_up}. Try again in {text}. {SIGN_UP}"
        else:
            message = f"You have exceeded your GPU quota {used_up}. {SIGN_UP}"
        raise titled_error("ZeroGPU quota exceeded", message)
    if word in REFUSALS:
        raise titled_error(*REFUSALS[word])
    return provoke(prompt)


def send_logs():
    gr.Info("Waiting for a GPU to become available")
    gr.Warning("All GPUs are in use")
    if hasattr(gr, "Success"):
        gr.Success("Successfully acquired a GPU")


def random_seed():
    return random.randint(0, MAX_SEED)


def paint(prompt, seed, width, height, step=0):
    """Writes a picture that depends on all its arguments and returns its path: the file is served as it is."""
    width, height = int(width), int(height)
    if width * height > MAX_IMAGE_SIZE**2:
        raise ValueError("the picture is too large")
    key = f"{prompt}|{seed}|{step}".encode("utf-8", "surrogatepass")
    grid = Image.frombytes("RGB", (8, 8), hashlib.shake_256(key).digest(8 * 8 * 3))
    path = lab.new_path("image.webp")
    grid.resize((width, height), Image.Resampling.BICUBIC).save(path, method=0)
    return path


def facts_of(path, width, height):
    data = pathlib.Path(path).read_bytes()
    return {
        "picture_sha256": lab.sha256(data),
        "picture_length": len(data),
        "width": int(width),
        "height": int(height),
    }
