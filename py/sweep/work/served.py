"""The parent's side of a worker process: it gives tasks and reads answers."""

import pickle
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from multiprocessing import get_context
from typing import Any

from py.sweep.work.interrupts import interrupts_held_back
from py.sweep.work.queue import Task
from py.sweep.work.serve import serve

#: A worker whose last task took less is given one ahead, lest it wait for its parent. [s]
QUICK_S = 0.05
#: What fits into a pipe that nobody reads: a longer task given ahead could block both its ends.
AHEAD_BYTES = 4096

#: ``spawn``: a fresh interpreter inherits no thread, no lock and no file of the parent, which has
#: them all when it uses numpy, sqlite or Dask; and it is the one way that macOS does well.
#: ``forkserver`` would start faster, at the price of one more process to watch over.
_CONTEXT = get_context("spawn")


class ServedProcess:
    """A worker process and the tasks that it has: the first under way, the others ahead.

    ``ready`` once it has said so; ``answered`` counts its results; ``full`` if it is
    out of memory; ``over`` when it has ended or ends, and gives no more answers.
    """

    def __init__(
        self, sweep: str, limit_bytes: int | None, task: bytes, shared: Mapping[str, bytes]
    ) -> None:
        self.under_way: deque[Task] = deque()
        self.ready = False
        self.answered = 0
        self.full = False
        self.over = False
        self._seconds = QUICK_S
        self._task = b""
        self.connection, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(
            target=serve, args=(theirs, sweep, limit_bytes), daemon=True, name="joulegraph-worker"
        )
        with interrupts_held_back():
            self._process.start()
        theirs.close()
        for name, pickled in shared.items():
            self.share(sweep, name, pickled)
        self.turn_to(task)

    @property
    def sentinel(self) -> int:
        """What becomes readable when the process ends."""
        return self._process.sentinel

    @property
    def takes_ahead(self) -> bool:
        """Whether it has one task, and is quick enough to be given another."""
        return len(self.under_way) == 1 and self._seconds < QUICK_S and not self.over

    def share(self, sweep: str, name: str, pickled: bytes) -> None:
        self._send("share", sweep, name, pickled)

    def turn_to(self, task: bytes) -> None:
        """Say which function, pickled, the arguments that follow are for."""
        if task != self._task:
            self._task = task
            self._send("task", task)

    def give(self, task: Task) -> bool:
        """Give it a task; return whether it went out."""
        self.under_way.append(task)  # first: an interrupt may leave half a message in the pipe
        if self._send("do", task.pickled):
            return True
        self.under_way.pop()
        return False

    def answers(self) -> Iterator[tuple[Any, ...]]:
        """Yield the messages that have come, without waiting; sets ``over`` after the last ever."""
        try:
            while self.connection.poll():
                message = self.connection.recv_bytes()
                try:
                    kind, *what = pickle.loads(message)
                except Exception as refused:
                    kind, what = "unreadable", [refused]
                if kind == "ready":
                    self.ready = True
                    continue
                self.answered += 1
                if kind == "done":
                    self._seconds = what.pop(0)
                elif kind == "memory":
                    self.full = self.over = True
                yield kind, *what
        except (EOFError, OSError):
            self.over = True

    def end(self) -> None:
        """Tell it that there is no more, by closing the pipe; it ends by itself if it is idle."""
        with suppress(OSError):
            self.connection.close()

    def kill(self) -> None:
        """End it at once, whatever it does."""
        self._process.kill()
        self.end()

    def gone(self, patience_s: float | None = None) -> bool:
        """Wait until the process has ended, and return whether it has."""
        self._process.join(patience_s)
        return self._process.exitcode is not None

    def _send(self, *message: Any) -> bool:
        try:
            self.connection.send_bytes(pickle.dumps(message))
        except OSError:
            return False
        return True
