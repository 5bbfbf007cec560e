"""Serves random apps, one below the other, and writes down the calls that are to be made of them.

    python random_space.py --seed SEED --count N [--first N] --calls FILE --files FOLDER --log FILE
    python random_space.py --seed SEED --first 17 --count 1 --show

Prints one line of JSON when it is ready, {"url": ..., "version": ..., "components": [...]}, and ends with its standard input. The app with the
number 17 is at `/app-17`. FILE gets a line for each call; FOLDER gets the files that are uploaded in them.
"""

import argparse
import faulthandler
import json
import os
import pathlib
import signal
import socket
import sys
import threading

sys.path[0] = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True

faulthandler.register(signal.SIGUSR1)  # kill -USR1 tells where it stands
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--seed", default="1")
parser.add_argument("--count", type=int, default=1)
parser.add_argument("--first", type=int, default=0)
parser.add_argument("--calls")
parser.add_argument("--files")
parser.add_argument("--log")
parser.add_argument("--show", action="store_true", help="prints the apps and their calls, and ends")
options = parser.parse_args()

import lab  # noqa: E402

ready_line = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)
if options.log:
    lab.open_log(os.path.abspath(options.log))
lab.prepare_environment()

import fastapi  # noqa: E402
import gradio as gr  # noqa: E402
import uvicorn  # noqa: E402

lab.cache_whole_files()

from apps import random_apps, random_files, random_kinds  # noqa: E402

files = pathlib.Path(options.files or os.path.join(lab.home, "callers")).resolve()
files.mkdir(exist_ok=True)
random_kinds.files = random_files.Files(files)
explored = pathlib.Path(lab.home, "explored")
(explored / "sub").mkdir(parents=True)
(explored / "one.txt").write_text("one")
(explored / "sub" / "two.txt").write_text("two")


def mounted():
    """All apps in one, and their calls."""
    root = fastapi.FastAPI()
    calls = []
    makers = random_kinds.available()
    # A page builds its routes three times, of which the last are those that serve it.
    create, gr.routes.App.create_app = gr.routes.App.create_app, staticmethod(lambda *_, **__: None)
    blocks = []
    for number in range(options.first, options.first + options.count):
        app = random_apps.RandomApp(options.seed, number, makers, explored)
        try:
            block = app.build()
        except Exception:
            print(app.source, file=sys.stderr)
            raise
        block.queue()
        blocks.append((number, block))
        for at, call in enumerate(app.calls(block)):
            calls.append({"app": number, "call": f"{number}.{at}", **call})
    gr.routes.App.create_app = create
    if not options.show:
        for number, block in blocks:
            root = gr.mount_gradio_app(
                root, block, path=f"/app-{number}", allowed_paths=[str(lab.files), str(explored)]
            )
    return root, calls


def request_of_batch(body, fn, username, request, compile_request=gr.route_utils.compile_gr_request):
    """Until Gradio 6 a batch function in the queue gets a request without headers: the log could not tell who called."""
    made = compile_request(body=body, fn=fn, username=username, request=request)
    if body.batched and request is None:
        return [gr.Request(username=username, request=body.request, session_hash=body.session_hash)]
    return made


gr.route_utils.compile_gr_request = request_of_batch
root, calls = mounted()
if options.show:
    for call in calls:
        print(call.pop("source"), json.dumps(call, ensure_ascii=False), sep="", file=ready_line)
    ready_line.close()
    lab.leave()
with open(options.calls, "w", encoding="utf-8") as out:
    out.writelines(json.dumps(call) + "\n" for call in calls)


def leave_with_parent():
    sys.stdin.buffer.read()
    lab.leave()


probe = socket.socket()
probe.bind(("127.0.0.1", 0))
probe.listen(128)
server = uvicorn.Server(uvicorn.Config(root, log_level="error", timeout_keep_alive=60))


def announce():
    while not server.started:
        threading.Event().wait(0.01)
    url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    told = {"url": url, "version": gr.__version__, "log": options.log, "components": random_kinds.types()}
    ready_line.write(json.dumps(told) + "\n")
    ready_line.close()


threading.Thread(target=leave_with_parent, daemon=True).start()
threading.Thread(target=announce, daemon=True).start()
server.run(sockets=[probe])
lab.leave()
