"""Two engines are told apart by any of their files; a cluster is brought the same set of them."""

import io
import shutil
import zipfile
from pathlib import Path

import pytest

from py.sweep.work.engine_files import engine_zip
from py.sweep.work.sources import ROOT, digest_of_sources, engine_files_in, sources_digest


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A small engine: some files of ours."""
    for name in ("py/version.py", "py/breakdown/price.py", "public/accelerators/eyeriss.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("name", ["py/breakdown/price.py", "public/accelerators/eyeriss.json"])
def test_a_byte_anywhere_is_another_engine(copy: Path, name: str) -> None:
    before = digest_of_sources(copy)
    assert digest_of_sources(copy) == before
    (copy / name).write_bytes((copy / name).read_bytes() + b"\n")
    assert digest_of_sources(copy) != before


def test_a_file_that_moves_is_another_engine(copy: Path) -> None:
    before = digest_of_sources(copy)
    (copy / "py/version.py").rename(copy / "py/other.py")
    assert digest_of_sources(copy) != before


def test_what_is_no_source_changes_nothing(copy: Path) -> None:
    before = digest_of_sources(copy)
    (copy / "py/__pycache__").mkdir()
    (copy / "py/__pycache__/version.pyc").write_bytes(b"x")
    (copy / "public/model.onnx").write_bytes(b"x")
    assert digest_of_sources(copy) == before


def test_what_is_brought_has_the_same_digest(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(engine_zip())) as archive:
        archive.extractall(tmp_path)
    assert digest_of_sources(tmp_path) == sources_digest()
    names = {file.relative_to(ROOT).as_posix() for file in engine_files_in()}
    assert {"py/sweep/run.py", "public/devices/t4.json"} <= names
