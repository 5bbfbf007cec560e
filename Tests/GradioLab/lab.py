"""What every app of the lab shares and Gradio need not be loaded for: the server's files, its log and its end."""

import functools
import hashlib
import inspect
import itertools
import json
import os
import pathlib
import shutil
import tempfile
import threading
import time

home = os.path.realpath(tempfile.mkdtemp(prefix="gradio-lab-"))
files = pathlib.Path(home, "files")
files.mkdir()
ready = threading.Event()
# Open once a line came on standard input: who waits for it does so as long as a test needs, however slow the machine is.
gate = threading.Event()
# Set where the app is launched: stops the queue under its jobs.
stop_queue = None

_started = time.monotonic()
_executions = itertools.count(1)
_log_descriptor = 2


def leave(code=0):
    shutil.rmtree(home, ignore_errors=True)
    os._exit(code)


def prepare_environment():
    """Gradio reads its settings from the environment: the caller's are dropped, and nothing is sent to any network."""
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


def cache_whole_files():
    """Gradio names a cached file by its content, and writes it once more, in place, for each job that has the same result.

    Who downloads it meanwhile gets a part of it or nothing. Here such a file is made elsewhere and moved to its place.
    """
    from gradio import processing_utils

    def whole(save):
        signature = inspect.signature(save)

        @functools.wraps(save)
        def save_whole(*arguments, **named):
            given = signature.bind(*arguments, **named)
            place = pathlib.Path(given.arguments["cache_dir"]).resolve()
            place.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=home) as made:
                given.arguments["cache_dir"] = made
                file = pathlib.Path(save(*given.args, **given.kwargs))
                saved = place / file.relative_to(pathlib.Path(made).resolve())
                saved.parent.mkdir(parents=True, exist_ok=True)
                file.replace(saved)
            return str(saved)

        return save_whole

    for kind in ["pil", "img_array", "audio", "bytes", "file", "base64"]:
        name = f"save_{kind}_to_cache"
        setattr(processing_utils, name, whole(getattr(processing_utils, name)))


def open_log(path):
    global _log_descriptor
    _log_descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)


def log(event, **fields):
    line = json.dumps({"event": event, "time": round(time.monotonic() - _started, 3), **fields}) + "\n"
    # One write per line: readers of the file never see a line of two threads mixed up.
    os.write(_log_descriptor, line.encode())


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def new_path(name):
    """A path of that name in a folder of its own, from which Gradio may serve."""
    return str(pathlib.Path(tempfile.mkdtemp(dir=files), name))


def write_whole(path, data):
    """Writes a file that is there as a whole or not at all, also where several threads write it at once."""
    with tempfile.NamedTemporaryFile(dir=home, delete=False) as file:
        file.write(data)
    os.replace(file.name, path)


def caller_of(request):
    """What the log tells about who asked. Tokens are secrets, even those of a test: only their digests are written.

    Gradio makes a cached example without any request.
    """
    if request is None:
        return {}

    def digest(header):
        value = request.headers.get(header)
        return None if value is None else sha256(value.encode())

    return {
        "session_hash": request.session_hash,
        "zerogpu_token_sha256": digest("x-zerogpu-token"),
        "zerogpu_uuid_sha256": digest("x-zerogpu-uuid"),
    }


class Execution:
    """Logs one run of an endpoint: `start`, then `finish`, `error` or, for a generator that is dropped, `cancel`."""

    def __init__(self, endpoint, prompt=None, **fields):
        self.number = next(_executions)
        self.identity = {"number": self.number, "endpoint": endpoint}
        self.result = {}
        if prompt is not None:
            # JSON may carry half a surrogate pair, which plain UTF-8 cannot.
            text = prompt.encode("utf-8", "surrogatepass")
            fields = {"prompt_sha256": sha256(text), "prompt_length": len(text), **fields}
        log("start", **self.identity, **fields)

    def step(self, step):
        """A generator that was stopped began no step after the last one in the log."""
        log("step", **self.identity, step=step)

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


class StreamCutter:
    """Cuts the connection of event streams after some events, as a network does. The job itself goes on."""

    def __init__(self, app, events, streams):
        self.app = app
        self.events = events
        self.streams = streams
        self.cut = 0

    async def __call__(self, scope, receive, send):
        path = scope.get("path", "")
        is_stream = scope["type"] == "http" and scope["method"] == "GET" and ("/queue/data" in path or "/call/" in path)
        if not is_stream or (self.streams is not None and self.cut >= self.streams):
            return await self.app(scope, receive, send)
        self.cut += 1
        sent = -1

        async def send_and_cut(message):
            nonlocal sent
            await send(message)
            sent += 1
            if sent == self.events:
                log("cut", path=path, events=sent)
                # The server closes the connection of an answer that breaks off.
                raise ConnectionAbortedError("cut by the lab")

        await self.app(scope, receive, send_and_cut)
