"""The files that random apps make and that their callers have. They are the same each time, and Gradio may serve them."""

import hashlib
import io
import pathlib
import wave

from PIL import Image

import lab


def painted(number, ending):
    """A picture of that number."""
    grid = Image.frombytes("RGB", (4, 4), hashlib.shake_256(str(number).encode()).digest(48))
    data = io.BytesIO()
    grid.resize((16, 16), Image.Resampling.NEAREST).save(data, ending)
    return written(f"picture-{number}.{ending}", data.getvalue())


def picture(number):
    return painted(number, "png" if number % 2 else "webp")


def sound(number):
    data = io.BytesIO()
    with wave.open(data, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes([number % 200, 0]) * 200)
    return written(f"sound-{number}.wav", data.getvalue())


def film(number):
    # The head of a film and nothing in it: Gradio looks no further where there is no ffmpeg.
    return written(f"film-{number}.mp4", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x08mdat" + bytes([number % 250]))


def notes(number):
    return written(f"notes-{number}.txt", f"notes {number}".encode())


def model(number):
    return written(f"model-{number}.obj", f"v 0 0 {number}\nv 1 0 0\nv 0 1 0\nf 1 2 3\n".encode())


def table(number):
    import pandas

    return pandas.DataFrame({"x": [1, 2, 3], "y": [number, 2, 0.5]})


def written(name, data):
    """The path of a file that several apps may ask for at once."""
    path = pathlib.Path(lab.files, name)
    if not path.exists():
        lab.write_whole(path, data)
    return str(path)


class Files:
    """What a caller has on its own machine, under the names that people give."""

    NAMES = ["boat", "výlet č. 1 +%", "写真 (2)", "a'b&c", "two..dots", "#tag"]

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def copy(self, r, source, ending):
        path = self.folder / f"{r.choice(self.NAMES)}-{pathlib.Path(source).stem}.{ending}"
        if not path.exists():
            path.write_bytes(pathlib.Path(source).read_bytes())
        return {"$file": str(path)}

    def picture(self, r):
        number = r.randrange(6)
        return self.copy(r, picture(number), "png" if number % 2 else "webp")

    def sound(self, r):
        return self.copy(r, sound(r.randrange(4)), "wav")

    def film(self, r):
        return self.copy(r, film(r.randrange(4)), "mp4")

    def notes(self, r):
        return self.copy(r, notes(r.randrange(4)), "txt")

    def model(self, r):
        return self.copy(r, model(r.randrange(4)), "obj")
