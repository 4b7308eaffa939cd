"""A case, and all that reads it: graph, layers, reports, and the zeros in its weights."""

import io
import json
import re
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from py.errors import JoulegraphError
from py.graph.weights import OpenFiles
from py.layers import Choices, Model, read_model
from py.layers.report import model_csv, model_json, model_table
from py.layers.weight_zeros import count_weights
from tests.graph.fuzzing.operators import EDGES
from tests.graph.fuzzing.tree import Field, parsed, walk

_SIZES = (0, 1, 2, 3, 8, 2**31, 2**62)
_VALUES = (0, 1, 2, 3, 5, -1, 0.25, 1.0, 1e18, True, False, 2**31, 2**62)
_PLACE = re.compile(r"[0-9]+|'[^']*'|\"[^\"]*\"|\[[^]]*\]")
_LINE = 100


@dataclass(frozen=True, slots=True)
class Case:
    """A file's bytes, the choices made for it, and whether the zeros in its weights are counted."""

    data: bytes
    choices: Choices
    weights: bool = False

    def as_text(self) -> str:
        """Return the case as it is kept: choices, then the bytes in hexadecimal digits."""
        about = {"batch": self.choices.batch, "weights": self.weights, **self.choices.as_json()}
        digits = self.data.hex()
        lines = [digits[i : i + _LINE] for i in range(0, len(digits), _LINE)]
        return "\n".join([json.dumps(about), *lines]) + "\n"

    @classmethod
    def from_text(cls, text: str) -> "Case":
        """Read what ``as_text`` gives."""
        about, _, digits = text.partition("\n")
        given = json.loads(about)
        choices = Choices.from_json(given, given["batch"])
        return cls(bytes.fromhex(digits), choices, given["weights"])


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a case ended: what it was like, and where it broke if it ended badly."""

    kind: str
    broke: str = ""


def outcome_of(case: Case) -> Outcome:
    """Return how a case ends; an exception that is none of our errors is a bad end."""
    try:
        return Outcome(_looks(taken_through(case)))
    except JoulegraphError as error:
        return Outcome(f"{error.code}: {_PLACE.sub('#', error.message)[:120]}")
    except Exception as error:  # what is looked for
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if "/py/" in frame.filename] or frames
        last = own[-1]
        place = f"{Path(last.filename).parent.name}/{Path(last.filename).name}:{last.name}"
        return Outcome("broken", f"{type(error).__name__} at {place} line {last.lineno}")


def taken_through(case: Case) -> Model:
    """Return the model of a case, after everything that can be said of it was said and checked."""
    file = io.BytesIO(case.data)
    files = OpenFiles(file, lambda location: None)
    count = (lambda graph, layers: count_weights(graph, layers, files)) if case.weights else None
    model = read_model(file, "case.onnx", case.choices, count=count)
    text = json.dumps(model_json(model), allow_nan=False, ensure_ascii=False)
    json.dumps([question.as_json() for question in model.questions], allow_nan=False)
    _check(model)
    if len(text) < 20_000:
        (text + model_csv(model) + model_table(model)).encode()
    return model


def _check(model: Model) -> None:
    """Check what holds for every model. Raises AssertionError."""
    for node in model.nodes:
        assert node.macs is None or node.macs >= 0, "negative MACs of a node"
    for layer in model.layers:
        counts = (layer.macs, layer.ops, layer.parameters, layer.ifmap_elements)
        assert all(count is None or count >= 0 for count in counts), "a negative count"
        assert layer.runs >= 0, "negative runs"
        assert layer.loops is None or layer.loops.macs == layer.macs, "loops of other MACs"
    for share in model.counted.shares if model.counted is not None else ():
        assert share is None or 0 <= share <= 1, "a share of zeros"


def _looks(model: Model) -> str:
    """Return what a model is like, to tell whether another is like it."""
    notes = {note.code for note in model.notes}
    kinds = {f"{layer.kind}{layer.op_types}" for layer in model.layers}
    return f"model {sorted(kinds)[:6]} {sorted(notes)}"


def choices_for(rng: Random, data: bytes) -> Choices:
    """Return choices that a model may have a use for, right or wrong; often none."""
    if rng.random() < 0.7:
        return Choices()
    try:
        infos, outputs = _names(parsed(data))
    except ValueError:
        return Choices(batch=rng.choice((1, 2, 2**62)))
    names = [*infos, *outputs] or ["x"]
    dims = [d for found in infos.values() for d in found if isinstance(d, str)]
    dims += [f"{rng.choice(names)}[{rng.randrange(3)}]"]
    sizes = {rng.choice(dims): rng.choice(_SIZES) for _ in range(rng.randrange(3))}
    shapes: dict[str, tuple[int, ...]] = {}
    if infos and rng.random() < 0.4:
        name = rng.choice(sorted(infos))
        shapes[name] = tuple(d if isinstance(d, int) else rng.choice(_SIZES) for d in infos[name])
    values = {rng.choice(names): _value(rng) for _ in range(rng.choice((0, 0, 1, 2)))}
    return Choices(rng.choice((None, None, 1, 2, 5, 2**62)), shapes, sizes, values)


def _value(rng: Random) -> int | float | bool | tuple[int | float, ...]:
    if rng.random() < 0.6:
        return rng.choice(_VALUES)
    return tuple(rng.choice(EDGES[:10]) for _ in range(rng.randrange(5)))


def _names(root: Field) -> tuple[dict[str, list[int | str]], list[str]]:
    """Return the declared tensors with their dimensions, and the names that nodes write."""
    infos: dict[str, list[int | str]] = {}
    outputs: list[str] = []
    for _, field in walk(root):
        if field.kind == "Info" and field.number == 11:
            name = str(field.text(1), "utf-8", "replace")
            infos[name] = [_size(inner.fields) for _, inner in walk(field) if inner.kind == "Dim"]
        elif field.kind == "Node":
            outputs += [
                str(f.value, "utf-8", "replace") for f in field.all(2) if isinstance(f.value, bytes)
            ]
            outputs += [str(field.text(3), "utf-8", "replace")]
    return infos, outputs


def _size(fields: Sequence[Field]) -> int | str:
    for field in fields:
        if isinstance(field.value, int) and field.value < 2**62:
            return field.value
        if isinstance(field.value, bytes):
            return str(field.value, "utf-8", "replace")
    return 1
