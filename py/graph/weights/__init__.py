"""The bytes of weights: where they are, and how many of them are zero. Read only when asked for.

``stored`` says where a tensor's elements lie, in the model's file or in one beside it (``external``
checks that such a file is in the model's folder). ``zero`` says which bit patterns of a type mean
zero. ``blocks`` streams a tensor in blocks of 4 MiB and adds up what is counted in each. Who counts
is given: ``open_files`` reads and counts with ``plain``, the standard library, or with what does it
faster (numpy in a terminal); ``counted_outside`` leaves it to the page. Memory is one block,
whatever the size.
"""

from py.graph.weights.blocks import Block, Files, Tally, count_zeros
from py.graph.weights.counted_outside import Count, CountedOutside, given_along
from py.graph.weights.open_files import OpenFiles, beside
from py.graph.weights.plain import Arithmetic, PlainArithmetic
from py.graph.weights.stored import Absent, Stored, Stretch, stored_tensor
from py.graph.weights.zero import Zero, zero_of

__all__ = [
    "Absent",
    "Arithmetic",
    "Block",
    "Count",
    "CountedOutside",
    "Files",
    "OpenFiles",
    "PlainArithmetic",
    "Stored",
    "Stretch",
    "Tally",
    "Zero",
    "beside",
    "count_zeros",
    "given_along",
    "stored_tensor",
    "zero_of",
]
