"""Eyeriss as shipped, with some fields of its file changed."""

import copy
from typing import Any

from py.platforms.accelerator.file import hardware_from_json
from py.platforms.accelerator.hardware import Hardware
from py.platforms.load import read_platform_file

EYERISS = read_platform_file("eyeriss")


def edited(changes: dict[str, Any], file: dict[str, Any] = EYERISS) -> dict[str, Any]:
    """Return the file with fields changed by their path; ``...`` leaves one out.

    A number in a path is a place in a list: "levels.1.capacity.value.shared".
    """
    data = copy.deepcopy(file)
    for path, value in changes.items():
        *way, last = path.split(".")
        place: Any = data
        for name in way:
            place = place[int(name)] if isinstance(place, list) else place[name]
        key: Any = int(last) if isinstance(place, list) else last
        if value is ...:
            del place[key]
        else:
            place[key] = value
    return data


def eyeriss(**changes: Any) -> Hardware:
    """Return Eyeriss with fields changed."""
    return hardware_from_json(edited(changes))
