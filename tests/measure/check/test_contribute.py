"""The three lines that say how to contribute: run in a shell, they make the commit of two files."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from py.measure.check import contribute
from py.measure.check.contribute import how_to_contribute

FILES = ["public/captures/made.csv.gz", "public/profiles/made.json"]


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with an origin, in which ``python`` only says what it was asked."""
    top = tmp_path / "clone"
    (top / "public" / "profiles").mkdir(parents=True)
    monkeypatch.setattr(contribute, "PUBLIC", top / "public")
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    _shell(tmp_path, "git init -q --bare origin.git")
    _shell(
        top,
        "git init -q . && git remote add origin ../origin.git && git config user.name Made && "
        "git config user.email made@example.org && git commit -q --allow-empty -m first",
    )
    return top


def _shell(folder: Path, line: str) -> str:
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(
        ["bash", "-euc", f'python() {{ echo asked: "$@"; }}\n{line}'],
        cwd=folder,
        env=environment,
        text=True,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _committed(clone: Path) -> list[str]:
    return _shell(clone, "git show --name-only --format=%s HEAD").split("\n")


def test_the_lines_make_a_pushed_branch_of_two_files(clone: Path, good: Path) -> None:
    elsewhere = good.parent / "with a space"
    elsewhere.mkdir()
    profile, capture = elsewhere / "mine.json", elsewhere / "it's mine.csv.gz"
    shutil.copy(good, profile)
    shutil.copy(good.parent / "made.csv.gz", capture)
    put, check, send = how_to_contribute(profile, capture)
    _shell(clone, put)
    assert _shell(clone, check) == "asked: -m py.measure check public/profiles/made.json\n"
    _shell(clone, send)
    title, _, *files = _committed(clone)
    assert title == "Profile made"
    assert sorted(filter(None, files)) == FILES
    assert "profile-made" in _shell(clone, "git ls-remote --heads origin")
    assert "issue form 'A profile'" in send


def test_files_that_lie_in_place_are_left_there(clone: Path, good: Path) -> None:
    profile = clone / "public" / "profiles" / "made.json"
    capture = clone / "public" / "captures" / "made.csv.gz"
    capture.parent.mkdir()
    shutil.copy(good, profile)
    shutil.copy(good.parent / "made.csv.gz", capture)
    put, _, send = how_to_contribute(profile, capture)
    assert put == "git switch -c profile-made"
    for line in (put, send):
        _shell(clone, line)
    assert sorted(filter(None, _committed(clone)[2:])) == FILES


@pytest.mark.parametrize("text", ["", "[]", "{", '{"id": "../x"}', '{"id": 3}'])
def test_a_profile_that_can_t_be_read_goes_by_its_file_s_name(text: str, tmp_path: Path) -> None:
    profile = tmp_path / "my-cpu.json"
    profile.write_text(text)
    assert "public/profiles/my-cpu.json" in how_to_contribute(profile, tmp_path / "x.csv.gz")[1]


def test_a_name_that_is_no_id_is_left_to_people(tmp_path: Path) -> None:
    lines = how_to_contribute(tmp_path / "My CPU; rm -rf.json", tmp_path / "x.csv.gz")
    assert lines[1] == "python -m py.measure check public/profiles/ID.json"
