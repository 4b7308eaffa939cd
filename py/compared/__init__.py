"""Runs side by side: models, platforms, before and after, layer by layer.

A ``Run`` is a priced model with a name, read from a result's JSON, which may be anybody's file.
``alignment`` says which layers of two runs are the same, ``differences`` what each costs more or
less, ``pareto`` which runs no other beats, ``cascade`` what a small model before a large one is
expected to cost, and ``comparison`` all of it as joulegraph/comparison/1. All quantities are per
inference, so that runs of different batches can be compared.
"""

from py.compared.comparison import SCHEMA, Comparison, compare
from py.compared.run import MOST_RUNS, Run, runs_of
from py.compared.spreadsheet import comparison_csv
from py.compared.text import comparison_table

__all__ = [
    "MOST_RUNS",
    "SCHEMA",
    "Comparison",
    "Run",
    "compare",
    "comparison_csv",
    "comparison_table",
    "runs_of",
]
