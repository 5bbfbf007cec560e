"""What is recorded of the queue and of the direct route; see flows.py."""

import json
import time

from flows import DEV, PNG, SCHNELL, flow, log_in, result, upload_parts, wait


@flow("queue/join + queue/data, FLUX.1-dev shape: success")
def queue_success(flow, dev):
    flow.queue(dev, "infer", ["a red fox", *DEV], "sess0001")


@flow("gr.Error: show_error on and off")
def queue_error(flow, schnell, quiet):
    data = ["!error the prompt is not allowed", 0, True, 256, 256, 2]
    flow.queue(schnell, "infer", data, "sesserr1")
    flow.queue(quiet, "infer", data, "sesserr2")


@flow("plain exception: show_error on and off")
def queue_crash(flow, schnell, quiet):
    flow.queue(schnell, "infer", ["!crash boom", 0, True, 256, 256, 2], "sesscr1")
    flow.queue(quiet, "infer", ["!crash boom", 0, True, 256, 256, 2], "sesscr2")
    flow.queue(schnell, "infer", ["!crash", 0, True, 256, 256, 2], "sesscr3", "exception with an empty message")


@flow("ZeroGPU: the only word about an exception is its class; no GPU")
def queue_zerogpu(flow, dev):
    for number, prompt in enumerate(["!crash boom", "!busy"]):
        flow.queue(dev, "infer", [prompt, *DEV], f"sesszero{number}")


@flow("quota error with HTML, title, duration; error with visible=False")
def queue_quota(flow, dev):
    flow.queue(dev, "infer", ["!quota", *DEV], "sessq1")
    flow.queue(dev, "infer", ["!hidden hidden error", *DEV], "sessq2")
    flow.queue(dev, "infer", ["!quota 1:02:03", *DEV], "sessq3")


@flow("gr.Info, gr.Warning, gr.Success -> msg 'log'")
def queue_log(flow, dev):
    flow.queue(dev, "infer", ["!log a fox", *DEV], "sesslog")


@flow("tqdm progress (track_tqdm) and explicit gr.Progress calls")
def queue_progress(flow, dev):
    flow.queue(dev, "infer", ["!steps 5 !pace 0.1 a fox", *DEV], "sessprog1")
    flow.queue(dev, "infer", ["!units 4 !pace 0.1 a fox", *DEV], "sessprog2")


@flow("generator with previews: process_generating with diffs")
def queue_preview(flow, previews):
    flow.queue(previews, "infer", ["!preview 4 a boat", *DEV], "sessprev1")


@flow("generator with progress between previews")
def queue_preview_progress(flow, previews):
    flow.queue(previews, "infer", ["!steps 4 !preview 2 !pace 0.2 a boat", *DEV], "sessprev5")


@flow("generator that yields the same picture three times / only once / nothing")
def queue_preview_same(flow, previews):
    flow.queue(previews, "infer", ["!preview 3 !same a boat", *DEV], "sessprev2")
    flow.queue(previews, "infer", ["!preview 1 a boat", *DEV], "sessprev3")
    flow.queue(previews, "infer", ["!preview 0 a boat", *DEV], "sessprev4")


@flow("generator that raises after two previews")
def queue_preview_fail(flow, previews):
    flow.queue(previews, "infer", ["!preview 2 !error failed in the middle", *DEV], "sessprev6")


@flow("diff patches on text, JSON, lists, objects, galleries and two outputs (append, add, delete, replace)")
def queue_diffs(flow, components):
    for name, data in [
        ("tokens", ["tok0 tok1 tok2 tok3"]),
        ("grow_json", []),
        ("edit_list", []),
        ("shrink_list", []),
        ("shrink_nested", []),
        ("edit_object", []),
        ("edit_chat", []),
        ("edit_gallery", []),
        ("nothing_and_something", []),
        ("two_outputs", [2]),
    ]:
        flow.queue(components, name, data, f"diff{name}")
        # The other route sends every value whole.
        flow.call(components, name, data)


@flow("two jobs multiplexed on one session and one stream")
def queue_two_jobs_one_stream(flow, dev):
    started = dev.count("start")
    flow.join(dev, "infer", ["!slow 0.5 one", 1, *DEV[1:]], "sessmux")
    dev.wait_for("start", started + 1)
    flow.join(dev, "infer", ["two", 2, *DEV[1:]], "sessmux")
    flow.listen(dev, "sessmux").run()


@flow("four sessions, concurrency_limit 1: estimation with rank/queue_size/rank_eta, process_starts with eta")
def queue_estimation(flow, dev):
    started, streams = dev.count("start"), []
    for number in range(4):
        session = f"sessest{number}"
        flow.join(dev, "infer", [f"!slow 1 job{number}", number, *DEV[1:]], session)
        streams.append(flow.listen(dev, session).begin())
        if number == 0:
            dev.wait_for("start", started + 1)
        wait(lambda: streams[-1].chunks)
    flow.get(dev, "/queue/status", "queue/status while four jobs are in")
    for stream in streams:
        stream.finish()


@flow("queue full (max_size=1) through /call and /queue/join")
def queue_full(flow, full):
    def data(prompt):
        return [prompt, 0, True, 256, 256, 3.5, 28]

    flow.join(full, "infer", data("!never a"), "sessfull1", "job 1 (runs)")
    full.wait_for("start")
    flow.join(full, "infer", data("b"), "sessfull2", "job 2 (waits)")
    flow.join(full, "infer", data("c"), "sessfull3", "job 3 through /queue/join (refused)")
    flow.post(full, "/call/infer", {"data": data("d")}, "job 4 through /call (refused)")


@flow("queue/data for an unknown session; without session_hash")
def queue_unknown_session(flow, dev):
    flow.listen(dev, "nosuchsession").run()
    flow.stream(dev, "/queue/data", "no session_hash").run()


@flow("wrong fn_index, missing fn_index, wrong argument count, missing session_hash, odd trigger_id")
def queue_bad(flow, dev):
    good = {"data": ["x", *DEV], "event_data": None, "fn_index": 2, "trigger_id": 4, "session_hash": "sessbad"}
    for label, change in [
        ("fn_index missing", {"fn_index": None}),
        ("fn_index a string", {"fn_index": "two"}),
        ("session_hash missing", {"session_hash": None}),
        ("data missing", {"data": None}),
    ]:
        value = {name: value for name, value in {**good, **change}.items() if value is not None or name == "event_data"}
        flow.post(dev, "/queue/join", value, label)
    flow.post(dev, "/queue/join", {**good, "fn_index": 99}, "fn_index 99")
    flow.queue(dev, "infer", ["one"], "sessbadargs", "one argument")
    flow.queue(dev, (2, 12345), ["x", *DEV], "sessbadtrigger", "odd trigger_id")


@flow("client drops the queue/data stream mid-job and opens it again")
def queue_abandon(flow, previews):
    flow.join(previews, "infer", ["!preview 6 !pace 0.4 boat", *DEV], "sessab")
    stream = flow.listen(previews, "sessab", "closed by the client after two previews")
    stream.run(until=lambda chunks: sum(b"process_generating" in data for _, data in chunks) == 2)
    time.sleep(0.5)
    flow.listen(previews, "sessab", "reopened at once").run()
    time.sleep(2.5)
    flow.listen(previews, "sessab", "reopened after the job would have ended").run()


@flow("POST /cancel on a running non-generator")
def cancel_running(flow, dev):
    event = flow.join(dev, "infer", ["!slow 3 x", *DEV], "sesscr")
    stream = flow.listen(dev, "sesscr").begin()
    wait(lambda: b"process_starts" in b"".join(data for _, data in stream.chunks))
    time.sleep(0.5)
    flow.cancel(dev, "sesscr", event)
    stream.finish()
    flow.queue(dev, "infer", ["next", *DEV], "sesscr_b", "the next job waits for the cancelled one?")


@flow("POST /cancel on a running generator")
def cancel_generator(flow, previews):
    event = flow.join(previews, "infer", ["!preview 8 !pace 0.4 boat", *DEV], "sesscg")
    stream = flow.listen(previews, "sesscg").begin()
    wait(lambda: sum(b"process_generating" in data for _, data in stream.chunks) == 3)
    flow.cancel(previews, "sesscg", event)
    stream.finish()


@flow("POST /cancel on a job that is still waiting in the queue")
def cancel_queued(flow, dev):
    started = dev.count("start")
    flow.join(dev, "infer", ["!slow 2 first", *DEV], "sesscq1")
    dev.wait_for("start", started + 1)
    event = flow.join(dev, "infer", ["second", *DEV], "sesscq2")
    stream = flow.listen(dev, "sesscq2").begin()
    wait(lambda: stream.chunks)
    flow.cancel(dev, "sesscq2", event)
    stream.finish()
    flow.listen(dev, "sesscq1").run()


@flow("Janus: text to image -> Gallery")
def janus_image(flow, janus):
    flow.queue(janus, "generate_image", ["!pictures 2 a cat", 7, 5, 1], "sessj1")
    flow.call(janus, "generate_image", ["!pictures 2 a cat", 7, 5, 1])
    flow.queue(janus, "generate_image", ["!pictures 0 a cat", 7, 5, 1], "sessj4", "no picture in the gallery")


@flow("Janus: upload a picture, ask about it")
def janus_understand(flow, janus):
    answer = upload_parts(flow, janus, "upload", ("files", "pic.png", "image/png", PNG), query="?upload_id=sessj2")
    path = json.loads(answer.text)[0]
    file = {
        "path": path,
        "url": f"http://{janus.host}{janus.prefix}/file={path}",
        "orig_name": "pic.png",
        "size": len(PNG),
        "mime_type": "image/png",
        "meta": {"_type": "gradio.FileData"},
    }
    flow.queue(janus, "multimodal_understanding", [file, "what is it", 7, 0.95, 0.1], "sessj2")
    least = {"path": path, "meta": {"_type": "gradio.FileData"}}
    flow.call(janus, "multimodal_understanding", [least, "minimal FileData", 7, 0.95, 0.1])


@flow("Janus: no picture -> AttributeError text")
def janus_noimage(flow, janus):
    flow.queue(janus, "multimodal_understanding", [None, "what is it", 7, 0.95, 0.1], "sessj3")


@flow("POST /run/predict with fn_index 3, a function without a public name")
def run_predict(flow, g4f):
    value = {"data": ["a red fox", 7, 64, 64, True, 1], "event_data": None}
    value.update(fn_index=3, session_hash="abc123def4", trigger_id=10)
    tokens = ["x-zerogpu-token: TOKEN", "x-zerogpu-uuid: UUID"]
    flow.post(g4f, "/run/predict", value, "bare path", bare=True, headers=tokens)
    answer = flow.post(g4f, "/run/predict", value, "with prefix", headers=tokens)
    flow.get(g4f, "/file=" + json.loads(answer.text)["data"][0]["path"], "download")


@flow("/run/<name>, /api/<name>, trailing slash, fn_index without name, unknown names")
def run_forms(flow, dev, components):
    fox = ["fox", *DEV]
    for path in ["/run/infer", "/api/infer/"]:
        flow.post(dev, path, {"data": fox}, "by api_name")
    flow.post(dev, "/run/predict", {"data": fox, "fn_index": 2}, "name 'predict' does not exist here; fn_index decides")
    flow.post(dev, "/run/predict", {"data": fox}, "name does not exist, no fn_index")
    flow.post(components, "/run/unqueued", {"data": ["queue false"]}, "queue=False endpoint")


@flow("/run errors: gr.Error, crash, show_error off, quota, no data")
def run_errors(flow, schnell, quiet, dev):
    error, crash = ["!error not allowed", *SCHNELL], ["!crash boom", *SCHNELL]
    for server, label in [(schnell, None), (quiet, "show_error=False")]:
        flow.post(server, "/run/infer", {"data": error}, label)
        flow.post(server, "/run/infer", {"data": crash}, label)
    flow.post(dev, "/run/infer", {"data": ["!quota", *DEV]})
    flow.post(dev, "/run/infer", {"nodata": 1}, "no data")


@flow("/run of an app with api_open=False")
def run_closed(flow, closed):
    flow.post(closed, "/run/infer", {"data": ["x", *SCHNELL]})


@flow("gr.State: kept per session_hash on the server; what the client sends for it")
def state(flow, schnell):
    flow.queue(schnell, "remember", [None, "one"], "sessstate")
    flow.queue(schnell, "remember", [None, "two"], "sessstate", "same session")
    flow.queue(schnell, "remember", [None, "one"], "otherstate", "another session")
    flow.queue(schnell, "remember", ["one argument"], "sessstate", "state left out of data")
    flow.queue(schnell, "remember", [["injected"], "three"], "sessstate", "client tries to set the state")


@flow("login: the queue with and without a cookie")
def queue_login(flow, locked):
    flow.join(locked, (2, 4), ["x", *SCHNELL], "sesslogin", "no cookie")
    cookie = log_in(flow, locked, "right password")
    flow.join(locked, (2, 4), ["x", *SCHNELL], "sesslogin", headers=[cookie])
    flow.listen(locked, "sesslogin", "stream without the cookie").run()
    flow.listen(locked, "sesslogin", headers=[cookie]).run()


# These end their server.


@flow("queue stops under a running job: 'Server stopped unexpectedly.'")
def server_stopped(flow, stopping):
    path = flow.submit(stopping, "infer", ["!slow 1 !stop", *SCHNELL])
    flow.stream(stopping, path).run(until=lambda chunks: len(chunks) == 3)
    flow.post(stopping, "/call/infer", {"data": ["x", *SCHNELL]}, "call after the stop")


@flow("queue stops under a running job: 'Server stopped unexpectedly.'")
def queue_server_stopped(flow, stopping_queue):
    flow.join(stopping_queue, "infer", ["!slow 1 !stop", *SCHNELL], "sessstop")
    told = lambda chunks: sum(b"unexpected_error" in data for _, data in chunks) == 2  # noqa: E731
    flow.listen(stopping_queue, "sessstop").run(until=told)
    flow.join(stopping_queue, "infer", ["x", *SCHNELL], "sessstop2", "join after the stop")


@flow("the server process dies under a running job (os._exit)")
def server_dies(flow, dying):
    flow.call(dying, "infer", ["!slow 0.5 !die x", *SCHNELL])


@flow("the server process dies under a running job (os._exit)")
def queue_server_dies(flow, dying_queue):
    flow.queue(dying_queue, "infer", ["!slow 0.5 !die x", *SCHNELL], "sessdie")


# These wait long, and run side by side.


@flow("second GET of a finished /call event: open for ever, only heartbeats")
def call_second_get(flow, schnell):
    path = flow.submit(schnell, "infer", ["late", *SCHNELL])
    flow.stream(schnell, path).run()
    flow.stream(schnell, path, "second GET of the same id").run(limit=32)


@flow("job slower than the 15 s heartbeat, through /call")
def call_heartbeat(flow, quiet):
    flow.call(quiet, "infer", ["!slow 17 a slow picture", *SCHNELL])


@flow("job slower than 15 s: heartbeat message in the queue stream")
def queue_heartbeat(flow, dev):
    flow.queue(dev, "infer", ["!slow 17 a slow picture", *DEV], "sesshb")


LONG = [call_second_get, call_heartbeat, queue_heartbeat]
