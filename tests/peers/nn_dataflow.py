"""nn_dataflow (Stanford), its row-stationary mapping: what it counts, as one of our machines.

- A filter row, an ifmap row and an ofmap row are whole in a PE. The array takes filter rows along
  its height and ofmap rows along its width; if there are more ofmap rows than that, they go on
  beside the filter rows (its ``f_w2h``) and then in turns (its folding). Height that is left takes
  channels, of either side; width that is left takes ofmap channels.
- Of a row that a PE works on, its registers hold the filter row, as much of the ifmap row as the
  filter covers and one psum; but a row stays while the innermost loop turns as if it were there in
  full. So a PE has two levels: ``row``, whose words come from outside and which needs no room, and
  ``rf``, which has the room and holds a filter row, a window and a psum.
- Registers: four accesses a MAC, fills not charged (each row: REGF is 4 times MAC).
- Global buffer: what goes to or comes from the array; traffic with the DRAM is charged there alone.
- Array: 2 for each word of each PE. Psums between neighbours, as those from and to the buffer.
- Psums: of a visits, a writes and a - 1 reads (its ``2 * f - 1``) at the buffer and the DRAM.
- Ifmap rows that two tiles need are fetched twice; padding is fetched.
- ``gbuf_bypass`` allows a tensor to bypass the buffer and does not force it.
- Groups: one group's convolution, so many times.

The space has more than the peer's: tiles need not divide. It is asked in two steps: with one ofmap
row in a PE at a time, which is less, and, if ours is higher there, with several.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from py.platforms.accelerator.nest.machine import Keeping, Machine, Memory
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.nest.space import Rule, Space
from tests.peers.question import WORD, Question, at
from tests.peers.rows import COSTS, Row


@dataclass(frozen=True, slots=True)
class Hardware:
    """An array and its memories, in words."""

    width: int
    height: int
    buffer: int
    registers: int


HARDWARE = {
    "isca16_16x16_128K_512B": Hardware(16, 16, 128 * 512, 256),
    "eyeriss_12x14_108K_512B": Hardware(14, 12, 108 * 512, 256),
    "eyeriss_12x14_108K_261w": Hardware(14, 12, 108 * 512, 261),
}

WHOLE_ROWS: dict[str, Rule] = {"q": "whole", "r": "whole", "s": "whole", "g": "one"}
IN_A_PE: dict[str, Rule] = {"q": "whole", "s": "whole", "r": "one", "g": "one"}
ONE: Rule = "one"

IN_REGISTERS: dict[str, Rule] = {**dict.fromkeys("nmcps", "whole"), "q": "one", "r": "one"}


def questions(row: Row) -> Iterator[Question]:
    """Give what to ask our mapper for a row: with one ofmap row in a PE, then with several.

    Where all tensors may bypass the buffer, first as if there were none: our mapper's levels keep
    something.
    """
    buffered = (False, True) if row.bypass is not None and all(row.bypass) else (True,)
    for has_buffer, in_a_pe in product(buffered, ({**IN_A_PE, "p": ONE}, IN_A_PE)):
        yield _question(row, in_a_pe, buffered=has_buffer)


def _question(row: Row, in_a_pe: dict[str, Rule], *, buffered: bool) -> Question:
    problem, hardware = row.problem(), HARDWARE[row.config]
    keeps = tuple[Keeping, ...]("either" if may else "kept" for may in row.bypass or ())
    buffer = Memory("glb", (keeps[0], keeps[1], keeps[2]), bits=hardware.buffer * WORD)
    registers = Memory("rf", bits=hardware.registers * WORD)
    rows = (_rows(problem, hardware),) if problem.extent("q") > 1 else ()
    machine = Machine(
        (Memory("dram"), *((buffer,) if buffered else ()), *rows, registers),
        array_at=2 if buffered else 1,
        axes=(hardware.width, hardware.height),
        unrolls=("pm", "rpcm"),
    )
    outside = (WHOLE_ROWS,) if buffered else ()
    tiles = (*outside, in_a_pe, *((IN_REGISTERS,) if rows else ()))
    costs = {
        **at("dram", ("read", "update"), COSTS["DRAM"]),
        **at("glb", ("read", "update"), COSTS["GBUF"]),
        **at("array", ("deliver", "hop", "collect"), COSTS["ITCN"]),
        **at("rf", ("read",), COSTS["REGF"], ("weight", "ifmap", "psum")),
        **at("rf", ("update",), COSTS["REGF"], ("psum",)),
    }
    space = Space(tiles, (None,) * (len(tiles) + 1), spread="rp", name="rs")
    return Question(problem, row.groups, machine, space, costs, COSTS["MAC"])


def _rows(problem: Problem, hardware: Hardware) -> Memory:
    """Return the level of whole rows. Its room follows from that of the registers: of a filter row,
    a window and a psum, each has what is left if there is only one of the others.
    """
    taps, outputs = problem.extent("s"), problem.extent("q")
    windows = (hardware.registers - taps - 1) // taps
    psums = hardware.registers - 2 * taps
    return Memory(
        "row",
        bits_of=(
            windows * taps * WORD,
            windows * problem.span(2, outputs, taps) * WORD,
            psums * outputs * WORD,
        ),
    )
