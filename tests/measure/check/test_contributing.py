"""CONTRIBUTING says what is so: its commands are taken by their parsers, its paths are there."""

import importlib
import importlib.util
import json
import re
import shlex
from pathlib import Path

import pytest

from py.measure.check.contribute import how_to_contribute

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCKS = re.compile(r"```sh\n(.*?)```", re.DOTALL)
FENCED = [line for block in BLOCKS.findall(TEXT) for line in block.splitlines()]
QUOTED: list[str] = re.findall(r"`([^`\n]+(?:\n[^`\n]+)?)`", BLOCKS.sub("", TEXT))
COMMANDS = [
    line.partition("  #")[0].strip()
    for line in [*FENCED, *(span.replace("\n", " ") for span in QUOTED)]
    if re.match(r"(\S*python3?|npm|git|cp|mkdir|gzip) ", line)
]
PLACEHOLDERS = ("ID", "my-cpu", "FILE.json")


def _words(command: str) -> list[str]:
    return shlex.split(command)


def test_there_are_commands_of_each_kind() -> None:
    starts = {" ".join(_words(command)[:3]) for command in COMMANDS}
    assert {"python -m py.measure", "python -m py.estimate", "npm test", "npm run check"} <= starts
    assert len(COMMANDS) > 15


@pytest.mark.parametrize("command", sorted({one for one in COMMANDS if "python -m " in one}))
def test_a_command_of_ours_is_taken_by_its_parser(command: str) -> None:
    words = _words(command)
    module, given = words[words.index("-m") + 1], words[words.index("-m") + 2 :]
    assert importlib.util.find_spec(module) is not None
    if module == "py.measure":
        parser = importlib.import_module("py.measure.__main__")._parser()
        parser.parse_args(given)
    elif module == "py.estimate":
        importlib.import_module(module)._parser().parse_args(given)
    else:
        assert given == []


@pytest.mark.parametrize("command", [one for one in COMMANDS if one.startswith("npm")])
def test_an_npm_command_is_a_script_of_the_project(command: str) -> None:
    scripts = json.loads((ROOT / "package.json").read_text())["scripts"]
    assert _words(command)[-1] in scripts


def test_build_has_the_commands_that_are_named() -> None:
    (named,) = {one for one in COMMANDS if one.startswith("python3 build.py") and "|" in one}
    build = (ROOT / "build.py").read_text(encoding="utf-8")
    for word in named.removeprefix("python3 build.py ").split(" | "):
        assert f'"{word}": ' in build


def test_the_steps_by_hand_are_those_that_the_program_names() -> None:
    put, check, send = how_to_contribute(Path("my-cpu.json"), Path("my-cpu.csv.gz"))
    told = f"{put} && {send.partition('  #')[0]}".replace("'", '"').split(" && ")
    assert set(told) <= {one.strip() for one in FENCED} | {"mkdir -p public/profiles"}
    assert check in FENCED


@pytest.mark.parametrize(
    "path",
    sorted(
        {span for span in QUOTED if re.fullmatch(r"(py|public|tests)/[\w./-]+", span)}
        | set(re.findall(r"\]\(((?!#|http)[^)]+)\)", TEXT))
    ),
)
def test_a_path_that_is_named_is_there(path: str) -> None:
    if not any(word in path for word in PLACEHOLDERS):
        assert (ROOT / path).exists()


def test_links_within_the_page_lead_somewhere() -> None:
    titles = {
        re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-")
        for title in re.findall(r"^#+ (.*)$", TEXT, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= titles
