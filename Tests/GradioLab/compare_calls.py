"""Compares what came of the same calls through the official client and through ours.

    python compare_calls.py VERSION CALLS LOG THEIRS OURS

Compared are what the app's function received, whether the call was refused, every value that came, on the way and at the
end, with the content of its files, and what the app's page shows at the end. Prints figures, and for the first differences
the app and the call, to be tried by hand. Fails where a difference has none of the reasons below.
"""

import json
import os
import re
import sys

version, calls_path, log_path, theirs_path, ours_path = sys.argv[1:6]
old = version.startswith("4.")


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


# Reasons: where ours does otherwise on purpose. Each is (name, why, whether it is this one).

REASONS = []


def reason(why):
    def add(function):
        REASONS.append((function.__name__, why, function))
        return function

    return add


class Difference:
    def __init__(self, call, received, theirs, ours):
        self.call = call
        self.their_values, self.our_values = received.get("official", []), received.get("ours", [])
        self.theirs, self.ours = theirs, ours
        self.refused = theirs.get("refused"), ours.get("refused")
        self.kinds = []
        if (theirs.get("refused") is None) != (ours.get("refused") is None):
            self.kinds.append("refused")
        if exact(self.their_values) != exact(self.our_values):
            self.kinds.append("received")
        if "outputs" in theirs and "outputs" in ours:
            self.compare()

    def compare(self):
        theirs, ours = self.theirs["outputs"], self.ours["outputs"]
        # Of a generator the last value comes twice, as one on the way and as the result.
        if exact(theirs[-1:]) != exact(ours[-1:]):
            self.kinds.append("result")
        if len(ours) > 1 and ours[-1] and exact(theirs) != exact(ours[:-1]):
            self.kinds.append("yields")
        if exact(page(theirs)) != exact(self.ours["page"]):
            self.kinds.append("page")

    def show(self):
        call = {key: value for key, value in self.call.items() if key != "source"}
        yield f"--- {', '.join(self.kinds)}"
        yield self.call["source"].rstrip()
        yield json.dumps(call, ensure_ascii=False).replace(os.path.dirname(calls_path), "")
        for name, values, result in [
            ("official", self.their_values, self.theirs), ("ours", self.our_values, self.ours),
        ]:  # fmt: skip
            result = {key: result[key] for key in ["refused", "outputs", "page"] if key in result}
            yield f"{name}: received {json.dumps(values, ensure_ascii=False)[:700]}"
            yield f"    gave {json.dumps(result, ensure_ascii=False)[:900]}"


def exact(value):
    """To Python 1, 1.0 and True are equal, to a function they are not."""
    return json.dumps(value, sort_keys=True)


def page(outputs):
    """What is shown at the end: an update without a value changes only how something looks."""
    shown = []
    for values in outputs:
        shown = [
            shown[at] if isinstance(value, dict) and value.get("__type__") == "update" and "value" not in value
            and at < len(shown) else value
            for at, value in enumerate(values)
        ]  # fmt: skip
    return shown


@reason("who gives a value for every place may count what is hidden, whose value is left aside")
def counted(difference):
    inputs = re.search(r"\.click\(\w+, \[(.*?)\]", difference.call["source"])
    count = len(inputs[1].split(", ")) if inputs else None
    return difference.call["way"] == "many" and len(difference.call["positions"]) == count


@reason("too many arguments are refused here: their surplus would be lost without a word")
def surplus(difference):
    return "takes at most" in (difference.refused[1] or "") and difference.call["way"] == "many"


@reason("an endpoint that the app hides is called by its number, as the app's page does")
def private(difference):
    return "Invalid function index" in (difference.refused[0] or "")


@reason("a file that the app has by default stays where it is, as with its page; the official client sends it again")
def default_file(difference):
    def marked(value):
        if isinstance(value, list):
            return [marked(part) for part in value]
        if isinstance(value, dict):
            return (
                "file"
                if set(value) in [{"file", "sha256"}, {"size", "pixels"}]
                else {name: marked(part) for name, part in value.items()}
            )
        return value

    has_default = re.search(r"in\d_\d = .*value=[\[(]*(picture|sound|film|notes|model)\(", difference.call["source"])
    same = exact(marked(difference.their_values)) == exact(marked(difference.our_values))
    return has_default and same and difference.kinds == ["received"]


@reason("the official client fails on a list that becomes shorter, before Gradio 5.5")
def shorter(difference):
    return "IndexError" in (difference.refused[0] or "") and difference.refused[1] is None and version < "5.5"


@reason("Gradio 5.50 gives an empty list of a JSON component as Python's text of it on the direct route, which is not ours")
def text_of_list(difference):
    return set(difference.kinds) <= {"result", "page"} and '"root=[]"' in exact(difference.ours.get("outputs"))


received = {}
for line in lines(log_path):
    if line["event"] == "got" and line["call"]:
        received.setdefault(line["call"], {}).setdefault(line["who"], []).append(line["values"])
theirs, ours = ({result["call"]: result for result in lines(path)} for path in (theirs_path, ours_path))
calls = lines(calls_path)
# The official client sometimes waits for an answer that it has lost, which says nothing of the app and of ours.
answered = [call for call in calls if not theirs[call["call"]].get("refused", "").startswith("TimeoutError")]
unanswered = len(calls) - len(answered)
matched, differences = {name: 0 for name, _, _ in REASONS}, []
for call in answered:
    name = call["call"]
    difference = Difference(call, received.get(name, {}), theirs[name], ours[name])
    if difference.kinds:
        for name, _, applies in REASONS:
            if applies(difference):
                matched[name] += 1
                break
        else:
            differences.append(difference)
print(json.dumps({
    "version": version, "apps": len({call["app"] for call in calls}), "calls": len(calls),
    "refused": sum("refused" in result for result in theirs.values()),
    "executed": sum("official" in who for who in received.values()),
    "unanswered": unanswered, "differences": len(differences), "reasons": matched,
}))  # fmt: skip
for difference in differences[: int(sys.argv[6]) if len(sys.argv) > 6 else 5]:
    print("\n".join(difference.show()))
sys.exit(bool(differences) or unanswered > 2 + len(calls) // 100)
