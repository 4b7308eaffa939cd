"""Training: the layers of a step, made from those of an inference.

A step is forward propagation, backward propagation and weight update (Li et al. 2016, section II).
Here backward is two: gradients of ifmaps, which go on to the layer before, and gradients of
weights. ``step`` puts them in order, ``products`` takes layers with MACs apart (``nests``
has their loop nests), ``norms`` and ``others`` those without; ``optimizers`` says what an update
takes, and ``learning`` which layers need which gradient.

What is moved. In an inference every layer reads its ifmap and writes its ofmap, so what the
gradients read later has been written; that reading is theirs. Besides are written: where a maximum
was (``pool / indices``), the value before a function whose derivative does not follow from its
result (``conv / kept for the gradient``), and a product's result before batch normalisation.
"""

from py.layers.layer import PHASES, Learning, Phase
from py.layers.training.optimizers import OPTIMIZERS, Optimizer
from py.layers.training.step import training_model

__all__ = [
    "OPTIMIZERS",
    "PHASES",
    "Learning",
    "Optimizer",
    "Phase",
    "training_model",
]
