"""The profiles that ship: they fit the schema, their name and their size; reading loses nothing."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from py.measure.fit.profile_fit import written
from py.platforms.load import PUBLIC, load_platform, shipped_platforms
from py.platforms.measured.engine import Measured
from py.platforms.measured.features import FEATURES
from py.platforms.measured.polynomial import FUNCTIONS
from py.platforms.measured.regimes import ASKED
from py.platforms.measured.workload import KINDS
from tests.platforms.measured.made_up import MADE_UP

DOCUMENT: dict[str, Any] = json.loads((PUBLIC / "schema" / "profile.schema.json").read_text())
SCHEMA = jsonschema.Draft202012Validator(DOCUMENT)
SHIPPED = sorted((PUBLIC / "profiles").glob("*.json"))
BOUNDS = json.loads((PUBLIC.parent / "py" / "measure" / "check" / "bounds.json").read_text())
MOST_BYTES = BOUNDS["most_bytes"]["value"]


def test_profiles_ship() -> None:
    assert [path.stem for path in SHIPPED] == shipped_platforms("measured")
    assert SHIPPED


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_profile_fits_the_schema_its_name_and_its_size(path: Path) -> None:
    data = json.loads(path.read_text())
    SCHEMA.validate(data)
    assert data["id"] == path.stem
    assert path.stat().st_size < MOST_BYTES
    assert data["licence"] != "not stated"
    if not (PUBLIC / "captures" / f"{path.stem}.csv.gz").is_file():  # others' measurements
        assert data["remarks"]
        assert data["measured"]["source"].startswith("https://")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_profile_round_trips(path: Path) -> None:
    data = json.loads(path.read_text())
    assert written(data) == path.read_text()
    platform = load_platform(path.stem)
    assert isinstance(platform, Measured)
    profile = platform.profile
    assert len(profile.models) == len(data["models"])
    for model in data["models"]:
        read = profile.models[model["kind"], model["dtype"]]
        assert _terms(model["time_s"]) == {
            term.text: term.coefficient for term in read.time.polynomial.terms
        }
        assert (read.power is None) == (model["power_w"] is None)
        ranges = {name: [found.least, found.most] for name, found in read.ranges.items()}
        assert ranges == model["ranges"]
    shown = json.loads(json.dumps(platform.as_json(), allow_nan=False))
    assert [kind["rows"] for kind in shown["kinds"]] == [model["rows"] for model in data["models"]]


def _terms(quantity: dict[str, Any]) -> dict[str, float]:
    return {each["term"]: each["coefficient"] for each in quantity["terms"]}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_default_form_has_no_negative_coefficient(path: Path) -> None:
    data = json.loads(path.read_text())
    if data["form"] != "default":
        pytest.skip("NeuralPower's form has no constraint")
    for model in data["models"]:
        for quantity in ("time_s", "power_w"):
            if model[quantity] is not None:
                assert min(_terms(model[quantity]).values()) >= 0
    assert min(_terms(data["otherwise"]).values()) >= 0


def test_the_made_up_profile_is_one_by_the_schema() -> None:
    SCHEMA.validate(MADE_UP)


def test_the_schema_names_what_the_engine_knows() -> None:
    definitions = DOCUMENT["$defs"]
    assert definitions["feature"]["enum"] == list(FEATURES)
    for name, (_, what) in FEATURES.items():
        assert f"{name}: {what}" in definitions["feature"]["description"]
    for name in FUNCTIONS:
        assert f"{name}(x" in definitions["term"]["description"]
    assert definitions["model"]["properties"]["kind"]["enum"] == list(KINDS)
    asked = definitions["regimes"]["anyOf"][1]["properties"]["feature"]["enum"]
    assert sorted(asked) == sorted(ASKED)


def test_the_schema_describes_every_field_at_the_top() -> None:
    for name, found in DOCUMENT["properties"].items():
        assert name in ("schema", "kind", "otherwise") or found.get("description"), name
