"""The corpus beside this repository: real exporters' graphs with what a run of each showed."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from py.layers import Choices

CORPUS = Path(__file__).resolve().parents[2] / ".." / "shared" / "corpus"
MISSING = "the corpus of exported graphs is not beside this repository"


def names() -> list[str]:
    """Return the models' names; none where the corpus is not there."""
    if not CORPUS.is_dir():
        return []
    return [entry["name"] for entry in json.loads((CORPUS / "index.json").read_text())["models"]]


def cases() -> list[tuple[str, int]]:
    """Return every model with the number of each of its recorded runs."""
    return [(name, number) for name in names() for number in range(len(recorded(name)["cases"]))]


@cache
def recorded(name: str) -> dict[str, Any]:
    """Return what was recorded of a model."""
    document: dict[str, Any] = json.loads((CORPUS / "expected" / f"{name}.json").read_text())
    return document


def model_path(name: str) -> Path:
    return CORPUS / "models" / f"{name}.onnx"


def choices(case: dict[str, Any]) -> Choices:
    """Return the inputs of a recorded run."""
    given = case["inputs"].items()
    return Choices(
        inputs={name: tuple(found["shape"]) for name, found in given},
        values={name: found["value"] for name, found in given if "value" in found},
    )


def shapes(name: str, number: int) -> list[list[list[int] | None]]:
    """Return the shapes of every node's outputs in a recorded run; None is no tensor."""
    document = recorded(name)
    found = list(document["cases"][0]["node_output_shapes"])
    for node, changed in document["cases"][number].get("node_output_shapes_changed", {}).items():
        found[int(node)] = changed
    return found
