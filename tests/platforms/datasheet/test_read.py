"""Device files: what is wrong is told once, by field; the reader and the schema agree."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.errors import JoulegraphError
from py.platforms.load import PUBLIC, load_platform, platform_from_json, shipped_platforms
from tests.platforms.datasheet.made_up import MADE_UP, device, edited

SCHEMA = jsonschema.Draft202012Validator(
    json.loads((PUBLIC / "schema" / "device.schema.json").read_text())
)
SCRIPT = "<script>alert(1)</script>"


@pytest.mark.parametrize("name", shipped_platforms("datasheet"))
def test_every_shipped_device_loads(name: str) -> None:
    platform = load_platform(name)
    assert (platform.id, platform.kind) == (name, "datasheet")
    json.dumps(platform.as_json(), allow_nan=False)


def test_the_made_up_device_is_one_by_the_schema() -> None:
    SCHEMA.validate(MADE_UP)
    shown = device().as_json()
    assert shown["figures"]["peak_fp16"]["value"] == 4e12
    assert shown["figures"]["launch_overhead_s"] is None
    assert "peak_bf16" not in shown["figures"]


BAD: list[tuple[str, Any, str]] = [
    ("schema", "joulegraph/device/2", "joulegraph/device/1"),
    ("schema", ..., "joulegraph/device/1"),
    ("kind", "guessed", "kind"),
    ("kind", "accelerator", "joulegraph/accelerator/2"),
    ("id", "No Good", "id"),
    ("name", "", "name"),
    ("licence", ..., "licence"),
    ("version", 0, "version"),
    ("class", "abacus", "class"),
    ("sources", {}, "sources"),
    ("sources.nowhere.url", "ftp://example.org", "sources.nowhere.url"),
    ("sources.nowhere.seen", "yesterday", "sources.nowhere.seen"),
    ("sources.nowhere.note", "", "sources.nowhere.note"),
    ("peak", [], "peak"),
    ("peak.fp32", ..., "peak.fp32"),
    ("peak.fp4", None, "peak.fp4"),
    ("peak.fp32.value", float("nan"), "peak.fp32.value"),
    ("peak.fp32.value", 1e308, "peak.fp32.value"),
    ("peak.fp32.value", 0, "peak.fp32.value"),
    ("peak.fp32.value", -1e12, "peak.fp32.value"),
    ("peak.fp32.value", "1e12", "peak.fp32.value"),
    ("peak.fp32.value", True, "peak.fp32.value"),
    ("peak.fp32.unit", "TFLOP/s", "peak.fp32.unit"),
    ("peak.fp32.unit", "OP/s", "peak.fp32.unit"),
    ("peak.int8.unit", "FLOP/s", "peak.int8.unit"),
    ("peak.int8.unit", ..., "peak.int8.unit"),
    ("peak.fp32.source", "elsewhere: page 2", "peak.fp32.source"),
    ("peak.fp32.source", "nowhere", "peak.fp32.source"),
    ("peak.fp32.source", ..., "peak.fp32.source"),
    ("bandwidth_bytes_per_s", ..., "bandwidth_bytes_per_s"),
    ("bandwidth_bytes_per_s", 1e11, "bandwidth_bytes_per_s"),
    ("bandwidth_bytes_per_s.unit", "GB/s", "bandwidth_bytes_per_s.unit"),
    ("rated_power_w.value", float("inf"), "rated_power_w.value"),
    ("rated_power_w.value", 1e308, "rated_power_w.value"),
    ("idle_power_w", ..., "idle_power_w"),
    ("launch_overhead_s", ..., "launch_overhead_s"),
    ("efficiency.computation.value", 1.5, "efficiency.computation.value"),
    ("efficiency.memory", ..., "efficiency.memory"),
    ("efficiency.memory", None, "efficiency.memory"),
    ("efficiency", 0.62, "efficiency"),
    ("remarks", "read this", "remarks"),
    ("remarks", [""], "remarks[0]"),
    ("remarks", ["read this"] * 17, "remarks"),
    ("surprise", 1, "surprise"),
]


@pytest.mark.parametrize(("path", "value", "named"), BAD)
def test_what_is_wrong_is_named(path: str, value: Any, named: str) -> None:
    with pytest.raises(JoulegraphError) as caught:
        platform_from_json(edited({path: value}))
    assert caught.value.code == "platform-invalid"
    assert named in caught.value.message
    assert len(caught.value.message) < 400


def for_the_reader(value: Any) -> bool:
    """Whether a schema can't see it: the size of a number, a key that is looked up."""
    no_number = isinstance(value, float) and not value < 1e13
    return no_number or value in (["read this"] * 17, "elsewhere: page 2")


@pytest.mark.parametrize(
    ("path", "value"), [(path, value) for path, value, _ in BAD if not for_the_reader(value)]
)
def test_the_schema_refuses_it_too(path: str, value: Any) -> None:
    assert not SCHEMA.is_valid(edited({path: value}))


@pytest.mark.parametrize("data", [None, [], "text", 5, {}, {"kind": ["datasheet"]}])
def test_other_json_is_no_device(data: Any) -> None:
    with pytest.raises(JoulegraphError) as caught:
        platform_from_json(data)
    assert caught.value.code == "platform-invalid"


def test_a_script_in_a_name_is_text() -> None:
    found = device({"name": SCRIPT, "remarks": [SCRIPT]})
    assert found.name == SCRIPT
    assert SCRIPT in [note.text for note in found.notes]


def test_the_hash_changes_with_a_figure() -> None:
    assert device().hash == device().hash
    assert device().hash != device({"rated_power_w.value": 51}).hash


def paths(data: Any, path: str = "") -> Iterator[str]:
    """Yield the path of every field."""
    if isinstance(data, dict):
        for name, value in data.items():
            here = f"{path}.{name}" if path else name
            yield here
            yield from paths(value, here)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=5,
)


@given(st.sampled_from(sorted(paths(MADE_UP))), JSON)
def test_any_field_holds_anything(path: str, value: Any) -> None:
    """A file is a device, or there is one error; never anything else."""
    code = "fine"
    try:
        found = platform_from_json(edited({path: value}))
        json.dumps(found.as_json(), allow_nan=False)
    except JoulegraphError as error:
        code = error.code
    assert code in ("fine", "platform-invalid")
