"""An endpoint for every type of component, and one for every kind of function.

`/echo_TYPE` returns what it is given; without arguments that is the component's value. All results are the same at
every call, but for the state's. A type that this version of Gradio does not have has no endpoint.
"""

import inspect
import os
import pathlib
import time
import wave

import gradio as gr

import lab
from apps.magic import PRIVATE, paint
from lab import Execution

CHOICES = ["red", "green", "blue"]
ROWS = [["fox", 1], ["owl", 2]]
MESSAGES = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Good day"}]
TRIANGLE = "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n"
PAUSE = 0.02


def text_file(name, text):
    path = pathlib.Path(lab.new_path(name))
    path.write_text(text, encoding="utf-8")
    return str(path)


def sound_file():
    path = lab.new_path("sound.wav")
    with wave.open(path, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(range(200)) * 8)
    return path


def film_file():
    # The head of a film and nothing in it: Gradio looks no further where there is no ffmpeg.
    path = pathlib.Path(lab.new_path("film.mp4"))
    path.write_bytes(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x08mdat")
    return str(path)


def known(component, **arguments):
    """Leaves out the arguments that this version's component does not take."""
    taken = inspect.signature(component).parameters
    return {name: value for name, value in arguments.items() if name in taken}


def picture(name, side=64):
    return paint(name, 0, side, side)


def components():
    """Name of the type as in `/echo_NAME`, and a maker of such a component that has a value."""
    yield "textbox", lambda: gr.Textbox("a tiny astronaut", label="Textbox")
    yield "number", lambda: gr.Number(42, label="Number")
    yield "integer", lambda: gr.Number(42, precision=0, label="Integer")
    yield "slider", lambda: gr.Slider(0, 10, 2.5, step=0.5, label="Slider")
    yield "checkbox", lambda: gr.Checkbox(True, label="Checkbox")
    yield "checkboxgroup", lambda: gr.CheckboxGroup(CHOICES, value=["red", "blue"], label="CheckboxGroup")
    yield "radio", lambda: gr.Radio(CHOICES, value="green", label="Radio")
    yield "dropdown", lambda: gr.Dropdown(CHOICES, value="green", label="Dropdown")
    # The value is not the label that people see.
    labelled = [("Fast", "schnell"), ("Good", "dev")]
    yield "labelled_dropdown", lambda: gr.Dropdown(labelled, value="dev", label="Labelled Dropdown")
    yield "multiselect", lambda: gr.Dropdown(CHOICES, value=["red", "blue"], multiselect=True, label="Multiselect")
    yield "colorpicker", lambda: gr.ColorPicker("#ff8000", label="ColorPicker")
    yield "code", lambda: gr.Code("print('hello')", language="python", label="Code")
    yield "json", lambda: gr.JSON({"name": "fox", "legs": 4, "tail": None, "names": ["a", "b"]}, label="JSON")
    yield "html", lambda: gr.HTML("<b>bold</b>", label="HTML")
    yield "markdown", lambda: gr.Markdown("**bold**", label="Markdown")
    headers = ["animal", "count"]
    yield "dataframe", lambda: gr.Dataframe(ROWS, headers=headers, type="array", label="Dataframe")
    yield "label", lambda: gr.Label({"fox": 0.75, "owl": 0.25}, label="Label")
    yield "highlightedtext", lambda: gr.HighlightedText([("red", "color"), (" fox", None)], label="HighlightedText")
    yield "chatbot", lambda: gr.Chatbot(MESSAGES, **known(gr.Chatbot, type="messages"), label="Chatbot")
    yield "multimodaltextbox", lambda: gr.MultimodalTextbox({"text": "hello", "files": []}, label="MultimodalTextbox")
    if hasattr(gr, "DateTime"):
        yield "datetime", lambda: gr.DateTime("2024-01-02 03:04:05", timezone="UTC", label="DateTime")
    yield "image", lambda: gr.Image(picture("image"), type="filepath", label="Image")
    yield "gallery", lambda: gr.Gallery([(picture("one"), "One"), picture("two")], type="filepath", label="Gallery")
    yield "file", lambda: gr.File(text_file("notes.txt", "notes"), label="File")
    yield (
        "files",
        lambda: gr.File([text_file("a.txt", "a"), text_file("b.txt", "b")], file_count="multiple", label="Files"),
    )
    yield "audio", lambda: gr.Audio(sound_file(), type="filepath", label="Audio")
    yield "video", lambda: gr.Video(film_file(), label="Video")
    yield "model3d", lambda: gr.Model3D(text_file("triangle.obj", TRIANGLE), label="Model3D")
    yield "downloadbutton", lambda: gr.DownloadButton("Download", value=text_file("download.txt", "down"))
    yield "uploadbutton", lambda: gr.UploadButton("Upload", value=text_file("upload.txt", "up"))
    yield "imageeditor", lambda: gr.ImageEditor(picture("edited"), type="filepath", label="ImageEditor")
    if hasattr(gr, "ImageSlider"):
        yield "imageslider", lambda: gr.ImageSlider((picture("one"), picture("two")), type="filepath", label="ImageSlider")
    parameters = {"width": {"type": "int", "description": "across", "default": "64"}}
    yield "paramviewer", lambda: gr.ParamViewer(parameters)


def echo(name):
    def function(value):
        with Execution(f"echo_{name}"):
            if name == "highlightedtext":
                # The one component that hands its function something else than it takes back.
                return [(part["token"], part["class_or_confidence"]) for part in value]
            return value

    function.__name__ = f"echo_{name}"
    return function


def tokens(text):
    with Execution("tokens"):
        words = text.split()
        for count in range(1, len(words) + 1):
            time.sleep(PAUSE)
            yield " ".join(words[:count])


def grow_json():
    with Execution("grow_json"):
        for value in [
            {"items": [1]},
            {"items": [1, 2], "note": "a"},
            {"items": [1, 2, 3], "note": "ab", "done": True},
        ]:
            time.sleep(PAUSE)
            yield value


def edit_list():
    """Each value differs from the one before in one way: add, append, replace, delete, several, nothing."""
    with Execution("edit_list"):
        for value in [
            ["red"],
            ["red", "green", "blue"],
            ["red", "green fox", "blue"],
            ["red", "owl", "blue"],
            ["red", "blue"],
            ["blue", "yellow", "red and more"],
            ["blue", "yellow", "red and more"],
        ]:
            time.sleep(PAUSE)
            yield value


def shrink_list():
    """Several elements go at once: old versions count their indices in the list before, newer ones in what is left."""
    with Execution("shrink_list"):
        for value in [[*"abcde"], ["a"], [*"abc"], [], ["z"]]:
            time.sleep(PAUSE)
            yield value


def shrink_nested():
    """Several elements of a list in a list go at once: newer versions count them wrong, but the last value is right."""
    with Execution("shrink_nested"):
        for lists in [[[1, 2, 3, 4], [5]], [[1], [5]], [[1], [5, 6]]]:
            time.sleep(PAUSE)
            yield {"width": {"type": "int", "description": "across", "default": None, "lists": lists}}


def edit_table():
    with Execution("edit_table"):
        for rows in [[["fox", 1]], [["fox", 1], ["owl", 2]], [["fox and hare", 1], ["owl", 3]], [["owl", 3]]]:
            time.sleep(PAUSE)
            yield rows


def edit_object():
    """Keys that come, change and go; the JSON component would send each value whole."""

    def parameter(description):
        return {"type": "int", "description": description, "default": None}

    with Execution("edit_object"):
        for value in [
            {"width": parameter("across")},
            {"width": parameter("across"), "height": parameter("down")},
            {"width": parameter("across, in pixels"), "seed": parameter("chance")},
        ]:
            time.sleep(PAUSE)
            yield value


def edit_chat():
    with Execution("edit_chat"):
        answer = ""
        yield MESSAGES[:1]
        for word in ["Good", " day", ", you"]:
            time.sleep(PAUSE)
            answer += word
            yield [*MESSAGES[:1], {"role": "assistant", "content": answer}]


def edit_gallery():
    with Execution("edit_gallery"):
        paths = [picture(name) for name in ["one", "two", "three"]]
        for value in [paths[:1], paths[:2], [paths[2], paths[1]], paths[1:2]]:
            time.sleep(PAUSE)
            yield value


def nothing_and_something():
    """A picture that comes, stays and goes: from null to a value and back."""
    with Execution("nothing_and_something"):
        path = picture("image")
        for value in [None, path, path, None, path]:
            time.sleep(PAUSE)
            yield value


def two_outputs(count):
    """Of the two values only one changes at a time."""
    with Execution("two_outputs"):
        text = ""
        for number in range(int(count)):
            text += f"{number} "
            time.sleep(PAUSE)
            yield text, number
            yield text, number + 0.5


def count(state):
    with Execution("count"):
        return state + 1, state + 1


def no_outputs(text):
    with Execution("no_outputs"):
        pass


def no_inputs():
    with Execution("no_inputs"):
        return "nothing was asked"


def batch(texts):
    with Execution("batch", size=len(texts)):
        return [[text.upper() for text in texts]]


def update(text):
    with Execution("update"):
        return gr.Textbox(value=text, label="Updated", visible=True)


def skip():
    with Execution("skip"):
        return gr.skip() if hasattr(gr, "skip") else gr.update()


def odd_name():
    """A file whose name needs escapes in a URL. Gradio strips such names of files that it takes in, so it lies there."""
    with Execution("odd_name"):
        path = pathlib.Path(os.environ["GRADIO_TEMP_DIR"], "made", "výsledek č 1 +%.txt")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("odd name", encoding="utf-8")
        return str(path)


def private(text):
    with Execution("private"):
        return text


def unqueued(text):
    with Execution("unqueued"):
        return text


def build(options):
    with gr.Blocks(analytics_enabled=False) as demo:
        for name, make in components():
            component = make()
            gr.Button(name).click(echo(name), component, component, api_name=f"echo_{name}")

        text = gr.Textbox("one two three four", label="Text")
        number = gr.Number(3, label="Count")
        state = gr.State(0)
        result = gr.Textbox(label="Result")
        data = gr.JSON(label="Data")
        chosen = gr.CheckboxGroup(CHOICES, label="Chosen")
        table = gr.Dataframe(headers=["animal", "count"], label="Table")
        parameters = gr.ParamViewer()
        chat = gr.Chatbot(**known(gr.Chatbot, type="messages"), label="Chat")
        gallery = gr.Gallery(label="Pictures")
        image = gr.Image(type="filepath", label="Picture")
        total = gr.Number(label="Total")
        file = gr.File(label="File")

        for function, inputs, outputs, more in [
            (tokens, [text], [result], {}),
            (grow_json, [], [data], {}),
            (edit_list, [], [chosen], {}),
            (shrink_list, [], [chosen], {}),
            (shrink_nested, [], [parameters], {}),
            (edit_table, [], [table], {}),
            (edit_object, [], [parameters], {}),
            (edit_chat, [], [chat], {}),
            (edit_gallery, [], [gallery], {}),
            (nothing_and_something, [], [image], {}),
            (two_outputs, [number], [result, total], {}),
            (count, [state], [state, total], {}),
            (no_outputs, [text], [], {}),
            (no_inputs, [], [result], {}),
            (batch, [text], [result], {"batch": True, "max_batch_size": 4}),
            (update, [text], [result], {}),
            (skip, [], [result], {}),
            (unqueued, [text], [result], {"queue": False}),
            (odd_name, [], [file], {}),
            (private, [text], [result], PRIVATE),
        ]:
            name = {} if "api_name" in more else {"api_name": function.__name__}
            gr.Button(function.__name__).click(function, inputs, outputs, **name, **more)
    return demo
