"""The components of random apps that hold values: texts, numbers, choices, tables, buttons."""

import gradio as gr

from apps.random_kinds import Kind, LABELS, ODD_VALUES, arguments, choices, kind, maybe, some, word


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
def DateTime(r):
    return Kind(
        f"gr.DateTime({arguments(r, value=maybe(r, repr('2024-01-02 03:04:05')), timezone=repr('UTC'), type=repr(r.choice(['timestamp', 'datetime', 'string'])))})",
        lambda r: "2023-05-06 07:08:09",
        lambda r: "'2022-03-04 05:06:07'",
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
