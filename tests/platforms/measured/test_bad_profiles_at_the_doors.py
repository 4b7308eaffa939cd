"""Bad profiles in the terminal and the fitting program: exit code 2, one line, no traceback."""

import gc
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import py.estimate
import py.measure.__main__
from py.terminal import run
from tests.models import conv_net
from tests.platforms.measured.made_up import edited

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = "<script>alert(1)</script>\x1b[31m\u202e"
ROWS = "op,batch,cin,h,w,cout,kh,kw,stride,pad\nconv,8,64,28,28,64,3,3,1,1\n"

TEXTS: dict[str, Callable[[], str]] = {
    "a field missing": lambda: json.dumps(edited({"models.0.time_s.terms": ...})),
    "NaN": lambda: json.dumps(edited({"models.0.time_s.terms.0.coefficient": float("nan")})),
    "Infinity": lambda: json.dumps(edited({"models.0.ranges.cin": [1.0, float("inf")]})),
    "a coefficient of 1e308": lambda: json.dumps(
        edited({"models.0.time_s.terms.0.coefficient": 1e308})
    ),
    "features reversed": lambda: json.dumps(edited({"models.0.ranges.cin": [256.0, 1.0]})),
    "a schema from the future": lambda: json.dumps(edited({"schema": "joulegraph/profile/2"})),
    "an unknown feature": lambda: json.dumps(edited({"models.0.time_s.terms.0.term": "wings"})),
    "an unknown function": lambda: json.dumps(edited({"models.0.time_s.terms.0.term": "f(cin)"})),
    "a term of half a megabyte": lambda: json.dumps(
        edited({"models.0.time_s.terms.0.term": "cin * " * 90_000 + "cin"})
    ),
    "deep": lambda: '{"models":' + "[" * 10_000 + "]" * 10_000 + "}",
    "too many terms": lambda: json.dumps(
        edited({"models.0.time_s.terms": [{"term": "cin", "coefficient": 1}] * 20_000})
    ),
    "more than a megabyte": lambda: json.dumps(edited({"remarks": ["x" * 1_000_000]})),
    "an escape in a bad id": lambda: json.dumps(edited({"id": SCRIPT})),
    "a list": lambda: "[]",
    "nothing": lambda: "",
}


def estimate(net: Path, profile: Path) -> int:
    return run(py.estimate.main, [str(net), "--platform", str(profile)])


def predict(rows: Path, profile: Path) -> int:
    return run(py.measure.__main__.main, ["predict", str(profile), str(rows)])


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """A program that ends soon collects no garbage; tests go on."""
    yield
    gc.enable()


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inputs")
    (folder / "net.onnx").write_bytes(conv_net(1))
    (folder / "rows.csv").write_text(ROWS)
    return folder


@pytest.mark.parametrize("made", TEXTS.values(), ids=TEXTS)
def test_each_door_says_it_once(
    made: Callable[[], str], inputs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "own.json"
    path.write_text(made())
    for door, file in ((estimate, "net.onnx"), (predict, "rows.csv")):
        assert door(inputs / file, path) == 2
        out, error = capsys.readouterr()
        assert out == ""
        said, remedy = error.splitlines()
        assert said.startswith("error: ")
        assert remedy.endswith("-invalid]")
        assert len(error) < 1500
        assert said.isprintable()
        assert remedy.isprintable()


def test_a_script_in_a_name_is_harmless_text(
    inputs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "own.json"
    path.write_text(json.dumps(edited({"name": SCRIPT, "remarks": [SCRIPT], "device": SCRIPT})))
    assert estimate(inputs / "net.onnx", path) == 0
    out, error = capsys.readouterr()
    assert "<script>" in out
    assert not set("\x1b\u202e") & set(out + error)
    net = str(inputs / "net.onnx")
    assert run(py.estimate.main, [net, "--platform", str(path), "--format", "json"]) == 0
    out, error = capsys.readouterr()
    assert "\x1b" not in out
    assert json.loads(out)["platform"]["name"] == SCRIPT
    assert predict(inputs / "rows.csv", path) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_the_program_itself_leaves_without_a_traceback(inputs: Path, tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    path.write_text(TEXTS["a coefficient of 1e308"]())
    done = subprocess.run(
        [sys.executable, "-m", "py.measure", "predict", str(path), str(inputs / "rows.csv")],
        capture_output=True,
        cwd=ROOT,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "coefficient" in done.stderr
