"""ZigZag 3.9.1, its spatial mapping fixed: what it counts, as one of our machines.

- The spatial mapping of a row's configuration, one axis for each of its loops, unrolled as far as
  that axis has PEs. Where it says ``generated`` the peer chose one itself; we take the one that
  the other rows of that layer fix, as the hardware can run it.
- Registers of 12 ifmap words, 224 weights and 24 psums in each PE. Fills and drains are charged.
- Weights and ifmap words are read when the multiplier needs another one
  (``access_same_data_considered_as_no_access``: rows have 0.02 to 1 reads a MAC). Psums are read
  and written at every MAC, the first included: RF O is 2 a MAC, and what goes to and comes from the
  buffer (conv4: 2 * 112 140 288 + 3 * 64 896). So here the multiplier's psums cost nothing and two
  accesses are added to each MAC.
- Every word between two levels is charged on both sides; the array costs nothing (NoC 0).
- Words of padding are not fetched (conv4: the buffer is filled with 13x13 of 15x15).
- Groups are a loop.
- Its counts are cut to whole accesses of wide ports: DRAM words come out up to 2 % below what the
  tensors have (fc7: 4 032 of 4 096 outputs). Ours are not cut.

The space has less than the peer's, in which each tensor may change levels at a loop of its own:
here all registers of a PE change at the same loops.
"""

from collections.abc import Iterator

from py.platforms.accelerator.nest.machine import Keeping, Machine, Memory
from py.platforms.accelerator.nest.space import Rule, Space
from tests.peers.question import WORD, Question, at
from tests.peers.rows import COSTS, Row

LOOPS = {"OY": "p", "OX": "q", "K": "m", "C": "c", "FY": "r", "FX": "s", "G": "g", "B": "n"}

GENERATED: dict[str, tuple[tuple[str, int], ...]] = {
    "alexnet.conv3": (("OY", 13), ("FY", 3), ("K", 4)),
    "vgg16.conv5_1": (("OY", 14), ("FY", 3), ("K", 4)),
    "mobilenet.dw_56_s1": (("OY", 14), ("FY", 3), ("G", 4)),
}
"""The spatial mappings of the same layers' other rows."""

WHOLE_FILTERS: dict[str, Rule] = {"r": "whole", "s": "whole"}
ROW_OF_A_FILTER: dict[str, Rule] = {"r": "one"}


def unrolled(row: Row) -> tuple[tuple[str, int], ...]:
    """Return the loops of a row's spatial mapping, with how far each is unrolled."""
    mapping = row.config["spatial_mapping"]
    if isinstance(mapping, str):
        return GENERATED[row.layer]
    entries = [entry.split(", ") for side in ("D1", "D2") for entry in mapping[side]]
    return tuple((loop, int(size)) for loop, size in entries)


def questions(row: Row) -> Iterator[Question]:
    """Give what to ask our mapper for a row."""
    words, holds = row.config["rf_words"], row.config["glb_holds"].split(",")
    keeps = tuple[Keeping, ...]("kept" if of in holds else "bypassed" for of in "WIO")
    buffer = Memory("glb", (keeps[0], keeps[1], keeps[2]), bits=row.config["glb_KB"] * 512 * WORD)
    registers = Memory("rf", bits_of=(words["W"] * WORD, words["I"] * WORD, words["O"] * WORD))
    along = unrolled(row)
    machine = Machine(
        (Memory("dram"), buffer, registers),
        array_at=2,
        axes=tuple(size for _, size in along),
        unrolls=tuple(LOOPS[loop] for loop, _ in along),
        padding="not_fetched",
        operands="on_change",
    )
    costs = {
        **at("dram", ("read", "fill", "drain", "update"), COSTS["DRAM"]),
        **at("glb", ("read", "fill", "drain", "update"), COSTS["GLB"]),
        **at("rf", ("read", "fill"), COSTS["RF"], ("weight", "ifmap")),
        **at("rf", ("fill", "drain"), COSTS["RF"], ("psum", "ofmap")),
    }
    spread = "".join(LOOPS[loop] for loop, _ in along)
    space = Space((WHOLE_FILTERS, ROW_OF_A_FILTER), (None, None, None), spread, "fixed")
    per_mac = COSTS["MAC"] + 2 * COSTS["RF"]
    yield Question(row.problem(groups_native=True), 1, machine, space, costs, per_mac)
