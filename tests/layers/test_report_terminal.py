"""``python -m py.layers`` as a process: its options, terminals of any width, encodings, CSV."""

import csv
import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from py.layers import Model
from py.layers.report import model_csv
from tests.layers.report_models import control_flow
from tests.models import read

ROOT = Path(__file__).resolve().parents[2]
GOOGLENET = "public/models/googlenet.onnx"


def run(*arguments: str, **environment: str) -> tuple[int, bytes, bytes]:
    done = subprocess.run(
        [sys.executable, "-m", "py.layers", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        timeout=60,
    )
    return done.returncode, done.stdout, done.stderr


def layer_names(text: str) -> list[str]:
    """Return the first column's cells of the table."""
    lines = text.splitlines()
    first = next(place for place, line in enumerate(lines) if line.startswith("layer "))
    end = next(place for place in range(first, len(lines)) if lines[place].startswith("total"))
    width = lines[first].index("operators")
    return [line[:width].strip() for line in lines[first + 2 : end - 1]]


def test_depth_opens_blocks_and_all_shows_every_layer() -> None:
    code, closed, errors = run(GOOGLENET, "--depth", "1")
    assert (code, errors) == (0, b"")
    assert "inception_3a" in layer_names(closed.decode())
    assert "5x5_reduce" not in layer_names(closed.decode())
    assert "5x5_reduce" in layer_names(run(GOOGLENET, "--depth", "2")[1].decode())
    every = layer_names(run(GOOGLENET, "--all")[1].decode())
    blocks = [name for name in every if name.startswith(("inception", "pool1", "conv2"))]
    assert len(every) - len(blocks) == 83


@pytest.mark.parametrize("given", [["--depth", "0"], ["--depth", "deep"]])
def test_a_depth_that_is_none_is_refused(given: list[str]) -> None:
    code, text, errors = run(GOOGLENET, *given)
    assert (code, text) == (2, b"")
    assert b"--depth takes a whole number from 1 to 1000" in errors


def test_a_terminal_without_these_letters_gets_plain_ones() -> None:
    plain = run(GOOGLENET, PYTHONIOENCODING="ascii")[1]
    assert plain.isascii()
    assert b"?" not in plain
    assert b"-----" in plain
    assert "─────" in run(GOOGLENET, PYTHONIOENCODING="utf-8")[1].decode()


def test_a_file_is_as_wide_as_ever() -> None:
    assert run(GOOGLENET, COLUMNS="60")[1] == run(GOOGLENET, COLUMNS="200")[1]


@pytest.mark.parametrize("columns", [80, 100, 160])
def test_a_terminal_is_filled_and_not_left(columns: int) -> None:
    own, its = pty.openpty()
    try:
        done = subprocess.Popen(
            [sys.executable, "-m", "py.layers", "public/models/mobilenet_v2.onnx", "--depth", "1"],
            cwd=ROOT,
            env={**os.environ, "COLUMNS": str(columns), "PYTHONIOENCODING": "utf-8"},
            stdout=its,
        )
        os.close(its)
        data = b""
        try:
            while block := os.read(own, 1 << 16):
                data += block
        except OSError:  # how Linux says that the other end is closed
            pass
        assert done.wait(timeout=60) == 0
    finally:
        os.close(own)
    lines = data.decode().splitlines()
    assert "parameters" in data.decode()
    assert max(map(len, lines)) <= columns


def test_csv_has_a_line_for_every_layer_with_its_path_and_runs() -> None:
    model: Model = read(control_flow(), "early_exit.onnx")
    rows = list(csv.DictReader(io.StringIO(model_csv(model))))
    assert [row["path"] for row in rows] == [layer.path or "" for layer in model.layers]
    assert "/0:If:else_branch" in {row["path"] for row in rows}
    assert [row["macs"] for row in rows] == [str(layer.all_macs) for layer in model.layers]


def test_the_readme_shows_what_is_printed() -> None:
    told = (ROOT / "README.md").read_text(encoding="utf-8")
    command, _, rest = told.partition("`python -m py.layers ")[2].partition("` prints\n\n```\n")
    printed = run(*command.split(), PYTHONIOENCODING="utf-8")[1].decode()
    assert printed == rest.partition("```")[0]
