"""Runners are asked in a Python of their own: whatever happens to it is a sentence here."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from py.measure.machine.host import Finished, Host, host_at, run_command
from py.measure.machine.software import Software, read_onnxruntime, read_torch
from tests.measure.machine.made_machines import ONNXRUNTIME, TORCH, Answers, host_of


def _answering(root: Path, done: Finished | None, modules: Sequence[str] = ("torch",)) -> Host:
    return replace(host_of(root, modules=modules), run=lambda arguments, timeout_s: done)


def test_torch_with_a_gpu(tmp_path: Path) -> None:
    found = read_torch(host_of(tmp_path, modules=("torch",)))
    assert found == Software(
        "torch", True, "2.9.0+cu128", ("cpu", "cuda:0"), cuda="12.8", cudnn="9.10.2"
    )


def test_onnxruntime_without_onnx_can_not_make_layers(tmp_path: Path) -> None:
    found = read_onnxruntime(host_of(tmp_path, modules=("onnxruntime",)))
    assert (found.works, found.version) == (False, "1.31.1")
    assert found.remedy == "python -m pip install onnx"
    both = read_onnxruntime(host_of(tmp_path, modules=("onnxruntime", "onnx")))
    assert (both.works, both.devices) == (True, ("cpu",))


def test_what_is_not_installed_is_not_asked(tmp_path: Path) -> None:
    answers = Answers({"torch": TORCH, "onnxruntime": ONNXRUNTIME})
    found = read_torch(host_of(tmp_path, answers, modules=()))
    assert (found.works, found.reason) == (False, "not installed")
    assert "pip install torch" in (found.remedy or "")
    assert answers.asked == []


@pytest.mark.parametrize(
    ("done", "words"),
    [
        (None, "took longer than 20 s"),
        (Finished(1, "", "Traceback …\nImportError: libcudnn.so.9: not found"), "libcudnn.so.9"),
        (Finished(-11, ""), "it said nothing"),
        (Finished(0, "hello"), "its import failed"),
        (Finished(0, "joulegraph:[1, 2]"), "its import failed"),
        (Finished(0, "joulegraph:{" + "[" * 500), "its import failed"),
        (Finished(1, "", "OSError: /home/zaphod/x.so is broken"), "OSError: ~ is broken"),
    ],
)
def test_a_broken_installation_is_a_sentence(
    tmp_path: Path, done: Finished | None, words: str
) -> None:
    found = read_torch(_answering(tmp_path, done))
    assert found.works is False
    assert words in (found.reason or "")


def test_an_answer_of_nonsense_holds_nothing(tmp_path: Path) -> None:
    text = '{"version": 7, "cuda": {"a": 1}, "cudnn": "x", "devices": ["cpu", 4, "rm -rf"]}'
    found = read_torch(_answering(tmp_path, Finished(0, f"joulegraph:{text}")))
    assert found == Software("torch", True, None, ("cpu",))


@pytest.mark.parametrize(
    ("number", "version"), [(8902, "8.9.2"), (90100, "9.1.0"), (91002, "9.10.2"), (7, None)]
)
def test_versions_of_cudnn(tmp_path: Path, number: int, version: str | None) -> None:
    text = f'{{"version": "2.1", "cuda": "12.1", "cudnn": {number}, "devices": []}}'
    found = read_torch(_answering(tmp_path, Finished(0, f"joulegraph:{text}")))
    assert found.cudnn == version


def test_the_real_onnxruntime_answers() -> None:
    pytest.importorskip("onnxruntime")
    found = read_onnxruntime(host_at(Path("/")))
    assert found.works
    assert "cpu" in found.devices


def test_commands_are_bounded() -> None:
    assert run_command(("no-such-command-anywhere",), 1.0) is None
    assert run_command((sys.executable, "-c", "while True: pass"), 0.2) is None
    long = run_command((sys.executable, "-c", "print('x' * 10**6)"), 60.0)
    assert long is not None
    assert len(long.output) == 200_000
