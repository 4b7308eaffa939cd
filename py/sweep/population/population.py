"""Many networks over one vocabulary of distinct layers: a row of numbers for each.

Candidate i has the layers ``indices[offsets[i]:offsets[i + 1]]`` of the vocabulary, four bytes for
each, so that a million candidates of sixty layers take 240 MB. Networks are appended one by one, or
many at once as arrays; what is full is put aside in blocks, which are never copied again.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from py.layers import Layer
from py.sweep.population.layers import alike
from py.sweep.population.network import Network

Indices = NDArray[np.int32]
Offsets = NDArray[np.int64]
_BLOCK = 1 << 20
"""Layers in a block; appending changes the last one only."""
_MOST_SEEN = 1 << 18
_Key = tuple[Layer, object, object]


class Vocabulary:
    """Distinct layers, each with its number; populations may share one."""

    def __init__(self) -> None:
        self.layers: list[Layer] = []
        self._numbers: dict[_Key, int] = {}
        self._seen: dict[int, tuple[Layer, int]] = {}

    def __len__(self) -> int:
        return len(self.layers)

    def number_of(self, layer: Layer) -> int:
        """Return a layer's number, a new one where none is like it."""
        seen = self._seen.get(id(layer))
        if seen is not None:  # the layer is kept, so that nothing else has its identity
            return seen[1]
        own = alike(layer)
        # Equal layers may have other windows and rows, which a measured device is timed by.
        key = own, own.window, own.ofmap_shape
        number = self._numbers.setdefault(key, len(self.layers))
        if number == len(self.layers):
            self.layers.append(own)
        if own is layer and len(self._seen) < _MOST_SEEN:
            self._seen[id(layer)] = layer, number
        return number


class Block(NamedTuple):
    """Candidates with the numbers of their layers; the offsets begin with 0."""

    indices: Indices
    offsets: Offsets


class Population:
    """Networks that can be priced together; see the module's docstring."""

    def __init__(
        self, networks: Iterable[Network] = (), vocabulary: Vocabulary | None = None
    ) -> None:
        self.vocabulary = Vocabulary() if vocabulary is None else vocabulary
        self._full: list[Block] = []
        self._indices = array("i")
        self._offsets = array("q", [0])
        self._candidates = 0
        for network in networks:
            self.append(network)

    def __len__(self) -> int:
        return self._candidates

    def append(self, network: Network) -> int:
        """Add a network and return its place."""
        number_of = self.vocabulary.number_of
        for layer, times in network.layers:
            number = number_of(layer)
            if times == 1:
                self._indices.append(number)
            else:
                self._indices.extend([number] * times)
        return self._end()

    def append_layers(self, layers: Iterable[Layer]) -> int:
        """Add a network by its layers, each as often as it is there, and return its place."""
        number_of = self.vocabulary.number_of
        self._indices.extend([number_of(layer) for layer in layers])
        return self._end()

    def extend(self, indices: Sequence[int] | Indices, offsets: Sequence[int] | Offsets) -> None:
        """Add many networks by the numbers that the vocabulary has for their layers.

        Candidate i of them has ``indices[offsets[i]:offsets[i + 1]]``.

        Raises:
            ValueError: a number that the vocabulary lacks, or offsets that do not rise from 0 to
                the number of indices.
        """
        numbers = np.array(indices, dtype=np.int32)
        places = np.array(offsets, dtype=np.int64)
        known = len(self.vocabulary)
        if numbers.ndim != 1 or (numbers.size and not 0 <= numbers.min() <= numbers.max() < known):
            raise ValueError(f"indices: numbers from 0 to {known - 1} in a row")
        rising = places.ndim == 1 and places.size > 0 and bool(np.all(np.diff(places) >= 0))
        if not rising or places[0] != 0 or places[-1] != numbers.size:
            raise ValueError(f"offsets: rising from 0 to {numbers.size}")
        self._put_aside()
        self._full.append(Block(numbers, places))
        self._candidates += places.size - 1

    def blocks(self) -> Iterator[Block]:
        """Yield all candidates in order, some at a time."""
        self._put_aside()
        yield from self._full

    @property
    def indices(self) -> Indices:
        """The layers of all candidates, one after the other: a copy."""
        found = [block.indices for block in self.blocks()]
        return np.concatenate(found) if found else np.zeros(0, np.int32)

    @property
    def offsets(self) -> Offsets:
        """Where each candidate begins, and behind them where the last one ends: a copy."""
        found, start = [np.zeros(1, np.int64)], 0
        for block in self.blocks():
            found.append(block.offsets[1:] + start)
            start += len(block.indices)
        return np.concatenate(found)

    def network(self, place: int) -> Network:
        """Return a candidate by its place; equal neighbours are one entry.

        Raises:
            IndexError: there is none.
        """
        if not 0 <= place < self._candidates:
            raise IndexError(f"candidate: from 0 to {self._candidates - 1}, got {place}")
        for block in self.blocks():
            count = len(block.offsets) - 1
            if place < count:
                numbers = block.indices[block.offsets[place] : block.offsets[place + 1]].tolist()
                break
            place -= count
        layers: list[tuple[Layer, int]] = []
        for layer in map(self.vocabulary.layers.__getitem__, numbers):
            if layers and layers[-1][0] is layer:
                layers[-1] = layer, layers[-1][1] + 1
            else:
                layers.append((layer, 1))
        return Network(tuple(layers))

    def _end(self) -> int:
        self._offsets.append(len(self._indices))
        self._candidates += 1
        if len(self._indices) >= _BLOCK:
            self._put_aside()
        return self._candidates - 1

    def _put_aside(self) -> None:
        """Make a block of what was appended."""
        if len(self._offsets) > 1:
            indices = np.frombuffer(self._indices.tobytes(), dtype=np.int32)
            self._full.append(Block(indices, np.array(self._offsets, dtype=np.int64)))
            self._indices, self._offsets = array("i"), array("q", [0])
