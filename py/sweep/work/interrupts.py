"""Ctrl-C is heard by the parent alone, though a terminal sends it to all its processes."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker


@contextmanager
def interrupts_held_back() -> Iterator[None]:
    """Keep Ctrl-C from what is started within; one that comes meanwhile is told here, later.

    A mask is inherited by processes and threads, and by theirs: a child has it from its first
    instruction on, before it could say by itself that it ignores Ctrl-C.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Started with the first process otherwise, and it lifts the mask when it is.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
