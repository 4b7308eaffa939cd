"""MODEL, the first argument of the terminal programs: a file, a link, or standard input.

A file may be a model, a table of layers, or a result as JSON, which has a link in it.

What only a link or the counting of weights needs is imported when it is asked for: most often it is
not, and a program on a small model spends its time on imports.
"""

import os
import os.path
import sys
from codecs import BOM_UTF8
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, BinaryIO

from py.columns import printable
from py.errors import JoulegraphError
from py.graph import Graph
from py.layers import Choices, Layer, Model, read_model
from py.layers.counted_zeros import CountedZeros

_LONGEST_PATH = 256
_MOST_LINK_BYTES = 1 << 20
_MOST_STDIN_BYTES = 1 << 34


def load_model(
    argument: str, choices: Choices, *, count_weights: bool = False
) -> tuple[Model, dict[str, Any] | None]:
    """Return the model that an argument names, and a link's state if it is one.

    ``count_weights`` has the zeros in its weights counted, told on standard error.

    Raises:
        JoulegraphError: for whatever can't be read.
    """
    is_file = len(argument) < _LONGEST_PATH and os.path.exists(argument)
    if argument == "-":
        stream = _standard_input()
        stream.seek(0)
        head = stream.read(_MOST_LINK_BYTES)
        stream.seek(0)
        argument = _piped_link(head)
        if not argument:
            return _opened(stream, None, choices, count_weights)
    if not is_file and _is_link(argument):
        return _from_link(argument, choices, count_weights)
    try:
        with open(argument, "rb") as file:
            return _opened(file, argument, choices, count_weights)
    except OSError as error:
        raise _unreadable(argument, error) from None


def read_again(argument: str, choices: Choices) -> Model:
    """Return the model of a file that ``load_model`` has read, with other choices.

    Nothing is told, and no zeros are counted.

    Raises:
        JoulegraphError: for whatever can't be read.
    """
    if argument == "-":
        stream = _standard_input()
        stream.seek(0)
        return read_model(stream, "-", choices)
    try:
        with open(argument, "rb") as file:
            return read_model(file, os.path.basename(argument), choices)
    except OSError as error:
        raise _unreadable(argument, error) from None


def _unreadable(path: str, error: OSError) -> JoulegraphError:
    return JoulegraphError(
        "unreadable",
        f"{printable(path)} can't be read: {error.strerror}.",
        "Check the path and its permissions.",
    )


def _is_link(argument: str) -> bool:
    from py.breakdown.link import is_link

    return is_link(argument)


def _from_link(
    argument: str, choices: Choices, count_weights: bool
) -> tuple[Model, dict[str, Any]]:
    from py.breakdown.link import decode_link

    return _from_state(lambda: decode_link(argument), "A link", choices, count_weights)


def _opened(
    file: BinaryIO, path: str | None, choices: Choices, count_weights: bool
) -> tuple[Model, dict[str, Any] | None]:
    """Return the model in a file, and the state if it is a result or what a link would carry."""
    head = file.read(64)
    file.seek(0)
    if head.removeprefix(BOM_UTF8).lstrip()[:1] != b"{":  # begins no ONNX file and no table
        return _read(file, path, choices, count_weights), None
    from py.breakdown.state_file import read_state

    return _from_state(lambda: read_state(file), "A result", choices, count_weights)


def _from_state(
    read: Callable[[], dict[str, Any]], what: str, choices: Choices, count_weights: bool
) -> tuple[Model, dict[str, Any]]:
    from py.breakdown.state_model import model_from_state
    from py.layers.counted_zeros import no_weights

    if choices.of_inputs:
        raise JoulegraphError(
            "no-inputs",
            f"{what} holds layers, not a graph: its inputs are settled.",
            "Leave --input, --dim and --value out.",
        )
    if count_weights:
        raise no_weights(what)
    state = read()
    return model_from_state(state), state


def _read(file: BinaryIO, path: str | None, choices: Choices, count_weights: bool) -> Model:
    name = "-" if path is None else os.path.basename(path)
    if choices.dims or choices.values:
        from py.open_choices import read_open

        def read(chosen: Choices) -> Model:
            file.seek(0)
            return read_model(file, name, chosen)

        model = read_open(read, choices, _noted)
        if not count_weights:
            return model
        file.seek(0)
    return _counted(file, path, name, choices) if count_weights else read_model(file, name, choices)


def _noted(text: str) -> None:
    sys.stderr.write(f"note: {printable(text)}\n")


def _counted(file: BinaryIO, path: str | None, name: str, choices: Choices) -> Model:
    """Return the model with the zeros in its weights counted."""
    from pathlib import Path

    from py.graph.weights import OpenFiles, beside
    from py.layers.weight_zeros import count_weights

    around = beside(None if path is None else Path(path))
    with OpenFiles(file, around, _fastest_arithmetic()) as files, ProgressLine() as line:

        def count(graph: Graph, layers: tuple[Layer, ...]) -> CountedZeros:
            return count_weights(graph, layers, files, line.told)

        return read_model(file, name, choices, count=count)


def _fastest_arithmetic() -> Any:
    """Return numpy's where it is installed; the engine itself needs nothing but Python."""
    try:
        return import_module("py.native.numpy_zeros").NumpyArithmetic()
    except ImportError:
        return None


class ProgressLine:
    """One line on standard error that says how far long work is; only where somebody looks."""

    def __init__(self) -> None:
        self._shown = ""
        self._quiet = not sys.stderr.isatty()

    def __enter__(self) -> "ProgressLine":
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def told(self, done: int, total: int) -> None:
        """Say that ``done`` of ``total`` bytes are counted."""
        part = 100 * done // max(1, total)
        self.show(f"counting zeros in the weights: {part} % of {total:,} bytes")

    def show(self, text: str) -> None:
        """Put a text in place of what the line says, as much of it as the terminal is wide."""
        if self._quiet:
            return
        columns = os.get_terminal_size(sys.stderr.fileno()).columns  # 0 where nobody knows
        text = text[: columns - 1] if columns > 1 else text
        if text != self._shown:
            sys.stderr.write(f"\r{text:{len(self._shown)}}")
            sys.stderr.flush()
            self._shown = text

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write(f"\r{' ' * len(self._shown)}\r")
            sys.stderr.flush()
            self._shown = ""


def _piped_link(head: bytes) -> str:
    """Return the link that standard input holds, empty for anything else."""
    text = head.decode("ascii", errors="replace").strip() if head[:1] in b"h#v/" else ""
    return text if text and _is_link(text) else ""


def _standard_input() -> BinaryIO:
    """Return standard input as a seekable file, the same whenever it is asked for."""
    return _spooled(sys.stdin.buffer)


@cache
def _spooled(stream: BinaryIO) -> BinaryIO:
    import tempfile

    spool = tempfile.TemporaryFile()  # noqa: SIM115 - it is read until the program ends
    size = 0
    while block := stream.read(1 << 20):
        size += len(block)
        if size > _MOST_STDIN_BYTES:
            raise JoulegraphError(
                "too-large",
                f"Standard input is longer than {_MOST_STDIN_BYTES} bytes.",
                "Give the file's path instead.",
            )
        spool.write(block)
    spool.seek(0)
    return spool
