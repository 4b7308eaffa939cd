"""What all tasks of a sweep share: brought to each worker once."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from py.options import add_input_arguments
from py.platforms.load import platform_from_json, platform_hash, read_platform_file
from py.pricing_arguments import add_pricing_arguments
from py.sweep.work.shared import shared

SETTING = "setting"


@dataclass(frozen=True, slots=True, eq=False)
class PlatformFile:
    """A platform's file, read and found to be one; ``own`` where it is the user's."""

    id: str
    kind: str
    hash: str
    file: Mapping[str, Any]
    own: bool

    @classmethod
    def read(cls, name: str) -> "PlatformFile":
        """Return the platform of an id or a path.

        Raises:
            JoulegraphError: it can't be read, or is no platform.
        """
        file = read_platform_file(name)
        platform = platform_from_json(file)
        return cls(platform.id, platform.kind, platform_hash(file), file, name.endswith(".json"))


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """``token`` tells one sweep's setting from another's; the rest as of ``Sweep``."""

    token: str
    platforms: tuple[PlatformFile, ...]
    top_errors: Mapping[str, float]
    layers: bool
    links: bool
    site: str


def setting() -> Setting:
    """Return the setting, within a task."""
    found: Setting = shared(SETTING)
    return found


@cache
def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False, allow_abbrev=False)
    add_input_arguments(parser)
    add_pricing_arguments(parser)
    return parser


def given_of(model: str, arguments: Sequence[str]) -> argparse.Namespace:
    """Return what ``py.estimate`` is given by its own arguments.

    Raises:
        argparse.ArgumentError: for what is none of its arguments.
    """
    given = _parser().parse_args(list(arguments))
    given.model = model
    return given
