"""The lab's servers and the files of recordings, for `record`."""

import json
import os
import pathlib
import re
import subprocess
import time

from wire import Exchange

HERE = pathlib.Path(__file__).resolve().parent
DATE = "Thu, 20 Mar 2025 16:36:00 GMT"
UNKNOWN_ID = "0123456789abcdef0123456789abcdef"


class Server:
    """One run of space.py. In recordings its address has the given port, whatever the real one was."""

    address = "127.0.0.1"

    def __init__(self, python, recorded_port, *arguments, environment):
        self.recorded_port = recorded_port
        self.log = pathlib.Path(environment, f"{recorded_port}.log")
        self.log.touch()
        self.errors = open(pathlib.Path(environment, f"{recorded_port}.err"), "wb")
        self.process = subprocess.Popen(
            [python, str(HERE / "space.py"), "--log", str(self.log), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env={**os.environ, "TMPDIR": "/tmp"},
        )

    def wait(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"a server did not start: {pathlib.Path(self.errors.name).read_text()[-3000:]}")
        self.port = int(json.loads(line)["url"].rsplit(":", 1)[1])
        self.host = f"{self.address}:{self.port}"
        config = Exchange(self, "GET", "/config", ["Accept: */*"], None, None, time.monotonic()).run()
        self.prefix, self.functions = "", {}
        if config.status == 200:
            config = json.loads(config.text)
            self.prefix = config.get("api_prefix", "")
            for function in config["dependencies"]:
                self.functions[function["api_name"]] = (function["id"], function["targets"][-1][0])
        return self

    def set_prefix(self, version):
        """For a server that tells nobody anything before a login."""
        self.prefix = "" if version.startswith("4.") else "/gradio_api"

    def wait_for(self, event, count=1):
        """Waits until that many lines of the log are about the event."""
        for _ in range(3000):
            lines = [json.loads(line) for line in self.log.read_text().splitlines() if line.endswith("}")]
            if len([line for line in lines if line["event"] == event]) >= count:
                return
            time.sleep(0.02)
        raise SystemExit(f"no {event} in {self.log}")

    def count(self, event):
        return sum(f'"event": "{event}"' in line for line in self.log.read_text().splitlines())

    def stop(self):
        self.process.stdin.close()
        self.process.wait()
        self.errors.close()


class Flow:
    """The exchanges of one file, in the order in which they began."""

    def __init__(self, name, what, version):
        self.name, self.what, self.version = name, what, version
        self.start = time.monotonic()
        self.exchanges = []
        self.servers = {}
        self.replaced = {}

    def exchange(self, server, method, target, body=None, headers=(), label=None, accept="*/*"):
        self.servers[server.host] = f"{server.address}:{server.recorded_port}"
        headers = [f"Accept: {accept}", *headers] if accept else list(headers)
        exchange = Exchange(server, method, target, headers, body, label, self.start)
        self.exchanges.append(exchange)
        return exchange

    # Shapes of requests. Paths get the server's prefix.

    def get(self, server, path, label=None, bare=False, headers=(), **more):
        target = path if bare else server.prefix + path
        return self.exchange(server, "GET", target, headers=headers, label=label, **more).run()

    def post(self, server, path, value, label=None, bare=False, headers=(), text=None):
        """Sends a value as JSON, or a text as it is."""
        target = path if bare else server.prefix + path
        body = (json.dumps(value, ensure_ascii=False) if text is None else text).encode()
        if not any(header.startswith("Content-Type") for header in headers):
            headers = ["Content-Type: application/json", *headers]
        headers = [header for header in headers if header != "Content-Type:"]
        return self.exchange(server, "POST", target, body, headers, label).run()

    def stream(self, server, path, label=None, headers=(), bare=False):
        target = path if bare else server.prefix + path
        return self.exchange(server, "GET", target, headers=headers, label=label, accept="text/event-stream")

    def submit(self, server, name, data, label=None, **more):
        """Submits to /call; returns the path of the stream."""
        answer = self.post(server, f"/call/{name}", {"data": data}, label, **more)
        return f"/call/{name}/{json.loads(answer.text)['event_id']}" if answer.status == 200 else None

    def call(self, server, name, data, label=None, **more):
        return self.stream(server, self.submit(server, name, data, label, **more)).run()

    def join(self, server, function, data, session, label=None, headers=()):
        """Submits to the queue; returns the job's name. A function is a name, or its number and trigger."""
        number, trigger = server.functions[function] if isinstance(function, str) else function
        value = {"data": data, "event_data": None, "fn_index": number, "trigger_id": trigger, "session_hash": session}
        answer = self.post(server, "/queue/join?__theme=light", value, label, headers=headers)
        return json.loads(answer.text).get("event_id")

    def listen(self, server, session, label=None, headers=()):
        return self.stream(server, f"/queue/data?session_hash={session}", label, headers)

    def queue(self, server, function, data, session, label=None):
        self.join(server, function, data, session, label)
        return self.listen(server, session).run()

    def cancel(self, server, session, event, function="infer", label=None):
        value = {"session_hash": session, "fn_index": server.functions[function][0], "event_id": event}
        return self.post(server, "/cancel", value, label)

    # The file.

    def document(self):
        exchanges = sorted((exchange.recorded() for exchange in self.exchanges), key=lambda each: each["t_ms"])
        names = Names(self.servers)
        return {
            "flow": self.name,
            "gradio": self.version,
            "what": self.what,
            "exchanges": [names.normalised(exchange, self.replaced) for exchange in exchanges],
        }


class Names:
    """Replaces what is another at each recording by fixed names, of the same length where that is possible."""

    def __init__(self, servers):
        self.servers = servers
        self.events, self.folders, self.tags = {}, {}, {}

    @staticmethod
    def numbered(table, letter):
        def replace(match):
            old = match.group()
            number = table.setdefault(old, len(table) + 1)
            return letter + f"{number:d}".rjust(len(old) - len(letter), "0")

        return replace

    def text(self, text):
        for real, recorded in self.servers.items():
            text = text.replace(real, recorded)
        text = re.sub(r"/tmp/gradio-lab-[a-z0-9_]{8}", "/tmp", text)
        text = re.sub(r"(?<=/gradio/)(?:[0-9a-f]{64}|[0-9a-f]{40})(?=/)", self.numbered(self.folders, "d"), text)
        text = re.sub(r"(?<![0-9a-zA-Z])[0-9a-f]{32}(?![0-9a-zA-Z])", self.numbered(self.events, "e"), text)
        text = re.sub(r'(?<=/)tmp[a-z0-9_]{8,10}(?=")', lambda match: "tmp0123456789"[: len(match.group())], text)
        text = re.sub(r'(?<="app_id":)\d+', "1" * 19, text)
        text = re.sub(r"(?<=access-token-)(unsecure-)?[\w-]{43}(?==)", lambda match: (match[1] or "") + "C" * 43, text)
        text = re.sub(r"(?<=C{10}=)[\w-]{22}", "T" * 21 + "0", text)
        text = re.sub(r"\b0x[0-9a-f]{8,16}\b", lambda match: "0x" + "7f".ljust(len(match.group()) - 2, "0"), text)
        return re.sub(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", DATE, text)

    def header(self, line, grown):
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            return f"{name}: {int(value) + grown}"
        if name.lower() == "etag":
            return re.sub(r"[0-9a-f]{32,64}", self.numbered(self.tags, "a"), line)
        return self.text(line)

    def normalised(self, exchange, replaced):
        request, response = exchange["request"], exchange["response"]
        request["line"] = self.text(request["line"])
        grown = 0
        if "body" in request:
            body = self.text(request["body"])
            grown = len(body.encode()) - len(request["body"].encode())
            request["body"] = body
        request["headers"] = [self.header(line, grown) for line in request["headers"]]
        grown = 0
        if "chunks" in response:
            chunks = [[moment, self.text(text)] for moment, text in response["chunks"]]
            grown = sum(len(text.encode()) for _, text in chunks) - sum(
                len(text.encode()) for _, text in response["chunks"]
            )
            if note := replaced.get(exchange.get("label")):
                chunks = [[chunks[0][0], note]]
            response["chunks"] = chunks
        response["headers"] = [self.header(line, grown) for line in response["headers"]]
        return exchange


def written(value, indent=0):
    """JSON with one line for each chunk and each list of headers, so that a diff of two recordings can be read."""
    space = " " * (indent + 1)
    if isinstance(value, list):
        if not any(isinstance(element, (dict, list)) for element in value):
            return json.dumps(value, ensure_ascii=False)
        parts = [space + written(element, indent + 1) for element in value]
        return "[\n" + ",\n".join(parts) + "\n" + " " * indent + "]"
    if isinstance(value, dict) and value:
        parts = [space + json.dumps(key) + ": " + written(element, indent + 1) for key, element in value.items()]
        return "{\n" + ",\n".join(parts) + "\n" + " " * indent + "}"
    return json.dumps(value, ensure_ascii=False)


MEASURED = re.compile(
    # Times, and the lengths of the texts that tell them.
    r'\\"(duration|average_duration|avg_time|cache_duration|eta|rank_eta)\\": ?[-0-9.e]+'
    r'|"(t_ms|end_ms)": \d+|\[\d+, (?=")|(?<=content-length: )\d+'
    # A seed that was drawn.
    r"|(?<=, )\d+(?=\]\\n\\n)"
)


def without_times(text):
    """What two recordings of the same server should have in common."""
    lines = [line for line in text.splitlines(keepends=True) if '\\"msg\\":\\"progress\\"' not in line]
    return MEASURED.sub("#", "".join(lines))
