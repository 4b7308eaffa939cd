"""Platform files: what is wrong is told by field; the hash follows the content."""

import copy
import json
from typing import Any

import pytest

from py.errors import JoulegraphError
from py.platforms.load import load_platform, platform_from_json, platform_hash, read_platform_file

EYERISS = read_platform_file("eyeriss")


def edited(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    data = copy.deepcopy(EYERISS)
    place = data
    for key in path[:-1]:
        place = place[key]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return data


def test_the_shipped_one_loads() -> None:
    platform = load_platform("eyeriss")
    assert (platform.id, platform.kind) == ("eyeriss", "accelerator")
    assert platform.element_bits("int8") == 8
    assert platform.element_bits("float32") is None
    assert [level["energy_macs"] for level in platform.as_json()["levels"]] == [200, 6, 2, 1]


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("schema",), "joulegraph/accelerator/9", "schema"),
        (("id",), "No Good", "id"),
        (("name",), "", "name"),
        (("dataflow", "value"), "no_such", "dataflow"),
        (("array", "rows", "value"), 0, "array.rows"),
        (("array", "rows", "value"), True, "array.rows"),
        (("array", "rows", "source"), ..., "array.rows"),
        (("levels", "dram", "energy_macs", "value"), -1, "levels.dram.energy_macs"),
        (("levels", "global_buffer"), ..., "levels.global_buffer"),
        (("word_bits",), 16, "word_bits"),
        (("mac_energy_j", "value"), 5, "mac_energy_j"),
        (("element_bits", "value"), {"int8": 0}, "element_bits"),
        (("conventions", "halo", "value"), "sometimes", "halo"),
        (("conventions", "multicast", "value"), "yes", "multicast"),
        (("conventions", "coded_levels", "value"), ["disk"], "coded_levels"),
        (("conventions", "padding"), ..., "padding"),
    ],
)
def test_what_is_wrong_is_named(path: tuple[str, ...], value: Any, field: str) -> None:
    with pytest.raises(JoulegraphError) as caught:
        platform_from_json(edited(path, value))
    assert caught.value.code == "platform-invalid"
    assert field in caught.value.message


def test_the_hash_follows_content_not_layout() -> None:
    shuffled = json.loads(json.dumps(EYERISS, indent=3))
    assert platform_hash(shuffled) == platform_hash(EYERISS) == load_platform("eyeriss").hash
    assert platform_hash(edited(("array", "rows", "value"), 13)) != platform_hash(EYERISS)


def test_joules_follow_from_the_energy_of_a_mac() -> None:
    from tests.models import conv_net, read

    layer = read(conv_net()).layers[0]
    plain = load_platform("eyeriss").estimate(layer)
    scaled = platform_from_json(edited(("mac_energy_j", "value"), 2e-12)).estimate(layer)
    assert plain is not None
    assert scaled is not None
    assert plain.energy_j is None
    assert scaled.energy_j == scaled.energy_macs * 2e-12
    assert scaled.parts()["computation"]["mac"] == plain.parts()["computation"]["mac"] * 2e-12
