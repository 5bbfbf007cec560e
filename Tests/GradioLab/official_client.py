"""The official client of the environment, as the tests need it: on a busy machine it loses no answer."""

import os
import time

os.environ.update(
    HF_HUB_OFFLINE="1",
    HF_HUB_DISABLE_TELEMETRY="1",
    GRADIO_ANALYTICS_ENABLED="False",
    NO_PROXY="127.0.0.1,localhost",
)

import gradio_client  # noqa: E402
from gradio_client import client as module  # noqa: E402
from gradio_client import handle_file  # noqa: E402, F401 (for those who import this)

# A busy machine answers later than within the five seconds that this allows.
for phase in ["connect", "read", "write", "pool"]:
    setattr(module.httpx._config.DEFAULT_TIMEOUT_CONFIG, phase, 100)
SILENT = {"analytics_enabled": False} if "analytics_enabled" in gradio_client.Client.__init__.__annotations__ else {}


class Client(gradio_client.Client):
    def __init__(self, url, **options):
        self.jobs = []
        super().__init__(url, verbose=False, **SILENT, **options)

    def submit(self, *data, **named):
        self.jobs = [job for job in self.jobs if not job.done()]
        if not self.jobs:
            self.wait_for_reader()
        self.jobs.append(super().submit(*data, **named))
        return self.jobs[-1]

    def predict(self, *data, **named):
        return self.submit(*data, **named).result(timeout=100)

    def wait_for_reader(self):
        """Waits until the thread that reads the events of earlier jobs has read the last one, and is done.

        A job has its result before that. The next one would count on a reader that reads no more, and be cancelled.
        """
        until = time.monotonic() + 60
        while time.monotonic() < until:
            reader = self.streaming_future
            if not self.stream_open and (reader is None or reader.done()):
                break
            time.sleep(0.002)
