"""What is kept of all rows while they are summed up: numbers as columns, texts as codes.

A million rows take some 200 MB. What is unknown is NaN in a column of numbers.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from py.sweep.summary.coded import Coded, Coder
from py.sweep.summary.source import Source

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Marks = NDArray[np.uint64]

AXES = (
    *("batch", "bits", "dims", "zeros", "exits"),
    *("array", "capacity", "dataflow", "objective", "clock_hz"),
)
"""The columns that say where in the grid a row is."""
_TEXTS = ("status", "reason_code", "notes", "platform", "platform_kind", "platform_hash", *AXES)
_NUMBERS = (
    *("macs", "parameters", "energy_macs", "per_inference_energy_j", "per_inference_time_s"),
    *("accuracy", "top_error"),
)
_OF_BATCH = ("macs", "energy_macs")
"""The quantities that a row has of its whole batch; of one inference they are kept."""
NAMELESS = "(without a name)"
_NETWORK = ("model", "model_path", "model_sha256")


@dataclass(frozen=True, slots=True, eq=False)
class Collected:
    """All rows. Of ``numbers`` none is of more than one inference.

    ``marks`` tell rows apart, by a hash of 64 bits, and ``networks`` models, by their number.

    Models are told apart by name, file and content: files of one name need not be one model.
    ``macs`` are of one inference, ``errors`` the shares of wrong answers, where given.
    """

    texts: Mapping[str, Coded]
    models: Coded
    numbers: Mapping[str, Floats]
    marks: Marks
    networks: Places
    macs: Floats
    errors: Floats

    @property
    def count(self) -> int:
        return len(self.marks)

    @property
    def different_models(self) -> int:
        return int(self.networks.max(initial=-1)) + 1

    def of_status(self, status: str) -> NDArray[np.bool_]:
        """Return which rows have a status."""
        found = self.texts["status"]
        if status not in found.values:
            return np.zeros(self.count, bool)
        return np.equal(found.codes, found.values.index(status))

    def model(self, place: int) -> str:
        return str(self.models.at(place))

    def in_order(self, places: Places, *keys: Floats) -> Places:
        """Return places by the first key, then the next; alike, by model and mark."""
        found: list[NDArray[Any]] = [self.marks, self.models.codes, *reversed(keys)]
        return places[np.lexsort([key[places] for key in found])]

    def scattered(self, places: Places) -> Places:
        """Return places by their marks: as if shuffled, but always the same."""
        return places[np.argsort(self.marks[places], kind="stable")]


def collect(source: Source) -> Collected:
    """Read the rows once."""
    texts = {name: Coder(natural=True) for name in _TEXTS}
    models = Coder(natural=False)
    numbers: dict[str, list[Floats]] = {name: [np.empty(0)] for name in _NUMBERS}
    marks: list[Marks] = [np.empty(0, np.uint64)]
    networks: list[Marks] = [np.empty(0, np.uint64)]
    for count, batch in source.batches(("id", *_NETWORK, *_TEXTS, *_NUMBERS)):
        for name, coder in texts.items():
            coder.take(batch[name].values())
        for name, parts in numbers.items():
            parts.append(batch[name].numbers())
        names, paths, digests = (batch[name].values() for name in _NETWORK)
        models.take([name or NAMELESS for name in names])
        marks.append(_marks(batch["id"].values(), count))
        said = zip(names, paths, digests, strict=True)
        networks.append(_marks((f"{name}\0{path}\0{own}" for name, path, own in said), count))
    _, models_of = np.unique(np.concatenate(networks), return_inverse=True)
    coded = {name: coder.coded() for name, coder in texts.items()}
    columns = {name: np.concatenate(parts) for name, parts in numbers.items()}
    errors = _errors(columns.pop("accuracy"), columns.pop("top_error"))
    for name in _OF_BATCH:
        columns[name] = _per_inference(columns[name], coded["batch"])
    return Collected(
        coded,
        models.coded(),
        columns,
        np.concatenate(marks),
        models_of,
        columns.pop("macs"),
        errors,
    )


def _errors(accuracy: Floats, given: Floats) -> Floats:
    """Return the share of wrong answers of each row; NaN where none from 0 to 1 is given."""
    counted = np.round(1 - accuracy, 12)  # 1 - 0.93 has 17 digits, of which 12 are meant
    found = np.where(np.isnan(given), counted, given)
    return np.where((found >= 0) & (found <= 1), found, math.nan)


def _per_inference(quantity: Floats, batch: Coded) -> Floats:
    sizes = np.array([float(size or 1) for size in batch.values], np.float64)
    return quantity / sizes[batch.codes]


def _marks(texts: Iterable[object], count: int) -> Marks:
    hashes = (blake2b(str(text).encode(errors="replace"), digest_size=8).digest() for text in texts)
    return np.frombuffer(b"".join(hashes), "<u8", count).astype(np.uint64)
