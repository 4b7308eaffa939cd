"""Every published profile is fit to publish: what continuous integration runs on each."""

from pathlib import Path

import pytest

from py.measure.__main__ import main
from py.platforms.load import PUBLIC
from py.terminal import run

PROFILES = sorted((PUBLIC / "profiles").glob("*.json"))
CAPTURES = sorted((PUBLIC / "captures").glob("*"))


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_a_published_profile_is_fit_to_publish(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(main, ["check", str(path)])
    said = capsys.readouterr()
    assert code == 0, said.out + said.err
    assert f"{path.name}: fit to publish" in said.out


def test_there_are_profiles() -> None:
    assert PROFILES


def test_a_published_capture_is_that_of_a_profile() -> None:
    assert {path.name for path in CAPTURES} <= {f"{path.stem}.csv.gz" for path in PROFILES}


def test_captures_are_no_part_of_the_page() -> None:
    """It keeps all of its files for later, and asks for none of these."""
    assert not (PUBLIC.parent / "dist" / "captures").exists()
