"""Rows whose question takes the mapper long; the tests ask them with ``PEERS=all`` only."""

QUICK = frozenset(
    {
        *(0, 1, 8, 9, 11, 12, 14, 15, 19, 22, 23, 25, 36, 39, 40, 42, 43, 45, 46, 53, 54, 56, 57),
        *(59, 60, 70, 71, 73, 74),
        *(number for number in range(76, 110) if number != 98),
    }
)
"""The rows of nn_dataflow that take less than about two seconds."""

LONG = frozenset(range(134)) - QUICK
"""The other rows of nn_dataflow."""
