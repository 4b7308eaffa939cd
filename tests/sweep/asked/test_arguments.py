"""The arguments of the program, alone and over a TOML file."""

from pathlib import Path

import pytest

from py.errors import JoulegraphError
from py.forms import DEFAULT_SITE
from py.sweep.asked import Grid, Sweep
from py.sweep.asked.arguments import Settings, parser, settings_of, sweep_of
from py.sweep.asked.axes import AXES

TOML = """
models = ["told.onnx"]
platforms = ["t4", "eyeriss"]
errors = "told.csv"
site = "https://told.example/"
layers = true
links = false
[grid]
batch = [2, 3]
clock = "1MHz"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sweep.toml").write_text(TOML)
    (tmp_path / "told.csv").write_text("name,error\ntold,0.25\n")
    (tmp_path / "own.csv").write_text("name,accuracy\nown,90%\n")
    return tmp_path


def sweep(*arguments: str) -> Sweep:
    return sweep_of(parser().parse_args(list(arguments)))


def settings(*arguments: str) -> Settings:
    return settings_of(parser().parse_args(["a.onnx", *arguments]))


def refused(*arguments: str) -> JoulegraphError:
    given = parser().parse_args(list(arguments))
    with pytest.raises(JoulegraphError) as caught:
        _ = settings_of(given), sweep_of(given)
    return caught.value


def test_without_options_it_is_one_model_on_the_usual_platform() -> None:
    assert sweep("a.onnx") == Sweep(("a.onnx",), ("eyeriss",), Grid(), {}, site=DEFAULT_SITE)


@pytest.mark.usefixtures("folder")
def test_every_option_of_a_sweep() -> None:
    flags = {name: "--zeros" if name == "zeros" else axis.flag for name, axis in AXES.items()}
    given = [word for flag in flags.values() for word in (flag, "x=1", "y")]
    more = ["--errors", "own.csv", "--layers", "--no-links", "--site", "https://own.example/"]
    found = sweep("a.onnx", "b.onnx", "--platform", "t4", "--platform", "k40", *given, *more)
    assert found == Sweep(
        ("a.onnx", "b.onnx"),
        ("t4", "k40"),
        Grid(dict.fromkeys(AXES, ("x=1", "y"))),
        {"own": 0.1},
        layers=True,
        links=False,
        site="https://own.example/",
    )


@pytest.mark.usefixtures("folder")
def test_a_file_says_the_same() -> None:
    assert sweep("sweep.toml") == Sweep(
        ("told.onnx",),
        ("t4", "eyeriss"),
        Grid({"batch": ("2", "3"), "clock": ("1MHz",)}),
        {"told": 0.25},
        layers=True,
        links=False,
        site="https://told.example/",
    )


@pytest.mark.usefixtures("folder")
def test_what_the_command_line_gives_goes_before_the_file() -> None:
    own = ["--platform", "k40", "--batch", "7", "--bits", "4", "--errors", "own.csv", "--links"]
    assert sweep("sweep.toml", *own, "--site", "https://own.example/") == Sweep(
        ("told.onnx",),
        ("k40",),
        Grid({"batch": ("7",), "bits": ("4",), "clock": ("1MHz",)}),
        {"own": 0.1},
        layers=True,
        links=True,
        site="https://own.example/",
    )


def test_a_file_beside_other_models_is_none_of_a_sweep(folder: Path) -> None:
    (folder / "bare.toml").write_text("layers = true")
    assert sweep("sweep.toml", "a.onnx").models == ("sweep.toml", "a.onnx")
    assert refused("bare.toml").code == "no-models"
    assert refused().code == "no-models"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4GiB", 4 << 30),
        ("800MB", 800_000_000),
        ("1.5GB", None),
        ("512 MiB", 512 << 20),
        ("300KiB", 300 << 10),
        ("9kB", 9000),
        ("4", None),
        ("4GB ", None),
        ("-4GB", None),
        ("GB", None),
        ("٤GB", None),
        ("9" * 10 + "GB", None),
        ("", None),
    ],
)
def test_memory(text: str, expected: int | None) -> None:
    if expected is None:
        assert refused("a.onnx", f"--memory={text}").code == "bad-option"
    else:
        assert settings("--memory", text).memory_bytes == expected


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "two", "", "10000", "²"])
def test_workers_are_a_whole_number(text: str) -> None:
    error = refused("a.onnx", f"--workers={text}")
    assert (error.code, "--workers" in error.message) == ("bad-option", True)


def test_how_it_is_run() -> None:
    usual = Settings(Path("sweep"), None, None, None, None, restart=False, quiet=False)
    assert settings() == usual
    given = ["--output", "out", "--workers", "3", "--memory", "2GB", "--scheduler", "tcp://h:8786"]
    assert settings(*given, "--cache", "none", "--restart", "--quiet") == Settings(
        Path("out"), 3, 2 * 10**9, "tcp://h:8786", "none", restart=True, quiet=True
    )


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["a.onnx", "--platform", "t4", "--platform", "t4"], "bad-option"),
        (["a.onnx", "--batch", "1", "1"], "bad-option"),
        (["a.onnx", "--errors", "missing.csv"], "unreadable"),
        (["a.onnx", "--errors", "sweep.toml"], "errors-invalid"),
        (["missing.toml"], "unreadable"),
    ],
)
def test_what_is_no_sweep_is_refused(arguments: list[str], code: str) -> None:
    assert refused(*arguments).code == code


@pytest.mark.parametrize("arguments", [["--batch"], ["--what"], ["--layers=3"]])
def test_bad_use_is_told_with_the_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        parser().parse_args(["a.onnx", *arguments])
    assert caught.value.code == 2
    assert "usage: python -m py.sweep MODEL" in capsys.readouterr().err
