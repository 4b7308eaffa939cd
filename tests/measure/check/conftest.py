"""One good made-up capture with its profile, for all tests of the room."""

import shutil
from pathlib import Path

import pytest

from tests.measure.check.made import ID, made


@pytest.fixture(scope="session")
def good_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("good")
    made(folder, "conv", "fc", "pool")
    return folder


@pytest.fixture
def good(good_folder: Path, tmp_path: Path) -> Path:
    """Return a copy of the good profile, its capture beside it."""
    for name in (f"{ID}.json", f"{ID}.csv.gz"):
        shutil.copy(good_folder / name, tmp_path / name)
    return tmp_path / f"{ID}.json"
