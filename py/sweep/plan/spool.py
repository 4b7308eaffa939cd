"""Parts that wait to be priced, on disk: models are many, and large."""

import pickle
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from py.sweep.plan.reading import Part
from py.sweep.rows.faults import told


class Spool:
    """Keeps parts in a file that is gone when the program is; a context manager.

    ``combinations`` are how many there are in all of them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with told(folder):
            self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by __exit__
        self._ends = [0]
        self.combinations = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):  # what is left in a buffer may find no space either
            self._file.close()

    def __len__(self) -> int:
        return len(self._ends) - 1

    def add(self, part: Part) -> None:
        """Keep a part.

        Raises:
            JoulegraphError: ``no-space``, ``unwritable``.
        """
        with told(self._folder):
            self._file.seek(self._ends[-1])
            self._file.write(pickle.dumps(part, pickle.HIGHEST_PROTOCOL))
            self._ends.append(self._file.tell())
        self.combinations += len(part.places)

    def part(self, place: int) -> Part:
        """Return the part that was added at a place, from 0.

        Raises:
            JoulegraphError: as ``add``, of what had not reached the disk yet.
        """
        with told(self._folder):
            self._file.seek(self._ends[place])
            packed = self._file.read(self._ends[place + 1] - self._ends[place])
        found: Part = pickle.loads(packed)
        return found
