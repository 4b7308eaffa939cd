"""The arguments of ``python -m py.sweep``, and of a TOML file that says the same."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from py.compare_options import errors_in
from py.errors import JoulegraphError
from py.forms import DEFAULT_SITE
from py.platforms.load import DEFAULT_PLATFORM
from py.sweep.asked.axes import AXES
from py.sweep.asked.grid import Grid
from py.sweep.asked.models import models_of
from py.sweep.asked.sweep import Sweep
from py.sweep.asked.toml_file import read_toml

DEFAULT_OUTPUT = "sweep"
NO_CACHE = "none"
_BYTES = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "kB": 10**3, "MB": 10**6, "GB": 10**9}


@dataclass(frozen=True, slots=True)
class Settings:
    """How a sweep is run, which changes nothing of its rows.

    ``workers`` None is one for each core, ``memory_bytes`` None no limit, ``cache`` None the usual
    place; ``scheduler`` None runs processes, or without more than one worker none.
    """

    output: Path
    workers: int | None
    memory_bytes: int | None
    scheduler: str | None
    cache: str | None
    restart: bool
    quiet: bool


def parser() -> argparse.ArgumentParser:
    """Return what reads the arguments."""
    made = argparse.ArgumentParser(
        prog="python -m py.sweep",
        usage="python -m py.sweep MODEL... [--platform ID]... [the grid] [how it is run]",
        description="What many models cost on many platforms, at every point of a grid of options.",
        epilog="A value of the grid is written as python -m py.estimate takes it. The same may "
        "stand in a TOML file: models, platforms, errors, layers, links, site, and a table [grid]; "
        "what is given here goes before it. Exit code 0: every row is there; 1: some are not, and "
        "say why; 2: bad use.",
    )
    made.add_argument(
        "models",
        nargs="*",
        metavar="MODEL",
        help="files, folders (every .onnx inside), patterns such as 'zoo/**/*.onnx', links; or one "
        "TOML file that describes the sweep",
    )
    made.add_argument(
        "--platform",
        action="extend",
        nargs="+",
        metavar=("ID|FILE.json", ""),
        help=f"one or more, to compare them (default: {DEFAULT_PLATFORM})",
    )
    grid = made.add_argument_group("the grid: each takes one or more values")
    for axis in AXES.values():
        grid.add_argument(
            axis.flag if axis.name != "zeros" else "--zeros",
            dest=axis.name,
            action="extend",  # --batch 1 --batch 8 is --batch 1 8
            nargs="+",
            metavar=(axis.metavar, ""),
            help=axis.about.replace("%", "%%"),
        )
    made.add_argument(
        "--errors",
        metavar="FILE.csv",
        help="how often models are wrong: a table with the columns name and error, or name and "
        "accuracy; a name is that of a file, with or without its ending",
    )
    made.add_argument("--layers", action="store_true", help="keep every row's layers as well")
    made.add_argument(
        "--links",
        action=argparse.BooleanOptionalAction,
        help="the address that shows it in every row (default: yes)",
    )
    made.add_argument("--site", help=f"where links lead (default: {DEFAULT_SITE})")
    how = made.add_argument_group("how it is run, which changes no digit of it")
    how.add_argument(
        "--output",
        metavar="DIR",
        default=DEFAULT_OUTPUT,
        help=f"where its tables and summary go (default: {DEFAULT_OUTPUT})",
    )
    how.add_argument("--workers", metavar="N", help="processes (default: one for each core)")
    how.add_argument("--memory", metavar="4GiB", help="what all of them together may take")
    how.add_argument(
        "--scheduler",
        metavar="tcp://HOST:PORT|local",
        help="run on a Dask cluster, or start one on this machine",
    )
    how.add_argument(
        "--cache",
        metavar="FILE|none",
        help="where mappings are kept for later sweeps (default: in the user's cache)",
    )
    how.add_argument(
        "--restart",
        action="store_true",
        help="forget what an unfinished sweep has done there, and replace another one's files",
    )
    how.add_argument("--quiet", action="store_true", help="no progress and no summary printed")
    return made


def sweep_of(given: argparse.Namespace) -> Sweep:
    """Return what is swept.

    Raises:
        JoulegraphError: ``bad-option``, ``no-models``, ``toml-invalid``, ``unreadable``,
            ``errors-invalid``.
    """
    told: Mapping[str, Any] = {}
    models = list(given.models)
    if len(models) == 1 and models[0].endswith(".toml"):
        told = read_toml(Path(models.pop()))
    grid = {name: tuple(texts) for name, texts in told.get("grid", {}).items()}
    grid |= {name: tuple(own) for name in AXES if (own := getattr(given, name)) is not None}
    errors = given.errors or told.get("errors")
    platforms = tuple(given.platform or told.get("platforms") or [DEFAULT_PLATFORM])
    if len(set(platforms)) < len(platforms):
        raise JoulegraphError(
            "bad-option",
            f"A platform is given twice: {', '.join(platforms)[:100]}.",
            "Name each platform once.",
        )
    return Sweep(
        models_of(models or told.get("models", [])),
        platforms,
        Grid(grid),
        errors_in(errors),
        layers=given.layers or told.get("layers", False),
        links=told.get("links", True) if given.links is None else given.links,
        site=given.site or told.get("site", DEFAULT_SITE),
    )


def settings_of(given: argparse.Namespace) -> Settings:
    """Return how it is run.

    Raises:
        JoulegraphError: ``bad-option``.
    """
    if not given.output:
        raise _bad("--output takes a folder, got nothing")
    return Settings(
        Path(given.output),
        None if given.workers is None else _whole(given.workers),
        None if given.memory is None else _bytes(given.memory),
        given.scheduler,
        given.cache,
        given.restart,
        given.quiet,
    )


def _whole(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 4 and int(text) >= 1:
        return int(text)
    raise _bad(f"--workers takes a whole number from 1 to 9999, got {text[:40]!r}")


def _bytes(text: str) -> int:
    for unit, size in _BYTES.items():
        number = text.removesuffix(unit).strip()
        if text.endswith(unit) and number.isascii() and number.isdigit() and len(number) <= 9:
            return int(number) * size
    raise _bad(f"--memory takes a size such as 4GiB or 800MB, got {text[:40]!r}")


def _bad(what: str) -> JoulegraphError:
    return JoulegraphError("bad-option", f"{what}.", "Correct it.")
