"""What is recorded: one function for each flow, in the order in which they run.

The numbers that a server tells about its past (`eta`, `rank_eta`) depend on that order, the rest does not.
"""

import inspect
import json
import struct
import time
import urllib.parse
import zlib

from recorder import UNKNOWN_ID

FLOWS = []
SCHNELL = [7, False, 256, 256, 2]
DEV = [7, False, 256, 256, 3.5, 28]
FORM = "Content-Type: application/x-www-form-urlencoded"


def png(side):
    """A red square."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\0" + b"\xff\0\0" * side) * side
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    # Not deflated: compressors differ.
    data = chunk(b"IDAT", zlib.compress(rows, 0))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + data + chunk(b"IEND", b"")


PNG = png(4)


def flow(what):
    """The parameters of a flow but the first name the servers that it asks."""

    def register(function):
        name = function.__name__
        FLOWS.append((name, what, list(inspect.signature(function).parameters)[1:], function))
        return function

    return register


# /call


@flow("POST /call/infer then GET the event stream: success")
def call_success(flow, schnell):
    stream = flow.call(schnell, "infer", ["a red fox", *SCHNELL])
    flow.get(schnell, "/file=" + result(stream)[0]["path"], "download of data[0].url")


@flow("gr.Error with show_error=True")
def call_error(flow, schnell):
    flow.call(schnell, "infer", ["!error the prompt is not allowed", 0, True, 256, 256, 2])


@flow("plain Python exception with show_error=True")
def call_crash(flow, schnell):
    flow.call(schnell, "infer", ["!crash boom", 0, True, 256, 256, 2])


@flow("gr.Error / plain exception with show_error=False")
def call_error_noshow(flow, quiet):
    flow.call(quiet, "infer", ["!error the prompt is not allowed", 0, True, 256, 256, 2])
    flow.call(quiet, "infer", ["!crash secret detail", 0, True, 256, 256, 2])


@flow("function returns None for the picture")
def call_none(flow, schnell):
    flow.call(schnell, "infer", ["!none x", *SCHNELL])


@flow("prompt with non-ASCII text (UTF-8 and \\u escapes)")
def call_nonascii(flow, schnell):
    flow.call(schnell, "infer", ["рыжая лиса 🦊 naïve \u2028 line", *SCHNELL])
    escaped = json.dumps({"data": ["!error рыжая лиса 🦊", 0, True, 256, 256, 2]})
    flow.call(schnell, "infer", None, "ASCII-escaped JSON, error text comes back", text=escaped)


@flow("unknown event id on GET /call/infer/<id>")
def call_bad_event(flow, schnell):
    flow.stream(schnell, f"/call/infer/{UNKNOWN_ID}").run()


@flow("unknown api_name")
def call_bad_name(flow, schnell, components):
    flow.post(schnell, "/call/nosuch", {"data": ["x", 0, True, 256, 256, 2]})
    flow.stream(schnell, f"/call/nosuch/{UNKNOWN_ID}").run()
    hidden = "endpoint hidden by api_name=False / private, by function name"
    flow.post(components, "/call/private", {"data": ["x"]}, hidden)


@flow("too few / too many arguments, wrong types, missing data, broken JSON, empty body")
def call_bad_args(flow, schnell):
    for data in [
        ["only a prompt"],
        ["x", 0, True, 256, 256, 2, "extra"],
        ["x", "not a number", True, "64", 64, 2],
        [None] * 6,
    ]:
        flow.call(schnell, "infer", data)
    path, good = "/call/infer", '{"data": ["x", 0, true, 256, 256, 2]}'
    flow.post(schnell, path, {"nodata": 1}, "no data key")
    flow.post(schnell, path, {"data": {"prompt": "x"}}, "data is an object")
    flow.post(schnell, path, None, "broken JSON", text="{broken")
    flow.post(schnell, path, None, "empty body", text="")
    flow.post(schnell, path, None, "JSON body sent as text/plain", text=good, headers=["Content-Type: text/plain"])
    flow.post(schnell, path, None, "no Content-Type", text=good, headers=["Content-Type:"])
    flow.get(schnell, path, "GET instead of POST")


@flow("numbers outside a Slider's range (width 64 < 256; width 100 not a multiple of step 32; seed -1)")
def call_out_of_range(flow, schnell):
    for settings in [
        [7, False, 64, 64, 2],
        [7, False, 257, 256, 2],
        [-1, False, 256, 256, 2],
        [4294967296, False, 256, 256, 2],
        [7, False, 256.0, "256", 2],
    ]:
        flow.call(schnell, "infer", ["x", *settings])


@flow("the call routes without the prefix of Gradio 5 and later")
def call_unprefixed(flow, schnell):
    answer = flow.post(schnell, "/call/infer", {"data": ["a red fox", *SCHNELL]}, bare=True)
    if answer.status == 200:
        flow.stream(schnell, f"/call/infer/{json.loads(answer.text)['event_id']}").run()
    flow.stream(schnell, f"/call/infer/{UNKNOWN_ID}", bare=True).run()


@flow("which paths answer with and without the /gradio_api prefix")
def prefix(flow, schnell):
    body = {"data": ["prefix test", 0, True, 256, 256, 2]}
    for name, path in [("(bare)", ""), ("/gradio_api", "/gradio_api")]:
        flow.get(schnell, path + "/config", f"{name} /config", bare=True)
        flow.get(schnell, path + "/info", f"{name} /info", bare=True)
        flow.post(schnell, path + "/call/infer", body, f"{name} POST /call/infer", bare=True)
    for exchange in flow.exchanges:
        if exchange.status == 200 and exchange.label.endswith(("/config", "/info")):
            flow.replaced[exchange.label] = "<as in discovery>"


@flow("GET /config and GET /info of the FLUX.1-dev replica")
def discovery(flow, dev):
    flow.get(dev, "/config", "config", bare=True)
    flow.get(dev, "/info", "info")


@flow("generator function through /call: full values")
def call_preview(flow, previews):
    flow.call(previews, "infer", ["!preview 3 a boat", *DEV])


@flow("generator that fails after two previews, through /call")
def call_preview_fail(flow, previews):
    flow.call(previews, "infer", ["!preview 2 !error failed in the middle", *DEV])


@flow("ZeroGPU's quota error with HTML in the message; error with visible=False, duration=3")
def call_quota(flow, dev):
    flow.call(dev, "infer", ["!quota", *DEV])
    flow.call(dev, "infer", ["!hidden hidden error", *DEV])


@flow("a text generator; session state; batch; component update; no outputs; without the queue")
def call_misc(flow, schnell, components):
    flow.call(components, "tokens", ["tok0 tok1 tok2"])
    flow.call(schnell, "remember", [None, "first"], "state as null + text (component order)")
    flow.call(schnell, "remember", ["first"], "state left out")
    flow.call(components, "batch", ["abc"])
    flow.call(components, "update", ["new value"])
    flow.call(components, "no_outputs", ["x"])
    flow.call(components, "unqueued", ["via call"], "endpoint with queue=False")


@flow("an endpoint whose name has not five letters: the url of the result is wrong up to 5.22")
def call_url_length(flow, janus):
    proxied = [f"X-Forwarded-Host: {janus.host}"]
    for label, headers in [("plain", []), ("behind a proxy that sets X-Forwarded-Host", proxied)]:
        stream = flow.call(janus, "generate_image", ["!pictures 1 a cat", 7, 5, 1], label, headers=headers)
        picture = result(stream)[0][0]["image"]
        given = picture["url"].split("/", 3)[3]
        flow.get(janus, "/" + given, "GET the url as given", bare=True)
    flow.get(janus, "/file=" + picture["path"], "GET base + prefix + /file= + path")


@flow("gr.File output with an odd name: how the url is written")
def file_names(flow, components):
    path = result(flow.call(components, "odd_name", []))[0]["path"]
    loosely = urllib.parse.quote(path, safe="/%")
    label = "url with only non-ASCII and spaces escaped (what URL() of most libraries does)"
    flow.get(components, "/file=" + loosely, label)
    flow.get(components, "/file=" + urllib.parse.quote(path), "path fully percent-encoded")


@flow("client closes the /call stream in the middle, then GETs again")
def call_abandon(flow, previews):
    path = flow.submit(previews, "infer", ["!preview 6 !pace 0.4 boat", *DEV])
    stream = flow.stream(previews, path, "closed by the client after two events")
    stream.run(until=lambda chunks: len(chunks) == 2)
    time.sleep(0.5)
    flow.stream(previews, path, "same id again at once").run()
    time.sleep(3)
    flow.stream(previews, path, "same id after the job must be over").run()


@flow("cancel of a /call job: the event id is the session")
def cancel_call(flow, previews):
    path = flow.submit(previews, "infer", ["!preview 8 !pace 0.4 boat", *DEV])
    stream = flow.stream(previews, path).begin()
    event = path.rsplit("/", 1)[1]
    wait(lambda: len(stream.chunks) >= 3)
    flow.cancel(previews, event, event)
    stream.finish()


@flow("cancel: unknown event, missing fields; /reset")
def cancel_odd(flow, dev):
    flow.cancel(dev, "nosuch", UNKNOWN_ID, label="unknown event")
    flow.post(dev, "/cancel", {"event_id": UNKNOWN_ID}, "only event_id")
    flow.post(dev, "/reset", {"event_id": UNKNOWN_ID}, "/reset")
    flow.post(dev, "/reset/", {"event_id": UNKNOWN_ID}, "/reset/ with slash")


@flow("api_open=False: /call works, /run does not")
def api_closed(flow, closed):
    flow.call(closed, "infer", ["x", *SCHNELL])


@flow("uploads: names, several files, wrong field, empty, too big")
def uploads(flow, schnell, small):
    def upload(server, label, *parts):
        upload_parts(flow, server, label, *parts)

    text = "text/plain"
    upload(schnell, "two files", ("files", "a.txt", text, b"one"), ("files", "b.txt", text, b"two"))
    upload(schnell, "odd name", ("files", "č ř +%&#'中.txt", text, b"three"))
    upload(schnell, "path in the name", ("files", "../../evil.txt", text, b"four"))
    upload(schnell, "field 'file' instead of 'files'", ("file", "a.txt", text, b"one"))
    upload(schnell, "plain field called files", ("files", None, None, b"not a file"))
    upload(schnell, "empty filename", ("files", "", "application/octet-stream", b"noname"))
    upload(schnell, "no parts")
    flow.post(schnell, "/upload", {"files": []}, "JSON body")
    upload(small, "max_file_size=2000, 5000 bytes", ("files", "big.bin", "application/octet-stream", b"z" * 5000))


@flow("login: routes without a cookie, wrong and right password, call, download")
def auth(flow, locked):
    body = {"data": ["x", *SCHNELL]}
    flow.get(locked, "/config", "no cookie", bare=True)
    flow.get(locked, "/info", "no cookie")
    flow.post(locked, "/call/infer", body, "no cookie")
    flow.post(locked, "/login", None, "wrong password", True, [FORM], "username=alice&password=wrong")
    cookie = log_in(flow, locked, "right password")
    path = flow.submit(locked, "infer", body["data"], headers=[cookie])
    stream = flow.stream(locked, path, headers=[cookie]).run()
    flow.stream(locked, path, "stream without the cookie").run()
    picture = "/file=" + result(stream)[0]["path"]
    flow.get(locked, picture, "download without the cookie")
    flow.get(locked, picture, "download with the cookie", headers=[cookie])


# What the flows share.


def result(stream):
    """The values of the last event."""
    return json.loads(stream.text.rstrip().rsplit("data: ", 1)[1])


def wait(condition):
    for _ in range(3000):
        if condition():
            return
        time.sleep(0.01)
    raise SystemExit("waited in vain")


def upload_parts(flow, server, label, *parts, query=""):
    boundary = "----wireboundary0001"
    body = b""
    for field, name, kind, data in parts:
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"'.encode()
        if name is not None:
            body += f'; filename="{name}"\r\nContent-Type: {kind}'.encode()
        body += b"\r\n\r\n" + data + b"\r\n"
    body += f"--{boundary}--\r\n".encode()
    headers = [f"Content-Type: multipart/form-data; boundary={boundary}"]
    return flow.exchange(server, "POST", f"{server.prefix}/upload{query}", body, headers, label).run()


def log_in(flow, server, label):
    """Returns the header with the cookie that a client may send without encryption."""
    form = "username=alice&password=wonderland"
    answer = flow.post(server, "/login", None, label, bare=True, headers=[FORM], text=form)
    cookies = [line.split(":", 1)[1].split(";")[0].strip() for line in answer.answer_headers if "cookie" in line.lower()]
    return "Cookie: " + next(cookie for cookie in cookies if "unsecure" in cookie)
