"""Populations: many networks described without files, priced together as arrays.

For search loops::

    vocabulary, pricer = Vocabulary(), Pricer("eyeriss")
    for _ in range(generations):
        population = Population(map(described, candidates), vocabulary)
        costs = pricer.costs(population)  # numpy arrays, an element for each candidate
        candidates = chosen(candidates, costs.energy_macs)

``layers`` makes single layers, ``drawing`` whole networks with what is folded found out,
``network`` lists and cells of layers, ``population`` many of them over one vocabulary of distinct
layers, ``costs`` their energies and times (and says what a candidate takes). ``spaces`` has search
spaces that are known. Underneath: ``shapes``, ``operators`` (what one operator on them takes),
``applied`` and ``apply`` (the layer that it leads), ``folds`` (what is folded in a drawing),
``onnx_file`` (a drawing as a file), ``searched`` and ``distinct`` (what distinct layers cost),
``exact``, ``intervals`` and ``totals`` (their sums, by the million).
"""

from py.sweep.population.costs import Costs, Pricer
from py.sweep.population.drawing import Drawing, Tensor
from py.sweep.population.network import Network, Stage
from py.sweep.population.onnx_file import as_onnx
from py.sweep.population.population import Population, Vocabulary

__all__ = [
    "Costs",
    "Drawing",
    "Network",
    "Population",
    "Pricer",
    "Stage",
    "Tensor",
    "Vocabulary",
    "as_onnx",
]
