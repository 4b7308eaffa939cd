"""A task that has no result, and why."""

from dataclasses import dataclass
from typing import Literal

from py.errors import JoulegraphError

#: ``refused``: the task raised a ``JoulegraphError``. ``raised``: anything else. ``memory``: it
#: needed more than a worker has. ``killed``: its workers died under it.
Kind = Literal["refused", "raised", "memory", "killed"]

WORKER = "worker-"
"""Begins the codes of what a machine, or a fault of ours, did to a task."""


@dataclass(frozen=True, slots=True)
class TaskFailed:
    """Why a task has no result: plain texts, so that it compares, travels and is stored as it is.

    ``reason`` is one sentence. ``code`` and ``remedy`` are those of a ``JoulegraphError``, and
    None for any other kind of failure. The same task fails with the same texts wherever it runs.
    """

    reason: str
    kind: Kind
    code: str | None = None
    remedy: str | None = None

    def __post_init__(self) -> None:
        if (self.kind == "refused") != (self.code is not None and self.remedy is not None):
            raise ValueError(
                "TaskFailed: a code and a remedy if refused, and only then, "
                f"got {self.kind!r}, {self.code!r}, {self.remedy!r}"
            )

    @property
    def error(self) -> JoulegraphError | None:
        """The error that the task raised, whole, if it was one of ours."""
        if self.code is None or self.remedy is None:
            return None
        return JoulegraphError(self.code, self.reason, self.remedy)

    def told(self) -> JoulegraphError:
        """Return why there is no result as an error that a row can tell."""
        return self.error or JoulegraphError(
            f"{WORKER}{self.kind}", self.reason, "Try it alone with python -m py.estimate."
        )

    @classmethod
    def of(cls, raised: BaseException) -> "TaskFailed":
        """Return what a task raised as a value."""
        if isinstance(raised, JoulegraphError):
            return cls(raised.message, "refused", raised.code, raised.remedy)
        if isinstance(raised, MemoryError):
            return cls("The task needs more memory than its worker may take.", "memory")
        name = type(raised).__name__
        text = " ".join(_text(raised).split())
        return cls(f"{name}: {text}" if text else f"{name}.", "raised")

    @classmethod
    def killed(cls) -> "TaskFailed":
        """Return what is said of a task whose workers died, also when it ran alone."""
        return cls("Every worker that was given the task died, also with no other busy.", "killed")


def _text(raised: BaseException) -> str:
    """Return an exception's text; one that has none to give costs no more than itself."""
    try:
        return str(raised)
    except Exception:
        return ""
