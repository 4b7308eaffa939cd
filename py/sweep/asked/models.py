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
    found: dict[str, str] = {}
    for argument in arguments:
        for path in _named(argument):
            found.setdefault(path if is_link(path) else os.path.normpath(path), path)
    if not found:
        raise JoulegraphError(
            "no-models",
            "A sweep needs at least one model, got none.",
            "Name files or folders, before the options: --batch 1 8 takes all that follows it.",
        )
    return tuple(found.values())


def _named(argument: str) -> Sequence[str]:
    if argument == "-":
        raise JoulegraphError(
            "bad-option",
            "A sweep reads no model from standard input, got '-': several processes read it, "
            "and again when it goes on.",
            "Give a file.",
        )
    if is_link(argument) and not os.path.exists(argument):
        return [argument]
    if os.path.isdir(argument):
        return _some(sorted(_inside(argument)), f"The folder {argument}")
    if _SHELL.search(argument) and not os.path.lexists(argument):
        paths = (path for path in glob.iglob(argument, recursive=True) if not os.path.isdir(path))
        return _some(sorted(paths), f"The pattern {argument}")
    return [argument]


def _inside(folder: str) -> Iterator[str]:
    """Yield the models in a folder, and what looks like one and can't be: its rows say why."""
    closed: list[str] = []
    walked = os.walk(folder, onerror=lambda error: closed.append(str(error.filename)))
    tops: list[str] = []
    found: list[str] = []
    for root, folders, files in walked:
        found += (os.path.join(root, name) for name in files if name.endswith(MODEL_ENDINGS))
        tops += (os.path.join(root, name) for name in folders if name.endswith(MODEL_ENDINGS))
    yield from found
    yield from (top for top in tops if not any(one.startswith(f"{top}{os.sep}") for one in found))
    yield from closed


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
