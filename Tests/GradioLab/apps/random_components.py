"""Every type of component as a random app may have it: how it is made, what a call sends for it, what a function returns.

A value that a call sends is JSON; `{"$file": path}` in it stands for a file of this machine. What makes a component, and
what a function returns, is Python source, so that an app can be printed as somebody would have written it.
"""

import inspect

import gradio as gr

WORDS = [
    "fox",
    "a tiny astronaut",
    "příliš žluťoučký",
    "狐と犬",
    "",
    "line\nbreak",
    '50% + 2 < 3 & "more"',
    "🦊",
    "7",
    "null",
]
LABELS = ["Prompt", "Seed", "A label / with slash", "Šířka obrázku", "画像", "", "Two  spaces", "a.b", "<b>bold</b>"]
ODD_VALUES = [
    7,
    "7",
    True,
    False,
    None,
    "",
    "fox",
    2.5,
    -1,
    [],
    {},
    [1, "a", None],
    ["a", "b"],
    {"a": 1},
    {"path": "nowhere"},
    [[1, 2], [3, 4]],
    2**70,
    1e300,
    [None],
    {"value": "fox"},
    {"text": "fox"},
    "2024-01-02 03:04:05",
    0,
]


files = None  # What callers have, a `random_files.Files`: set where the calls are made.


def takes(component, name):
    return name in inspect.signature(component.__init__).parameters


def word(r):
    return r.choice(WORDS)


def some(r, make, most=3):
    return [make(r) for _ in range(r.randrange(most + 1))]


def source(r, call, most=3):
    """A list of calls as source: `[picture(1), picture(4)]`."""
    return "[" + ", ".join(f"{call}({r.randrange(6)})" for _ in range(r.randrange(most + 1))) + "]"


def one(call):
    return lambda r: f"{call}({r.randrange(6)})"


def choices(r):
    """Choices as source, and the values among them: plain ones, numbers, or pairs of a label and a value."""
    return r.choice(
        [
            (["red", "green", "blue"], ["red", "green", "blue"]),
            ([("Fast one", "schnell"), ("Good one", "dev")], ["schnell", "dev"]),
            ([1, 2, 3], [1, 2, 3]),
            ([("One", 1), ("Half", 0.5)], [1, 0.5]),
            (["狐", "a/b", "with space"], ["狐", "a/b", "with space"]),
        ]
    )


class Kind:
    """One component of a random app."""

    makers = {}

    def __init__(self, make, sent, made, wrong=None):
        self.make, self.sent, self.made = make, sent, made
        self.wrong = wrong or (lambda r: r.choice(ODD_VALUES))


def kind(function):
    Kind.makers[function.__name__.rstrip("_")] = function
    return function


def arguments(r, **named):
    """Arguments as source, of which those that are None are left out; a label for most."""
    if r.random() < 0.7:
        named["label"] = repr(r.choice(LABELS))
    return ", ".join(f"{name}={value}" for name, value in named.items() if value is not None)


def maybe(r, value, chance=0.6):
    return value if r.random() < chance else None


@kind
def Textbox(r):
    return Kind(
        f"gr.Textbox({arguments(r, value=maybe(r, repr(word(r))), lines=maybe(r, '3', 0.2))})",
        word,
        lambda r: repr(word(r)),
    )


@kind
def Number(r):
    value = maybe(r, r.choice(["42", "2.5", "0", "-7"]))
    bounds = {"minimum": "-10", "maximum": "100"} if r.random() < 0.4 else {}
    precision = maybe(r, r.choice(["0", "2"]), 0.4)
    number = lambda r: r.choice([0, 1, 7, 2.5, -3, 99, 1e3, 12345678901])
    return Kind(
        f"gr.Number({arguments(r, value=value, precision=precision, **bounds)})",
        number,
        lambda r: repr(number(r)),
        lambda r: r.choice([-11, 101, "x", *ODD_VALUES]),
    )


@kind
def Slider(r):
    low, high = r.choice([(0, 10), (256, 2048), (-1, 1), (0, 1)])
    step = maybe(r, r.choice(["1", "0.1"]), 0.5)
    value = maybe(r, repr(low if r.random() < 0.5 else high), 0.8)
    inside = lambda r: r.choice([low, high, (low + high) / 2, low + (high - low) / 4])
    return Kind(
        f"gr.Slider({low}, {high}, {arguments(r, value=value, step=step)})",
        inside,
        lambda r: repr(inside(r)),
        lambda r: r.choice([low - 1, high + 1, *ODD_VALUES]),
    )


@kind
def Checkbox(r):
    return Kind(
        f"gr.Checkbox({arguments(r, value=maybe(r, 'True'))})",
        lambda r: r.random() < 0.5,
        lambda r: r.choice(["True", "False"]),
    )


@kind
def CheckboxGroup(r):
    listed, values = choices(r)
    subset = lambda r: [value for value in values if r.random() < 0.5]
    value = maybe(r, repr(subset(r)))
    return Kind(
        f"gr.CheckboxGroup({listed!r}, {arguments(r, value=value, type=maybe(r, repr('index'), 0.2))})",
        subset,
        lambda r: repr(subset(r)),
        lambda r: r.choice([["purple"], "red", *ODD_VALUES]),
    )


@kind
def Radio(r):
    listed, values = choices(r)
    value = maybe(r, repr(r.choice(values)))
    return Kind(
        f"gr.Radio({listed!r}, {arguments(r, value=value, type=maybe(r, repr('index'), 0.2))})",
        lambda r: r.choice(values),
        lambda r: repr(r.choice(values)),
        lambda r: r.choice(["purple", *ODD_VALUES]),
    )


@kind
def Dropdown(r):
    listed, values = choices(r)
    subset = lambda r: [value for value in values if r.random() < 0.5]
    chosen = subset if r.random() < 0.3 else lambda r: r.choice(values)
    many = "True" if chosen is subset else None
    value = maybe(r, repr(chosen(r)))
    return Kind(
        f"gr.Dropdown({listed!r}, {arguments(r, value=value, multiselect=many, allow_custom_value=maybe(r, 'True', 0.25), type=maybe(r, repr('index'), 0.15))})",
        chosen,
        lambda r: repr(chosen(r)),
        lambda r: r.choice(["purple", ["purple"], *ODD_VALUES]),
    )


@kind
def ColorPicker(r):
    return Kind(
        f"gr.ColorPicker({arguments(r, value=maybe(r, repr('#ff8000')))})", lambda r: "#00ff00", lambda r: "'#0000ff'"
    )


@kind
def Code(r):
    return Kind(
        f"gr.Code({arguments(r, value=maybe(r, repr('print(1)')), language=repr('python'))})",
        word,
        lambda r: repr(word(r)),
    )


@kind
def JSON(r):
    value = lambda r: r.choice([{"a": [1, None, {"b": "狐"}]}, [1, 2.5, "x"], {"name": "fox"}, [], {"deep": [[["x"]]]}])
    return Kind(f"gr.JSON({arguments(r, value=maybe(r, repr(value(r))))})", value, lambda r: repr(value(r)))


@kind
def HTML(r):
    return Kind(f"gr.HTML({arguments(r, value=maybe(r, repr('<b>bold</b>')))})", word, lambda r: repr(word(r)))


@kind
def Markdown(r):
    return Kind(f"gr.Markdown({arguments(r, value=maybe(r, repr('**bold**')))})", word, lambda r: repr(word(r)))


@kind
def Dataframe(r):
    rows = lambda r: [[r.choice(["fox", "owl"]), r.randrange(9)] for _ in range(r.randrange(1, 3))]
    sent = lambda r: {"headers": ["animal", "count"], "data": rows(r), "metadata": None}
    kept = repr(r.choice(["pandas", "array", "numpy"]))
    return Kind(
        f"gr.Dataframe({arguments(r, value=maybe(r, repr(rows(r))), headers=['animal', 'count'], type=kept)})",
        sent,
        lambda r: repr(rows(r)),
        lambda r: r.choice([[["fox", 1]], {"data": []}, *ODD_VALUES]),
    )


@kind
def Label(r):
    value = lambda r: r.choice(["{'fox': 0.75, 'owl': 0.25}", "'fox'"])
    return Kind(
        f"gr.Label({arguments(r, value=maybe(r, value(r)))})",
        lambda r: {"label": "fox", "confidences": [{"label": "fox", "confidence": 0.5}]},
        value,
    )


@kind
def HighlightedText(r):
    return Kind(
        f"gr.HighlightedText({arguments(r, value=maybe(r, repr([('red', 'color'), (' fox', None)])))})",
        lambda r: [{"token": word(r), "class_or_confidence": r.choice([None, "x", 0.5])}],
        lambda r: repr([(word(r), "x"), ("b", None)]),
    )


@kind
def Chatbot(r):
    pairs = takes(gr.Chatbot, "type") and r.random() < 0.4
    mode = "" if not takes(gr.Chatbot, "type") else "type='tuples', " if pairs else "type='messages', "
    if pairs:
        sent = lambda r: [[word(r), word(r)], [{"file": files.picture(r), "alt_text": None}, None]][: r.randrange(3)]
        made = lambda r: f"[[{word(r)!r}, 'yes'], [({one('picture')(r)},), None]]"
    else:
        new = not takes(gr.Chatbot, "type")
        content = lambda text: [{"type": "text", "text": text}] if new else text
        attached = lambda r: (
            [{"type": "file", "file": files.picture(r), "alt_text": None}]
            if new
            else {"file": files.picture(r), "alt_text": None}
        )
        sent = lambda r: [
            {"role": "user", "metadata": None, "options": None, "content": content(word(r) or "x")},
            {"role": "assistant", "metadata": None, "options": None, "content": attached(r)},
        ][: r.randrange(3)]
        made = lambda r: (
            f"[{{'role': 'user', 'content': {word(r)!r}}}, {{'role': 'assistant', 'content': {{'path': {one('picture')(r)}}}}}]"
        )
    return Kind(f"gr.Chatbot({mode}{arguments(r)})", sent, made)


@kind
def MultimodalTextbox(r):
    attachment = lambda r: r.choice([files.picture, files.notes])(r)
    value = maybe(r, "{'text': 'hello', 'files': []}", 0.4)
    return Kind(
        f"gr.MultimodalTextbox({arguments(r, value=value, file_count=repr('multiple'))})",
        lambda r: {"text": word(r), "files": some(r, attachment, 2)},
        lambda r: f"{{'text': {word(r)!r}, 'files': {source(r, 'picture', 2)}}}",
        lambda r: r.choice([{"text": "only"}, "only", *ODD_VALUES]),
    )


@kind
def DateTime(r):
    return Kind(
        f"gr.DateTime({arguments(r, value=maybe(r, repr('2024-01-02 03:04:05')), timezone=repr('UTC'), type=repr(r.choice(['timestamp', 'datetime', 'string'])))})",
        lambda r: "2023-05-06 07:08:09",
        lambda r: "'2022-03-04 05:06:07'",
    )


@kind
def Image_(r):
    value = maybe(r, one("picture")(r), 0.3)
    return Kind(
        f"gr.Image({arguments(r, value=value, type=repr(r.choice(['filepath', 'pil', 'numpy'])))})",
        lambda r: files.picture(r),
        one("picture"),
    )


@kind
def Gallery(r):
    entry = lambda r: {"image": files.picture(r), "caption": r.choice([None, word(r)])}
    value = maybe(r, "[(picture(1), 'One'), picture(2)]", 0.3)
    made = lambda r: r.choice([source(r, "picture"), f"[({one('picture')(r)}, {word(r)!r})]"])
    return Kind(
        f"gr.Gallery({arguments(r, value=value, type=repr(r.choice(['filepath', 'pil'])))})",
        lambda r: some(r, entry),
        made,
    )


@kind
def File(r):
    many = r.random() < 0.4
    sent = (lambda r: some(r, files.notes)) if many else (lambda r: files.notes(r))
    made = (lambda r: source(r, "notes")) if many else one("notes")
    value = maybe(r, "[notes(1), notes(2)]" if many else "notes(1)", 0.3)
    return Kind(
        f"gr.File({arguments(r, value=value, file_count=repr('multiple') if many else None, type=repr(r.choice(['filepath', 'binary'])))})",
        sent,
        made,
    )


@kind
def UploadButton(r):
    many = r.random() < 0.3
    sent = (lambda r: some(r, files.notes)) if many else (lambda r: files.notes(r))
    made = (lambda r: source(r, "notes")) if many else one("notes")
    return Kind(
        f"gr.UploadButton({arguments(r, value=maybe(r, 'notes(1)', 0.2) if not many else None, file_count=repr('multiple') if many else None)})",
        sent,
        made,
    )


@kind
def DownloadButton(r):
    return Kind(
        f"gr.DownloadButton({arguments(r, value=maybe(r, 'notes(2)', 0.4))})", lambda r: files.notes(r), one("notes")
    )


@kind
def Audio(r):
    return Kind(
        f"gr.Audio({arguments(r, value=maybe(r, 'sound(1)', 0.3), type=repr(r.choice(['filepath', 'numpy'])))})",
        lambda r: files.sound(r),
        one("sound"),
    )


@kind
def Video(r):
    # A film stood beside its subtitles before Gradio 6.
    whole = gr.__version__.startswith(("4.", "5."))
    sent = lambda r: {"video": files.film(r), "subtitles": None} if whole else files.film(r)
    return Kind(f"gr.Video({arguments(r, value=maybe(r, 'film(1)', 0.2))})", sent, one("film"))


@kind
def Model3D(r):
    return Kind(f"gr.Model3D({arguments(r, value=maybe(r, 'model(1)', 0.3))})", lambda r: files.model(r), one("model"))


@kind
def ImageEditor(r):
    def sent(r):
        layers = some(r, files.picture, 2)
        return {
            "background": r.choice([None, files.picture(r)]),
            "layers": layers,
            "composite": files.picture(r),
            "id": None,
        }

    made = lambda r: r.choice(
        [
            one("picture")(r),
            f"{{'background': {one('picture')(r)}, 'layers': [{one('picture')(r)}], 'composite': {one('picture')(r)}}}",
        ]
    )
    return Kind(
        f"gr.ImageEditor({arguments(r, value=maybe(r, 'picture(1)', 0.2), type=repr(r.choice(['filepath', 'pil'])))})",
        sent,
        made,
    )


@kind
def ImageSlider(r):
    half = lambda r: r.choice([None, files.picture(r)])
    return Kind(
        f"gr.ImageSlider({arguments(r, value=maybe(r, '(picture(1), picture(2))', 0.3), type=repr('filepath'))})",
        lambda r: [files.picture(r), half(r)],
        lambda r: f"({one('picture')(r)}, {r.choice(['None', one('picture')(r)])})",
    )


@kind
def AnnotatedImage(r):
    return Kind(
        f"gr.AnnotatedImage({arguments(r)})",
        lambda r: {"image": files.picture(r), "annotations": []},
        lambda r: f"({one('picture')(r)}, [((1, 2, 8, 9), 'box'), ((0, 0, 3, 3), {word(r)!r})])",
    )


@kind
def ParamViewer(r):
    value = lambda r: {"width": {"type": "int", "description": word(r), "default": r.choice(["64", None])}}
    return Kind(f"gr.ParamViewer({maybe(r, repr(value(r))) or '{}'})", value, lambda r: repr(value(r)))


@kind
def FileExplorer(r):
    many = r.random() < 0.5
    return Kind(
        f"gr.FileExplorer({arguments(r, root_dir='EXPLORED', file_count=repr('multiple' if many else 'single'))})",
        lambda r: [["one.txt"], ["sub", "two.txt"]][: r.randrange(3) if many else 1],
        lambda r: "'one.txt'" if not many else "['one.txt']",
    )


def plot(component):
    def make(r):
        table = lambda r: f"table({r.randrange(5)})"
        return Kind(
            f"gr.{component}({arguments(r, value=maybe(r, table(r), 0.5), x=repr('x'), y=repr('y'))})",
            lambda r: None,
            table,
        )

    make.__name__ = component
    return kind(make)


for name in ["LinePlot", "BarPlot", "ScatterPlot"]:
    plot(name)


@kind
def Plot(r):
    return Kind(f"gr.Plot({arguments(r)})", lambda r: None, lambda r: "None")


@kind
def Timer(r):
    return Kind(
        f"gr.Timer({r.choice([1000, 2000.5])}, active=False)",
        lambda r: r.choice([3, 4.5]),
        lambda r: "gr.Timer(3000, active=False)",
    )


@kind
def Dataset(r):
    return Kind(
        "gr.Dataset(components=['textbox'], samples=[['a'], ['b']])",
        lambda r: r.randrange(2),
        lambda r: "gr.Dataset(samples=[['c']])",
        lambda r: r.choice([2, *ODD_VALUES]),
    )


@kind
def BrowserState(r):
    return Kind(f"gr.BrowserState({r.choice(['None', repr('kept'), '[1, 2]'])})", word, lambda r: repr(word(r)))


@kind
def Dialogue(r):
    line = lambda r: {"speaker": r.choice(["A", "B"]), "text": word(r)}
    return Kind(f"gr.Dialogue(speakers=['A', 'B'], {arguments(r)})", lambda r: some(r, line), lambda r: repr([line(r)]))


@kind
def Navbar(r):
    return Kind("gr.Navbar()", lambda r: r.choice([None, [["Home", ""]]]), lambda r: "None")


@kind
def Fallback(r):
    return Kind("gr.components.Fallback('kept')", word, lambda r: repr(word(r)))


# Callers give no value for these.


@kind
def State(r):
    return Kind(
        f"gr.State({r.choice(['0', '[]', 'None', repr('begun')])})", None, lambda r: r.choice(["1", "['a']", "None"])
    )


@kind
def Button(r):
    return Kind(f"gr.Button({r.choice(LABELS)!r})", None, lambda r: repr(word(r)))


@kind
def ClearButton(r):
    return Kind("gr.ClearButton()", None, lambda r: "'Clear all'")


@kind
def DuplicateButton(r):
    return Kind("gr.DuplicateButton()", None, lambda r: "'Duplicate'")


@kind
def DeepLinkButton(r):
    return Kind("gr.DeepLinkButton()", None, lambda r: "'Share'")


@kind
def WorkflowCanvas(r):
    return Kind("gr.components.WorkflowCanvas()", None, lambda r: "None")


def annotated(r):
    """A parameter or a result of `gr.api`, which has no component: `make` is its type."""
    value = lambda r: r.choice([{"a": "狐"}, {}])
    return r.choice(
        [
            Kind("str", word, lambda r: repr(word(r))),
            Kind("int", lambda r: r.choice([0, 7, -1]), lambda r: r.choice(["0", "7"])),
            Kind("float", lambda r: r.choice([0.5, 2, -1.25]), lambda r: r.choice(["0.5", "2.0"])),
            Kind("bool", lambda r: r.random() < 0.5, lambda r: r.choice(["True", "False"])),
            Kind("list[str]", lambda r: some(r, word), lambda r: repr(some(r, word))),
            Kind("dict[str, str]", value, lambda r: repr(value(r))),
            Kind(
                "Literal['a', 'b']",
                lambda r: r.choice(["a", "b"]),
                lambda r: "'a'",
                lambda r: r.choice(["c", *ODD_VALUES]),
            ),
        ]
    )


# Abstract ones, names for others, and those that need OAuth, which wants packages and a Hub.
LEFT_OUT = {"Component", "FormComponent", "NativePlot", "LoginButton", "LogoutButton"}


def available():
    """The makers of the components that this release has."""
    classes = {
        name
        for name in dir(gr.components)
        if inspect.isclass(getattr(gr.components, name))
        and getattr(gr.components, name).__name__ == name
        and issubclass(getattr(gr.components, name), gr.components.Component)
    }
    forgotten = classes - LEFT_OUT - set(Kind.makers)
    assert not forgotten, f"no random app has {forgotten}"
    return {name: make for name, make in sorted(Kind.makers.items()) if name in classes}
