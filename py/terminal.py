"""What the terminal programs share: the model argument, its options, exit codes.

Exit 0 fine; 1 done, but something got no estimate or a budget is exceeded; 2 bad input or bad use;
3 a fault of ours. Results go to standard output, all else to standard error.
"""

import io
import sys
import tempfile
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from py.breakdown.link import decode_link, is_link
from py.breakdown.state import model_from_state
from py.columns import printable
from py.errors import JoulegraphError
from py.graph.weights import Arithmetic, OpenFiles, beside
from py.layers import Choices, Model, read_model
from py.layers.read import Weights, no_weights

FINE, PARTIAL, BAD_INPUT, FAULT = 0, 1, 2, 3
_INTERRUPTED = 130
_LONGEST_PATH = 256
_MOST_LINK_BYTES = 1 << 20
_MOST_STDIN_BYTES = 1 << 34


def run(program: Callable[[list[str]], int], arguments: list[str]) -> int:
    """Run a program and return its exit code; every error becomes one message on standard error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without these letters still prints
    try:
        return program(arguments)
    except JoulegraphError as error:
        sys.stderr.write(
            f"error: {printable(error.message)}\n       {error.remedy} [{error.code}]\n"
        )
        return BAD_INPUT
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
        return _INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # the reader has gone: nothing more to say to it
        return FINE
    except Exception:
        sys.stderr.write(
            f"{traceback.format_exc()}\n"
            "This is a fault of Joulegraph's; please report it with the lines above.\n"
        )
        return FAULT


def load_model(
    argument: str, choices: Choices, *, count_weights: bool = False
) -> tuple[Model, dict[str, Any] | None]:
    """Return the model that an argument names, and a link's state if it is one.

    ``count_weights`` has the zeros in its weights counted, told on standard error.

    Raises:
        JoulegraphError: for whatever can't be read.
    """
    is_file = len(argument) < _LONGEST_PATH and Path(argument).exists()
    if argument == "-":
        stream = _standard_input()
        head = stream.read(_MOST_LINK_BYTES)
        stream.seek(0)
        argument = _piped_link(head)
        if not argument:
            return _read(stream, None, choices, count_weights), None
    if is_link(argument) and not is_file:
        if choices.of_inputs:
            raise JoulegraphError(
                "no-inputs",
                "A link holds layers, not a graph: its inputs are settled.",
                "Leave --input, --dim and --value out.",
            )
        if count_weights:
            raise no_weights("A link")
        state = decode_link(argument)
        return model_from_state(state), state
    try:
        with Path(argument).open("rb") as file:
            return _read(file, Path(argument), choices, count_weights), None
    except OSError as error:
        raise JoulegraphError(
            "unreadable",
            f"{printable(argument)} can't be read: {error.strerror}.",
            "Check the path and its permissions.",
        ) from None


def _read(file: BinaryIO, path: Path | None, choices: Choices, count_weights: bool) -> Model:
    name = "-" if path is None else path.name
    if not count_weights:
        return read_model(file, name, choices)
    with OpenFiles(file, beside(path), _fastest_arithmetic()) as files, ProgressLine() as line:
        return read_model(file, name, choices, weights=Weights(files, line.told))


def _fastest_arithmetic() -> Arithmetic | None:
    """Return numpy's where it is installed; the engine itself needs nothing but Python."""
    try:
        arithmetic: Arithmetic = import_module("py.native.numpy_zeros").NumpyArithmetic()
    except ImportError:
        return None
    return arithmetic


class ProgressLine:
    """One line on standard error that says how far the counting is; only where somebody looks."""

    def __init__(self) -> None:
        self._shown = ""
        self._quiet = not sys.stderr.isatty()

    def __enter__(self) -> "ProgressLine":
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            sys.stderr.write(f"\r{' ' * len(self._shown)}\r")
            sys.stderr.flush()

    def told(self, done: int, total: int) -> None:
        """Say that ``done`` of ``total`` bytes are counted."""
        text = f"counting zeros in the weights: {100 * done // max(1, total)} % of {total:,} bytes"
        if not self._quiet and text != self._shown:
            self._shown = text
            sys.stderr.write(f"\r{text}")
            sys.stderr.flush()


def _piped_link(head: bytes) -> str:
    """Return the link that standard input holds, empty for anything else."""
    text = head.decode("ascii", errors="replace").strip() if head[:1] in b"h#v/" else ""
    return text if is_link(text) else ""


def write_output(text: str, path: str | None) -> None:
    """Write a result to a file or to standard output."""
    if path is None:
        sys.stdout.write(text)
        return
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise JoulegraphError(
            "unwritable", f"{path} can't be written: {error.strerror}.", "Choose another --output."
        ) from None


def _standard_input() -> BinaryIO:
    """Return standard input as a seekable file."""
    spool = tempfile.TemporaryFile()  # noqa: SIM115 - it is read until the program ends
    size = 0
    while block := sys.stdin.buffer.read(1 << 20):
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
