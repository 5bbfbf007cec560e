"""HTTP/1.1 over a socket, for the recorder: it keeps every chunk as it came, with its time."""

import hashlib
import re
import socket
import threading
import time


class Exchange:
    """One request on a connection of its own, and its answer as far as it came."""

    def __init__(self, server, method, target, headers, body, label, start):
        self.server = server
        self.label = label
        self.target = target
        self.start = start
        self.started = time.monotonic()
        self.line = f"{method} {target} HTTP/1.1"
        # As a list: names come back as they were written.
        self.headers = [f"Host: {server.host}", "User-Agent: wire/1", *headers]
        if body is not None:
            self.headers.append(f"Content-Length: {len(body)}")
        self.body = body
        self.status_line, self.answer_headers, self.framing = None, [], None
        self.chunks = []
        self.end = None
        self.ended = None
        self.thread = None

    def milliseconds(self, moment=None):
        return round(((moment or time.monotonic()) - self.start) * 1000)

    # What came, for the recorder's own use.

    @property
    def status(self):
        return int(self.status_line.split(" ")[1])

    @property
    def text(self):
        return b"".join(data for _, data in self.chunks).decode("utf-8", "replace")

    def header(self, name):
        for line in self.answer_headers:
            field, _, value = line.partition(":")
            if field.lower() == name:
                return value.strip()
        return None

    def begin(self, until=None, limit=60):
        self.thread = threading.Thread(target=self.run, args=(until, limit), daemon=True)
        self.thread.start()
        return self

    def finish(self):
        self.thread.join()
        return self

    def run(self, until=None, limit=60):
        """Reads the answer up to its end, for `limit` seconds, or until `until` of the chunks so far is true."""
        deadline = time.monotonic() + limit
        with socket.create_connection((self.server.address, self.server.port), timeout=30) as connection:
            head = "\r\n".join([self.line, *self.headers]) + "\r\n\r\n"
            connection.sendall(head.encode() + (self.body or b""))
            self.read(connection, until, deadline, limit)
        self.ended = self.milliseconds()
        return self

    def read(self, connection, until, deadline, limit):
        buffer = bytearray()

        def more():
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            connection.settimeout(left)
            data = connection.recv(65536)
            buffer.extend(data)
            return bool(data)

        def line():
            while b"\r\n" not in buffer:
                if not more():
                    return None
            text, _, rest = bytes(buffer).partition(b"\r\n")
            buffer[:] = rest
            return text

        try:
            self.status_line = (line() or b"").decode("latin-1")
            while field := line():
                self.answer_headers.append(field.decode("latin-1"))
            if (self.header("transfer-encoding") or "").lower() != "chunked":
                self.framing = "content-length"
                count = int(self.header("content-length") or 0)
                while len(buffer) < count and more():
                    pass
                if buffer:
                    self.chunks.append((self.milliseconds(), bytes(buffer)))
                self.end = "complete" if len(buffer) == count else "eof inside the body"
                return
            self.framing = "chunked"
            while True:
                size = line()
                while size is not None and len(buffer) < int(size, 16) + 2:
                    if not more():
                        size = None
                if size is None:
                    self.end = "eof inside chunked body"
                    return
                count = int(size, 16)
                if count == 0:
                    self.end = "complete (0-chunk)"
                    return
                self.chunks.append((self.milliseconds(), bytes(buffer[:count])))
                del buffer[: count + 2]
                if until and until(self.chunks):
                    self.end = "client closed the connection"
                    return
        except TimeoutError:
            self.end = f"client gave up after {limit:g} s"
        except ConnectionResetError:
            self.end = "eof inside chunked body" if self.framing == "chunked" else "connection reset"

    def recorded(self):
        """The exchange as it stands in the file."""
        request = {"line": self.line, "headers": self.headers}
        if self.body is not None:
            request["body"] = shortened(self.body.decode("utf-8", "replace"))
        response = {"status_line": self.status_line, "headers": self.answer_headers, "framing": self.framing}
        response.update(end=self.end, end_ms=self.ended)
        data = b"".join(data for _, data in self.chunks)
        kind = self.header("content-type") or ""
        if data and not kind.startswith(("text/", "application/json")):
            response["body"] = {
                "binary_bytes": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
                "head_hex": data[:16].hex(),
            }
        else:
            limit = 900 if kind.startswith("text/plain") else None
            texts = [[moment, without_paths(data.decode("utf-8", "replace"))] for moment, data in self.chunks]
            response["chunks"] = [[moment, shortened(text, limit)] for moment, text in texts]
        exchange = {"t_ms": self.milliseconds(self.started)}
        if self.label:
            exchange["label"] = self.label
        return {**exchange, "request": request, "response": response}


def without_paths(text):
    """A traceback without the folders of this machine. Done before it is cut, which could be inside of one."""
    return re.sub(r'(?<=File ")[^"\n]*(?=/site-packages/|/GradioLab/|/lib/python)', "", text)


def shortened(text, limit=1000):
    if limit is None or len(text) <= limit:
        return text
    return f"{text[:limit // 2]}<{len(text) - limit} characters more>{text[-(limit // 2):]}"
