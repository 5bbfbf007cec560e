"""What the components of random apps are made of: words, choices, and the class of which every component's maker gives one.

A value that a call sends is JSON; `{"$file": path}` in it stands for a file of this machine. What makes a component, and
what a function returns, is Python source, so that an app can be printed as somebody would have written it.
"""

import inspect

import gradio as gr

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


def types():
    """The types of these components, as an app's config names them."""
    classes = [getattr(gr.components, name) for name in available()]
    return sorted({component.get_block_name(object.__new__(component)) for component in classes})
