"""Replicas of the endpoints in Fixtures/spaces.txt: the same parameters with the same names, labels and components.

Each app has a path of its own. Its function writes down what it received and paints a tiny picture.
"""

import inspect
import pathlib
import re
import socket
import threading

import fastapi
import gradio as gr
import uvicorn
from PIL import Image

from lab import log

SIGNATURES = pathlib.Path(__file__).resolve().parents[3] / "Fixtures" / "spaces.txt"
MAX_SEED = 2**31 - 1
SHORT = {
    "p": "prompt T! [Prompt]",
    "n": 'negative_prompt T="" [Negative prompt]',
    "n!": "negative_prompt T! [Negative prompt]",
    "s": "seed S=0 [Seed]",
    "r": "randomize_seed C=true [Randomize seed]",
    "w": "width S=1024 [Width]",
    "h": "height S=1024 [Height]",
    "g": "guidance_scale S=3.5 [Guidance scale]",
    "st": "num_inference_steps S=28 [Number of inference steps]",
}
INPUT = re.compile(r'(\w+) ([A-Z])(~?)(!|=(?:"([^"]*)"|\S+))?')


class Part:
    def __init__(self, item):
        item = SHORT.get(item, item)
        self.name, self.kind, history, self.mark, text = INPUT.match(item).groups()
        self.is_history = bool(history)
        word = (self.mark or "!")[1:]
        self.default = {"true": True, "false": False, "null": None, "[]": None, "": None}.get(word, word)
        if text is not None:
            self.default = text
        elif re.fullmatch(r"-?[\d.]+", word):
            self.default = float(word) if "." in word else int(word)
        rest = item[INPUT.match(item).end() :]
        choices = re.search(r"\{([^}]*)\}", rest)
        self.choices = choices.group(1).split("/") if choices else []
        label = re.search(r"\[([^\]]*)\]", re.sub(r"\{[^}]*\}", "", rest))
        self.label = label.group(1) if label else self.name

    def component(self):
        given = {"label": self.label}
        words = (self.name + " " + self.label).lower()
        if self.kind == "S":
            bounds = (0, max(100, self.default), 0.01)
            if "seed" in words:
                bounds = (min(self.default, 0), MAX_SEED, 1)
            elif "width" in words or "height" in words:
                bounds = (64 if "tile" in words else 256, 2048, 8)
            elif "step" in words:
                bounds = (0, 100, 1)
            elif "pixels" in words or "side" in words:
                bounds = (0, 10**7, 1)
            return gr.Slider(minimum=bounds[0], maximum=bounds[1], step=bounds[2], value=self.default, **given)
        if self.kind == "B":
            return gr.State(None)
        if self.kind in "RD":
            kind = gr.Radio if self.kind == "R" else gr.Dropdown
            return kind(self.choices, value=self.default, **given)
        if self.kind == "I":
            return gr.Image(type="pil", **given)
        if self.kind == "G":
            return gr.Gallery(type="pil", **given)
        if self.kind == "E":
            return gr.ImageEditor(type="pil", **given)
        if self.kind == "F":
            return gr.File(file_count="multiple", **given)
        if self.kind == "Z":
            return gr.MultimodalTextbox(**given)
        kinds = {"T": gr.Textbox, "N": gr.Number, "C": gr.Checkbox}
        return kinds[self.kind](value=self.default, **given)


def split(text):
    """Split at commas, but not inside of brackets."""
    items, depth = [""], 0
    for character in text:
        depth += (character in "[{(") - (character in "]})")
        if character == "," and depth == 0:
            items.append("")
        else:
            items[-1] += character
    return [item.strip() for item in items]


def shown(value):
    if isinstance(value, Image.Image):
        return f"image {value.width}x{value.height}"
    if isinstance(value, (list, tuple)):
        return [shown(part) for part in value]
    if isinstance(value, dict):
        return {name: shown(part) for name, part in value.items()}
    return value


def function(app, parts, outputs, defaults):
    def run(*values):
        log("call", app=app, arguments=[shown(value) for value in values], defaults=defaults)
        by_name = dict(zip([part.label.lower() for part in parts], values))
        by_name.update(zip([part.name for part in parts], values))
        seed = next((value for name, value in by_name.items() if name.startswith(("seed", "base seed"))), 7)
        painted = Image.new("RGB", (8, 8), (200, 80, 40))
        made = {
            "I": painted, "G": [(painted, None)], "X": (painted, painted), "S": seed, "N": seed, "J": {"seed": seed},
            "F": None, "M": "done",
        }
        results = [str(seed) if kind == "T" else made[kind] for kind, _, _ in outputs]
        return results[0] if len(results) == 1 else results

    # The names that Gradio tells are those of the function's own parameters. Behind one with a default all have one.
    signature, has_default = [], False
    for part in parts:
        has_default = has_default or part.mark == "=null"
        default = part.default if has_default else inspect.Parameter.empty
        signature.append(inspect.Parameter(part.name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default))
    run.__signature__ = inspect.Signature(signature)
    return run


def space(line):
    app, endpoint, inputs, results, *_ = line.split(" | ")
    parts = [Part(item) for item in split(inputs)]
    outputs = [(kind[0], "~" in kind, label) for kind, _, label in (item.partition(" ") for item in results.split(", "))]
    kinds = {part.kind for part in parts} | {kind for kind, _, _ in outputs}
    if "A" in kinds or ("X" in kinds and not hasattr(gr, "ImageSlider")):
        return None
    with gr.Blocks(analytics_enabled=False) as demo:
        components = [part.component() for part in parts]
        shown_as_well = next((c for part, c in zip(parts, components) if part.is_history), None)
        made = {
            "I": gr.Image, "G": gr.Gallery, "S": gr.Slider, "N": gr.Number, "T": gr.Textbox, "M": gr.Markdown,
            "J": gr.JSON, "F": gr.File, "X": getattr(gr, "ImageSlider", None),
        }
        targets = []
        for kind, is_history, label in outputs:
            named = {} if kind == "M" else {"label": label or "Result"}
            bounds = {"minimum": 0, "maximum": MAX_SEED} if kind == "S" else {}
            targets.append(shown_as_well if is_history else made[kind](**named, **bounds))
        defaults = [part.default if part.kind not in "IGEFB" else None for part in parts]
        button = gr.Button("Run")
        # A demo's page has more than one way to start it, and a helper of its own.
        run = function(app, parts, outputs, defaults)
        for event in (button.click, gr.Button("Again").click):
            event(run, components, targets, api_name=endpoint[1:])
        gr.Button("Help").click(lambda: "", None, gr.Textbox(visible=False), api_name="help")
    demo.queue(default_concurrency_limit=8)
    return app, demo


def path_of(app):
    return "/" + re.sub(r"[^a-z0-9]+", "-", app.lower()).strip("-")


def serve():
    """Serves them all, and returns the port."""
    server = fastapi.FastAPI()
    for line in SIGNATURES.read_text().splitlines():
        made = None if line.startswith("#") else space(line)
        if made:
            server = gr.mount_gradio_app(server, made[1], path=path_of(made[0]))
    running = uvicorn.Server(uvicorn.Config(server, log_level="error"))
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not running.started:
        thread.join(0.02)
        if not thread.is_alive():
            raise RuntimeError("the server ended before it had begun")
    return listener.getsockname()[1]
