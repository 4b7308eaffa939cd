"""The files of an engine: what is brought to workers that have none, and what tells two apart."""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def engine_files_in(root: Path = ROOT) -> Iterator[Path]:
    """Yield the engine's sources, and the platforms and schemas that it reads, in order."""
    for file in sorted([*(root / "py").rglob("*.py"), *(root / "public").rglob("*.json")]):
        if file.is_file():
            yield file


@cache
def sources_digest() -> str:
    """Return 64 hex digits that change with anything that a row may hang on.

    Rows that were priced by two engines never come into one file. Read once in a process.
    """
    return digest_of_sources(ROOT)


def digest_of_sources(root: Path) -> str:
    """Return the digest of the engine whose folders ``py`` and ``public`` lie in ``root``."""
    whole = sha256()
    for file in engine_files_in(root):
        content = file.read_bytes()
        whole.update(f"{file.relative_to(root).as_posix()} {len(content)}\n".encode() + content)
    return whole.hexdigest()
