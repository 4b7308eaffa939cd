"""Platform files: what is wrong is told by field; the hash follows the content."""

import json
from typing import Any

import jsonschema
import pytest

from py.errors import JoulegraphError
from py.platforms import CountedEstimate
from py.platforms.load import PUBLIC, load_platform, platform_from_json, platform_hash
from tests.models import conv_net, read
from tests.platforms.accelerator.edited import EYERISS, edited

SCHEMA = jsonschema.Draft202012Validator(
    json.loads((PUBLIC / "schema" / "accelerator.schema.json").read_text())
)


def test_the_shipped_one_loads() -> None:
    platform = load_platform("eyeriss")
    assert (platform.id, platform.kind) == ("eyeriss", "accelerator")
    assert platform.element_bits("int8") == 8
    assert platform.element_bits("float32") is None
    shown = platform.as_json()
    assert [level["energy_macs"] for level in shown["levels"]] == [200, 6, 2, 1]
    assert [level["id"] for level in shown["levels"]][2] == "array"
    assert shown["dataflow"] == "row_stationary"
    assert [flow["id"] for flow in shown["dataflows"]] == ["row_stationary", "any"]


BAD: list[tuple[str, Any, str]] = [
    ("schema", "joulegraph/accelerator/1", "schema"),
    ("id", "No Good", "id"),
    ("name", "", "name"),
    ("licence", "", "licence"),
    ("version", 0, "version"),
    ("version", True, "version"),
    ("sources", {}, "sources"),
    ("unit", "joule", "unit"),
    ("surprise", 1, "surprise"),
    ("remarks", [], "remarks"),
    ("remarks", "read this", "remarks"),
    ("remarks", ["read this"] * 9, "remarks"),
    ("remarks.0", "", "remarks[0]"),
    ("mac.energy.value", 2, "mac.energy"),
    ("mac.by_width.value", "cube", "mac.by_width"),
    ("mac.by_width.value", [{"weight": 8, "activation": 8}], "mac.by_width[0].energy"),
    ("mac_energy_j.value", 5, "mac_energy_j"),
    ("clock_hz.value", 0, "clock_hz"),
    ("word_bits", 16, "word_bits"),
    ("bits.value.psum", 0, "bits.psum"),
    ("element_bits.value", {"int8": 0}, "element_bits.int8"),
    ("array.axes", [], "array.axes"),
    ("array.axes.0.pes.value", 0, "array.axes[0].pes"),
    ("array.axes.0.pes.value", True, "array.axes[0].pes"),
    ("array.axes.0.pes.source", ..., "array.axes[0].pes"),
    ("array.axes.1.loops.value", "pp", "array.axes[1].loops"),
    ("array.first_level_inside.value", "dram", "array.first_level_inside"),
    ("levels.0.energy.read.value", -1, "levels[0].energy.read"),
    ("levels.0.energy.read.value", float("inf"), "levels[0].energy.read"),
    ("levels.0.keeps.value.ifmap", "either", "levels[0]"),
    ("levels.1.id", "array", "levels[1].id"),
    ("levels.1.id", "dram", "levels[1].id"),
    ("levels.1.keeps", ..., "levels[1].keeps"),
    ("levels.1.capacity.unit", "words", "levels[1].capacity.unit"),
    ("levels.1.capacity.unit", "values", "levels[1].capacity.shared"),
    ("levels.0.coding.value.where_shorter", 1, "levels[0].coding.where_shorter"),
    ("levels.1.capacity.value.shared", 0, "levels[1].capacity.shared"),
    ("levels.1.capacity.value.psum", 8, "levels[1].capacity.psum"),
    ("levels.1.halo.value", "sometimes", "levels[1].halo"),
    ("levels.1.passes.value", ["ifmap"], "levels[1].passes"),
    ("levels.1.bandwidth.value", {"both": 1, "read": 1}, "levels[1].bandwidth"),
    (
        "levels.2",
        EYERISS["levels"][2]
        | {
            "keeps": EYERISS["levels"][1]["keeps"],
            "passes": {"value": ["weight"], "source": "x"},
        },
        "levels[2].passes",
    ),
    ("levels.0.coding.value.method", "zip", "levels[0].coding.method"),
    ("levels.0.coding.value.tensors", ["psum"], "levels[0].coding.tensors"),
    ("network.multicast.value", "yes", "network.multicast"),
    ("network.energy.per", "byte", "network.energy.per"),
    ("conventions.padding", ..., "conventions.padding"),
    ("conventions.skipped_mac.value", "none", "conventions.spared"),
    ("conventions.operands.value", "on_change", "conventions.spared"),
    ("dataflows.0.id", "any", "dataflows[0].id"),
    ("dataflows.0.tiles.dram", {"one": "g"}, "dataflows[0].tiles.dram"),
    ("dataflows.0.tiles.register_file", {"one": "z"}, "dataflows[0].tiles.register_file.one"),
    ("dataflows.0.tiles.register_file", {"one": "s", "whole": "s"}, "tiles.register_file"),
    ("dataflows.0.stationary.global_buffer", "psum", "dataflows[0].stationary.global_buffer"),
    ("dataflows.0.spread", "rr", "dataflows[0].spread"),
]


@pytest.mark.parametrize(("path", "value", "field"), BAD, ids=lambda part: str(part)[:40])
def test_what_is_wrong_is_named(path: str, value: Any, field: str) -> None:
    with pytest.raises(JoulegraphError) as caught:
        platform_from_json(edited({path: value}))
    assert caught.value.code == "platform-invalid"
    assert field in caught.value.message


@pytest.mark.parametrize("value", [None, [], "text", {}, 1])
@pytest.mark.parametrize("field", sorted(EYERISS))
def test_any_field_may_be_anything_and_ends_in_an_error(field: str, value: Any) -> None:
    texts = {"about", "id", "licence", "name"}
    if (field in texts and value == "text") or (field, value) in (
        ("version", 1),
        ("dataflows", []),
    ):
        platform_from_json(edited({field: value}))  # these may
        return
    with pytest.raises(JoulegraphError) as caught:
        platform_from_json(edited({field: value}))
    assert caught.value.code == "platform-invalid"


def test_what_the_schema_refuses_is_refused() -> None:
    """The schema is for editors, the parser decides; where the schema says no, so does it."""
    for path, value, _ in BAD:
        data = edited({path: value})
        if not SCHEMA.is_valid(data):
            with pytest.raises(JoulegraphError):
                platform_from_json(data)


def test_the_hash_follows_content_not_layout() -> None:
    shuffled = json.loads(json.dumps(EYERISS, indent=3))
    assert platform_hash(shuffled) == platform_hash(EYERISS) == load_platform("eyeriss").hash
    changed = edited({"array.axes.0.pes.value": 13})
    assert platform_hash(changed) != platform_hash(EYERISS)


def test_a_dataflow_is_chosen_by_name() -> None:
    assert load_platform("eyeriss", "any").as_json()["dataflow"] == "any"
    with pytest.raises(JoulegraphError, match="row_stationary, any") as caught:
        load_platform("eyeriss", "diagonal")
    assert caught.value.code == "dataflow-unknown"


def test_joules_follow_from_the_energy_of_a_mac() -> None:
    layer = read(conv_net()).layers[0]
    unknown = edited({"mac_energy_j": {"value": None, "source": "not published"}})
    plain = platform_from_json(unknown).estimate(layer)
    scaled = platform_from_json(edited({"mac_energy_j.value": 2e-12})).estimate(layer)
    assert plain is not None
    assert isinstance(scaled, CountedEstimate)
    assert plain.energy_j is None
    assert plain.power_w is None
    assert scaled.energy_j == scaled.energy_macs * 2e-12
    assert scaled.parts()["computation"]["mac"] == plain.parts()["computation"]["mac"] * 2e-12
    assert scaled.power_w == pytest.approx(scaled.energy_j / (plain.time_s or 0.0))


def test_picojoules_are_the_same_in_another_unit() -> None:
    def times(energy: dict[str, Any]) -> dict[str, Any]:
        return {
            name: {**entry, "value": 1.5 * entry["value"]} if isinstance(entry, dict) else entry
            for name, entry in energy.items()
        }

    changes: dict[str, Any] = {"unit": "pj", "mac_energy_j": ..., "mac.energy.value": 1.5}
    changes["network.energy"] = times(EYERISS["network"]["energy"])
    for place, level in enumerate(EYERISS["levels"]):
        changes[f"levels.{place}.energy"] = times(level["energy"])
    data = edited(changes)
    assert SCHEMA.is_valid(data)
    layer = read(conv_net()).layers[0]
    plain, found = (
        load_platform("eyeriss").estimate(layer),
        platform_from_json(data).estimate(layer),
    )
    assert isinstance(plain, CountedEstimate)
    assert found is not None
    assert found.energy_macs == pytest.approx(plain.energy_macs)
    assert found.energy_j == pytest.approx(plain.energy_macs * 1.5e-12)


def test_what_is_drawn_whatever_is_computed_is_a_term_of_its_own() -> None:
    layer = read(conv_net()).layers[0]
    data = edited({"mac_energy_j.value": 1e-12, "idle_power_w.value": 0.1})
    plain = platform_from_json(edited({"mac_energy_j.value": 1e-12})).estimate(layer)
    found = platform_from_json(data).estimate(layer)
    assert found is not None
    assert plain is not None
    assert found.time_s is not None
    assert plain.energy_j is not None
    assert found.parts()["static"]["static"] == pytest.approx(0.1 * found.time_s)
    assert found.energy_j is not None
    assert plain.time_s is not None
    moved = found.energy_j - 0.1 * found.time_s
    assert plain.energy_j <= moved  # the mapping of least energy, without static power
    assert found.energy_j < plain.energy_j + 0.1 * plain.time_s  # with it, another one has less
    assert found.time_s < plain.time_s


def test_a_number_s_hash_does_not_depend_on_how_it_is_written() -> None:
    """JavaScript writes 32.0 as 32 and 1.57e13 as 15700000000000: the page's hash is the same."""
    assert platform_hash({"a": [32.0, 1.57e13, -0.0]}) == platform_hash(
        {"a": [32, 15700000000000, 0]}
    )
    assert platform_hash({"a": 0.5}) != platform_hash({"a": 1})
    assert platform_hash({"a": True}) != platform_hash({"a": 1})
