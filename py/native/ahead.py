"""Mapping a model's layers on all cores, before they are priced one after the other.

Linux alone: there a process can be forked, which has at once all that was read and imported.
"""

import os
import pickle
import sys
from collections.abc import Sequence
from contextlib import suppress

from py.errors import JoulegraphError
from py.layers import Layer
from py.platforms import Platform
from py.platforms.accelerator.best import answers, learn
from py.platforms.accelerator.engine import Accelerator

_FEWEST = 8
"""Distinct layers below which one process is as fast."""

_MOST = 1 << 14
"""Distinct layers that are shared out: what a pipe holds at once."""


def map_ahead(platform: Platform, layers: Sequence[Layer]) -> None:
    """Find the mappings of all distinct layers with MACs, so that their estimates find them.

    Where a process ends before its time, its layers are left to be mapped when they are priced.
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
    children = [_begin(platform, shared, queue) for _ in range(others)]
    _work(platform, shared, queue)
    os.close(queue)
    for child, pipe in children:
        with open(pipe, "rb") as file:
            told = file.read()
        if os.waitpid(child, 0)[1] == 0:
            learn(pickle.loads(told))


def _begin(platform: Accelerator, layers: Sequence[Layer], queue: int) -> tuple[int, int]:
    """Begin a process that maps layers; return its number and where it will tell what it found."""
    read, write = os.pipe()
    child = os.fork()
    if child:
        os.close(write)
        return child, read
    status = 1
    try:
        before = set(answers())
        _work(platform, layers, queue)
        found = {key: answer for key, answer in answers().items() if key not in before}
        with open(write, "wb") as file:
            pickle.dump(found, file, pickle.HIGHEST_PROTOCOL)
        status = 0
    finally:
        os._exit(status)


def _work(platform: Accelerator, layers: Sequence[Layer], queue: int) -> None:
    """Map one layer after the other, as long as there are some that nobody has taken."""
    while place := os.read(queue, 2):
        with suppress(JoulegraphError):  # refused again, and told, when the layer is priced
            platform.mapping_of(layers[int.from_bytes(place, "little")])
