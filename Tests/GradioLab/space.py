"""A real Gradio server in the shape of the FLUX.1-schnell Space, for tests on the loopback interface.

Prints one line of JSON on stdout when it is ready and runs until stdin is closed or SIGTERM arrives:

    {"url": "http://127.0.0.1:40123", "version": "6.31.0", "log": "/path/to/log or null"}

`/infer` and its relatives paint a picture from prompt and seed. A magic word at the start of the prompt
provokes what a Space can do instead; `!slow N` may be followed by another one:

    !error TEXT    raises gr.Error(TEXT)
    !crash TEXT    raises ValueError(TEXT)
    !none          returns no picture
    !badshape      returns the seed as text
    !slow N        works N seconds first (`/preview`: spread over the previews)
    !never         works 120 seconds
    !die           ends the process
"""

import argparse
import hashlib
import itertools
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--log", type=os.path.abspath, help="file to append the log to; default stderr")
parser.add_argument("--show-error", action=argparse.BooleanOptionalAction, default=False)
parser.add_argument("--auth", metavar="USER:PASSWORD", help="asks for a login")
parser.add_argument("--max-queue", type=int, metavar="N", help="jobs that may wait; default no limit")
parser.add_argument("--concurrency", type=int, metavar="N", default=1, help="jobs of one endpoint at a time; default 1")
options = parser.parse_args()

# The line for the test is the only thing on stdout; whatever Gradio prints goes to stderr.
ready_line = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
log_descriptor = os.open(options.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644) if options.log else 2

home = tempfile.mkdtemp(prefix="gradio-lab-")
pictures = pathlib.Path(home, "pictures")
pictures.mkdir()


def leave(code=0):
    shutil.rmtree(home, ignore_errors=True)
    os._exit(code)


def leave_with_parent():
    while os.read(0, 4096):
        pass
    leave()


# Both are in place before the slow import, so that a test that gives up early leaves nothing behind.
signal.signal(signal.SIGTERM, lambda *_: leave())
signal.signal(signal.SIGINT, lambda *_: leave())
threading.Thread(target=leave_with_parent, daemon=True).start()

# Gradio reads its settings from the environment: the caller's are dropped, and nothing is sent to any network.
for name in list(os.environ):
    if name.startswith(("GRADIO_", "SPACE_")) or name == "SYSTEM":
        del os.environ[name]
os.environ.update(
    GRADIO_ANALYTICS_ENABLED="False",
    GRADIO_SSR_MODE="False",
    GRADIO_TEMP_DIR=os.path.join(home, "gradio"),
    GRADIO_EXAMPLES_CACHE=os.path.join(home, "examples"),
    MPLCONFIGDIR=os.path.join(home, "matplotlib"),
    HF_HOME=os.path.join(home, "huggingface"),
    HF_HUB_OFFLINE="1",
    HF_HUB_DISABLE_TELEMETRY="1",
    DO_NOT_TRACK="1",
    NO_PROXY="127.0.0.1,localhost",
    no_proxy="127.0.0.1,localhost",
)
os.chdir(home)

import gradio as gr  # noqa: E402
from PIL import Image  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402

MAX_SEED = 2**31 - 1
MAX_IMAGE_SIZE = 2048
executions = itertools.count(1)
ready = threading.Event()
started = time.monotonic()


def log(event, **fields):
    line = json.dumps({"event": event, "time": round(time.monotonic() - started, 3), **fields}) + "\n"
    # One write per line: readers of the file never see a line of two threads mixed up.
    os.write(log_descriptor, line.encode())


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Execution:
    """Logs one run of an endpoint: `start`, then `finish`, `error` or, for a generator that is dropped, `cancel`."""

    def __init__(self, endpoint, prompt, **fields):
        # JSON may carry half a surrogate pair, which plain UTF-8 cannot.
        text = prompt.encode("utf-8", "surrogatepass")
        self.number = next(executions)
        self.identity = {"number": self.number, "endpoint": endpoint}
        self.result = {}
        log("start", **self.identity, prompt_sha256=sha256(text), prompt_length=len(text), **fields)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _):
        if kind is None:
            log("finish", **self.identity, **self.result)
        elif kind is GeneratorExit:
            log("cancel", **self.identity)
        else:
            log("error", **self.identity, error=str(error), type=kind.__name__)


class RequestLog:
    """Logs every answered HTTP request when its status is sent; not those that Gradio sends to itself at its start."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        async def send_logged(message):
            if message["type"] == "http.response.start" and ready.is_set():
                log("request", method=scope["method"], path=scope["path"], status=message["status"])
            await send(message)

        await self.app(scope, receive, send_logged if scope["type"] == "http" else send)


def take_slow(prompt):
    """Splits `!slow N rest` into N and the rest; other prompts are slow for 0 seconds."""
    word, _, rest = prompt.partition(" ")
    if word != "!slow":
        return 0.0, prompt
    seconds, _, rest = rest.partition(" ")
    return float(seconds), rest


def provoke(prompt):
    word, _, text = prompt.partition(" ")
    if word == "!error":
        raise gr.Error(text)
    if word == "!crash":
        raise ValueError(text)
    if word == "!never":
        time.sleep(120)
    if word == "!die":
        log("die")
        leave(70)
    return word


def paint(prompt, seed, width, height, step=0):
    """Writes a picture that depends on all its arguments and returns its path: the file is served as it is."""
    width, height = int(width), int(height)
    if width * height > MAX_IMAGE_SIZE**2:
        raise ValueError("the picture is too large")
    key = f"{prompt}|{seed}|{step}".encode("utf-8", "surrogatepass")
    grid = Image.frombytes("RGB", (8, 8), hashlib.shake_256(key).digest(8 * 8 * 3))
    path = pathlib.Path(tempfile.mkdtemp(dir=pictures), "image.webp")
    grid.resize((width, height), Image.Resampling.BICUBIC).save(path, method=0)
    return str(path)


def facts_of(path, width, height):
    data = pathlib.Path(path).read_bytes()
    return {"picture_sha256": sha256(data), "picture_length": len(data), "width": int(width), "height": int(height)}


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
        seed = random.randint(0, MAX_SEED)
    with Execution("infer", prompt, seed=seed, width=width, height=height) as execution:
        seconds, rest = take_slow(prompt)
        time.sleep(seconds)
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
        seed = random.randint(0, MAX_SEED)
    with Execution("preview", prompt, seed=seed, width=width, height=height) as execution:
        seconds, rest = take_slow(prompt)
        steps = min(int(num_inference_steps), 50)
        for step in range(1, steps + 1):
            yield paint(prompt, seed, width, height, step), seed
            time.sleep(seconds / steps)
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


# Gradio 4 spells lazy caching its own way. The examples' events come first and shift the ids, as in the Space.
if gr.__version__.startswith("4."):
    lazily = {"cache_examples": "lazy"}
else:
    lazily = {"cache_examples": True, "cache_mode": "lazy"}

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
        gr.Examples(examples=["a tiny astronaut"], fn=infer, inputs=[prompt], outputs=[result, seed], **lazily)
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

demo.queue(max_size=options.max_queue, default_concurrency_limit=options.concurrency)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def launch():
    # Between the probe and the launch somebody else may take the port: then another one is tried.
    for attempt in range(10):
        port = free_port()
        try:
            demo.launch(
                server_name="127.0.0.1",
                server_port=port,
                share=False,
                inbrowser=False,
                quiet=True,
                prevent_thread_lock=True,
                show_error=options.show_error,
                auth=tuple(options.auth.split(":", 1)) if options.auth else None,
                allowed_paths=[str(pictures)],
                app_kwargs={"middleware": [Middleware(RequestLog)]},
            )
            return port
        except OSError as error:
            print(f"port {port}: {error}", file=sys.stderr)
    leave(75)


port = launch()
ready.set()
ready_line.write(
    json.dumps({"url": f"http://127.0.0.1:{port}", "version": gr.__version__, "log": options.log}) + "\n"
)
ready_line.close()
while True:
    signal.pause()
