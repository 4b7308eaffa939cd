"""Which operators of a drawing make one layer, by the rule of ``py.layers.fold``."""

from collections.abc import Sequence
from typing import NamedTuple

from py.sweep.population.applied import Applied

NOTHING, VIEWS, ACTIVATIONS, NORMS = range(4)
"""What joins a layer: nothing, views, these and activations, all of these and norms."""


class Drawn(NamedTuple):
    """An operator with the tensors that it reads and leaves.

    ``needs`` is what a layer takes that it may join, ``takes`` what joins a layer that it leads,
    and ``block`` the number of the repeated block that it is in, 0 outside of all.
    """

    operator: Applied
    inputs: tuple[int, ...]
    output: int
    needs: int
    takes: int
    block: int


class Groups(NamedTuple):
    """What leads each layer, the names of what follows it (None for nothing), and for each tensor
    the layer that leaves it, -1 for an input.
    """

    leads: list[Drawn]
    then: list[list[str] | None]
    owner: list[int]


def grouped(every: Sequence[Drawn], tensors: int, outputs: Sequence[int]) -> Groups:
    """Return the layers of operators among so many tensors; ``outputs`` are read from outside."""
    readers = [0] * tensors
    for drawn in every:
        for place in drawn[1]:
            readers[place] += 1
    for place in outputs:
        readers[place] += 1
    leads: list[Drawn] = []
    then: list[list[str] | None] = []
    owner = [-1] * tensors
    for drawn in every:
        operator, inputs, output, needs, *_ = drawn
        group = owner[inputs[0]] if needs and readers[inputs[0]] == 1 else -1
        if group >= 0 and leads[group].takes >= needs:
            names = then[group]
            if names is None:
                then[group] = [operator.name]
            else:
                names.append(operator.name)
        else:
            group = len(leads)
            leads.append(drawn)
            then.append(None)
        owner[output] = group
    return Groups(leads, then, owner)


def check_blocks(every: Sequence[Drawn], groups: Groups, outputs: Sequence[int]) -> None:
    """Check that what a repeated block leaves is of a layer that begins in it.

    Raises:
        ValueError: it is not so.
    """
    led_in = [groups.leads[group].block if group >= 0 else 0 for group in groups.owner]
    made_in = [0] * len(groups.owner)
    for drawn in every:
        made_in[drawn.output] = drawn.block
    reads = [(drawn.block, drawn.inputs) for drawn in every]
    for block, places in (*reads, (0, outputs)):
        for place in places:
            if made_in[place] not in (0, block, led_in[place]):
                raise ValueError("repeated: a block with a layer of its own, got one without")
