"""The components of random apps that hold files."""

import gradio as gr

from apps import random_kinds as kinds
from apps.random_kinds import Kind, ODD_VALUES, arguments, kind, maybe, one, some, source, takes, word


@kind
def Chatbot(r):
    pairs = takes(gr.Chatbot, "type") and r.random() < 0.4
    mode = "" if not takes(gr.Chatbot, "type") else "type='tuples', " if pairs else "type='messages', "
    if pairs:
        sent = lambda r: [[word(r), word(r)], [{"file": kinds.files.picture(r), "alt_text": None}, None]][: r.randrange(3)]
        made = lambda r: f"[[{word(r)!r}, 'yes'], [({one('picture')(r)},), None]]"
    else:
        new = not takes(gr.Chatbot, "type")
        content = lambda text: [{"type": "text", "text": text}] if new else text
        attached = lambda r: (
            [{"type": "file", "file": kinds.files.picture(r), "alt_text": None}]
            if new
            else {"file": kinds.files.picture(r), "alt_text": None}
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
    attachment = lambda r: r.choice([kinds.files.picture, kinds.files.notes])(r)
    value = maybe(r, "{'text': 'hello', 'files': []}", 0.4)
    return Kind(
        f"gr.MultimodalTextbox({arguments(r, value=value, file_count=repr('multiple'))})",
        lambda r: {"text": word(r), "files": some(r, attachment, 2)},
        lambda r: f"{{'text': {word(r)!r}, 'files': {source(r, 'picture', 2)}}}",
        lambda r: r.choice([{"text": "only"}, "only", *ODD_VALUES]),
    )


@kind
def Image_(r):
    value = maybe(r, one("picture")(r), 0.3)
    return Kind(
        f"gr.Image({arguments(r, value=value, type=repr(r.choice(['filepath', 'pil', 'numpy'])))})",
        lambda r: kinds.files.picture(r),
        one("picture"),
    )


@kind
def Gallery(r):
    entry = lambda r: {"image": kinds.files.picture(r), "caption": r.choice([None, word(r)])}
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
    sent = (lambda r: some(r, kinds.files.notes)) if many else (lambda r: kinds.files.notes(r))
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
    sent = (lambda r: some(r, kinds.files.notes)) if many else (lambda r: kinds.files.notes(r))
    made = (lambda r: source(r, "notes")) if many else one("notes")
    return Kind(
        f"gr.UploadButton({arguments(r, value=maybe(r, 'notes(1)', 0.2) if not many else None, file_count=repr('multiple') if many else None)})",
        sent,
        made,
    )


@kind
def DownloadButton(r):
    return Kind(
        f"gr.DownloadButton({arguments(r, value=maybe(r, 'notes(2)', 0.4))})", lambda r: kinds.files.notes(r), one("notes")
    )


@kind
def Audio(r):
    return Kind(
        f"gr.Audio({arguments(r, value=maybe(r, 'sound(1)', 0.3), type=repr(r.choice(['filepath', 'numpy'])))})",
        lambda r: kinds.files.sound(r),
        one("sound"),
    )


@kind
def Video(r):
    # A film stood beside its subtitles before Gradio 6.
    whole = gr.__version__.startswith(("4.", "5."))
    sent = lambda r: {"video": kinds.files.film(r), "subtitles": None} if whole else kinds.files.film(r)
    return Kind(f"gr.Video({arguments(r, value=maybe(r, 'film(1)', 0.2))})", sent, one("film"))


@kind
def Model3D(r):
    return Kind(f"gr.Model3D({arguments(r, value=maybe(r, 'model(1)', 0.3))})", lambda r: kinds.files.model(r), one("model"))


@kind
def ImageEditor(r):
    def sent(r):
        layers = some(r, kinds.files.picture, 2)
        return {
            "background": r.choice([None, kinds.files.picture(r)]),
            "layers": layers,
            "composite": kinds.files.picture(r),
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
    half = lambda r: r.choice([None, kinds.files.picture(r)])
    return Kind(
        f"gr.ImageSlider({arguments(r, value=maybe(r, '(picture(1), picture(2))', 0.3), type=repr('filepath'))})",
        lambda r: [kinds.files.picture(r), half(r)],
        lambda r: f"({one('picture')(r)}, {r.choice(['None', one('picture')(r)])})",
    )


@kind
def AnnotatedImage(r):
    return Kind(
        f"gr.AnnotatedImage({arguments(r)})",
        lambda r: {"image": kinds.files.picture(r), "annotations": []},
        lambda r: f"({one('picture')(r)}, [((1, 2, 8, 9), 'box'), ((0, 0, 3, 3), {word(r)!r})])",
    )
