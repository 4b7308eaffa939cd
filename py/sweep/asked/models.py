"""The models of a sweep: files, folders and patterns, found and put in order."""

import glob
import os
import re
from collections.abc import Iterator, Sequence

from py.breakdown.link import is_link
from py.errors import JoulegraphError

MODEL_ENDINGS = (".onnx",)
"""What is taken from a folder; tables, results and links are named one by one."""

_SHELL = re.compile(r"[*?\[]")


def models_of(arguments: Sequence[str]) -> tuple[str, ...]:
    """Return the models that arguments name, each once: a folder's in the order of their paths.

    A file that is named and can't be read stays: its rows say why.

    Raises:
        JoulegraphError: ``no-models`` where a folder or a pattern has none, or nothing is named.
    """
    found: dict[str, None] = {}
    for argument in arguments:
        found.update(dict.fromkeys(_named(argument)))
    if not found:
        raise JoulegraphError(
            "no-models", "A sweep needs at least one model, got none.", "Name files or folders."
        )
    return tuple(found)


def _named(argument: str) -> Sequence[str]:
    if is_link(argument) and not os.path.exists(argument):
        return [argument]
    if os.path.isdir(argument):
        return _some(sorted(_inside(argument)), f"The folder {argument}")
    if _SHELL.search(argument) and not os.path.exists(argument):
        paths = (path for path in glob.iglob(argument, recursive=True) if os.path.isfile(path))
        return _some(sorted(paths), f"The pattern {argument}")
    return [argument]


def _inside(folder: str) -> Iterator[str]:
    for root, folders, files in os.walk(folder):
        folders.sort()
        yield from (os.path.join(root, name) for name in files if name.endswith(MODEL_ENDINGS))


def _some(paths: Sequence[str], where: str) -> Sequence[str]:
    if paths:
        return paths
    raise JoulegraphError(
        "no-models",
        f"{where[:200]} has no models: none of its files ends in {' or '.join(MODEL_ENDINGS)}."
        if where.startswith("The folder")
        else f"{where[:200]} matches no file.",
        "Check the path.",
    )
