"""Values that every task may read, brought to each worker once.

They are kept pickled until a task asks for them. Several sweeps may use the workers of one cluster
at once, so what is shared is kept apart by *sweep*, any text that tells them apart.
"""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_sweep: ContextVar[str | None] = ContextVar("sweep", default=None)
_pickled: dict[tuple[str, str], bytes] = {}
_values: dict[tuple[str, str], Any] = {}


def shared(name: str) -> Any:
    """Return the value that was shared under a name, within a task; to be read only.

    Raises LookupError for a name under which nothing was shared, and outside of a task.
    """
    sweep = _sweep.get()
    if sweep is None:
        raise LookupError(f"shared({name!r}): read within a task only, got none under way")
    place = (sweep, name)
    if place not in _values:
        if place not in _pickled:
            raise LookupError(f"shared: a name that was shared, got {name!r}")
        _values[place] = pickle.loads(_pickled[place])
    return _values[place]


def keep(sweep: str, name: str, pickled: bytes) -> None:
    """Keep a pickled value in this process for the tasks of a sweep, in place of an earlier one."""
    _pickled[sweep, name] = pickled
    _values.pop((sweep, name), None)


def forget(sweep: str) -> None:
    """Drop all that was kept for the tasks of a sweep."""
    for place in [place for place in _pickled if place[0] == sweep]:
        _pickled.pop(place, None)
        _values.pop(place, None)


@contextmanager
def task_of(sweep: str) -> Iterator[None]:
    """Say whose task is under way, within this context."""
    token = _sweep.set(sweep)
    try:
        yield
    finally:
        _sweep.reset(token)
