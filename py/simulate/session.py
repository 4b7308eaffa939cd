"""What the terminal asks of the simulator: a model run once, then put beside each result."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from py.breakdown import Result
from py.errors import JoulegraphError
from py.layers import Choices, Density, Model
from py.notes import Note
from py.simulate.beside import beside
from py.simulate.capture import image_count
from py.simulate.density import density_of, shared_names
from py.simulate.inputs import Array, Inputs, generated_inputs, read_inputs
from py.simulate.run import Run, Told
from py.simulate.written import Written

Load = Callable[[Choices], Model]

_GENERATED = re.compile(r"generated(?::(\d{1,9}))?")
_MOST_VALUES = 64
_NO_BATCH = ("no-batch", "conflicting-choices")


class Session:
    """A model's file, run on the arrays of an .npz file or on ``generated[:IMAGES]``."""

    def __init__(self, path: Path, given: str, told: Told) -> None:
        self._path, self._told = path, told
        drawn = _GENERATED.fullmatch(given)
        self._drawn = drawn is not None
        self._images = int(drawn[1]) if drawn and drawn[1] else None
        if self._images == 0:
            raise JoulegraphError(
                "bad-option", "--simulate generated:N draws at least one image.", "Correct N."
            )
        self._inputs = None if self._drawn else read_inputs(Path(given))
        self._model: Model | None = None

    def read(self, load: Load, choices: Choices) -> tuple[Model, Choices]:
        """Return the model at the sizes of what it is run on, and the choices that this takes.

        Raises:
            JoulegraphError: ``simulate-batch``, ``inputs-…``, and what ``load`` raises.
        """
        if self._inputs is None:
            self._check_batch(choices, self._images)
            if self._images is not None and choices.batch is None:
                choices = replace(choices, batch=self._images)
            model = load(choices)
            self._inputs = generated_inputs(model.inputs, model.input_types)
        else:
            model, choices = self._fitted(load, choices, self._inputs)
        self._model = model
        return model, choices

    def _fitted(self, load: Load, choices: Choices, inputs: Inputs) -> tuple[Model, Choices]:
        images = image_count(self._path, inputs)
        self._check_batch(choices, images)
        _check_shapes(choices, inputs)
        model = load(choices)
        asked = {question.name for question in model.questions}
        values = {
            name: value
            for name in asked - choices.values.keys()
            if (value := _value(inputs.arrays.get(name))) is not None
        }
        if values:
            choices = replace(choices, values={**choices.values, **values})
            model = load(choices)
        if not _misfits(model, inputs):
            return model, choices
        if images > 1 and choices.batch is None:
            try:
                as_batch = replace(choices, batch=images)
                if not _misfits(found := load(as_batch), inputs):
                    return found, as_batch
            except JoulegraphError as error:
                if error.code not in _NO_BATCH:
                    raise
        if choices.batch is not None:  # the whole shapes say it
            choices = replace(choices, batch=None)
            model = load(choices)
        choices = replace(choices, inputs={**choices.inputs, **_misfits(model, inputs)})
        return load(choices), choices

    def _check_batch(self, choices: Choices, images: int | None) -> None:
        if choices.batch is not None and images is not None and choices.batch != images:
            raise JoulegraphError(
                "simulate-batch",
                f"--batch says {choices.batch:,}, and --simulate has {images:,} images.",
                "Leave --batch out.",
            )

    @cached_property
    def _run(self) -> Run:
        if self._model is None or self._inputs is None:
            raise ValueError("Session: a model is read before it is run")
        return Run(self._path, self._inputs, self._model.layers, self._told)

    def density_text(self) -> str:
        """Return the zero fractions that were counted as the text of a density file.

        Raises:
            JoulegraphError: what ``Run`` raises.
        """
        return json.dumps(density_of(self._run), indent=1, ensure_ascii=False) + "\n"

    def density(self) -> Density:
        """Return the zero fractions that were counted, as they are read from such a file."""
        return Density.from_json(json.loads(self.density_text()))

    def beside(self, result: Result) -> Written:
        """Put a result beside what the real values move and multiply in its mappings.

        Raises:
            JoulegraphError: ``simulate-nothing``, ``simulate-platform``.
        """
        found = beside(result, self._run)
        if shared := shared_names(self._run.zeros):
            some = ", ".join(shared[:5]) + (", …" if len(shared) > 5 else "")
            text = (
                f"Several layers have the same name ({some}): a density file can't tell them "
                "apart, so the estimate takes none of their zeros, but for those of tensors that "
                "others share."
            )
            found = replace(found, notes=(*found.notes, Note("density-names", text)))
        return Written(found)


def _misfits(model: Model, inputs: Inputs) -> Mapping[str, tuple[int, ...]]:
    """Return the arrays' shapes for inputs that the model was read with other shapes of."""
    return {
        name: array.shape
        for name, array in inputs.arrays.items()
        if model.inputs.get(name) != array.shape
    }


def _check_shapes(choices: Choices, inputs: Inputs) -> None:
    for name, shape in choices.inputs.items():
        if name in inputs.arrays and inputs.arrays[name].shape != shape:
            raise JoulegraphError(
                "inputs-shape",
                f"--input {name[:60]} says {list(shape)}, and the array given for it has the shape "
                f"{list(inputs.arrays[name].shape)}.",
                "Leave --input out: the array has its shape.",
            )


def _value(array: Array | None) -> int | bool | tuple[int, ...] | None:
    """Return the elements of a small whole-number or truth-valued array; None for any other."""
    if array is None or array.dtype.kind not in "iub" or not 0 < array.size <= _MOST_VALUES:
        return None
    elements = array.ravel().tolist()
    return elements[0] if array.size == 1 else tuple(elements)
