"""Stamps: what a thing was made from, so that it is made again only when that has changed."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


def digest(paths: Iterable[Path], *, extra: str = "") -> str:
    """Return a hash over the names and contents of files, and of folders all the way down.

    Compiled Python is left out: it changes without the source changing.
    """
    total = hashlib.sha256(extra.encode())
    for path in paths:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                total.update(f"\0{file.relative_to(path.parent).as_posix()}\0".encode())
                total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file that holds the hash of the inputs of what lies beside it."""

    path: Path
    inputs: str

    def fresh(self) -> bool:
        """Return whether the stamp was written for these very inputs."""
        return self.path.is_file() and self.path.read_text() == self.inputs

    def write(self) -> None:
        """Say that the thing is now made from these inputs."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.inputs)
