"""Timeloop 3.0.3, random-pruned search: what it counts, as one of our machines.

- 168 PEs; registers of 12 ifmap words, 224 weights and 24 psums in each; a buffer of 100 KB for
  ifmap and psums, which weights bypass.
- Registers: a read of weight and ifmap, a read and an update of a psum at every MAC, and fills
  (each row: WeightRegFile and InputRegFile are above 1 a MAC). What goes up is charged where it
  arrives, not where it leaves: psums come to 2 - k O a MAC after one visit of k PEs to O outputs
  (depthwise: 2 - 3 / 9), so its first psum read of each PE is spared, and a drain costs nothing.
  Ours spares no psum read and costs so much more.
- The array costs nothing (NoC 0).
- Images come with their padding (H, W include it), and so it is fetched.
- Groups: one group's convolution, so many times.

``rs`` rows give the row-stationary space; a ``free`` row could choose from more, and what we choose
from is among it.
"""

from collections.abc import Iterator

from py.platforms.accelerator.nest.machine import Machine, Memory
from py.platforms.accelerator.nest.space import Rule, Space
from tests.peers.question import WORD, Question, at
from tests.peers.rows import COSTS, Row

MACHINE = Machine(
    (
        Memory("dram"),
        Memory("glb", ("bypassed", "kept", "kept"), bits=100 * 512 * WORD),
        Memory("rf", bits_of=(224 * WORD, 12 * WORD, 24 * WORD)),
    ),
    array_at=2,
    axes=(14, 12),
    unrolls=("pm", "rpcm"),
)

COSTS_OF = {
    **at("dram", ("read", "update"), COSTS["DRAM"]),
    **at("glb", ("read", "fill", "update"), COSTS["GLB"]),
    **at("rf", ("read", "fill"), COSTS["RF"], ("weight", "ifmap", "psum")),
    **at("rf", ("update",), COSTS["RF"], ("psum",)),
}

WHOLE_ROWS: dict[str, Rule] = {"q": "whole", "r": "whole", "s": "whole"}
ROW_OF_A_FILTER: dict[str, Rule] = {"r": "one"}

SPACE = Space((WHOLE_ROWS, ROW_OF_A_FILTER), (None, None, None), spread="rp", name="rs")


def questions(row: Row) -> Iterator[Question]:
    """Give what to ask our mapper for a row."""
    yield Question(row.problem(), row.groups, MACHINE, SPACE, COSTS_OF, COSTS["MAC"])
