"""Platforms of all kinds: found by name, told apart by their files, refused what they lack."""

from collections import Counter
from typing import Any

import pytest

from py.errors import JoulegraphError
from py.platforms.load import (
    FOLDERS,
    load_platform,
    platform_from_json,
    read_platform_file,
    shipped_platforms,
)
from tests.platforms.datasheet.made_up import MADE_UP


def test_an_id_belongs_to_one_platform() -> None:
    names = Counter(shipped_platforms())
    assert [name for name, count in names.items() if count > 1] == []
    assert len(names) == sum(len(shipped_platforms(kind)) for kind in FOLDERS)


def test_platforms_of_each_kind_are_found_by_name() -> None:
    assert load_platform("eyeriss").kind == "accelerator"
    assert load_platform("v100-sxm2-16gb").kind == "datasheet"
    for kind in FOLDERS:
        for name in shipped_platforms(kind):
            assert read_platform_file(name)["kind"] == kind


def test_an_unknown_name_is_told_what_is_like_it() -> None:
    for name in ("v100-sxm2", "V100", "v100-sxm-16gb"):
        with pytest.raises(JoulegraphError, match=r"like it are .*v100-sxm2-16gb") as caught:
            load_platform(name)
        assert caught.value.code == "platform-unknown"
    with pytest.raises(JoulegraphError, match=r"accelerator: .*; .*datasheet: ") as caught:
        load_platform("???")
    assert "eyeriss" in caught.value.message
    with pytest.raises(JoulegraphError, match=r"accelerator: .*; .*datasheet: ") as of_a_letter:
        load_platform("x")
    assert of_a_letter.value.message == caught.value.message.replace("???", "x")


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"dataflow": "any"}, "dataflow"),
        ({"objective": "delay"}, "objective"),
        ({"capacities": {"global_buffer": 1000}}, "capacities"),
        ({"fuse": True}, "fuse"),
        ({"dataflow": "any", "fuse": True}, "dataflow and no fuse"),
    ],
)
def test_options_of_mapping_are_refused_where_nothing_is_mapped(
    options: dict[str, Any], named: str
) -> None:
    with pytest.raises(JoulegraphError) as caught:
        platform_from_json(MADE_UP, **options)
    assert caught.value.code == "not-mapped"
    assert f"takes no {named}." in caught.value.message


def test_what_changes_nothing_is_not_refused() -> None:
    own = platform_from_json(MADE_UP, capacities={}, fuse=False, held=True)
    assert own.kind == "datasheet"
