"""What is checked: a profile as it was read, and the tables that it says its rows are from."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from py.bounded_json import parse_json, read_bounded
from py.errors import JoulegraphError
from py.measure.check.survey import Survey
from py.measure.check.surveying import surveyed
from py.platforms.load import PUBLIC, platform_from_json
from py.platforms.measured import SCHEMA
from py.platforms.measured.engine import Measured

CAPTURES = PUBLIC / "captures"
_MOST_PROFILE = 1_000_000
_MOST_TABLE = 1_000_000_000
_MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Table:
    """A table of rows: a capture, or one that others published."""

    path: Path
    sha256: str


@dataclass(frozen=True)
class Subject:
    """A profile, and the tables found of it.

    ``platform`` is None where the file describes none, and ``problem`` says why. ``sought`` are
    the places where tables were looked for. ``own_names`` are names of this machine and its user,
    which must not be in what is published.
    """

    path: Path
    text: str
    data: Mapping[str, Any]
    platform: Measured | None
    problem: str
    tables: tuple[Table, ...] = ()
    sought: tuple[str, ...] = ()
    own_names: frozenset[str] = field(default_factory=frozenset)

    @property
    def name(self) -> str:
        return self.path.name

    @cached_property
    def survey(self) -> Survey | None:
        """What its capture holds; None where there is none, or several tables."""
        return surveyed(self.tables[0].path) if len(self.tables) == 1 else None

    @property
    def sources(self) -> Sequence[Mapping[str, Any]]:
        """The files that the profile names, as it names them."""
        return self.data["rows"] if self.platform is not None else ()


def read_subject(
    path: Path,
    captures: Sequence[Path] = (),
    own_names: frozenset[str] = frozenset(),
    published: Path = CAPTURES,
) -> Subject:
    """Read a profile, and find its tables: those given, else among the published or beside it.

    Raises:
        JoulegraphError: ``unreadable``, ``json-invalid``, or ``not-a-profile`` for a file that does
            not say that it is one.
    """
    try:
        text = read_bounded(path, _MOST_PROFILE)
    except (OSError, UnicodeDecodeError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or "it is no text in UTF-8"
        raise JoulegraphError(
            "unreadable", f"The profile {path} can't be read: {why}.", "Check the path."
        ) from None
    data = parse_json(text, what=f"The profile {path.name}")
    schema = data.get("schema") if isinstance(data, dict) else None
    if not isinstance(data, dict) or schema != SCHEMA:
        raise JoulegraphError(
            "not-a-profile",
            f'A profile is a JSON object with "schema": "{SCHEMA}", got '
            f"{str(schema)[:_MOST_SHOWN] if schema is not None else type(data).__name__!r}.",
            "Give a profile, as python -m py.measure fit writes it.",
        )
    platform, problem = _platform(data)
    names = [one["file"] for one in data["rows"]] if platform is not None else []
    found, sought = _tables(path, names, captures, published)
    return Subject(path, text, data, platform, problem, found, sought, own_names)


def _platform(data: Mapping[str, Any]) -> tuple[Measured | None, str]:
    try:
        found = platform_from_json(data)
    except JoulegraphError as error:
        return None, error.message
    if isinstance(found, Measured):
        return found, ""
    return None, f"It is a platform of the kind {found.kind}, not measured."


def _tables(
    profile: Path, names: Sequence[str], given: Sequence[Path], published: Path
) -> tuple[tuple[Table, ...], tuple[str, ...]]:
    """Return the tables of a profile, all of them or none, and where they were looked for."""
    if given:
        return tuple(_table(path) for path in _ordered(given, names)), ()
    sought = []
    choices = [names] if all(Path(name).name == name for name in names) else []
    if len(names) == 1:  # however it was called when it was fitted
        choices.append([f"{profile.stem}.csv.gz"])
    for folder in (published, profile.parent):
        for chosen in choices:
            paths = [folder / name for name in chosen]
            if paths and all(path.is_file() for path in paths):
                return tuple(map(_table, paths)), ()
            sought += [_shown(path) for path in paths]
    return (), tuple(dict.fromkeys(sought))


def _shown(path: Path) -> str:
    """Return a path as it is told: within the project from its top."""
    top = PUBLIC.parent
    return str(path.resolve().relative_to(top)) if path.resolve().is_relative_to(top) else str(path)


def _ordered(given: Sequence[Path], names: Sequence[str]) -> list[Path]:
    """Return paths in the order of the names where they have just these."""
    by_name = {path.name: path for path in given}
    return [by_name[name] for name in names] if set(by_name) == set(names) else list(given)


def _table(path: Path) -> Table:
    digest = hashlib.sha256()
    try:
        if path.stat().st_size > _MOST_TABLE:
            raise JoulegraphError(
                "capture-invalid",
                f"{path} has {path.stat().st_size} bytes, and at most {_MOST_TABLE} are read.",
                "Give another file.",
            )
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
    except OSError as error:
        raise JoulegraphError(
            "unreadable", f"The capture {path} can't be read: {error.strerror}.", "Check the path."
        ) from None
    return Table(path, digest.hexdigest())
