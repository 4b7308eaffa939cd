"""What a sweep can vary. Values are texts in the form that ``py.estimate`` reads."""

from collections.abc import Mapping
from dataclasses import dataclass

NONE = "none"
TOGETHER = ";"
"""Between texts that make one value together: two exits, two capacities."""


@dataclass(frozen=True, slots=True)
class Axis:
    """An option that takes several values.

    ``flag`` is the option of ``py.estimate``. ``of_hardware``: only accelerators take it.
    ``repeats``: the flag is given once for each part of a value, parts having ';' between.
    """

    name: str
    flag: str
    metavar: str
    about: str
    of_hardware: bool = False
    repeats: bool = False

    def arguments(self, text: str) -> list[str]:
        """Return the arguments of ``py.estimate`` that give a value."""
        parts = text.split(TOGETHER) if self.repeats else [text]
        return [f"{self.flag}={part.strip()}" for part in parts]


_ALL = (
    Axis("batch", "--batch", "N", "inferences at once"),
    Axis(
        "bits",
        "--bits",
        "8|w=8,a=8",
        "widths of weights and activations; conv1:8 for one layer, several with ; between",
        repeats=True,
    ),
    Axis(
        "dims", "--dim", "NAME=N", "sizes of free dimensions, several with ; between", False, True
    ),
    Axis(
        "zeros",
        "--density",
        "FRACTIONS",
        "zero fractions: none, weights (those counted in the weights), FILE.json, or the same in "
        "all layers as ifmap=0.5,weight=0.2; by default those of the file beside a model",
    ),
    Axis("exits", "--exit", "LAYER=0.3", "early exits, several with ; between", False, True),
    Axis("array", "--array", "ROWSxCOLUMNS", "PEs of an accelerator's array", True),
    Axis(
        "capacity",
        "--capacity",
        "LEVEL=BYTES",
        "capacities of memory levels, several with ; between",
        True,
        True,
    ),
    Axis("dataflow", "--dataflow", "NAME", "an accelerator's dataflow, or any", True),
    Axis("objective", "--objective", "energy|delay|energy_delay", "what mappings minimise", True),
    Axis("clock", "--clock", "100MHz", "an accelerator's clock", True),
)
AXES: Mapping[str, Axis] = {axis.name: axis for axis in _ALL}
"""The axes by name, in the order in which a grid is walked: the last one fastest."""
