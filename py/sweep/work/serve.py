"""The child's side of a worker process: it takes tasks from a pipe and answers in order.

Messages to it are pickled tuples: ``("share", sweep, name, bytes)``, ``("task", bytes)`` for the
function of all that follow, ``("do", bytes)`` for one argument. It says ``("ready",)`` once; to a
``do`` it answers with one message: ``("done", seconds, result)``, or ``("memory",)`` as its last
before it ends, since a process that has run out of memory has little to offer to the next task.
"""

import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from time import perf_counter
from typing import Any

from py.sweep.work.attempt import attempt
from py.sweep.work.failed import TaskFailed
from py.sweep.work.limit import limit_memory
from py.sweep.work.shared import keep, task_of

#: Every core has a worker already; threads inside of numpy would only fight over them.
ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


def serve(connection: Connection, sweep: str, limit_bytes: int | None) -> None:
    """Take tasks until the pipe is closed; the main function of a worker process."""
    # A terminal sends Ctrl-C to all its processes: the parent decides. It was held back until now.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if limit_bytes is not None:
        limit_memory(limit_bytes)
    task: bytes = b""
    try:
        connection.send_bytes(pickle.dumps(("ready",)))
        while True:
            kind, *what = pickle.loads(connection.recv_bytes())
            if kind == "share":
                keep(*what)
            elif kind == "task":
                (task,) = what
            else:
                connection.send_bytes(_answer(sweep, task, what[0]))
    except MemoryError:
        what = []  # frees what it can, so that the last word gets out
        connection.send_bytes(pickle.dumps(("memory",)))
    except (EOFError, OSError):
        return


def _answer(sweep: str, task: bytes, argument: bytes) -> bytes:
    """Return the message that answers a task; raises MemoryError if it took too much."""
    start = perf_counter()
    with task_of(sweep):
        result = attempt(_call, (task, argument))
    if isinstance(result, TaskFailed) and result.kind == "memory":
        raise MemoryError
    seconds = perf_counter() - start
    try:
        return pickle.dumps(("done", seconds, result))
    except MemoryError:
        raise
    except Exception as refused:
        return pickle.dumps(("done", seconds, TaskFailed.of(refused)))


def _call(pickled: tuple[bytes, bytes]) -> Any:
    """Unpickle a task and its argument and run it: what is wrong with either is its failure."""
    task: Callable[[Any], Any] = pickle.loads(pickled[0])
    return task(pickle.loads(pickled[1]))


def _end_with_parent() -> None:
    """End this process, whatever it does, when its parent has ended, however that came."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
