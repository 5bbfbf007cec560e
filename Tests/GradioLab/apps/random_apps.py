"""Apps that nobody wrote: from a seed and a number comes an app's source, the app, and the calls that are made of it."""

import pathlib
import random
from typing import Literal  # noqa: F401 (the apps name it)

import gradio as gr

import lab
from apps import random_components, random_file_components  # noqa: F401 (they tell of their components)
from apps import random_kinds as kinds
from apps.random_files import film, model, notes, picture, sound, table  # noqa: F401 (the apps call them)

is_old = gr.__version__.startswith(("4.", "5."))
NAMES = [
    "predict", "generate", "infer", "a/b", "/lead", "one/two/three", "with space", "ünïcödé", "名前", "x.y", "q?r", "p%20q",
    "tab#1", "same", "same", "run_it", "v1:go", "a+b&c", "UPPER",
]  # fmt: skip
FUNCTIONS = ["generate", "f", "infer", "run_it", "入力", "same"]
PARAMETERS = ["prompt", "seed", "width", "x", "画像", "value", "api_name", "fn_index", "steps", "n_1", "self_", "data"]
ROUTES = ["automatic", "queue", "call", "run"]


class Function:
    """One endpoint: its source, and what its callers give."""

    def __init__(self, r, number, makers):
        self.r, self.number = r, number
        self.name = f"{r.choice(FUNCTIONS)}{r.choice(['', number])}"

        def some(*counts):
            for _ in range(r.choice(counts)):
                name = r.choice(sorted(makers))
                yield makers[name](r)
                if name == "Navbar":  # A page has but one.
                    del makers[name]

        kinds_in = list(some(0, 1, 1, 2, 2, 3, 4, 5, 6, 8))
        kinds_out = list(some(0, 1, 1, 1, 2, 2, 3, 4, 5, 8))
        self.is_api = hasattr(gr, "api") and r.random() < 0.1
        if self.is_api:
            kinds_in, kinds_out = ([kinds.annotated(r) for _ in side[:4]] for side in (kinds_in, kinds_out))
        self.inputs = [(f"in{number}_{index}", kind) for index, kind in enumerate(kinds_in)]
        self.outputs = [(f"out{number}_{index}", kind) for index, kind in enumerate(kinds_out)]
        # State and the like stand on both sides, as an app has them.
        for index, (name, kind) in enumerate(self.inputs):
            if kind.sent is None and len(self.outputs) < 8 and r.random() < 0.6:
                self.outputs.insert(r.randrange(len(self.outputs) + 1), (name, kind))
        self.batch = r.random() < 0.07 and bool(self.outputs) and not self.is_api
        self.generator = not self.batch and r.random() < 0.3
        self.is_queued = self.batch or self.generator or r.random() > 0.1
        self.fails = r.random() < 0.05
        self.api_name = r.choice([*NAMES, *NAMES, None, None, False])

    def result(self):
        def value(kind):
            draw = 1 if self.is_api else self.r.random()
            if draw < 0.1:
                return "None"
            if draw < 0.17:
                return "SKIP"
            made = kind.made(self.r)
            if draw < 0.24 and not made.startswith("gr."):
                return f"gr.update(value={made})"
            if draw < 0.3:
                return self.r.choice(["gr.update(visible=False)", "gr.update(visible=True)"])
            return made

        values = [value(kind) for _, kind in self.outputs]
        if self.generator and self.r.random() < 0.08:
            return "SKIP" if values else ""
        return ", ".join(f"[{value}]" if self.batch else value for value in values)

    def lines(self):
        if self.is_api:
            yield from self.lines_of_api()
            return
        yield from (f"{name} = {kind.make}" for name, kind in self.inputs)
        made = {name for name, _ in self.inputs}
        yield from (f"{name} = {kind.make}" for name, kind in self.outputs if name not in made)
        names = self.r.sample(PARAMETERS, len(self.inputs))
        if self.r.random() < 0.1:
            head, given = "request: gr.Request, *values", "*values"
        else:
            first = self.r.randrange(len(names) + 1) if self.r.random() < 0.3 else len(names)
            head = ", ".join(
                [
                    *(name + ("=None" if at >= first else "") for at, name in enumerate(names)),
                    "request: gr.Request=None",
                ]
            )
            given = ", ".join(names)
        yield f"def {self.name}({head}):"
        yield f"    got(request{', ' * bool(given)}{given})"
        if self.fails:
            yield f"    raise {self.r.choice(['gr.Error', 'ValueError'])}('no {self.r.choice(kinds.WORDS[:4])} today')"
        if self.generator:
            yield from (f"    yield {self.result()}" for _ in range(self.r.randrange(4)))
            if self.r.random() < 0.3 or self.fails:
                yield "    if False: yield"
            else:
                yield f"    yield {self.result()}"
        else:
            values = self.result()
            lists = values if not self.batch else f"[{values}]"
            yield f"    return {lists}" if values else "    pass"
        more = {} if self.is_queued else {"queue": False}
        if self.batch:
            more |= {"batch": True, "max_batch_size": 4}
        if self.api_name is not None:
            more |= (
                {"api_visibility": "private"} if self.api_name is False and not is_old else {"api_name": self.api_name}
            )
        options = "".join(f", {name}={value!r}" for name, value in more.items())
        ins, outs = (", ".join(name for name, _ in side) for side in (self.inputs, self.outputs))
        yield f"gr.Button('go').click({self.name}, [{ins}], [{outs}]{options})"

    def lines_of_api(self):
        names = self.r.sample(PARAMETERS, len(self.inputs))
        first = self.r.randrange(len(names) + 1)
        head = [
            f"{name}: {kind.make}" + (f" = {kind.sent(self.r)!r}" if at >= first else "")
            for at, (name, (_, kind)) in enumerate(zip(names, self.inputs))
        ]
        types = [kind.make for _, kind in self.outputs]
        result = "None" if not types else types[0] if len(types) == 1 else f"tuple[{', '.join(types)}]"
        yield f"def {self.name}({', '.join([*head, 'request: gr.Request = None'])}) -> {result}:"
        yield f"    got(request{', ' * bool(names)}{', '.join(names)})"
        yield f"    {'yield' if self.generator else 'return'} {self.result()}"
        options = f", api_name={self.api_name!r}" if self.api_name else ""
        yield f"gr.api({self.name}{options}{'' if self.is_queued else ', queue=False'})"

    # What is asked of it.

    def calls(self, described):
        visible = [kind for _, kind in self.inputs if kind.sent]
        names = [parameter["parameter_name"] for parameter in described] if described is not None else None
        r = self.r
        for _ in range(r.choice([1, 2, 2, 3])):
            values = [kind.sent(r) for kind in visible]
            way = r.choice(
                [
                    "defaults",
                    "positions",
                    "positions",
                    "names",
                    "names",
                    "odd",
                    "odd",
                    "wrong",
                    "missing",
                    "many",
                    "unknown",
                ]
            )
            if way in ["odd", "wrong"] and values:
                for _ in range(r.choice([1, 1, 2])):
                    at = r.randrange(len(values))
                    values[at] = r.choice(kinds.ODD_VALUES) if way == "odd" else visible[at].wrong(r)
            if way == "missing":
                values = values[: r.randrange(len(values))] if values else values
            if way == "many":
                values += ["surplus"] * r.randrange(1, 3)
            call = {
                "way": way,
                "route": r.choice([route for route in ROUTES if not (self.generator and route == "run")]),
            }
            if way == "defaults":
                values = []
            by_name = way in ["names", "unknown"] or (way in ["odd", "wrong"] and r.random() < 0.5)
            if by_name and names is not None and len(names) == len(values):
                given = {
                    name: value
                    for name, value, parameter in zip(names, values, described)
                    if way != "names" or r.random() < 0.6 or not parameter["parameter_has_default"]
                }
                if way == "unknown":
                    given["nobody_knows"] = 1
                call["names"] = given
            else:
                call["positions"] = values
            yield call


class RandomApp:
    """The app of a number: `source` is what somebody would have written, `calls` is what is asked of it."""

    def __init__(self, seed, number, makers, explored):
        self.number = number
        self.r = random.Random(f"{seed}/{number}")
        makers = dict(makers)
        self.functions = [Function(self.r, at, makers) for at in range(self.r.choice([1, 1, 1, 2]))]
        skip = "gr.skip()" if hasattr(gr, "skip") else "gr.update()"
        for function in self.functions:
            lines = "".join(f"    {line}\n" for line in function.lines())
            function.source = lines.replace("SKIP", skip).replace("EXPLORED", repr(str(explored)))
        self.source = "with gr.Blocks() as app:\n" + "".join(function.source for function in self.functions)

    def build(self):
        names = {**globals(), "gr": gr, "got": got}
        exec(compile(self.source, f"app-{self.number}", "exec"), names)
        return names["app"]

    def calls(self, app):
        """Every call, with the endpoint's name in the app's config, or its number where it has none."""
        info = app.get_api_info()["named_endpoints"]
        found = {}
        for at, function in app.fns.items():
            found.setdefault(function.name, []).append((at, function))
        for function in self.functions:
            at, made = found[function.name].pop(0)
            private = made.api_name is False or getattr(made, "api_visibility", "public") == "private"
            described = None if private else info.get(f"/{made.api_name}", {}).get("parameters")
            for call in function.calls(described):
                where = {"number": at} if private else {"endpoint": f"/{made.api_name}"}
                yield {**where, **call, "source": function.source}


def got(request, *values):
    """Writes down what a function received."""
    headers = request.headers if request is not None else {}
    lab.log(
        "got", call=headers.get("x-lab-call"), who=headers.get("x-lab-who"), values=[plain(value) for value in values]
    )


def plain(value):
    """As JSON that is the same wherever a file lies, and in whatever form it came."""
    import datetime

    import numpy
    import pandas
    from PIL import Image

    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else repr(value)
    if isinstance(value, str):
        path = pathlib.Path(value) if value.startswith("/") and len(value) < 1000 else None
        if path and path.is_file():
            return {"file": path.name, "sha256": lab.sha256(path.read_bytes())}
        return str(value)
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        if "path" in value and "orig_name" in value:
            # A page tells the size and the kind of a file as well, the official client does not.
            value = {name: value[name] for name in ["path", "orig_name"]}
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, bytes):
        return {"bytes": lab.sha256(value)}
    if isinstance(value, Image.Image):
        return {"size": list(value.size), "pixels": lab.sha256(value.convert("RGBA").tobytes())}
    if isinstance(value, numpy.ndarray):
        return {"shape": list(value.shape), "values": lab.sha256(repr(value.tolist()).encode())}
    if isinstance(value, numpy.generic):
        return plain(value.item())
    if isinstance(value, pandas.DataFrame):
        return {"columns": plain(list(value.columns)), "rows": plain(value.values.tolist())}
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if hasattr(value, "model_dump"):
        return plain(value.model_dump())
    if hasattr(value, "__dict__"):
        return {"class": type(value).__name__, **plain(vars(value))}
    return repr(value)
