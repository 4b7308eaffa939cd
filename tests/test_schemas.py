"""Every format against its published schema."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from py.breakdown import Options, price
from py.layers import Choices
from py.layers.report import model_json
from py.platforms import load_platform
from tests.layers.report_models import unknown_operator
from tests.models import conv_net, read

PUBLIC = Path(__file__).resolve().parents[1] / "public"


def schema(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((PUBLIC / "schema" / f"{name}.schema.json").read_text())
    return document


@pytest.mark.parametrize("name", sorted(path.stem for path in (PUBLIC / "schema").glob("*.json")))
def test_schemas_are_valid(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name.removesuffix(".schema")))


@pytest.mark.parametrize(
    "path", sorted((PUBLIC / "accelerators").glob("*.json")), ids=lambda p: p.stem
)
def test_accelerators(path: Path) -> None:
    data = json.loads(path.read_text())
    jsonschema.validate(data, schema("accelerator"))
    assert data["id"] == path.stem
    used = json.dumps(data).split('"source": "')[1:]
    known = (*data["sources"], "not published", "assumption: ", "fitted: ")
    assert [entry[:40] for entry in used if not entry.startswith(known)] == []


@pytest.mark.parametrize(
    "path", sorted((PUBLIC / "models").glob("*.density.json")), ids=lambda p: p.stem
)
def test_zero_fractions(path: Path) -> None:
    jsonschema.validate(json.loads(path.read_text()), schema("density"))


def test_results_and_layers() -> None:
    model = read(conv_net("n"), choices=Choices(batch=3))
    result = json.loads(json.dumps(price(model, load_platform("eyeriss"), Options()).as_json()))
    jsonschema.validate(result, schema("result"))
    jsonschema.validate(json.loads(json.dumps(model_json(model))), schema("layers"))


def test_what_is_not_known_is_null_and_fits_the_schema() -> None:
    document = model_json(read(unknown_operator()))
    assert document["totals"]["parameters"] is None
    jsonschema.validate(document, schema("layers"))
