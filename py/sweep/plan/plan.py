"""A sweep with its platforms read: which combinations there are, and who reads which of them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256
from json import dumps
from pathlib import Path

from py.columns import printable, several
from py.errors import JoulegraphError
from py.sweep.asked import Sweep
from py.sweep.plan.checked import check
from py.sweep.plan.combination import Combination, names_of
from py.sweep.plan.reading import ReadAsk, unread
from py.sweep.plan.setting import PlatformFile, Setting
from py.sweep.rows.row import Row
from py.sweep.work.sources import sources_digest

MOST_READ = 512
"""Combinations that one task reads: it takes memory for each, and other workers want some."""


class Plan:
    """A sweep with its platforms read: what every part of a run needs to know of it."""

    def __init__(self, sweep: Sweep) -> None:
        """Read the platforms.

        Raises:
            JoulegraphError: one can't be read, or a value of the grid can be right nowhere.
        """
        self.sweep = sweep
        self.platforms = tuple(map(PlatformFile.read, sweep.platforms))
        check(sweep, self.platforms)
        _one_model_each(sweep)
        self.kinds = {
            name: file.kind for name, file in zip(sweep.platforms, self.platforms, strict=True)
        }
        hashes = [file.hash for file in self.platforms]
        stamps = [_stamp(path) for path in _files(sweep)]
        told = [sweep.as_json(), hashes, stamps, sources_digest()]
        self.digest = sha256(dumps(told, sort_keys=True).encode()).hexdigest()
        self.setting = Setting(
            self.digest,
            self.platforms,
            dict(sweep.top_errors),
            sweep.layers,
            sweep.links,
            sweep.site,
        )

    @property
    def count(self) -> int:
        return self.sweep.count(self.kinds)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is asked for and changes nothing."""
        known = {name for model in self.sweep.models for name in names_of(model)}
        unknown = [name for name in self.sweep.top_errors if name not in known]
        if not unknown:
            return ()
        named = ", ".join(map(printable, unknown[:5])) + (", …" if len(unknown) > 5 else "")
        names = several(len(unknown), "name")
        return (f"{names} with an error given, of no model in the sweep: {named}.",)

    def asks(self, done: set[int]) -> Iterator[ReadAsk]:
        """Yield the models of which rows are missing, with the combinations of these."""
        index = {name: place for place, name in enumerate(self.sweep.platforms)}
        wanted: dict[str, list[Combination]] = {}
        for place, (model, platform, point) in enumerate(self.sweep.points(self.kinds)):
            if model not in wanted or len(wanted[model]) == MOST_READ:
                yield from _asks(wanted)
                wanted = {model: []}
            if place not in done:
                wanted[model].append(Combination(place, index[platform], point))
        yield from _asks(wanted)

    def failed(self, ask: ReadAsk, error: JoulegraphError) -> list[Row]:
        """Return the rows of a model whose reading has failed altogether."""
        return unread(ask, self.platforms, self.sweep.top_errors, error)

    def provenance(self) -> dict[str, str]:
        """Return what made the rows: the same for the same rows, wherever and whenever."""
        platforms = {file.id: file.hash for file in self.platforms}
        return {
            "engine": sources_digest(),
            "sweep": dumps(self.sweep.as_json(), sort_keys=True, ensure_ascii=False),
            "platforms": dumps(platforms, sort_keys=True),
        }


def _one_model_each(sweep: Sweep) -> None:
    """Refuse an error that is given by a name that several models have.

    Raises:
        JoulegraphError: ``errors-ambiguous``.
    """
    called = Counter(name for model in sweep.models for name in {*names_of(model)})
    for name in sweep.top_errors:
        if called[name] > 1:
            raise JoulegraphError(
                "errors-ambiguous",
                f"An error is given for {printable(name[:60])!r}, as {called[name]} models of the "
                "sweep are called.",
                "Name them by their paths.",
            )


def _asks(wanted: Mapping[str, list[Combination]]) -> Iterator[ReadAsk]:
    """Yield what is asked of models; of one with a large grid in several tasks, each reads it."""
    for model, combinations in wanted.items():
        if combinations:
            yield ReadAsk(model, tuple(combinations))


def _files(sweep: Sweep) -> Iterator[str]:
    """Yield the files of which rows are: models, the zeros beside them, those that are named."""
    for model in sweep.models:
        yield model
        if model.endswith(".onnx") and "zeros" not in sweep.grid.values:
            yield f"{model.removesuffix('.onnx')}.density.json"
    yield from sweep.grid.values.get("zeros", ())


def _stamp(path: str) -> list[object]:
    """Return what tells that a file is another one, without reading it."""
    try:
        status = Path(path).stat()
    except (OSError, ValueError):
        return [path]
    return [path, status.st_size, status.st_mtime_ns]
