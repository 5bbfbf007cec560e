"""Calls a server of Prodia's v1 interface through the public Python client, and prints what became of it as JSON.

    client.py URL KEY FOLDER

The pictures are fetched without the key, and written to FOLDER under the names that the output gives.
"""

import asyncio
import base64
import contextlib
import json
import pathlib
import sys

import prodiapy
import requests


def main(url, key, folder):
    folder = pathlib.Path(folder)
    prodia = prodiapy.Prodia(api_key=key, base_url=url + "/v1")
    results = {"models": prodia.sd.models(), "xl_models": prodia.sdxl.models(), "samplers": prodia.sd.samplers()}

    def picture(name, job):
        result = prodia.wait(job)
        answer = requests.get(result.image_url)
        answer.raise_for_status()
        (folder / (name + ".png")).write_bytes(answer.content)
        results[name] = {"status": result.json["status"], "type": answer.headers["content-type"]}

    settings = {"steps": 20, "cfg_scale": 7.5, "seed": 21, "sampler": "DPM++ 2M Karras", "negative_prompt": "people"}
    picture("sd", prodia.sd.generate(prompt="a quiet harbour", width=256, height=320, **settings))
    picture("xl", prodia.sdxl.generate(prompt="a red fox", width=512, height=384, seed=3, style_preset="anime"))
    picture("slow", prodia.sd.generate(prompt="!slow 0.6 a boat", width=128, height=128, seed=4))
    data = base64.b64encode((folder / "sd.png").read_bytes()).decode()
    picture("transform", prodia.sd.transform(
        image_data=data, prompt="a boat", denoising_strength=0.5, seed=5, width=64, height=64))

    def failure(name, call):
        try:
            call()
            results[name] = None
        except prodiapy.exceptions.ProdiaError as error:
            results[name] = [type(error).__name__, str(error)]

    failure("failed", lambda: prodia.wait(prodia.sd.generate(prompt="!error no face")))
    failure("refused", lambda: prodia.sd.generate(prompt="a boat", steps=1000))
    failure("no_picture", lambda: prodia.sd.transform(prompt="a boat"))
    failure("wrong_key", lambda: prodiapy.Prodia(api_key="x", base_url=url + "/v1").sd.models())
    failure("unknown_job", lambda: prodia.job("nobody"))

    async def asynchronous():
        client = prodiapy.aio.Prodia(api_key=key, base_url=url + "/v1")
        job = await client.sd.generate(prompt="a boat", seed=6, width=64, height=64)
        return (await client.wait(job)).image_url

    image = requests.get(asyncio.run(asynchronous()))
    (folder / "async.png").write_bytes(image.content)
    return results


if __name__ == "__main__":
    # The client reports its own progress on standard output.
    with contextlib.redirect_stdout(sys.stderr):
        found = main(*sys.argv[1:])
    json.dump(found, sys.stdout)
