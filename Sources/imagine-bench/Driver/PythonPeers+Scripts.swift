#if os(macOS) || os(Linux)
    extension PythonPeers {
        /// Each answers a line of JSON with a line of JSON, as this program's own workers do.
        static let scripts = ["bare": bare, "official": official]

        private static let bare = """
            import asyncio, json, sys, time, uuid
            import aiohttp

            base = sys.argv[1] + "/gradio_api/"

            async def generate(session, prompt):
                name = uuid.uuid4().hex
                job = {"data": [prompt, 0, True, 768, 768, 2], "fn_index": 2, "session_hash": name,
                       "trigger_id": 5, "event_data": None}
                async with session.post(base + "queue/join", json=job) as answer:
                    assert (await answer.json())["event_id"]
                path, steps = None, 0
                async with session.get(base + "queue/data", params={"session_hash": name}) as answer:
                    async for line in answer.content:
                        if not line.startswith(b"data:"):
                            continue
                        message = json.loads(line[5:])
                        if message["msg"] == "progress":
                            steps += 1
                        elif message["msg"] == "process_completed":
                            path = message["output"]["data"][0]["path"]
                async with session.get(base + "file=" + path) as answer:
                    picture = await answer.read()
                assert steps == 10 and len(picture) == 100000

            async def lane(session, prompt, count):
                for _ in range(count):
                    await generate(session, prompt)

            async def main():
                async with aiohttp.ClientSession() as session:
                    for line in sys.stdin:
                        round = json.loads(line)
                        count, lanes = round["count"], round["concurrency"]
                        cpu, wall = time.process_time(), time.monotonic()
                        await asyncio.gather(*(lane(session, round["prompt"], count // lanes + (i < count % lanes))
                                               for i in range(lanes)))
                        print(json.dumps({"cpu": (time.process_time() - cpu) / count,
                                          "wall": (time.monotonic() - wall) / count}), flush=True)

            asyncio.run(main())
            """

        private static let official = """
            import json, os, shutil, sys, tempfile, time
            os.environ.update(HF_HUB_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1")
            from gradio_client import Client

            folder = tempfile.mkdtemp(prefix="imagine-bench-")
            try:
                client = Client(sys.argv[1], download_files=folder, verbose=False)
                for line in sys.stdin:
                    count = json.loads(line)["count"]
                    cpu, wall = time.process_time(), time.monotonic()
                    for _ in range(count):
                        picture, seed = client.predict("A quiet harbour", 0, True, 768, 768, 2, api_name="/infer")
                        assert os.path.getsize(picture) == 100000
                    print(json.dumps({"cpu": (time.process_time() - cpu) / count,
                                      "wall": (time.monotonic() - wall) / count}), flush=True)
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            """
    }
#endif
