"""The bytes of weights: where they are, and how many of them are zero. Read only when asked for.

``stored`` says where a tensor's elements lie, in the model's file or in one beside it (``external``
checks that such a file is in the model's folder). ``zero`` says which bit patterns of a type mean
zero. ``blocks`` streams a tensor in blocks of 4 MiB and adds up what is counted in each; who counts
is given: ``plain`` with the standard library, or whoever does it faster (numpy in a terminal, typed
arrays in the page). Memory is one block, whatever the size.
"""

from py.graph.weights.blocks import Block, Files, Tally, count_zeros
from py.graph.weights.external import check_location, external_path
from py.graph.weights.folder import Folder
from py.graph.weights.plain import Arithmetic, PlainArithmetic
from py.graph.weights.stored import Absent, Stored, Stretch, stored_tensor
from py.graph.weights.zero import Zero, zero_of

__all__ = [
    "Absent",
    "Arithmetic",
    "Block",
    "Files",
    "Folder",
    "PlainArithmetic",
    "Stored",
    "Stretch",
    "Tally",
    "Zero",
    "check_location",
    "count_zeros",
    "external_path",
    "stored_tensor",
    "zero_of",
]
