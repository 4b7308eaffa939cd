"""Mapping a model's layers on all cores, before they are priced one after the other.

Linux alone: there a process can be forked, which has at once all that was read and imported.
"""

import os
import pickle
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from py.errors import JoulegraphError
from py.layers import Layer
from py.platforms import Platform
from py.platforms.accelerator.best import answers, learn
from py.platforms.accelerator.engine import Accelerator

_FEWEST = 8
"""Distinct layers below which one process is as fast."""

_MOST = 1 << 11
"""Distinct layers that are shared out: what a pipe of one page holds at once."""


def map_ahead(
    platform: Platform, layers: Sequence[Layer], told: Callable[[int, int], None] | None = None
) -> None:
    """Find the mappings of all distinct layers with MACs, so that their estimates find them.

    ``told`` hears how many have been begun, of how many. Where a process can't begin, or ends
    before its time, its layers are left to the others, or to be mapped when they are priced. None
    outlives this call; where this process is killed, each ends with the layer it is at.
    """
    if not isinstance(platform, Accelerator) or sys.platform != "linux":
        return
    distinct = {
        (layer.loops, layer.bits, layer.zeros): layer
        for layer in layers
        if layer.loops is not None and layer.macs
    }
    shared = tuple(distinct.values())[:_MOST]
    others = min(len(os.sched_getaffinity(0)), len(shared)) - 1
    if others < 1 or len(shared) < _FEWEST:
        return
    queue, write = os.pipe()
    os.write(write, b"".join(place.to_bytes(2, "little") for place in range(len(shared))))
    os.close(write)
    children: list[_Child] = []
    try:
        with suppress(OSError):  # no more processes, no memory: those that there are will do
            for _ in range(others):
                children.append(_begin(platform, shared, queue))
        _work(platform, shared, queue, told=told)
        for child in children:
            child.learn()
    finally:
        os.close(queue)
        for child in children:
            child.end()


@dataclass(slots=True)
class _Child:
    """A process that maps layers, and the pipe by which it tells what it found."""

    number: int
    pipe: int | None

    def learn(self) -> None:
        """Wait for what the process found, and take it over if it came to its end."""
        if self.pipe is None:
            return
        with open(self.pipe, "rb") as file:
            self.pipe = None
            told = file.read()
        if self._wait() == 0:
            learn(pickle.loads(told))

    def end(self) -> None:
        """End the process if it has not come to its end."""
        if self.pipe is not None:
            os.close(self.pipe)
            self.pipe = None
        if self.number:
            with suppress(ProcessLookupError):
                os.kill(self.number, signal.SIGKILL)
            self._wait()

    def _wait(self) -> int:
        status = os.waitpid(self.number, 0)[1]
        self.number = 0
        return status


def _begin(platform: Accelerator, layers: Sequence[Layer], queue: int) -> _Child:
    """Begin a process that maps layers.

    Raises:
        OSError: the system has no room for one more.
    """
    parent = os.getpid()
    read, write = os.pipe()
    try:
        child = os.fork()
    except OSError:
        os.close(read)
        os.close(write)
        raise
    if child:
        os.close(write)
        return _Child(child, read)
    status = 1
    try:
        os.close(read)
        before = set(answers())
        _work(platform, layers, queue, parent=parent)
        found = {key: answer for key, answer in answers().items() if key not in before}
        with open(write, "wb") as file:
            pickle.dump(found, file, pickle.HIGHEST_PROTOCOL)
        status = 0
    finally:
        os._exit(status)


def _work(
    platform: Accelerator,
    layers: Sequence[Layer],
    queue: int,
    *,
    parent: int | None = None,
    told: Callable[[int, int], None] | None = None,
) -> None:
    """Map one layer after the other, as long as there are some that nobody has taken.

    A child ends early where its ``parent`` has.
    """
    while place := os.read(queue, 2):
        if parent is not None and os.getppid() != parent:
            return
        if told is not None:
            told(int.from_bytes(place, "little") + 1, len(layers))
        with suppress(JoulegraphError):  # refused again, and told, when the layer is priced
            platform.mapping_of(layers[int.from_bytes(place, "little")])
