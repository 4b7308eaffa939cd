"""A setting as tasks have it, without workers."""

import pickle
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from uuid import uuid4

from py.sweep.asked import Point
from py.sweep.plan.combination import Combination
from py.sweep.plan.setting import SETTING, PlatformFile, Setting
from py.sweep.work.shared import forget, keep, task_of


def setting(*platforms: str, links: bool = False) -> Setting:
    files = tuple(map(PlatformFile.read, platforms))
    return Setting(uuid4().hex, files, {}, True, links, "https://example.org/")


@contextmanager
def within(*platforms: str, links: bool = False) -> Iterator[Setting]:
    """Be a task of a sweep on platforms."""
    sweep, made = uuid4().hex, setting(*platforms, links=links)
    keep(sweep, SETTING, pickle.dumps(made))
    try:
        with task_of(sweep):
            yield made
    finally:
        forget(sweep)


def combinations(points: Sequence[Mapping[str, str]], platform: int = 0) -> tuple[Combination, ...]:
    return tuple(
        Combination(place, platform, Point(dict(texts))) for place, texts in enumerate(points)
    )
