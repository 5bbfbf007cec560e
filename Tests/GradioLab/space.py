"""A real Gradio server in the shape of one of the Spaces, for tests on the loopback interface.

Prints one line of JSON on stdout when it is ready and runs until stdin is closed or SIGTERM arrives:

    {"url": "http://127.0.0.1:40123", "version": "6.31.0", "log": "/path/to/log or null"}

The apps that make pictures paint them from prompt and seed. Magic words at the start of the prompt (of the
question, where there is no prompt) provoke what a Space can do instead. Those of the first group may be followed by
more words; a word that the app does not know is painted like any other prompt:

    !slow N        works N seconds first (schnell's `/preview`: spread over the previews)
    !wait          works until a line comes on standard input, 120 seconds at most (schnell's `/infer`, g4f)
    !steps N       takes N steps, which a progress bar shows (flux-dev; default the argument)
    !units N       the same, but tells the progress itself, with a description (flux-dev)
    !pace S        takes S seconds for each step (flux-dev)
    !preview N     shows N pictures (flux-dev with --previews; default one per step): without `!steps` one in each of
                   N steps, and no bar. The last picture shown is the result; with 0 there is none
    !same          shows the same picture each time (flux-dev with --previews)
    !log           sends an info and a warning, and a success where there is such a thing (flux-dev, janus)
    !alone         answers without a picture (janus)
    !pictures N    makes N pictures (janus; default 5)

    !error TEXT    raises gr.Error(TEXT)
    !crash TEXT    raises ValueError(TEXT); on ZeroGPU only the name of its class is told
    !none          returns no picture
    !hidden TEXT   raises gr.Error(TEXT) that is not to be shown
    !badshape      returns the seed as text (schnell)
    !never         works 120 seconds
    !stop          stops the queue, and works 120 seconds
    !die           ends the process

The apps but schnell and components run on ZeroGPU, whose refusals they know as well:

    !quota [TIME]  the quota is used up; with TIME (1:02:03) the message says when to come back
    !busy          no GPU became free
    !expired       the token is too old
    !abort         the work was cut short
"""

import argparse
import importlib
import json
import os
import signal
import socket
import sys
import threading

# The imports below find their modules wherever the server is started, and leave no caches in the checkout.
sys.path[0] = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True

APPS = {
    "schnell": "FLUX.1 [schnell]: /infer, and endpoints of the lab",
    "flux-dev": "FLUX.1 [dev]: /infer with progress and, on demand, previews",
    "janus": "Janus-Pro-7B: /multimodal_understanding and /generate_image",
    "g4f": "an endpoint without a public name, called by its number",
    "components": "an endpoint for every type of component and for every kind of function",
    "spaces": "the endpoints of Fixtures/spaces.txt, each at a path of its own",
}

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--app", choices=APPS, default="schnell", help="; ".join(f"{k}: {v}" for k, v in APPS.items()))
parser.add_argument("--log", type=os.path.abspath, help="file to append the log to; default stderr")
parser.add_argument("--show-error", action=argparse.BooleanOptionalAction, default=False)
parser.add_argument("--auth", metavar="USER:PASSWORD", help="asks for a login")
parser.add_argument("--max-queue", type=int, metavar="N", help="jobs that may wait; default no limit")
parser.add_argument("--concurrency", type=int, metavar="N", default=1, help="jobs of one endpoint at a time; default 1")
parser.add_argument("--previews", action="store_true", help="flux-dev: /infer shows previews")
parser.add_argument("--closed-api", action="store_true", help="run/NAME is refused; the queue is not")
parser.add_argument("--max-file-size", type=int, metavar="BYTES", help="of an upload; default no limit")
parser.add_argument("--cut", type=int, metavar="N", help="cuts every event stream after N events (0: after its head)")
parser.add_argument("--cut-streams", type=int, metavar="N", help="with --cut: only the first N streams")
options = parser.parse_args()
if options.previews and options.app != "flux-dev":
    parser.error("only flux-dev has previews to switch on")

# Its folder is made by the import: not before the arguments are known to be good.
import lab  # noqa: E402

# The line for the test is the only thing on stdout; whatever Gradio prints goes to stderr.
ready_line = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
if options.log:
    lab.open_log(options.log)


def leave_with_parent():
    while os.read(0, 4096):
        lab.gate.set()
    lab.leave()


# Both are in place before the slow import, so that a test that gives up early leaves nothing behind.
signal.signal(signal.SIGTERM, lambda *_: lab.leave())
signal.signal(signal.SIGINT, lambda *_: lab.leave())
threading.Thread(target=leave_with_parent, daemon=True).start()

lab.prepare_environment()

import gradio as gr  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402

lab.cache_whole_files()

app = importlib.import_module("apps." + options.app.replace("-", "_"))
# An app of many apps serves them itself.
if not hasattr(app, "serve"):
    demo = app.build(options)
    demo.queue(
        max_size=options.max_queue, default_concurrency_limit=options.concurrency, api_open=not options.closed_api
    )
    lab.stop_queue = demo._queue.close
middleware = [Middleware(lab.RequestLog)]
if options.cut is not None:
    middleware.append(Middleware(lab.StreamCutter, events=options.cut, streams=options.cut_streams))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def launch():
    if hasattr(app, "serve"):
        return app.serve()
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
                # Else it gives up where its own page does not come within three seconds.
                _frontend=False,
                show_error=options.show_error,
                auth=tuple(options.auth.split(":", 1)) if options.auth else None,
                allowed_paths=[str(lab.files)],
                max_file_size=options.max_file_size,
                app_kwargs={"middleware": middleware},
            )
            return port
        except OSError as error:
            print(f"port {port}: {error}", file=sys.stderr)
    lab.leave(75)


port = launch()
lab.ready.set()
ready_line.write(json.dumps({"url": f"http://127.0.0.1:{port}", "version": gr.__version__, "log": options.log}) + "\n")
ready_line.close()
while True:
    signal.pause()
