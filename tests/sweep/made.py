"""A small sweep of many kinds: tiny models, some of them broken, and the program that runs it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil  # type: ignore[import-untyped]
from onnx import NodeProto, helper

from py.terminal import PARTIAL
from tests.models import conv_net, serialised, weights

ROOT = Path(__file__).resolve().parents[2]

PLATFORMS = ("eyeriss", "t4-pytorch", "v100-sxm2-16gb")
"""One of each kind: an accelerator, a measured profile, a datasheet."""
GRID = ("--batch", "1", "2", "--bits", "8", "16")
POINTS = len(PLATFORMS) * 4
BROKEN = 2
MODELS = 12 + BROKEN
ROWS = MODELS * POINTS
FAILED = BROKEN * POINTS

PATIENCE_S = 120.0
_MARK = "JOULEGRAPH_TEST_MARK"
KILLED = -signal.SIGKILL
JOURNAL = "journal.sqlite"
FILES = {
    "rows.parquet",
    "rows.csv",
    "layers.parquet",
    "layers.csv",
    "summary.html",
    "summary.txt",
    "provenance.json",
}


def models_in(folder: Path) -> None:
    """Write the models, in a folder ``models``: convolutions, products of matrices, and refuse."""
    conv, node = _convolution, helper.make_node
    made = {
        "plain": conv_net(),
        "free": conv_net("N"),
        "pointwise": conv((24, 16, 1, 1), (1, 16, 9, 9)),
        "depthwise": conv((12, 1, 3, 3), (1, 12, 10, 10), group=12, pads=[1] * 4),
        "grouped": conv((16, 4, 3, 3), (1, 8, 7, 7), group=2),
        "dilated": conv((6, 5, 3, 3), (1, 5, 15, 15), dilations=[2, 2]),
        "strided": conv((20, 3, 5, 5), (1, 3, 23, 23), strides=[2, 2]),
        "tall": conv((7, 11, 7, 1), (1, 11, 19, 3)),
        "perceptron": serialised(
            [
                node("Gemm", ["x", "w1"], ["h"], "hidden", transB=1),
                node("Sigmoid", ["h"], ["s"], "squashed"),
                node("Gemm", ["s", "w2"], ["y"], "out", transB=1),
            ],
            {"x": ("N", 40)},
            {"y": None},
            [weights("w1", 30, 40), weights("w2", 5, 30)],
        ),
        "residual": serialised(
            [
                node("Conv", ["x", "w1"], ["a"], "first", pads=[1] * 4),
                node("Relu", ["a"], ["r"], "relu"),
                node("Conv", ["r", "w2"], ["b"], "second", pads=[1] * 4),
                node("Add", ["b", "x"], ["y"], "sum"),
            ],
            {"x": ("N", 10, 12, 12)},
            {"y": None},
            [weights("w1", 14, 10, 3, 3), weights("w2", 10, 14, 3, 3)],
        ),
        "attention": serialised(
            [
                node("MatMul", ["x", "q"], ["xq"], "queries"),
                node("MatMul", ["x", "k"], ["xk"], "keys"),
                node("Transpose", ["xk"], ["kt"], "turned", perm=[0, 2, 1]),
                node("MatMul", ["xq", "kt"], ["scores"], "scores"),
                node("Softmax", ["scores"], ["p"], "shares", axis=-1),
                node("MatMul", ["p", "x"], ["y"], "mixed"),
            ],
            {"x": ("N", 20, 32)},
            {"y": None},
            [weights("q", 32, 8), weights("k", 32, 8)],
        ),
        "strange": serialised(
            [
                node("Conv", ["x", "w"], ["c"], "known"),
                node("Frobnicate", ["c"], ["y"], "unknown", domain="org.example"),
            ],
            {"x": (1, 4, 6, 6)},
            {"y": (1, 9, 4, 4)},
            [weights("w", 9, 4, 3, 3)],
        ),
        "torn": conv_net()[:200],
        "void": b"",
    }
    assert len(made) == MODELS
    (folder / "models").mkdir()
    for name, content in made.items():
        path = folder / "models" / f"{name}.onnx"
        path.write_bytes(content)
        os.utime(path, (1e9, 1e9))  # a plan knows a model by it


def _convolution(weight: Sequence[int], image: Sequence[int], **attributes: Any) -> bytes:
    nodes: list[NodeProto] = [
        helper.make_node("Conv", ["x", "w"], ["c"], "conv", **attributes),
        helper.make_node("Relu", ["c"], ["y"], "relu"),
    ]
    return serialised(nodes, {"x": ("N", *image[1:])}, {"y": None}, [weights("w", *weight)])


def arguments(output: str, *more: str) -> list[str]:
    """Return what the sweep of ``models_in`` is asked with, into a folder; no cache is shared."""
    platforms = [word for name in PLATFORMS for word in ("--platform", name)]
    given = ["models", *platforms, *GRID, "--layers", "--output", output, *more]
    return given if "--cache" in more else [*given, "--cache", "none"]


class Started:
    """The program, under way in a folder, in a group of processes of its own.

    ``marked`` is in the environment of all processes that it starts.
    """

    def __init__(self, folder: Path, given: Sequence[str], module: str = "py.sweep") -> None:
        self.marked = f"sweep-{uuid4().hex}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *given],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), _MARK: self.marked},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def __enter__(self) -> "Started":
        return self

    def __exit__(self, *_: object) -> None:
        for one in self.left():
            with suppress(psutil.NoSuchProcess):
                one.kill()
        self.process.communicate()

    def ended(self) -> tuple[int, str, str]:
        """Return the exit code, what was printed, and what was said."""
        out, told = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, out, told

    def left(self) -> list[psutil.Process]:
        """Return its processes that still do something, itself among them."""
        found = []
        for one in psutil.process_iter():
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                if one.status() != psutil.STATUS_ZOMBIE and (
                    one.pid == self.process.pid or one.environ().get(_MARK) == self.marked
                ):
                    found.append(one)
        return found


def swept(folder: Path, given: Sequence[str], code: int = PARTIAL) -> str:
    """Run the program to its end, which must be with an exit code; return what it said."""
    with Started(folder, given) as started:
        found, _, told = started.ended()
        assert found == code, f"exit code {found}, said: {told}"
        assert "Traceback" not in told, told  # with which Python ends by the same exit code
        return told


def struck(moment: str, number: int, blow: str, given: Sequence[str], folder: Path) -> Started:
    """Start the program, struck as ``tests.sweep.stopped`` says."""
    return Started(folder, [moment, str(number), blow, *given], module="tests.sweep.stopped")


def resumed(told: str) -> int:
    """How many rows were there already, as the program says."""
    found = re.search(r"([0-9,]+) rows were there already", told)
    return int(found[1].replace(",", "")) if found else 0


def files_in(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder, those of a sweep that has ended."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}
