"""Scenarios: questions about a model that take more than one pricing of it.

``curve`` prices it at several batches (Li et al. 2016, section V-B), ``prune`` goes through its
layers in the order of energy-aware pruning (Yang et al. 2017, section V-B), ``tokens`` tells what
a language model takes for a prompt and for each token that it generates. ``setting`` is the model
on its platform with a way to read it again, ``cost`` what a pricing comes to, ``text`` each answer
for the terminal.
"""

from py.scenarios.cost import Cost
from py.scenarios.curve import BATCHES, Curve, CurvePoint, curve
from py.scenarios.lengths import Lengths, lengths_of
from py.scenarios.pruning import KEEP, PruneStep, Pruning, prune
from py.scenarios.setting import Setting
from py.scenarios.text import curve_text, pruning_text, tokens_text
from py.scenarios.tokens import Tokens, tokens
from py.scenarios.told import Told

__all__ = [
    "BATCHES",
    "KEEP",
    "Cost",
    "Curve",
    "CurvePoint",
    "Lengths",
    "PruneStep",
    "Pruning",
    "Setting",
    "Tokens",
    "Told",
    "curve",
    "curve_text",
    "lengths_of",
    "prune",
    "pruning_text",
    "tokens",
    "tokens_text",
]
