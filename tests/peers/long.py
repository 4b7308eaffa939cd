"""Rows whose question takes the mapper long; the tests ask them with ``PEERS=all`` only."""

LONG = frozenset(
    {
        *(16, 17, 20, 26, 27, 28, 29, 33, 34, 35, 37, 38, 41, 49),
        *(50, 51, 55, 58, 67, 68, 69, 72, 75, 98, 110, 111, 112, 113),
        *(114, 116, 119, 120, 121, 122),
    }
)
"""The rows of nn_dataflow that take more than about a second."""
