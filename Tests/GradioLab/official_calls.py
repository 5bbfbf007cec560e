"""Makes calls through the official client of the same environment, and writes what came of each.

    python official_calls.py URL CALLS RESULTS

CALLS is what `random_space.py` wrote. RESULTS gets a line of JSON for each call: {"call": ..., "outputs": [...]}, the
values that `outputs()` holds at the end, of a generator several; a file is {"$file": SHA-256 of its content}. Or it is
{"call": ..., "refused": text}, whoever refused it.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import shutil
import sys
import tempfile
import uuid

sys.dont_write_bytecode = True

from official_client import Client, handle_file, module  # noqa: E402

url, calls_path, results_path = sys.argv[1:]
downloads = os.path.realpath(tempfile.mkdtemp(prefix="gradio-lab-official-"))


def insert_hidden(endpoint, *data):
    """It keeps a place for state alone; a page sends something for a button as well."""
    data = list(data)
    components = {component["id"]: component for component in endpoint.client.config["components"]}
    for at, (kind, number) in enumerate(zip(endpoint.input_component_types, endpoint.dependency["inputs"])):
        if kind.is_state:
            data.insert(at, None)
        elif kind.skip:
            data.insert(at, components[number]["props"].get("value"))
    return tuple(data)


module.Endpoint.insert_empty_state = insert_hidden


def with_files(value):
    if isinstance(value, list):
        return [with_files(part) for part in value]
    if isinstance(value, dict):
        if "$file" in value:
            return handle_file(value["$file"])
        return {name: with_files(part) for name, part in value.items()}
    return value


def without_files(value):
    if isinstance(value, (list, tuple)):
        return [without_files(part) for part in value]
    if isinstance(value, dict):
        return {name: without_files(part) for name, part in value.items()}
    if isinstance(value, str) and value.startswith(downloads + "/"):
        return {"$file": hashlib.sha256(pathlib.Path(value).read_bytes()).hexdigest()}
    return value


def results(calls):
    """The calls of one app, in order, each in a session of its own."""
    client = Client(
        f"{url}/app-{calls[0]['app']}",
        ssl_verify=False,
        download_files=downloads,
        headers={"x-lab-who": "official"},
    )
    for call in calls:
        client.session_hash = uuid.uuid4().hex
        client.headers["x-lab-call"] = call["call"]
        where = {"api_name": call["endpoint"]} if "endpoint" in call else {"fn_index": call["number"]}
        try:
            job = client.submit(*with_files(call.get("positions", [])), **with_files(call.get("names", {})), **where)
            job.result(timeout=100)
            endpoint = client.endpoints[client._infer_fn_index(where.get("api_name"), where.get("fn_index"))]
            shown = sum(not kind.skip for kind in endpoint.output_component_types)
            outputs = [[value] if shown == 1 else list(value) for value in without_files(job.outputs())]
            yield {"call": call["call"], "outputs": outputs}
        except Exception as error:
            yield {"call": call["call"], "refused": f"{type(error).__name__}: {error}"[:500]}


apps = {}
with open(calls_path, encoding="utf-8") as lines:
    for line in lines:
        call = json.loads(line)
        apps.setdefault(call["app"], []).append(call)
with open(results_path, "w", encoding="utf-8") as out, concurrent.futures.ThreadPoolExecutor(8) as pool:
    for found in pool.map(lambda calls: list(results(calls)), apps.values()):
        out.writelines(json.dumps(result) + "\n" for result in found)
shutil.rmtree(downloads, ignore_errors=True)
os._exit(0)
